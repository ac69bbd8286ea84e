//! What an editor can fold away: objects, arrays, and comments of several lines.

use std::ops::Range;

use super::SourceFile;
use super::selection::without_blanks_behind;
use crate::syntax::{Array, Node, Object, TextRange, TextSize, TokenKind, Tree};

/// Something of several lines that can be shown in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// What disappears, in bytes: from behind an opening bracket to before the closing one, or a comment from behind its first line.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
}

/// What is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldKind {
    /// What stands between brackets; the line of the closing one is to stay in sight.
    Brackets,
    /// A block comment, or line comments on neighbouring lines.
    Comment,
}

/// All folds of a file, by position. Each goes over a line end.
pub fn folds(source: &SourceFile) -> Vec<Fold> {
    let (text, tree) = (&*source.text, &source.tree);
    let brackets = tree.nodes().filter_map(|it| inside(text, it)).map(|range| Fold {
        range,
        kind: FoldKind::Brackets,
    });
    let mut folds: Vec<Fold> = brackets.chain(comments(text, tree)).collect();
    // Looked up, not looked for: brackets can be nested a hundred thousand deep.
    let line_ends: Vec<_> = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).collect();
    folds.retain(|it| {
        let Range { start, end } = Range::<usize>::from(it.range);
        let next = line_ends.partition_point(|it| *it < start);
        line_ends.get(next).is_some_and(|it| *it < end)
    });
    folds.sort_by_key(|it| (it.range.start(), std::cmp::Reverse(it.range.end())));
    folds
}

/// What stands between the brackets of an object or array. Where the closing one is missing, up to the last thing that is there.
fn inside(text: &str, node: Node<'_>) -> Option<TextRange> {
    let (open, close) = match (Object::cast(node), Array::cast(node)) {
        (Some(object), _) => (object.open()?, object.close()),
        (_, Some(array)) => (array.open()?, array.close()),
        _ => return None,
    };
    let end = match close {
        Some(close) => close.start(),
        None => without_blanks_behind(text, node.range()).end(),
    };
    Some(TextRange::new(open.end(), end))
}

/// Block comments, and line comments that stand on lines of their own directly below each other.
fn comments(text: &str, tree: &Tree) -> Vec<Fold> {
    let mut runs: Vec<(TextRange, TokenKind)> = Vec::new();
    for comment in tree.comments() {
        let goes_on = |(run, kind): &(TextRange, TokenKind)| {
            *kind == TokenKind::LineComment
                && comment.kind == TokenKind::LineComment
                && is_one_line_end(text, TextRange::new(run.end(), comment.range.start()))
                && starts_line(text, run.start())
        };
        match runs.last_mut().filter(|it| goes_on(it)) {
            Some((run, _)) => *run = run.cover(comment.range),
            None => runs.push((comment.range, comment.kind)),
        }
    }
    let behind_first_line = |(range, _): (TextRange, TokenKind)| {
        let first = slice(text, range).find(['\n', '\r'])?;
        let start = range.start() + TextSize::try_from(first).ok()?;
        Some(Fold {
            range: TextRange::new(start, range.end()),
            kind: FoldKind::Comment,
        })
    };
    runs.into_iter().filter_map(behind_first_line).collect()
}

fn is_one_line_end(text: &str, gap: TextRange) -> bool {
    matches!(slice(text, gap).trim_matches([' ', '\t']), "\n" | "\r" | "\r\n")
}

fn starts_line(text: &str, at: TextSize) -> bool {
    let before = slice(text, TextRange::up_to(at)).trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

fn slice(text: &str, range: TextRange) -> &str {
    text.get(Range::from(range)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use std::ops::Range;

    use super::{FoldKind, folds};
    use crate::analysis::testing::TestProject;

    /// The folded text of each, comments marked.
    fn folded(fixture: &str) -> Vec<String> {
        let project = TestProject::new(fixture);
        let (source, _) = project.at_cursor();
        let shown = |it: &super::Fold| {
            let text = source.text.get(Range::from(it.range)).unwrap();
            let mark = if it.kind == FoldKind::Comment { "comment:" } else { "" };
            format!("{mark}{text}")
        };
        folds(source).iter().map(shown).collect()
    }

    #[test]
    fn objects_and_arrays_of_several_lines() {
        let found = folded("{\n  \"type\": \"slack\", \"x\": [],\n  \"scopes\": [\n    \"a\"\n  ]$0\n}");
        assert_eq!(
            found,
            [
                "\n  \"type\": \"slack\", \"x\": [],\n  \"scopes\": [\n    \"a\"\n  ]\n",
                "\n    \"a\"\n  "
            ]
        );
    }

    #[test]
    fn nothing_of_one_line() {
        assert_eq!(folded("{ \"scopes\": [\"a\", \"b\"] } // x\n/* y */$0"), [""; 0]);
    }

    #[test]
    fn neighbouring_line_comments_and_block_comments() {
        let found =
            folded("// a\n  // b\r\n// c\n\n// alone\n/* d\n e */\n{ \"a\": 1, // no\n // heading\n // of two\n }$0");
        assert_eq!(
            found,
            [
                "comment:\n  // b\r\n// c",
                "comment:\n e */",
                " \"a\": 1, // no\n // heading\n // of two\n ",
                "comment:\n // of two"
            ]
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_what_is_there() {
        assert_eq!(
            folded("{\n  \"scopes\": [\n    \"a\",$0\n\n"),
            ["\n  \"scopes\": [\n    \"a\",", "\n    \"a\","]
        );
        assert_eq!(folded("\"type\": \"slack\",\n\"scopes\": [\n1]$0"), ["\n1"]);
        assert_eq!(folded("[\n/* a\n$0"), ["\n/* a", "comment:\n"]);
        assert_eq!(folded("$0"), [""; 0]);
    }
}
