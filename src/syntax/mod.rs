//! Text to tree and errors: JSON5 as the Base44 CLI reads it, with notes on what is not JSONC.
//!
//! The grammar is that of `JSON5.parse` 2.2.3, for `.json` and `.jsonc` files alike: [`Tree::errors`] is empty exactly for
//! the texts that the CLI can read. Nothing in here knows what a connector is.
//!
//! # Design
//!
//! [`Tree::parse`] never fails: any text has a tree, and the tokens put together are the text.
//!
//! - `lexer` gives one token at a position, by what the parser expects there. A string ends where its line ends; what
//!   follows it on the line tells whether its quote was forgotten, so that `"a, "b"` are two strings.
//! - `parser` is a machine with its own stack, so that 100,000 brackets are as good as ten. One slip is one error:
//!   what comes after it is understood as if it had not happened.
//! - `green` holds the result: nodes with relative lengths and no text, shared between trees. Errors and notes are
//!   children of no length next to what they are about, so a part that is shared keeps them without any bookkeeping.
//!   Missing brackets and content after the document's value are seen in the tree's shape and are not stored.
//! - `reparse` resumes the machine before an edit and stops it where the old tree goes on.
//! - `tree` and `ast` are cursors: a node and its offset. `walk` goes through a whole tree.
//!
//! # Why not rowan
//!
//! A rowan tree stores the text of every token, has no place for errors, and its nodes have as many children as the text
//! has elements: to replace one of the 20,000 scopes of a large array copies them all. Here long lists of children are
//! B-trees, a token takes 16 bytes, and one keystroke in that array reads and copies some hundred bytes and pointers.
//!
//! # Invariants
//!
//! - No function here panics, fails, recurses by depth, or looks at anything but its arguments.
//! - Offsets are bytes. Every range lies in the text, on character boundaries.
//! - `tree.edited(new, …) == Tree::parse(new)`, whatever the edit; a wrong edit costs time only.
//! - Errors come by position, no two at one place. [`SyntaxError::repair`] never adds one.
//!
//! Every token of a text with no error is read without looking beyond the next comma or bracket; `reparse` tells why that matters.

mod ast;
mod chars;
mod decode;
mod difference;
pub mod edit;
mod format;
mod green;
mod issue;
mod kind;
mod lexer;
mod number;
mod parser;
mod repair;
mod reparse;
mod tree;
mod walk;

pub use ast::{Array, Key, Member, Number, Object, StringLiteral, Value, Word};
pub use difference::difference;
pub use edit::{TextEdit, apply};
pub use format::{FormatOptions, format};
pub use issue::{Json5Note, Json5NoteKind, SyntaxError, SyntaxErrorKind};
pub use kind::{NodeKind, Quote, StringForm, TokenKind, WordKind};
pub use text_size::{TextRange, TextSize};
pub use tree::{Children, Element, Node, Token, TokenAt, Tree};

use std::borrow::Cow;

/// The text of a file as the CLI reads it: UTF-8, where every malformed part becomes U+FFFD.
#[must_use]
pub fn decode_utf8(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
