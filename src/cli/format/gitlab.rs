//! GitLab's Code Quality report, shown in merge requests.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use crate::analysis::Severity;
use crate::cli::outcome::{Outcome, Place};

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Place,
    end: Place,
}

/// Writes one JSON array.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let issues = outcome.all().map(|finding| {
        let diagnostic = &finding.diagnostic;
        let (begin, end) = finding.places(&outcome.sources);
        let path = outcome.sources.shown_in_checkout(&finding.path);
        Issue {
            description: &diagnostic.message,
            check_name: diagnostic.rule.code,
            fingerprint: fingerprints.of(&path, finding),
            severity: match diagnostic.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Information | Severity::Hint => "info",
            },
            location: Location {
                path,
                positions: Positions { begin, end },
            },
        }
    });
    serde_json::to_writer(&mut out, &issues.collect::<Vec<_>>())?;
    out.write_all(b"\n")
}
