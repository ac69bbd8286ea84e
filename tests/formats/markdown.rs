//! Markdown, as GitHub's parser reads it: the table stays a table, and nothing from a file becomes markup.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use pretty_assertions::assert_eq;

use crate::hostile::{findings, project, report, ways};

#[test]
fn a_row_for_every_finding_and_no_markup_but_ours() {
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let markdown = report(&folder, &paths, "markdown");
        let arena = Arena::new();
        let document = parse_document(&arena, &markdown, &options());
        for node in document.descendants() {
            match &node.data.borrow().value {
                NodeValue::HtmlInline(tag) => assert!(matches!(tag.as_str(), "<code>" | "</code>"), "{tag}"),
                NodeValue::Link(link) => assert!(link.url.contains("/docs/rules/"), "{}", link.url),
                NodeValue::Document
                | NodeValue::Heading(_)
                | NodeValue::Paragraph
                | NodeValue::Text(_)
                | NodeValue::Table(_)
                | NodeValue::TableRow(_)
                | NodeValue::TableCell => {}
                other => panic!("{other:?} in {markdown}"),
            }
        }
        let expected: Vec<_> = findings(&folder, &paths).iter().map(row).collect();
        assert_eq!(rows(document), expected);
    }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options
}

/// The text of the cells of all rows but the first.
fn rows<'a>(document: &'a AstNode<'a>) -> Vec<[String; 4]> {
    let is_row = |node: &&'a AstNode<'a>| matches!(node.data.borrow().value, NodeValue::TableRow(false));
    let cells = |row: &'a AstNode<'a>| -> Vec<String> { row.children().map(text).collect() };
    document
        .descendants()
        .filter(is_row)
        .map(|row| cells(row).try_into().expect("four cells"))
        .collect()
}

fn text<'a>(node: &'a AstNode<'a>) -> String {
    let pieces = node.descendants().filter_map(|node| match &node.data.borrow().value {
        NodeValue::Text(text) => Some(text.to_string()),
        _ => None,
    });
    pieces.collect()
}

/// The cells of a finding of `--format json`.
fn row(finding: &serde_json::Value) -> [String; 4] {
    let text = |key: &str| crate::consumers::visible(finding[key].as_str().unwrap());
    let place = format!(
        "{}:{}:{}",
        text("path"),
        finding["start"]["line"],
        finding["start"]["column"]
    );
    // What stands between backticks is shown as code; our messages hold no others.
    [text("severity"), place, text("message").replace('`', ""), text("code")]
}
