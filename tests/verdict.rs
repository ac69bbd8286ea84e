//! The verdict on every file that the real CLI has been asked about: what it rejects has an error here, and what it accepts is
//! never called unreadable.

mod cli_cases;
mod in_memory;

use base44_connectors_ls::analysis::{Diagnostic, Role, Severity};
use base44_connectors_ls::syntax::decode_utf8;
use cli_cases::{Case, Verdict};
use in_memory::InMemory;

/// Rules that say that the CLI cannot read a file.
const UNREADABLE: [&str; 4] = ["syntax-error", "missing-type", "invalid-type", "invalid-scopes"];

#[test]
fn what_the_cli_rejects_has_an_error() {
    let mut asked = 0;
    for (case, found) in judged().filter(|(case, _)| case.verdict == Verdict::Reject) {
        asked += 1;
        let unreadable = found
            .iter()
            .any(|it| it.severity == Severity::Error && UNREADABLE.contains(&it.rule.code));
        assert!(unreadable, "{}: {}\n{found:#?}", case.name, case.message);
    }
    assert!(asked > 100, "only {asked} cases");
}

#[test]
fn what_the_cli_accepts_is_readable() {
    let mut asked = 0;
    for (case, found) in judged().filter(|(case, _)| case.verdict == Verdict::Accept) {
        asked += 1;
        let wrong = found.iter().find(|it| UNREADABLE.contains(&it.rule.code));
        assert!(wrong.is_none(), "{}: {}\n{wrong:#?}", case.name, case.message);
    }
    assert!(asked > 70, "only {asked} cases");
}

/// The cases of a single file that the CLI reads, each with what we find in it.
fn judged() -> impl Iterator<Item = (Case, Vec<Diagnostic>)> {
    cli_cases::all().into_iter().filter_map(|case| {
        let [file] = case.files.as_slice() else { return None };
        let bytes = file.content.bytes()?;
        let path = format!("base44/connectors/{}", file.path);
        let project = InMemory::new([(path.as_str(), decode_utf8(&bytes).as_ref())]);
        let is_read = project.files.values().any(|it| it.role == Role::Connector);
        let found = project.diagnostics().into_iter().map(|(_, it)| it).collect();
        is_read.then_some((case, found))
    })
}
