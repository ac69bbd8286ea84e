//! A syntax error here is one for the CLI, and the other way round.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic")]

mod cli_cases;

use base44_connectors_ls::syntax::{Tree, decode_utf8};
use cli_cases::Verdict;

#[test]
fn errors_are_found_exactly_where_the_cli_finds_invalid_json() {
    let mut rejected = 0;
    let mut wrong = Vec::new();
    for case in cli_cases::all() {
        let files = case.read_files();
        let texts = files.iter().map(|bytes| decode_utf8(bytes));
        let errors: Vec<_> = texts.flat_map(|text| Tree::parse(&text).errors()).collect();
        let invalid = case.message.contains("invalid JSON");
        assert!(!invalid || case.verdict == Verdict::Reject);
        rejected += usize::from(invalid);
        if errors.is_empty() == invalid {
            wrong.push((case.name, case.message, errors));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(50 < rejected, "only {rejected} cases with invalid JSON");
}
