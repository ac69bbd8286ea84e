//! A syntax error here is one for the CLI, and the other way round.

mod cli_cases;

use base44_connectors_ls::syntax::{Tree, decode_utf8};
use cli_cases::Verdict;

#[test]
fn errors_are_found_exactly_where_the_cli_finds_invalid_json() {
    let mut rejected = 0;
    let mut wrong = Vec::new();
    for case in cli_cases::all() {
        let [file] = &case.files[..] else { continue };
        let read_by_the_cli = case.name.starts_with("single/");
        let Some(bytes) = file.content.bytes().filter(|_| read_by_the_cli) else {
            continue;
        };
        let expected = case.message.contains("invalid JSON");
        rejected += usize::from(expected);
        assert!(!expected || case.verdict == Verdict::Reject);
        let errors = Tree::parse(&decode_utf8(&bytes)).errors();
        if errors.is_empty() == expected {
            wrong.push((case.name, case.message, errors));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(50 < rejected, "only {rejected} cases with invalid JSON");
}
