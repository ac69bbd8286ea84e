//! The literal under the cursor.

use std::ops::Range;

use crate::analysis::cursor::array_around;
use crate::syntax::{Quote, StringForm, TextRange, TextSize, Token, TokenKind, Tree};

/// The literal under the cursor, which gives way to what is chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Under {
    /// All of it, quotes included; empty where there is none.
    pub(super) all: TextRange,
    /// Without its quotes.
    pub(super) content: TextRange,
    pub(super) opening: Mark,
    pub(super) closing: Mark,
}

/// One quote of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Missing,
    /// A typographic one, or one that does not match the other.
    Wrong,
    Right(char),
}

impl Under {
    /// `None` where nothing can be typed that would be a name.
    pub(super) fn find(text: &str, tree: &Tree, offset: TextSize) -> Option<Self> {
        let touched = tree.token_at(offset);
        let (left, right) = (touched.left(), touched.right());
        if left.is_some_and(|it| in_comment(text, it, offset)) {
            return None;
        }
        if left.is_some_and(|it| is_stroke(text, it)) {
            return None;
        }
        let at_number = |it: Token| it.kind == TokenKind::Number;
        if left.is_some_and(at_number) || right.is_some_and(at_number) {
            return None;
        }
        for token in [left, right].into_iter().flatten() {
            match token.kind {
                TokenKind::String(form) if touches_inside(token, form, offset) => {
                    return Self::of_string(text, token, form);
                }
                TokenKind::Word(_) => return Some(Self::of_word(token.range)),
                _ => {}
            }
        }
        // `chat:`, on the way to `chat:write`, is a word and something that fits nowhere.
        if let Some(unknown) = left.filter(|it| matches!(it.kind, TokenKind::Unknown | TokenKind::Colon))
            && unknown.range.end() == offset
            && let Some(word) = tree.token_at(unknown.range.start()).left()
            && matches!(word.kind, TokenKind::Word(_))
            && array_around(tree, offset).is_some()
        {
            return Some(Self::of_word(TextRange::new(word.range.start(), offset)));
        }
        Some(Self::of_word(TextRange::empty(offset)))
    }

    /// The literal that follows `offset` on its line, and the blanks before it.
    pub(super) fn value_ahead(text: &str, tree: &Tree, offset: TextSize) -> Option<Self> {
        let mut next = tree.token_at(offset).right()?;
        if next.kind == TokenKind::Whitespace {
            next = tree.token_at(next.range.end()).right()?;
        }
        let is_literal = matches!(next.kind, TokenKind::String(_) | TokenKind::Word(_));
        let all = TextRange::new(offset, next.range.end().max(offset));
        (is_literal && on_one_line(text, all)).then(|| Self::of_word(all))
    }

    fn of_word(all: TextRange) -> Self {
        Under {
            all,
            content: all,
            opening: Mark::Missing,
            closing: Mark::Missing,
        }
    }

    fn of_string(text: &str, token: Token, form: StringForm) -> Option<Self> {
        if !on_one_line(text, token.range) {
            return None;
        }
        let len = |quote: Option<Quote>| quote.map_or(TextSize::new(0), |it| TextSize::of(it.as_char()));
        let content = TextRange::new(
            token.range.start() + len(form.open),
            token.range.end() - len(form.close),
        );
        let right = |quote: Option<Quote>| match quote {
            None => Mark::Missing,
            Some(quote @ (Quote::Double | Quote::Single)) => Mark::Right(quote.as_char()),
            Some(_) => Mark::Wrong,
        };
        let opening = right(form.open);
        let closing = match form.close {
            Some(_) if form.close != form.open => Mark::Wrong,
            close => right(close),
        };
        Some(Under {
            all: token.range,
            content,
            opening,
            closing,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn is_unquoted(&self) -> bool {
        self.opening == Mark::Missing && self.closing == Mark::Missing
    }
}

/// The cursor is in the string, not before or behind it.
fn touches_inside(token: Token, form: StringForm, offset: TextSize) -> bool {
    let after_start = token.range.start() < offset || form.open.is_none() && token.range.start() == offset;
    let before_end = offset < token.range.end() || form.close.is_none() && token.range.end() == offset;
    after_start && before_end
}

fn in_comment(text: &str, token: Token, offset: TextSize) -> bool {
    let closed = token.kind == TokenKind::BlockComment
        && text
            .get(Range::from(token.range))
            .is_some_and(|it| it.len() >= 4 && it.ends_with("*/"));
    token.kind.is_comment() && (offset < token.range.end() || !closed) && token.range.start() < offset
}

/// Half of the sign that begins a comment.
fn is_stroke(text: &str, token: Token) -> bool {
    token.kind == TokenKind::Unknown && text.get(Range::from(token.range)) == Some("/")
}

fn on_one_line(text: &str, range: TextRange) -> bool {
    !text.get(Range::from(range)).unwrap_or_default().contains(['\n', '\r'])
}
