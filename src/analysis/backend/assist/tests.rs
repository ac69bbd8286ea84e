//! Completion and hover in backend code.

use pretty_assertions::assert_eq;

use crate::analysis::testing::TestProject;
use crate::analysis::{CompletionItem, CompletionOptions, completions, hover};
use crate::syntax::{self, TextEdit};

const PROJECT: &str = "\
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [] }
//- base44/connectors/own.jsonc
{ \"type\": \"own_service\", \"scopes\": [] }
//- base44/functions/a/entry.ts
";

fn offered(code: &str) -> (TestProject, Vec<CompletionItem>) {
    let project = TestProject::new(&format!("{PROJECT}{code}"));
    let (file, offset) = project.at_cursor();
    let items = completions(
        file,
        project.around(),
        offset,
        CompletionOptions {
            snippets: true,
            ..CompletionOptions::default()
        },
    );
    (project, items)
}

/// The text after accepting `label`.
#[track_caller]
fn check(code: &str, label: &str, after: &str) {
    let (project, items) = offered(code);
    let item = items.iter().find(|it| it.label == label).expect("it is offered");
    let edit = TextEdit {
        range: item.replace,
        insert: item.text.clone(),
    };
    assert_eq!(syntax::apply(&project.at_cursor().0.text, &[edit]), after);
}

#[test]
fn the_projects_own_types_come_first() {
    let (_, mut items) = offered("connectors.getConnection('$0')");
    items.sort_by(|a, b| a.sort.cmp(&b.sort));
    let first: Vec<_> = items.iter().take(3).map(|it| (&*it.label, &*it.detail)).collect();
    assert_eq!(
        first,
        [
            ("own_service", "connected"),
            ("slack", "Slack User · connected"),
            ("airtable", "Airtable · not connected yet")
        ]
    );
    assert_eq!(items.iter().filter(|it| it.label == "slack").count(), 1);
}

#[test]
fn what_is_accepted_makes_a_whole_string() {
    check(
        "connectors.getConnection(\"$0\")",
        "gmail",
        "connectors.getConnection(\"gmail\")",
    );
    check(
        "connectors.getConnection('sl$0xx') // 🎈",
        "slack",
        "connectors.getConnection('slack') // 🎈",
    );
    check(
        "connectors.getConnection('sl$0)",
        "slack",
        "connectors.getConnection('slack')",
    );
    check(
        "connectors.getConnection(\"$0\n",
        "slack",
        "connectors.getConnection(\"slack\"\n",
    );
    check(
        "connectors.getConnection($0)",
        "slack",
        "connectors.getConnection(\"slack\")",
    );
    check(
        "f('x', connectors.getConnection($0))",
        "slack",
        "f('x', connectors.getConnection('slack'))",
    );
    check(
        "const A = '$0'; connectors.getConnection(A)",
        "slack",
        "const A = 'slack'; connectors.getConnection(A)",
    );
}

#[test]
fn nothing_is_offered_elsewhere() {
    for code in [
        "$0connectors.getConnection('slack')",
        "connectors.getConnection('slack', '$0')",
        "connectors.getConnection('slack')$0",
        "other.getConnection('$0')",
        "// connectors.getConnection('$0')",
        "'$0'",
    ] {
        assert_eq!(offered(code).1.len(), 0, "{code}");
    }
}

#[test]
fn hover_tells_the_service_and_its_file() {
    let hovered = |code: &str| {
        let project = TestProject::new(&format!("{PROJECT}{code}"));
        let (file, offset) = project.at_cursor();
        let hover = hover(file, project.around(), offset)?;
        Some((
            file.text[std::ops::Range::from(hover.range)].to_owned(),
            hover.page.to_plain_text(),
        ))
    };
    let (range, page) = hovered("connectors.getConnection('sl$0ack')").unwrap();
    assert_eq!(range, "'slack'");
    assert!(page.starts_with("Slack User · slack"), "{page}");
    assert!(page.contains("Connected by slack.jsonc."), "{page}");
    let (_, page) = hovered("connectors.getConnection('gmail$0')").unwrap();
    assert!(page.contains("This project has no connector of this type."), "{page}");
    let (_, page) = hovered("connectors.getConnection('$0zzz')").unwrap();
    assert!(page.starts_with("zzz is no service that we know of."), "{page}");
    assert_eq!(hovered("connectors.getConn$0ection('slack')"), None);
    assert_eq!(hovered("connectors.getConnection('$0')"), None);
}
