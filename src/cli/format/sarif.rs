//! SARIF 2.1.0, the interchange format of static analysis: code scanning and many viewers read it.

use std::io::{self, Write};
use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use url::Url;

use super::fingerprint::Fingerprints;
use crate::analysis::permissions;
use crate::analysis::rules::{self, Rule};
use crate::analysis::{Fix, Severity};
use crate::cli::explain;
use crate::cli::outcome::{Finding, Outcome, Sources, as_edits};
use crate::syntax::TextRange;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    column_kind: &'static str,
    #[serde(serialize_with = "in_turn")]
    results: &'a Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reported<'a> {
    rule_id: &'static str,
    rule_index: Option<usize>,
    level: &'static str,
    message: Text<'a>,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprint,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Mending<'a>>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Fingerprint {
    #[serde(rename = "pathRuleMessage/v1")]
    v1: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

/// Lines and columns count from 1, columns in Unicode scalar values.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mending<'a> {
    description: Text<'a>,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
}

/// Writes one JSON document with one run.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({
                "driver": {
                    "name": "base44-connectors-ls",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": described().map(descriptor).collect::<Vec<_>>(),
                },
            }),
            column_kind: "unicodeCodePoints",
            results: outcome,
        }],
    };
    serde_json::to_writer(&mut out, &log)?;
    out.write_all(b"\n")
}

/// Serializes the findings one after the other: thousands of them need not be in memory twice.
fn in_turn<S: Serializer>(outcome: &Outcome, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fingerprints = Fingerprints::default();
    let reported = |finding| Reported::new(finding, &outcome.sources, &mut fingerprints);
    serializer.collect_seq(outcome.all().map(reported))
}

/// All that results can be of.
fn described() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().copied().chain([&permissions::RULE])
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": pascal_case(rule.code),
        "shortDescription": { "text": format!("{}.", rule.summary) },
        "fullDescription": { "text": what_it_does(rule) },
        "help": { "text": explain::page(rule), "markdown": explain::page(rule) },
        "helpUri": rule.url(),
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

/// `unknown-scope` as `UnknownScope`.
fn pascal_case(code: &str) -> String {
    let words = code.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(letters)
    });
    words.flatten().collect()
}

/// The first paragraph of a rule's documentation.
fn what_it_does(rule: &Rule) -> String {
    let lines = rule.docs.lines().skip_while(|it| it.is_empty() || it.starts_with('#'));
    lines.take_while(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

impl<'a> Reported<'a> {
    fn new(finding: &'a Finding, sources: &Sources, fingerprints: &mut Fingerprints) -> Self {
        let diagnostic = &finding.diagnostic;
        let related = diagnostic.related.iter();
        Reported {
            rule_id: diagnostic.rule.code,
            rule_index: described().position(|rule| rule == diagnostic.rule),
            level: level(diagnostic.severity),
            message: Text {
                text: &diagnostic.message,
            },
            locations: [Location::new(&finding.path, diagnostic.range, None, sources)],
            partial_fingerprints: Fingerprint {
                v1: fingerprints.of(&sources.shown_in_checkout(&finding.path), finding),
            },
            related_locations: related
                .map(|it| Location::new(&it.path, it.range, Some(&it.message), sources))
                .collect(),
            fixes: finding
                .fixes
                .iter()
                .filter_map(|it| Mending::new(it, sources))
                .collect(),
        }
    }
}

impl<'a> Location<'a> {
    fn new(path: &Path, range: TextRange, message: Option<&'a str>, sources: &Sources) -> Self {
        Location {
            physical_location: Place {
                artifact_location: Artifact::new(path, sources),
                region: Region::new(path, range, sources),
            },
            message: message.map(|text| Text { text }),
        }
    }
}

impl Artifact {
    fn new(path: &Path, sources: &Sources) -> Self {
        Artifact {
            uri: uri(&sources.relative_in_checkout(path)),
        }
    }
}

impl Region {
    fn new(path: &Path, range: TextRange, sources: &Sources) -> Self {
        let (start, end) = sources.places(path, range);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

impl<'a> Mending<'a> {
    /// `None` for a fix that edits cannot express.
    fn new(fix: &'a Fix, sources: &Sources) -> Option<Self> {
        let changes = as_edits(fix)?.into_iter().map(|file| ArtifactChange {
            artifact_location: Artifact::new(file.path, sources),
            replacements: file
                .edits
                .iter()
                .map(|(range, text)| Replacement {
                    deleted_region: Region::new(file.path, *range, sources),
                    inserted_content: Text { text },
                })
                .collect(),
        });
        Some(Mending {
            description: Text { text: &fix.title },
            artifact_changes: changes.collect(),
        })
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A relative path as a relative URI reference, an absolute one (there is no way from one drive to another) as a URI. A name that is not Unicode is written byte for byte, so that it can be found.
fn uri(path: &Path) -> String {
    if let Ok(uri) = Url::from_file_path(path) {
        return uri.into();
    }
    let mut out = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ if char::from(byte) == std::path::MAIN_SEPARATOR => out.push('/'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri(Path::new("a b/ä:#?.jsonc")), "a%20b/%C3%A4%3A%23%3F.jsonc");
        assert_eq!(uri(Path::new("../x/y.jsonc")), "../x/y.jsonc");
    }

    #[cfg(windows)]
    #[test]
    fn a_file_of_another_drive_is_named_by_a_whole_uri() {
        assert_eq!(uri(Path::new(r"..\x\a b.jsonc")), "../x/a%20b.jsonc");
        assert_eq!(uri(Path::new(r"D:\x\a b.jsonc")), "file:///D:/x/a%20b.jsonc");
        assert_eq!(uri(Path::new(r"\\server\share\a.jsonc")), "file://server/share/a.jsonc");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_keeps_its_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.jsonc");
        assert_eq!(uri(Path::new(name)), "caf%E9.jsonc");
    }

    #[test]
    fn rules_are_described() {
        let rule = rules::by_code("unknown-scope").unwrap();
        assert_eq!(pascal_case(rule.code), "UnknownScope");
        assert!(
            what_it_does(rule).starts_with("Reports a scope"),
            "{}",
            what_it_does(rule)
        );
    }
}
