//! Typed views of the tree: values, objects, members, keys, arrays and strings.
//!
//! All of them are cursors into a [`Tree`](super::Tree), and none is ever complete: what is missing in the text is `None` here.

use std::borrow::Cow;
use std::ops::Range;

use text_size::{TextRange, TextSize};

use super::decode;
use super::kind::{NodeKind, Quote, StringForm, TokenKind, WordKind};
use super::tree::{Element, Node, Token};

/// A value.
#[derive(Debug, Clone, Copy)]
pub enum Value<'t> {
    /// `{ … }`
    Object(Object<'t>),
    /// `[ … ]`
    Array(Array<'t>),
    /// `"…"`
    String(StringLiteral),
    /// A number, perhaps with an error.
    Number(Number),
    /// `true`, `false`, `null`, `Infinity`, `NaN`, or a bare word, which is an error.
    Word(Word),
}

/// An object.
#[derive(Debug, Clone, Copy)]
pub struct Object<'t>(Node<'t>);

/// An array.
#[derive(Debug, Clone, Copy)]
pub struct Array<'t>(Node<'t>);

/// A key, its colon and its value; at least one of them is there.
#[derive(Debug, Clone, Copy)]
pub struct Member<'t>(Node<'t>);

/// The key of a member.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// `"type"`
    String(StringLiteral),
    /// `type`
    Bare(TextRange),
}

/// A string and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StringLiteral {
    range: TextRange,
    form: StringForm,
}

/// A number's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    range: TextRange,
}

/// A word and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// What it means.
    pub kind: WordKind,
    range: TextRange,
}

impl<'t> Value<'t> {
    fn cast(element: Element<'t>) -> Option<Self> {
        match element {
            Element::Token(token) => Self::of_token(token),
            Element::Node(node) => match node.kind() {
                NodeKind::Object => Some(Self::Object(Object(node))),
                NodeKind::Array => Some(Self::Array(Array(node))),
                NodeKind::Document | NodeKind::Member => None,
            },
        }
    }

    /// As `cast`, for children of the document, where a bare word is no value.
    pub(super) fn of_document(element: Element<'t>) -> Option<Self> {
        Self::cast(element).filter(|it| !matches!(it, Self::Word(word) if word.kind == WordKind::Bare))
    }

    fn of_token(Token { kind, range }: Token) -> Option<Self> {
        match kind {
            TokenKind::String(form) => Some(Self::String(StringLiteral { range, form })),
            TokenKind::Number => Some(Self::Number(Number { range })),
            TokenKind::Word(kind) => Some(Self::Word(Word { kind, range })),
            _ => None,
        }
    }

    /// Where it is, with its quotes or brackets.
    #[must_use]
    pub fn range(&self) -> TextRange {
        match self {
            Self::Object(object) => object.range(),
            Self::Array(array) => array.range(),
            Self::String(string) => string.range,
            Self::Number(number) => number.range,
            Self::Word(word) => word.range,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<Object<'t>> {
        match self {
            Self::Object(object) => Some(*object),
            _ => None,
        }
    }

    /// The array, if it is one.
    #[must_use]
    pub fn as_array(&self) -> Option<Array<'t>> {
        match self {
            Self::Array(array) => Some(*array),
            _ => None,
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_string(&self) -> Option<StringLiteral> {
        match self {
            Self::String(string) => Some(*string),
            _ => None,
        }
    }
}

impl<'t> Object<'t> {
    /// The object that `node` is.
    #[must_use]
    pub fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind() == NodeKind::Object).then_some(Self(node))
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> Node<'t> {
        self.0
    }

    /// Where it is, with its braces, and where `}` is missing, with the white space after its last member.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.0.range()
    }

    /// Its `{`; missing where members stand in a document without braces.
    #[must_use]
    pub fn open(&self) -> Option<TextRange> {
        opening(self.0)
    }

    /// Its `}`, or the `]` that stands for it.
    #[must_use]
    pub fn close(&self) -> Option<TextRange> {
        closing(self.0)
    }

    /// Its members in order.
    pub fn members(&self) -> impl Iterator<Item = Member<'t>> + use<'t> {
        self.0.children().filter_map(|it| match it {
            Element::Node(node) => Member::cast(node),
            Element::Token(_) => None,
        })
    }
}

impl<'t> Array<'t> {
    /// The array that `node` is.
    #[must_use]
    pub fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind() == NodeKind::Array).then_some(Self(node))
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> Node<'t> {
        self.0
    }

    /// Where it is, with its brackets, and where `]` is missing, with the white space after its last element.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.0.range()
    }

    /// Its `[`. It is always there.
    #[must_use]
    pub fn open(&self) -> Option<TextRange> {
        opening(self.0)
    }

    /// Its `]`, or the `}` that stands for it.
    #[must_use]
    pub fn close(&self) -> Option<TextRange> {
        closing(self.0)
    }

    /// Its elements in order.
    pub fn elements(&self) -> impl Iterator<Item = Value<'t>> + use<'t> {
        self.0.children().filter_map(Value::cast)
    }
}

fn opening(node: Node<'_>) -> Option<TextRange> {
    node.green.opened.then(|| TextRange::at(node.start, TextSize::new(1)))
}

fn closing(node: Node<'_>) -> Option<TextRange> {
    let end = node.range().end();
    node.green.closed.then(|| TextRange::new(end - TextSize::new(1), end))
}

impl<'t> Member<'t> {
    /// The member that `node` is.
    #[must_use]
    pub fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind() == NodeKind::Member).then_some(Self(node))
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> Node<'t> {
        self.0
    }

    /// Where it is, from the key to the value. Where only the value is missing, the white space after the colon is part of it.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.0.range()
    }

    /// What is before the colon, or the first literal without a colon.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        match Value::of_token(self.0.first_token()?)? {
            Value::String(string) => Some(Key::String(string)),
            Value::Word(word) => Some(Key::Bare(word.range)),
            Value::Number(_) | Value::Object(_) | Value::Array(_) => None,
        }
    }

    /// The `:`, or the `=` or `=>` that stands for it.
    #[must_use]
    pub fn colon(&self) -> Option<TextRange> {
        self.0.children().find_map(|it| match it {
            Element::Token(Token {
                kind: TokenKind::Colon,
                range,
            }) => Some(range),
            _ => None,
        })
    }

    /// What is after the colon, or after the key where the colon is missing.
    #[must_use]
    pub fn value(&self) -> Option<Value<'t>> {
        let key = usize::from(self.key().is_some());
        self.0.children().skip(key).find_map(Value::cast)
    }
}

impl Key {
    /// Where it is, with its quotes.
    #[must_use]
    pub fn range(&self) -> TextRange {
        match self {
            Self::String(string) => string.range,
            Self::Bare(range) => *range,
        }
    }

    /// What it says, escapes resolved. `text` is the tree's text.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self {
            Self::String(string) => string.text(text),
            Self::Bare(range) => decode::decoded(slice(text, *range)),
        }
    }
}

impl StringLiteral {
    /// Where it is, with its quotes.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.range
    }

    /// Where its content is, without the quotes.
    #[must_use]
    pub fn content_range(&self) -> TextRange {
        let len = |quote: char| TextSize::of(quote);
        let open = self.form.open.map_or(TextSize::new(0), |it| len(it.as_char()));
        let close = self.form.close.map_or(TextSize::new(0), |it| len(it.as_char()));
        TextRange::new(self.range.start() + open, self.range.end() - close)
    }

    /// The quote it begins with, or, where that is missing, the one it ends with.
    #[must_use]
    pub fn quote(&self) -> char {
        self.form.open.or(self.form.close).map_or('"', Quote::as_char)
    }

    /// Which quotes it has.
    #[must_use]
    pub fn form(&self) -> StringForm {
        self.form
    }

    /// Whether its closing quote is there.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.form.close.is_some()
    }

    /// What it says, escapes resolved; a lone surrogate becomes U+FFFD. `text` is the tree's text.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        decode::decoded(slice(text, self.content_range()))
    }

    /// Where in the source the bytes `decoded` of [`StringLiteral::text`] come from: all escapes that take part in them.
    #[must_use]
    pub fn source_range(&self, text: &str, decoded: Range<usize>) -> TextRange {
        let content = self.content_range();
        let range = decode::source_range(slice(text, content), decoded);
        range + content.start()
    }
}

impl Number {
    /// Where it is.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.range
    }
}

impl Word {
    /// Where it is.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.range
    }
}

fn slice(text: &str, range: TextRange) -> &str {
    text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default()
}
