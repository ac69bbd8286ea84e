//! What is made of mistyped files: `tests/data/recovery.txt`, which reads as the specification.
//!
//! A case has a title (`#`), the source (`|`), under each line its errors, what is understood (`=`), and the text after
//! all repairs (`>`). `UPDATE_GOLDEN=1` rewrites everything but titles and sources.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "helpers of tests may panic")]

use std::fmt::Write;
use std::path::Path;

use base44_connectors_ls::syntax::edit::apply;
use base44_connectors_ls::syntax::{SyntaxError, TextEdit, Tree, Value};
use pretty_assertions::assert_eq;

#[test]
fn recovery() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recovery.txt");
    let golden = std::fs::read_to_string(&path).unwrap();
    let mut actual = String::new();
    for case in golden.trim_end().split("\n\n") {
        let lines = |prefix: &str| -> Vec<String> {
            let lines = case.lines().filter_map(|line| line.strip_prefix(prefix));
            lines
                .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned())
                .collect()
        };
        for title in lines("#") {
            writeln!(actual, "# {title}").unwrap();
        }
        actual.push_str(&render(&lines("|").join("\n")));
        actual.push('\n');
    }
    let actual = format!("{}\n", actual.trim_end());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
    } else {
        assert_eq!(golden, actual);
    }
}

fn render(source: &str) -> String {
    let tree = Tree::parse(source);
    let errors = tree.errors();
    let mut out = String::new();
    let mut start = 0;
    for line in source.split('\n') {
        writeln!(out, "{}", format!("| {line}").trim_end()).unwrap();
        let here = |error: &&SyntaxError| {
            let at = usize::from(error.range.start());
            start <= at && at <= start + line.len()
        };
        for error in errors.iter().filter(here) {
            let before = source[start..error.range.start().into()].chars().count();
            let width = source[error.range].chars().take_while(|&c| c != '\n').count();
            let carets = "^".repeat(width.max(1));
            writeln!(out, "  {:before$}{carets} {:?}", "", error.kind).unwrap();
        }
        start += line.len() + 1;
    }
    writeln!(out, "= {}", understood(tree.root(), source)).unwrap();
    let edits: Vec<TextEdit> = errors
        .iter()
        .filter_map(|it| it.repair(source))
        .map(|(range, insert)| TextEdit { range, insert })
        .collect();
    if !edits.is_empty() {
        let repaired = apply(source, &edits);
        assert!(Tree::parse(&repaired).errors().len() < errors.len(), "{repaired}");
        for line in repaired.split('\n') {
            writeln!(out, "{}", format!("> {line}").trim_end()).unwrap();
        }
    }
    out
}

/// The value as JSON, with `?` for what is missing and without the brackets that are.
fn understood(value: Option<Value<'_>>, source: &str) -> String {
    match value {
        None => "?".to_owned(),
        Some(Value::Object(object)) => {
            let members = object.members().map(|member| {
                let key = member.key().map_or("?".into(), |key| key.text(source));
                format!("{key}: {}", understood(member.value(), source))
            });
            let open = object.open().map_or("", |_| "{");
            let close = object.close().map_or("", |_| "}");
            format!("{open}{}{close}", members.collect::<Vec<_>>().join(", "))
        }
        Some(Value::Array(array)) => {
            let elements = array.elements().map(|it| understood(Some(it), source));
            let close = array.close().map_or("", |_| "]");
            format!("[{}{close}", elements.collect::<Vec<_>>().join(", "))
        }
        Some(Value::String(string)) => format!("{:?}", string.text(source)),
        Some(other) => source[other.range()].to_owned(),
    }
}
