//! Reviewdog's diagnostic format. Its columns count bytes.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::analysis::{Fix, Severity};
use crate::cli::outcome::{Finding, Outcome, Place, Sources, as_edits};
use crate::syntax::TextRange;

#[derive(Serialize)]
struct Document<'a> {
    source: Tool,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: &'a str,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Span,
}

#[derive(Serialize)]
struct Span {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Span,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location,
}

/// Writes one JSON object.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        source: Tool {
            name: "base44-connectors-ls",
            url: env!("CARGO_PKG_REPOSITORY"),
        },
        diagnostics: outcome.all().map(|it| Diagnostic::new(it, &outcome.sources)).collect(),
    };
    serde_json::to_writer(&mut out, &document)?;
    out.write_all(b"\n")
}

impl<'a> Diagnostic<'a> {
    fn new(finding: &'a Finding, sources: &Sources) -> Self {
        let Finding {
            path,
            diagnostic,
            fixes,
        } = finding;
        Diagnostic {
            message: &diagnostic.message,
            location: Location::new(path, diagnostic.range, sources),
            severity: match diagnostic.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Information | Severity::Hint => "INFO",
            },
            code: Code {
                value: diagnostic.rule.code,
                url: diagnostic.rule.url(),
            },
            suggestions: fixes
                .iter()
                .filter_map(|fix| Suggestion::new(fix, path, sources))
                .collect(),
            related_locations: diagnostic
                .related
                .iter()
                .map(|it| Related {
                    message: &it.message,
                    location: Location::new(&it.path, it.range, sources),
                })
                .collect(),
        }
    }
}

impl Location {
    fn new(path: &Path, range: TextRange, sources: &Sources) -> Self {
        Location {
            path: sources.shown(path),
            range: Span::new(path, range, sources),
        }
    }
}

impl Span {
    fn new(path: &Path, range: TextRange, sources: &Sources) -> Self {
        let place = |offset| {
            sources
                .files
                .get(path)
                .map_or(Place::FIRST, |source| source.byte_place(offset))
        };
        Span {
            start: place(range.start()),
            end: place(range.end()),
        }
    }
}

impl<'a> Suggestion<'a> {
    /// Several suggestions are alternatives, so a fix of several edits cannot be one.
    fn new(fix: &'a Fix, path: &Path, sources: &Sources) -> Option<Self> {
        let mut files = as_edits(fix)?.into_iter();
        let mut file = files.next().filter(|it| it.path == path)?;
        let (range, text) = file.edits.pop()?;
        let is_single = files.next().is_none() && file.edits.is_empty();
        is_single.then(|| Suggestion {
            range: Span::new(path, range, sources),
            text,
        })
    }
}
