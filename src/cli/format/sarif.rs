//! SARIF 2.1.0, the interchange format of static analysis: code scanning and many viewers read it.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use url::Url;

use super::fingerprint::Fingerprints;
use crate::analysis::permissions;
use crate::analysis::rules::{self, Rule};
use crate::analysis::{Fix, Severity};
use crate::cli::explain;
use crate::cli::outcome::{Finding, Outcome, Place, Sources, as_edits};
use crate::syntax::TextRange;

/// Writes one JSON document with one run.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let results: Vec<_> = outcome
        .all()
        .map(|finding| result(finding, &outcome.sources, &mut fingerprints))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "base44-connectors-ls",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": described().map(descriptor).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer(&mut out, &log)?;
    out.write_all(b"\n")
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

fn result(finding: &Finding, sources: &Sources, fingerprints: &mut Fingerprints) -> Value {
    let diagnostic = &finding.diagnostic;
    let fingerprint = fingerprints.of(&sources.shown_in_checkout(&finding.path), finding);
    let mut result = json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": described().position(|rule| rule == diagnostic.rule),
        "level": level(diagnostic.severity),
        "message": { "text": diagnostic.message },
        "locations": [location(&finding.path, diagnostic.range, sources)],
        "partialFingerprints": { "pathRuleMessage/v1": fingerprint },
    });
    // Keys that have nothing to say are left out; `Value`'s index adds them.
    if let Some(object) = result.as_object_mut() {
        if !diagnostic.related.is_empty() {
            let related = diagnostic.related.iter().map(|it| {
                let mut location = location(&it.path, it.range, sources);
                if let Some(object) = location.as_object_mut() {
                    object.insert("message".to_owned(), json!({ "text": it.message }));
                }
                location
            });
            object.insert("relatedLocations".to_owned(), related.collect());
        }
        let fixes: Vec<_> = finding.fixes.iter().filter_map(|it| fix(it, sources)).collect();
        if !fixes.is_empty() {
            object.insert("fixes".to_owned(), fixes.into());
        }
    }
    result
}

/// `None` for a fix that edits cannot express.
fn fix(fix: &Fix, sources: &Sources) -> Option<Value> {
    let changes = as_edits(fix)?.into_iter().map(|file| {
        let replacements = file.edits.iter().map(|(range, text)| {
            json!({
                "deletedRegion": region(file.path, *range, sources),
                "insertedContent": { "text": text },
            })
        });
        json!({
            "artifactLocation": artifact(file.path, sources),
            "replacements": replacements.collect::<Vec<_>>(),
        })
    });
    Some(json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() }))
}

fn location(path: &Path, range: TextRange, sources: &Sources) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": artifact(path, sources),
            "region": region(path, range, sources),
        },
    })
}

fn artifact(path: &Path, sources: &Sources) -> Value {
    json!({ "uri": uri(&sources.relative_in_checkout(path)) })
}

fn region(path: &Path, range: TextRange, sources: &Sources) -> Value {
    let (Place { line, column }, end) = sources.places(path, range);
    json!({ "startLine": line, "startColumn": column, "endLine": end.line, "endColumn": end.column })
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
