//! Trees and the ways to look into them.

use std::fmt;
use std::slice;
use std::sync::Arc;

use text_size::{TextRange, TextSize};

use super::ast::Value;
use super::green::{self, Backwards, Child, Cut, Green};
use super::issue::{IssueKind, Json5Note, SyntaxError, SyntaxErrorKind};
use super::kind::{NodeKind, TokenKind};
use super::walk::{Event, Walk};
use super::{parser::Parser, reparse};

/// A text's syntax tree with its errors: every byte of the text is in exactly one token.
///
/// Cloning costs nothing. Two trees are equal if they have the same structure, errors and notes.
#[derive(Clone)]
pub struct Tree {
    pub(super) document: Arc<Green>,
    pub(super) read: TextSize,
}

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is; never empty.
    pub range: TextRange,
}

/// The tokens at an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenAt {
    /// The text is empty, or shorter.
    None,
    /// The offset is inside a token, or at one end of the text.
    Single(Token),
    /// The offset is where one token ends and the next one begins.
    Between(Token, Token),
}

/// A node and its place.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) green: &'t Green,
    pub(super) start: TextSize,
}

/// What a node is made of.
#[derive(Debug, Clone, Copy)]
pub enum Element<'t> {
    /// A token.
    Token(Token),
    /// A node.
    Node(Node<'t>),
}

impl Tree {
    /// Reads a text. Any text has a tree; what is wrong with it is in [`Tree::errors`].
    ///
    /// Texts end after 4 GiB: what is beyond is not looked at.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = within_reach(text);
        let mut parser = Parser::new(text);
        let document = loop {
            if let Some(document) = parser.step() {
                break document;
            }
        };
        Self {
            document,
            read: TextSize::of(text),
        }
    }

    /// The tree of `new_text`, which is this tree's text with `range` replaced by `inserted` bytes.
    ///
    /// Equal to [`Tree::parse`] of `new_text`, but only reads what the edit touches.
    #[must_use]
    pub fn edited(&self, new_text: &str, range: TextRange, inserted: TextSize) -> Self {
        reparse::edited(self, new_text, range, inserted)
    }

    /// How many bytes were read to make this tree. For tests that count work.
    #[doc(hidden)]
    #[must_use]
    pub fn bytes_read(&self) -> TextSize {
        self.read
    }

    /// The length of the text in bytes.
    #[must_use]
    pub fn len(&self) -> TextSize {
        self.document.children.len
    }

    /// The node of the whole text.
    #[must_use]
    pub fn document(&self) -> Node<'_> {
        Node {
            green: &self.document,
            start: TextSize::new(0),
        }
    }

    /// The document's value: the first one, if there are several.
    ///
    /// Members without braces around them count as an object without [`open`](super::Object::open).
    #[must_use]
    pub fn root(&self) -> Option<Value<'_>> {
        self.document().children().find_map(Value::of_document)
    }

    /// What keeps the CLI from reading the text, by position; never two at one place.
    #[must_use]
    pub fn errors(&self) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        let mut walk = Walk::new(self.document());
        let mut comment_is_open = false;
        while let Some(event) = walk.next() {
            match event {
                Event::Enter(node) if node.green.has_errors() => errors.extend(node.own_error()),
                Event::Enter(_) => walk.skip_node(),
                Event::Issue(IssueKind::Error(kind), range) => {
                    comment_is_open |= kind == SyntaxErrorKind::UnclosedComment;
                    let end = None;
                    errors.push(SyntaxError { kind, range, end });
                }
                Event::Issue(..) | Event::Token(_) | Event::Leave => {}
            }
        }
        if let Some(trailing) = self.trailing_content() {
            errors.retain(|it| !trailing.range.contains_range(it.range));
            errors.push(trailing);
        }
        if comment_is_open {
            // Whatever closes them is in the comment.
            errors.retain(|it| {
                !matches!(
                    it.kind,
                    SyntaxErrorKind::UnclosedObject | SyntaxErrorKind::UnclosedArray
                )
            });
        }
        errors.sort_by_key(|it| (it.range.start(), it.range.end()));
        errors
    }

    /// What is legal, but not in JSONC, by position.
    #[must_use]
    pub fn notes(&self) -> Vec<Json5Note> {
        let mut notes = Vec::new();
        let mut walk = Walk::new(self.document());
        while let Some(event) = walk.next() {
            match event {
                Event::Enter(node) if !node.green.children.has_notes => walk.skip_node(),
                Event::Issue(IssueKind::Note(kind), range) => notes.push(Json5Note { kind, range }),
                _ => {}
            }
        }
        notes.sort_by_key(|it| (it.range.start(), it.range.end()));
        notes
    }

    /// All tokens in order. Put together, they are the text.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        Walk::new(self.document()).filter_map(|event| match event {
            Event::Token(token) => Some(token),
            _ => None,
        })
    }

    /// All nodes below the document, outer ones first, in order.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        Walk::new(self.document()).filter_map(|event| match event {
            Event::Enter(node) => Some(node),
            _ => None,
        })
    }

    /// All comments in order.
    pub fn comments(&self) -> impl Iterator<Item = Token> {
        self.tokens().filter(|it| it.kind.is_comment())
    }

    /// The token at `offset`, or the two that meet there.
    #[must_use]
    pub fn token_at(&self, offset: TextSize) -> TokenAt {
        let right = self.document().token_covering(offset);
        let left = offset
            .checked_sub(TextSize::new(1))
            .and_then(|byte| self.document().token_covering(byte));
        match (left, right) {
            (Some(left), Some(right)) if left != right => TokenAt::Between(left, right),
            (Some(token), _) | (None, Some(token)) => TokenAt::Single(token),
            (None, None) => TokenAt::None,
        }
    }

    /// The nodes that contain `offset`, the document first.
    ///
    /// A member also contains its two ends. An array or object contains what is between its brackets; where one is
    /// missing, that end, too.
    #[must_use]
    pub fn path_at(&self, offset: TextSize) -> Vec<Node<'_>> {
        let mut node = self.document();
        let mut path = vec![node];
        loop {
            let before = offset.checked_sub(TextSize::new(1));
            let inner = [before, Some(offset)]
                .into_iter()
                .flatten()
                .filter_map(|byte| node.child_covering(byte))
                .find_map(|child| match child {
                    Element::Node(child) if child.contains(offset) => Some(child),
                    _ => None,
                });
            let Some(inner) = inner else { return path };
            path.push(inner);
            node = inner;
        }
    }

    /// The error about everything that follows the document's value, if anything does.
    fn trailing_content(&self) -> Option<SyntaxError> {
        let mut rest = self.document().children();
        rest.find_map(Value::of_document)?;
        let first = rest.find(|it| !it.is_trivia())?;
        let end = self.document().last_solid().map_or(first.range(), |(_, it)| it).end();
        let kind = match first {
            Element::Token(Token {
                kind: TokenKind::CloseBrace,
                ..
            }) => SyntaxErrorKind::UnexpectedBracket { found: '}' },
            Element::Token(Token {
                kind: TokenKind::CloseBracket,
                ..
            }) => SyntaxErrorKind::UnexpectedBracket { found: ']' },
            _ => SyntaxErrorKind::TrailingContent,
        };
        let range = TextRange::new(first.range().start(), end);
        let end = None;
        Some(SyntaxError { kind, range, end })
    }
}

/// As much of `text` as offsets can count.
pub(super) fn within_reach(text: &str) -> &str {
    let limit = text.len().min(u32::MAX as usize);
    let end = (0..=limit).rev().find(|&at| text.is_char_boundary(at));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

impl TokenAt {
    /// The token that ends at the offset, or contains it.
    #[must_use]
    pub fn left(self) -> Option<Token> {
        match self {
            Self::None => None,
            Self::Single(token) | Self::Between(token, _) => Some(token),
        }
    }

    /// The token that begins at the offset, or contains it.
    #[must_use]
    pub fn right(self) -> Option<Token> {
        match self {
            Self::None => None,
            Self::Single(token) | Self::Between(_, token) => Some(token),
        }
    }
}

impl<'t> Element<'t> {
    /// Where it is.
    #[must_use]
    pub fn range(&self) -> TextRange {
        match self {
            Self::Token(token) => token.range,
            Self::Node(node) => node.range(),
        }
    }

    /// Whether this is white space or a comment.
    #[must_use]
    pub fn is_trivia(&self) -> bool {
        matches!(self, Self::Token(token) if token.kind.is_trivia())
    }

    /// `child`, which starts at `start`, unless it is an issue or a run.
    fn new(child: &'t Child, start: TextSize) -> Option<Self> {
        match child {
            Child::Token(kind, len) => Some(Self::Token(Token {
                kind: *kind,
                range: TextRange::at(start, *len),
            })),
            Child::Node(green) => Some(Self::Node(Node { green, start })),
            Child::Issue { .. } | Child::Run(_) => None,
        }
    }
}

impl<'t> Node<'t> {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> NodeKind {
        self.green.kind
    }

    /// Where it is.
    #[must_use]
    pub fn range(&self) -> TextRange {
        TextRange::at(self.start, self.green.children.len)
    }

    /// The tokens and nodes it is made of, in order.
    #[must_use]
    pub fn children(&self) -> Children<'t> {
        Children {
            items: self.green.children.items.iter(),
            outer: Vec::new(),
            start: self.start,
        }
    }

    /// Its first token, if it begins with one.
    pub(super) fn first_token(&self) -> Option<Token> {
        match self.children().next()? {
            Element::Token(token) => Some(token),
            Element::Node(_) => None,
        }
    }

    /// Its last child that is neither white space nor a comment, and that child's place.
    pub(super) fn last_solid(&self) -> Option<(&'t Child, TextRange)> {
        last_solid(&self.green.children, self.range().end())
    }

    /// The child that covers the byte at offset `byte`, and those before it, the last one first.
    pub(super) fn backwards(&self, byte: TextSize) -> Backwards<'t> {
        let located = self.locate(byte).map(|(child, start, mut cut)| {
            cut.advance();
            (cut, start + child.len())
        });
        match located {
            Some((cut, end)) => self.green.children.backwards(&cut, end),
            None => self.green.children.all_backwards(self.range().end()),
        }
    }

    fn contains(&self, offset: TextSize) -> bool {
        let range = self.range();
        let after_start = range.start() < offset || !self.green.opened && range.start() == offset;
        let before_end = offset < range.end() || !self.green.closed && range.end() == offset;
        after_start && before_end
    }

    fn child_covering(&self, byte: TextSize) -> Option<Element<'t>> {
        let (child, start, _) = self.locate(byte)?;
        Element::new(child, start)
    }

    fn token_covering(&self, byte: TextSize) -> Option<Token> {
        let mut node = *self;
        loop {
            match node.child_covering(byte)? {
                Element::Token(token) => return Some(token),
                Element::Node(child) => node = child,
            }
        }
    }

    /// The child that covers the byte at offset `byte`, where it starts, and the cut before it.
    pub(super) fn locate(&self, byte: TextSize) -> Option<(&'t Child, TextSize, Cut)> {
        if !self.range().contains(byte) {
            return None;
        }
        let mut items: &'t [Child] = &self.green.children.items;
        let mut start = self.start;
        let mut cut = Vec::with_capacity(1);
        loop {
            let mut chosen = None;
            for (index, child) in items.iter().enumerate() {
                let end = start + child.len();
                if byte < end {
                    chosen = Some((index, child));
                    break;
                }
                start = end;
            }
            let (index, child) = chosen?;
            cut.push(index);
            match child {
                Child::Run(run) => items = &run.items,
                _ => return Some((child, start, Cut(cut))),
            }
        }
    }

    /// The error it has by itself: a bracket that is missing.
    fn own_error(&self) -> Option<SyntaxError> {
        if !self.green.lacks_bracket() {
            return None;
        }
        let last = self.last_solid();
        let mut end = last.map(|(_, range)| range.end());
        if !self.green.opened {
            let kind = SyntaxErrorKind::MissingBraces;
            let range = TextRange::empty(self.start);
            let end = end.filter(|_| !self.green.closed);
            return Some(SyntaxError { kind, range, end });
        }
        if last.is_some_and(|(child, _)| ends_open(child)) {
            // What is missing there comes first.
            end = None;
        }
        let kind = match self.kind() {
            NodeKind::Object => SyntaxErrorKind::UnclosedObject,
            _ => SyntaxErrorKind::UnclosedArray,
        };
        let range = TextRange::at(self.start, TextSize::new(1));
        Some(SyntaxError { kind, range, end })
    }
}

/// Whether `child` is an unclosed array, object or string, or a member that ends with one.
fn ends_open(child: &Child) -> bool {
    match child {
        Child::Token(TokenKind::String(form), _) => form.close.is_none(),
        // No member is the value of a member, so this goes no deeper.
        Child::Node(node) if node.kind == NodeKind::Member => {
            last_solid(&node.children, node.children.len).is_some_and(|(it, _)| ends_open(it))
        }
        Child::Node(node) => !node.closed,
        _ => false,
    }
}

fn last_solid(children: &green::Children, end: TextSize) -> Option<(&Child, TextRange)> {
    children.all_backwards(end).find(|(child, _)| match child {
        Child::Token(kind, _) => !kind.is_trivia(),
        Child::Node(_) => true,
        Child::Issue { .. } | Child::Run(_) => false,
    })
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.range())
    }
}

/// The children of a node, in order.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    items: slice::Iter<'t, Child>,
    /// What follows after the runs that are being gone through.
    outer: Vec<slice::Iter<'t, Child>>,
    start: TextSize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Element<'t>;

    fn next(&mut self) -> Option<Element<'t>> {
        loop {
            let Some(child) = self.items.next() else {
                self.items = self.outer.pop()?;
                continue;
            };
            if let Child::Run(run) = child {
                let rest = std::mem::replace(&mut self.items, run.items.iter());
                self.outer.push(rest);
                continue;
            }
            let start = self.start;
            self.start += child.len();
            if let Some(element) = Element::new(child, start) {
                return Some(element);
            }
        }
    }
}
