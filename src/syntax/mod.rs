//! Text to tree and errors.

mod ast;
mod chars;
mod decode;
pub mod edit;
mod green;
mod issue;
mod kind;
mod lexer;
mod number;
mod parser;
mod repair;
mod reparse;
mod tree;

pub use ast::{Array, Key, Member, Number, Object, StringLiteral, Value, Word};
pub use edit::{TextEdit, apply};
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
