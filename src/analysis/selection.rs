//! What an editor selects, step by step, when the selection is to grow.

use std::ops::Range;

use super::SourceFile;
use crate::syntax::{Element, Node, NodeKind, Quote, TextRange, TextSize, Token, TokenAt, TokenKind, Tree};

/// So many steps lead outwards at the most; the last one is the document.
const MOST: usize = 100;

/// The ranges around `offset`, in bytes, each inside the next and smaller than it, up to the whole document: the word, the
/// string's content, the string, the element with its comma, all elements, the array, the property, …
pub fn selection_ranges(source: &SourceFile, offset: TextSize) -> Vec<TextRange> {
    let (text, tree) = (&*source.text, &source.tree);
    let offset = offset.min(tree.len());
    let mut steps = Steps {
        offset,
        ranges: Vec::new(),
    };
    let token = token_at(tree, offset);
    if let Some(token) = token {
        steps.push_token(text, token);
    }
    let path = tree.path_at(offset);
    for (depth, node) in path.iter().enumerate().rev() {
        if matches!(node.kind(), NodeKind::Object | NodeKind::Array) {
            let child = path.get(depth + 1).map(Node::range).or(token.map(|it| it.range));
            steps.push_list(text, *node, child);
        }
        if node.kind() != NodeKind::Document {
            steps.push(without_blanks_behind(text, node.range()));
        }
        steps.push(node.range());
    }
    steps.ranges.truncate(MOST - 1);
    steps.push(TextRange::up_to(tree.len()));
    steps.ranges
}

/// What is there of something that is not closed: its range goes on to where it might be.
pub(super) fn without_blanks_behind(text: &str, range: TextRange) -> TextRange {
    let there = text.get(Range::from(range)).unwrap_or_default().trim_end();
    TextRange::at(range.start(), TextSize::of(there))
}

/// The token that somebody at `offset` means: of two, the one that is more than white space or a comma.
fn token_at(tree: &Tree, offset: TextSize) -> Option<Token> {
    let weight = |token: &Token| match token.kind {
        TokenKind::Whitespace => 0,
        TokenKind::Comma | TokenKind::Colon => 1,
        _ => 2,
    };
    let token = match tree.token_at(offset) {
        TokenAt::None => return None,
        TokenAt::Single(token) => token,
        TokenAt::Between(left, right) if weight(&left) > weight(&right) => left,
        TokenAt::Between(_, right) => right,
    };
    (token.kind != TokenKind::Whitespace).then_some(token)
}

/// Ranges around an offset that grow.
struct Steps {
    offset: TextSize,
    ranges: Vec<TextRange>,
}

impl Steps {
    /// Adds a range if it is around the last one, and not the same.
    fn push(&mut self, range: TextRange) {
        let grows = |last: &TextRange| range.contains_range(*last) && range != *last;
        if !range.is_empty() && range.contains_inclusive(self.offset) && self.ranges.last().is_none_or(grows) {
            self.ranges.push(range);
        }
    }

    fn push_token(&mut self, text: &str, token: Token) {
        let content = content(token);
        if content.contains_inclusive(self.offset) {
            self.push(word(text, content, self.offset));
            self.push(content);
        }
        self.push(token.range);
    }

    /// Adds what a list is made of: the item at `child` with its comma, and all items.
    fn push_list(&mut self, text: &str, list: Node<'_>, child: Option<TextRange>) {
        let mut from_child = list.children().skip_while(|it| Some(it.range()) != child);
        if let Some(item) = from_child.next().filter(|it| !it.is_trivia())
            && let Some(Element::Token(comma)) = from_child.find(|it| !it.is_trivia())
            && comma.kind == TokenKind::Comma
        {
            self.push(item.range().cover(comma.range));
        }
        self.push(without_blanks_behind(text, items(list)));
    }
}

/// From the first to the last thing between the brackets of a list; comments count.
fn items(list: Node<'_>) -> TextRange {
    let is_inside = |it: &Element<'_>| match it {
        Element::Node(_) => true,
        Element::Token(token) => !matches!(
            token.kind,
            TokenKind::Whitespace
                | TokenKind::OpenBrace
                | TokenKind::CloseBrace
                | TokenKind::OpenBracket
                | TokenKind::CloseBracket
        ),
    };
    let inside = list.children().filter(is_inside).map(|it| it.range());
    inside.reduce(TextRange::cover).unwrap_or_default()
}

/// What a string or comment says: without quotes, without `//`, `/*` and `*/`.
fn content(token: Token) -> TextRange {
    let len = |quote: Option<Quote>| quote.map_or(TextSize::new(0), |it| TextSize::of(it.as_char()));
    let (before, behind) = match token.kind {
        TokenKind::String(form) => (len(form.open), len(form.close)),
        TokenKind::LineComment => (2.into(), 0.into()),
        // One that is not closed may be shorter.
        TokenKind::BlockComment if token.range.len() >= 4.into() => (2.into(), 2.into()),
        _ => (0.into(), 0.into()),
    };
    TextRange::new(token.range.start() + before, token.range.end() - behind)
}

/// The letters and digits around `offset`, within `content`.
fn word(text: &str, content: TextRange, offset: TextSize) -> TextRange {
    let slice = |range: TextRange| text.get(Range::from(range)).unwrap_or_default();
    let before = slice(TextRange::new(content.start(), offset));
    let behind = slice(TextRange::new(offset, content.end()));
    let start = before.trim_end_matches(char::is_alphanumeric);
    let rest = behind.trim_start_matches(char::is_alphanumeric);
    TextRange::new(
        content.start() + TextSize::of(start),
        content.end() - TextSize::of(rest),
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use std::ops::Range;

    use super::selection_ranges;
    use crate::analysis::testing::TestProject;
    use crate::syntax::{TextRange, TextSize};

    #[track_caller]
    fn check(fixture: &str, expected: &[&str]) {
        let project = TestProject::new(fixture);
        let (source, offset) = project.at_cursor();
        let ranges = selection_ranges(source, offset);
        let texts: Vec<_> = ranges
            .iter()
            .map(|it| source.text.get(Range::from(*it)).unwrap())
            .collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn from_a_word_in_a_string_to_the_document() {
        check(
            "// x\n{ \"scopes\": [ \"chat:wr$0ite\" , 'b' ] }\n",
            &[
                "write",
                "chat:write",
                "\"chat:write\"",
                "\"chat:write\" ,",
                "\"chat:write\" , 'b'",
                "[ \"chat:write\" , 'b' ]",
                "\"scopes\": [ \"chat:write\" , 'b' ]",
                "{ \"scopes\": [ \"chat:write\" , 'b' ] }",
                "// x\n{ \"scopes\": [ \"chat:write\" , 'b' ] }\n",
            ],
        );
    }

    #[test]
    fn from_a_key_to_the_property_with_its_comma() {
        check(
            "{ ty$0pe: 1, \"x\": 2 }",
            &[
                "type",
                "type: 1",
                "type: 1,",
                "type: 1, \"x\": 2",
                "{ type: 1, \"x\": 2 }",
            ],
        );
    }

    #[test]
    fn from_a_comment() {
        check(
            "[ 1, /* the te$0am's */ 2 ]",
            &[
                "team",
                " the team's ",
                "/* the team's */",
                "1, /* the team's */ 2",
                "[ 1, /* the team's */ 2 ]",
            ],
        );
    }

    #[test]
    fn between_elements_and_outside() {
        check("[ 1, $0 2 ]", &["1,  2", "[ 1,  2 ]"]);
        check(" $0 []", &["  []"]);
        check("$0", &[]);
    }

    #[test]
    fn in_broken_text() {
        check(
            "{ \"scopes\": [ \"😀 cal$0",
            &[
                "cal",
                "😀 cal",
                "\"😀 cal",
                "[ \"😀 cal",
                "\"scopes\": [ \"😀 cal",
                "{ \"scopes\": [ \"😀 cal",
            ],
        );
    }

    #[test]
    fn ranges_grow_from_any_place_of_any_prefix() {
        let text =
            "\u{feff}// é\r\n{ type: 'slack', \"scopes\": [[\"a b\", /* c */ ], {,] : = 1 }, \"x\" \"y\" } tail ]";
        for end in (0..=text.len()).filter(|it| text.is_char_boundary(*it)) {
            let project = TestProject::new(&format!("{}$0", text.get(..end).unwrap()));
            let (source, _) = project.at_cursor();
            for at in (0..=end).filter(|it| text.is_char_boundary(*it)) {
                let offset = TextSize::try_from(at).unwrap();
                let ranges = selection_ranges(source, offset);
                assert!(
                    ranges.iter().all(|it| it.contains_inclusive(offset)),
                    "{at} of {:?}: {ranges:?}",
                    source.text
                );
                let grows = ranges
                    .windows(2)
                    .all(|it| it[1].contains_range(it[0]) && it[1] != it[0]);
                assert!(grows, "{at} of {:?}: {ranges:?}", source.text);
                let document = TextRange::up_to(TextSize::of(&*source.text));
                assert!(
                    end == 0 || ranges.last() == Some(&document),
                    "{at} of {:?}: {ranges:?}",
                    source.text
                );
            }
        }
    }

    #[test]
    fn deep_nesting_is_cut_short() {
        let project = TestProject::new(&("[".repeat(100_000) + "$0"));
        let (source, offset) = project.at_cursor();
        assert_eq!(selection_ranges(source, offset).len(), super::MOST);
    }
}
