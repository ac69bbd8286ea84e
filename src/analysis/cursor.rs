//! Where the cursor stands in a connector file, and what has to stand around a string that is put there.
//!
//! The text is hardly ever whole while somebody types in it, so the place is not worked out from what is there, it is tried: a
//! string is put at the cursor, with and without a comma, a colon or a value beside it, and of these few texts the one with
//! the fewest syntax errors is what the author is up to. Where the string stands in its tree is what the cursor stands on. A way
//! that adds an error is none, so that whatever is offered can be accepted.

mod trial;
mod under;
mod written;

use std::borrow::Cow;
use std::ops::Range;

use crate::syntax::{TextEdit, TextRange, TextSize, TokenKind, Tree};

use trial::Ground;
use under::Under;

/// A text with its tree.
#[derive(Debug)]
pub(super) struct Readable<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) tree: Cow<'a, Tree>,
}

/// A place where something can be completed. Ranges are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) expects: Expects,
    /// The string or word that gives way, quotes included; empty where there is none.
    pub(super) literal: TextRange,
    /// What gives way where the whole word is to be replaced. It begins behind an opening quote, is on one line, and contains the cursor.
    pub(super) replace: TextRange,
    /// What gives way where the rest of the word is to stay: the start of `replace`, up to the cursor if the rest can stay.
    pub(super) insert: TextRange,
    /// What goes in front of the name: a quote that is missing, or more.
    pub(super) open: String,
    /// What goes behind it: a quote that is missing.
    pub(super) close: String,
    /// What goes behind all: a bracket, a comma.
    pub(super) end: String,
    /// What goes between a key and its value.
    pub(super) colon: &'static str,
    /// The quote around the name.
    pub(super) quote: char,
    /// What has to be inserted elsewhere: a comma behind the line above. None of these touches `replace` at an insertion point.
    pub(super) elsewhere: Vec<TextEdit>,
}

/// What is to be completed at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expects {
    /// The document holds nothing yet but comments.
    File,
    /// A key of the connector.
    Key {
        /// Its colon and value are to be written along with it, and stand in no text yet.
        with_value: bool,
    },
    /// The value of `type`.
    Type,
    /// A scope.
    Scope,
}

impl<'a> Readable<'a> {
    /// The text as somebody at `offset` sees it: to who writes below a comment that is not closed, that comment ends with its
    /// line. Positions are the same.
    pub(super) fn at(text: &'a str, tree: &'a Tree, offset: TextSize) -> Self {
        let mut readable = Readable {
            text: Cow::Borrowed(text),
            tree: Cow::Borrowed(tree),
        };
        // More than a few of them are no slip.
        for _ in 0..4 {
            let Some(comment) = readable.open_comment_above(offset) else {
                break;
            };
            let mut text = readable.text.into_owned();
            let start = usize::from(comment.start());
            text.replace_range(start..start + "/*".len(), "//");
            readable = Readable {
                tree: Cow::Owned(Tree::parse(&text)),
                text: Cow::Owned(text),
            };
        }
        readable
    }

    fn open_comment_above(&self, offset: TextSize) -> Option<TextRange> {
        let token = self.tree.token_at(offset).left()?;
        let range = token.range;
        let body = self.text.get(Range::from(range))?;
        let is_open = token.kind == TokenKind::BlockComment && (body.len() < 4 || !body.ends_with("*/"));
        let before_cursor = self.text.get(Range::from(TextRange::new(range.start(), offset)))?;
        (is_open && before_cursor.contains(['\n', '\r'])).then_some(range)
    }
}

/// The place at `offset`; `None` where nothing can be completed: in a comment, a number, another key's value, in the middle of
/// a character.
pub(super) fn place(text: &str, tree: &Tree, offset: TextSize) -> Option<Place> {
    let (before, after) = text.split_at_checked(usize::from(offset))?;
    if before.ends_with('\r') && after.starts_with('\n') {
        return None;
    }
    let under = Under::find(text, tree, offset)?;
    let ground = Ground { text, tree, offset };
    if ground.is_empty_but_for(&under) {
        return ground.whole_file(under);
    }
    ground
        .slot(under)
        .or_else(|| ground.slot(Under::value_ahead(text, tree, offset)?))
}

/// The array around `offset`, innermost.
pub(super) fn array_around(tree: &Tree, offset: TextSize) -> Option<crate::syntax::Array<'_>> {
    tree.path_at(offset)
        .into_iter()
        .rev()
        .find_map(crate::syntax::Array::cast)
}

/// Which key of a connector somebody means who writes `key`.
pub(super) fn meant_key(key: &str) -> Option<&'static str> {
    let lower = key.to_lowercase();
    KEYS.into_iter()
        .find(|it| lower == **it)
        .or_else(|| KEYS.into_iter().find(|it| strsim::osa_distance(&lower, it) <= 2))
}

/// The keys that the CLI reads.
pub(super) const KEYS: [&str; 2] = ["type", "scopes"];
