//! Formatting: the layout that Base44 itself writes, for texts with comments, too.
//!
//! Only white space changes. Every element and every member stands on a line of its own, one level deeper than its brackets;
//! nothing stands between empty brackets. A comment stays on the line it is on and with what it is about: behind an element if its line
//! ends there, before the next one otherwise. A blank line between elements stays, as one.
//! All line ends become what the first one is.
//!
//! # Broken texts
//!
//! A line with an error stays as it is, to its last blank: how it is meant is for its author to say. Where a bracket is
//! missing or too many, nobody knows how deep the rest of the text stands, and all of it stays as it is.

use std::ops::{Range, RangeInclusive};

use text_size::{TextRange, TextSize};

use super::edit::{self, TextEdit, line_ends};
use super::issue::{SyntaxError, SyntaxErrorKind};
use super::kind::TokenKind;
use super::tree::{Token, Tree};

/// What people choose about a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatOptions {
    /// What one level of indentation is.
    pub indent: String,
    /// A blank line between two elements stays. Beside a comment it does in any case, since it tells what the comment is about.
    pub blank_lines: bool,
    /// With how many line ends a text may end; one that has fewer or more gets the nearest number.
    pub final_line_ends: RangeInclusive<usize>,
}

impl Default for FormatOptions {
    /// Two blanks, as Base44 writes, and whatever end there is.
    fn default() -> Self {
        FormatOptions {
            indent: "  ".to_owned(),
            blank_lines: true,
            final_line_ends: 0..=usize::MAX,
        }
    }
}

/// The edits that lay out what lies in `range`, in order; none where it is laid out already.
///
/// `tree` is the tree of `text`. The tokens stay what they are, comments included, and so do the errors.
#[must_use]
pub fn format(text: &str, tree: &Tree, options: &FormatOptions, range: TextRange) -> Vec<TextEdit> {
    let errors = tree.errors();
    if errors.iter().any(|it| hides_depth(it.kind)) {
        return Vec::new();
    }
    let layout = Layout {
        text,
        options,
        line_end: edit::line_end_habit(text),
        tokens: tree.tokens().filter(|it| it.kind != TokenKind::Whitespace).collect(),
        lists: vec![List::default()],
    };
    let mut edits = layout.edits(range);
    if !errors.is_empty() {
        leave_lines(text, &errors, &mut edits);
        if !is_same_but_for_blanks(text, tree, &edits) {
            return Vec::new();
        }
    }
    edits
}

/// Nobody reads what is nested deeper, and its indentation would be larger than its text by far.
const DEEPEST: usize = 64;

/// Whether it is unknown behind such an error how deep things stand.
fn hides_depth(kind: SyntaxErrorKind) -> bool {
    use SyntaxErrorKind as Kind;
    matches!(
        kind,
        Kind::EmptyDocument
            | Kind::NotAValue
            | Kind::Utf16
            | Kind::UnclosedComment
            | Kind::UnclosedObject
            | Kind::UnclosedArray
            | Kind::MissingBraces
            | Kind::MismatchedBracket { .. }
            | Kind::UnexpectedBracket { .. }
            | Kind::TrailingContent
    )
}

/// Drops the edits that touch a line with an error.
fn leave_lines(text: &str, errors: &[SyntaxError], edits: &mut Vec<TextEdit>) {
    let line_of = |range: TextRange| {
        let Range { start, end } = Range::<usize>::from(range);
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        let start = before.rfind(['\n', '\r']).map_or(0, |it| it + 1);
        let end = end + after.find(['\n', '\r']).unwrap_or(after.len());
        range_of(start, end)
    };
    let mut lines: Vec<TextRange> = Vec::new();
    for error in errors {
        if !lines.last().is_some_and(|it| it.contains_range(error.range)) {
            lines.push(line_of(error.range));
        }
    }
    edits.retain(|edit| {
        let above = lines.partition_point(|line| line.end() < edit.range.start());
        lines.get(above).is_none_or(|line| edit.range.end() < line.start())
    });
}

/// Where a quote is missing, a line end more or less may change what is a string.
fn is_same_but_for_blanks(text: &str, tree: &Tree, edits: &[TextEdit]) -> bool {
    fn solid<'a>(text: &'a str, tree: &'a Tree) -> impl Iterator<Item = (TokenKind, &'a str)> {
        let tokens = tree.tokens().filter(|it| it.kind != TokenKind::Whitespace);
        tokens.map(|it| (it.kind, text.get(Range::from(it.range)).unwrap_or_default()))
    }
    let new_text = edit::apply(text, edits);
    let new_tree = Tree::parse(&new_text);
    let kinds = |tree: &Tree| -> Vec<_> { tree.errors().iter().map(|it| it.kind).collect() };
    kinds(tree) == kinds(&new_tree) && solid(text, tree).eq(solid(&new_text, &new_tree))
}

/// A walk along the tokens that knows how deep it is.
struct Layout<'a> {
    text: &'a str,
    options: &'a FormatOptions,
    line_end: &'a str,
    /// All that are no white space.
    tokens: Vec<Token>,
    /// What is open at the token that is looked at, the document first.
    lists: Vec<List>,
}

/// An object or array that is open, or the document.
#[derive(Debug, Clone, Copy, Default)]
struct List {
    is_object: bool,
    /// It has nothing in it but comments, all on the line of its brackets.
    stays_on_line: bool,
    stage: Stage,
}

/// What was read last of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Its bracket, a comma, or a whole item.
    #[default]
    Item,
    /// A key.
    Key,
    /// A colon.
    Colon,
}

/// What is to stand between two tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Blank,
    Line { depth: usize, blank_line: bool },
}

impl Layout<'_> {
    fn edits(mut self, range: TextRange) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let mut wanted = String::new();
        let mut end_of_previous = TextSize::default();
        for index in 0..self.tokens.len() {
            let Some(&token) = self.tokens.get(index) else { break };
            let found = TextRange::new(end_of_previous, token.range.start());
            end_of_previous = token.range.end();
            if range.start() <= found.end() && found.end() < range.end() {
                wanted.clear();
                self.write(self.gap_before(index, found), found, &mut wanted);
                self.push(&mut edits, found, &wanted);
            }
            self.step(index, token);
            if self.lists.len() > DEEPEST {
                return Vec::new();
            }
        }
        let found = TextRange::new(end_of_previous, TextSize::of(self.text));
        if found.end() <= range.end() && !self.tokens.is_empty() {
            let wanted = self.end(found);
            self.push(&mut edits, found, &wanted);
        }
        edits
    }

    fn push(&self, edits: &mut Vec<TextEdit>, range: TextRange, wanted: &str) {
        if self.str(range) != wanted {
            let insert = wanted.to_owned();
            edits.push(TextEdit { range, insert });
        }
    }

    /// What is to stand in front of the token at `index`, where now `found` is.
    fn gap_before(&self, index: usize, found: TextRange) -> Gap {
        let list = self.list();
        let depth = self.lists.len().saturating_sub(1);
        let (Some(previous), Some(token)) = (self.token(index.wrapping_sub(1)), self.token(index)) else {
            return Gap::Nothing;
        };
        let line = |depth: usize| Gap::Line {
            depth,
            blank_line: false,
        };
        let must_break = matches!(previous, TokenKind::LineComment | TokenKind::HashComment);
        let line_count = line_ends(self.str(found));
        let beside_comment = previous.is_comment() || token.is_comment();
        let after_open = matches!(previous, TokenKind::OpenBrace | TokenKind::OpenBracket);
        match token {
            TokenKind::Comma if list.stage == Stage::Item && must_break => line(depth),
            _ if list.stage != Stage::Item && must_break => line(depth + 1),
            TokenKind::Comma | TokenKind::Colon => Gap::Nothing,
            _ if list.stage != Stage::Item => Gap::Blank,
            TokenKind::CloseBrace | TokenKind::CloseBracket if after_open => Gap::Nothing,
            _ if list.stays_on_line => Gap::Blank,
            TokenKind::CloseBrace | TokenKind::CloseBracket => line(depth.saturating_sub(1)),
            _ if must_break || 0 < line_count => Gap::Line {
                depth,
                blank_line: 1 < line_count && !after_open && (self.options.blank_lines || beside_comment),
            },
            token if token.is_comment() => match after_open || previous == TokenKind::Comma {
                true if self.leads_to_item(index) => line(depth),
                _ => Gap::Blank,
            },
            _ if previous.is_comment() => Gap::Blank,
            _ => line(depth),
        }
    }

    /// Whether the comments from `index` on, which stand behind a comma or an opening bracket, belong to what follows them: as in
    /// [`edit::List`], unless a line ends in between. Behind a bracket, they are all there is if the other bracket follows.
    fn leads_to_item(&self, index: usize) -> bool {
        let run = self.tokens.get(index.saturating_sub(1)..).unwrap_or_default();
        let mut rest = run.iter().map(|it| (it.kind, it.range));
        let Some((before, first)) = rest.next() else {
            return false;
        };
        let mut last_on_line = first;
        for (kind, range) in rest {
            let is_next_line = |from: TextRange| 0 < line_ends(self.str(TextRange::new(from.end(), range.start())));
            if !kind.is_comment() {
                let is_close = matches!(kind, TokenKind::CloseBrace | TokenKind::CloseBracket);
                let belongs_to_previous = is_close && before == TokenKind::Comma;
                return !belongs_to_previous && !is_next_line(last_on_line);
            }
            if !is_next_line(first) {
                last_on_line = range;
            }
        }
        false
    }

    /// Takes note of the token at `index`.
    fn step(&mut self, index: usize, token: Token) {
        let stage = match (token.kind, self.list()) {
            (kind, _) if kind.is_trivia() => return,
            (TokenKind::Colon, _) => Stage::Colon,
            (TokenKind::Comma, _) => Stage::Item,
            (_, list) if list.is_object && list.stage != Stage::Colon => Stage::Key,
            _ => Stage::Item,
        };
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.set_stage(Stage::Item);
                let list = List {
                    is_object: token.kind == TokenKind::OpenBrace,
                    stays_on_line: self.stays_on_line(index),
                    stage: Stage::Item,
                };
                self.lists.push(list);
            }
            TokenKind::CloseBrace | TokenKind::CloseBracket => drop(self.lists.pop()),
            _ => self.set_stage(stage),
        }
    }

    /// Whether the bracket at `index` is followed by block comments and the other bracket, all on one line.
    fn stays_on_line(&self, index: usize) -> bool {
        let rest = self.tokens.get(index..).unwrap_or_default();
        let Some(end) = rest.iter().skip(1).find(|it| it.kind != TokenKind::BlockComment) else {
            return false;
        };
        let start = rest.first().map_or(end.range.start(), |it| it.range.start());
        let is_close = matches!(end.kind, TokenKind::CloseBrace | TokenKind::CloseBracket);
        is_close && line_ends(self.str(TextRange::new(start, end.range.start()))) == 0
    }

    fn write(&self, gap: Gap, found: TextRange, out: &mut String) {
        match gap {
            // The byte order mark is white space to the CLI, but none of ours.
            Gap::Nothing if found.start() == TextSize::default() && self.str(found).starts_with('\u{feff}') => {
                out.push('\u{feff}');
            }
            Gap::Nothing => {}
            Gap::Blank => out.push(' '),
            Gap::Line { depth, blank_line } => {
                out.extend(std::iter::repeat_n(self.line_end, 1 + usize::from(blank_line)));
                out.extend(std::iter::repeat_n(self.options.indent.as_str(), depth));
            }
        }
    }

    /// What is to stand behind the last token, where now `found` is.
    fn end(&self, found: TextRange) -> String {
        let allowed = &self.options.final_line_ends;
        let count = line_ends(self.str(found)).min(*allowed.end()).max(*allowed.start());
        self.line_end.repeat(count)
    }

    fn list(&self) -> List {
        self.lists.last().copied().unwrap_or_default()
    }

    fn set_stage(&mut self, stage: Stage) {
        if let Some(list) = self.lists.last_mut() {
            list.stage = stage;
        }
    }

    fn token(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|it| it.kind)
    }

    fn str(&self, range: TextRange) -> &str {
        self.text.get(Range::from(range)).unwrap_or_default()
    }
}

fn range_of(start: usize, end: usize) -> TextRange {
    let offset = |at: usize| TextSize::try_from(at).unwrap_or_default();
    TextRange::new(offset(start), offset(end))
}
