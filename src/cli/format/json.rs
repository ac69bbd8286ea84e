//! One JSON object with everything. Its shape is a promise to scripts: keys are added, never changed.

use std::io::{self, Write};
use std::rc::Rc;

use serde::{Serialize, Serializer};

use super::permissions::{ConnectorJson, SinceJson};
use crate::analysis::{Fix, Severity};
use crate::cli::outcome::{Finding, Outcome, Place, Sources, as_edits};

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    projects: usize,
    files: usize,
    summary: Summary,
    #[serde(serialize_with = "in_turn")]
    diagnostics: &'a Outcome,
    /// These two only with `--since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<SinceJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<ConnectorJson<'a>>>,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    information: usize,
    hint: usize,
}

/// One finding. Lines and columns count from 1, columns in Unicode scalar values.
#[derive(Serialize)]
pub(super) struct Diagnostic<'a> {
    #[serde(serialize_with = "as_string")]
    path: Rc<str>,
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    start: Place,
    end: Place,
    url: String,
    fixes: Vec<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    path: String,
    start: Place,
    end: Place,
    text: &'a str,
}

/// Writes the object on one line.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: env!("CARGO_PKG_VERSION"),
        projects: outcome.projects,
        files: outcome.files,
        summary: Summary {
            error: outcome.count(Severity::Error),
            warning: outcome.count(Severity::Warning),
            information: outcome.count(Severity::Information),
            hint: outcome.count(Severity::Hint),
        },
        diagnostics: outcome,
        since: outcome
            .permissions
            .as_ref()
            .map(|it| SinceJson::new(it, &outcome.sources)),
        permissions: outcome
            .permissions
            .as_ref()
            .map(|it| ConnectorJson::all(it, &outcome.sources).collect()),
    };
    serde_json::to_writer(&mut out, &document)?;
    out.write_all(b"\n")
}

/// Serializes the findings one after the other: thousands of them need not be in memory twice.
fn in_turn<S: Serializer>(outcome: &Outcome, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(diagnostics(outcome))
}

/// The findings as they are serialized.
pub(super) fn diagnostics(outcome: &Outcome) -> impl Iterator<Item = Diagnostic<'_>> {
    let sources = &outcome.sources;
    outcome.by_file().flat_map(move |findings| {
        let path: Rc<str> = findings
            .first()
            .map_or_else(String::new, |it| sources.shown(&it.path))
            .into();
        findings
            .iter()
            .map(move |finding| Diagnostic::new(finding, Rc::clone(&path), sources))
    })
}

impl<'a> Diagnostic<'a> {
    fn new(finding: &'a Finding, path: Rc<str>, sources: &Sources) -> Self {
        let diagnostic = &finding.diagnostic;
        let (start, end) = finding.places(sources);
        Diagnostic {
            path,
            code: diagnostic.rule.code,
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            start,
            end,
            url: diagnostic.rule.url(),
            fixes: finding
                .fixes
                .iter()
                .filter_map(|fix| JsonFix::new(fix, sources))
                .collect(),
        }
    }
}

fn as_string<S: Serializer>(path: &Rc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path)
}

impl<'a> JsonFix<'a> {
    /// `None` for a fix that edits cannot express.
    fn new(fix: &'a Fix, sources: &Sources) -> Option<Self> {
        let edits = as_edits(fix)?
            .into_iter()
            .flat_map(|file| {
                let path = sources.shown(file.path);
                file.edits.into_iter().map(move |(range, text)| {
                    let (start, end) = sources.places(file.path, range);
                    Edit {
                        path: path.clone(),
                        start,
                        end,
                        text,
                    }
                })
            })
            .collect();
        Some(JsonFix {
            title: &fix.title,
            safe: fix.safe,
            edits,
        })
    }
}
