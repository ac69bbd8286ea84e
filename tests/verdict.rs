//! The verdict on every folder that the real CLI has been asked about: what it rejects has an error here, and what it accepts is
//! never called unreadable.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic")]

mod cli_cases;
mod in_memory;

use base44_connectors_ls::analysis::{Diagnostic, Severity};
use base44_connectors_ls::syntax::decode_utf8;
use cli_cases::{Case, Verdict};
use in_memory::InMemory;

/// Rules that say that the CLI stops at a file.
const STOPS: [&str; 5] = [
    "syntax-error",
    "missing-type",
    "invalid-type",
    "invalid-scopes",
    "duplicate-type",
];

#[test]
fn what_the_cli_rejects_has_an_error() {
    let mut asked = 0;
    for (case, found) in judged(Verdict::Reject) {
        asked += 1;
        let said = found
            .iter()
            .any(|it| it.severity == Severity::Error && STOPS.contains(&it.rule.code));
        assert!(said, "{}: {}\n{found:#?}", case.name, case.message);
    }
    assert!(asked > 110, "only {asked} cases");
}

#[test]
fn what_the_cli_accepts_is_never_called_unreadable() {
    let mut asked = 0;
    for (case, found) in judged(Verdict::Accept) {
        asked += 1;
        let wrong = found.iter().find(|it| STOPS.contains(&it.rule.code));
        assert!(wrong.is_none(), "{}: {}\n{wrong:#?}", case.name, case.message);
    }
    assert!(asked > 80, "only {asked} cases");
}

/// The cases with this verdict, each with what we find in the files that the CLI reads. How they are called does not matter to it.
fn judged(verdict: Verdict) -> impl Iterator<Item = (Case, Vec<Diagnostic>)> {
    let cases = cli_cases::all().into_iter().filter(move |case| case.verdict == verdict);
    cases.map(|case| {
        let mut project = InMemory::new([]);
        for (index, bytes) in case.read_files().iter().enumerate() {
            project.write(&format!("base44/connectors/{index}.jsonc"), &decode_utf8(bytes));
        }
        let found = project.diagnostics().into_iter().map(|(_, it)| it).collect();
        (case, found)
    })
}
