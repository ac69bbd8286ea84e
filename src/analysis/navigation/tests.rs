//! Where the types of a project are written.

use pretty_assertions::assert_eq;

use super::{Place, definitions, highlights, references, type_at};
use crate::analysis::testing::TestProject;

const PROJECT: &str = "\
//- base44/connectors/gmail.jsonc
{ \"type\": \"gmail\", \"scopes\": [] }
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\", \"im:read\", 'chat:write'] }
//- base44/functions/a/entry.ts
const A = 'slack'; connectors.getConnection(A); connectors.getConnection(\"gmail\");
connectors.getConnection(\"slack\"); x.y(\"slack\");
//- base44/shared/b.js
connectors.callApi(\"slack\");
";

fn shown(project: &TestProject, places: &[Place<'_>]) -> Vec<String> {
    let show = |it: &Place<'_>| {
        let name = it.file.path.file_name().unwrap().to_str().unwrap();
        let (start, end): (usize, usize) = (it.range.start().into(), it.range.end().into());
        assert!(project.around().project.has_file(&it.file.path));
        format!("{name}:{start} {}", &it.file.text[start..end])
    };
    places.iter().map(show).collect()
}

#[test]
fn a_type_leads_to_its_file_and_to_its_calls() {
    let project = TestProject::new(PROJECT);
    let around = project.around();
    assert_eq!(
        shown(&project, &definitions(around.project, "slack")),
        ["slack.jsonc:11 slack"]
    );
    assert_eq!(
        shown(&project, &references(around.project, "slack")),
        ["entry.ts:11 slack", "entry.ts:109 slack", "b.js:20 slack"]
    );
    assert_eq!(shown(&project, &references(around.project, "linear")), [""; 0]);
}

/// What is highlighted with `$0` put at the first place of `before`.
fn highlighted(before: &str) -> Vec<String> {
    let project = TestProject::new(&PROJECT.replacen(before, &format!("$0{before}"), 1));
    let (file, offset) = project.at_cursor();
    let show = |range| {
        let range = std::ops::Range::<usize>::from(range);
        format!("{} {}", range.start, &file.text[range.clone()])
    };
    highlights(file, project.around(), offset)
        .into_iter()
        .map(show)
        .collect()
}

#[test]
fn the_same_is_highlighted() {
    assert_eq!(highlighted("slack\", \"scopes"), ["11 slack"]);
    assert_eq!(highlighted("chat:write"), ["31 chat:write", "56 chat:write"]);
    assert_eq!(highlighted("im:read"), ["45 im:read"]);
    assert_eq!(highlighted("slack'; conn"), ["11 slack", "109 slack"]);
    assert_eq!(highlighted("gmail\");"), ["74 gmail"]);
    assert_eq!(highlighted("x.y"), [""; 0]);
    assert_eq!(highlighted("scopes"), [""; 0]);
}

#[test]
fn a_scope_is_the_same_in_any_spelling() {
    let project =
        TestProject::new("{ \"type\": \"outlook\", \"scopes\": [\"Mail.R$0ead\", \"mail.read\", \"Mail.Send\"] }");
    let (file, offset) = project.at_cursor();
    assert_eq!(highlights(file, project.around(), offset).len(), 2);
}

#[test]
fn a_type_is_found_at_its_ends_and_without_its_quotes() {
    let at = |fixture: &str| {
        let project = TestProject::new(fixture);
        let (file, offset) = project.at_cursor();
        let found = type_at(file, project.around().project, offset)?;
        Some((found.type_, file.text[std::ops::Range::from(found.range)].to_owned()))
    };
    let slack = || Some(("slack".to_owned(), "slack".to_owned()));
    assert_eq!(at("{ \"type\": $0\"slack\", \"scopes\": [] }"), slack());
    assert_eq!(at("{ \"type\": \"slack\"$0, \"scopes\": [] }"), slack());
    assert_eq!(at("{ \"type$0\": \"slack\" }"), None);
    assert_eq!(at("{ \"type\": \"$0\" }"), None);
    assert_eq!(
        at("//- base44/functions/a.ts\nconnectors.getConnection('slack$0')"),
        slack()
    );
    assert_eq!(at("//- base44/functions/a.ts\nconnectors.getConnection('$0')"), None);
    assert_eq!(
        at("//- base44/base44-connectors-ls.jsonc\n{ \"type\": \"sl$0ack\" }"),
        None
    );
}
