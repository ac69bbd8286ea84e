//! Tokens to a tree: a machine with an explicit stack, which reads any text to its end.
//!
//! A step looks at the innermost open node and at the next token, and takes the token, opens a node or closes
//! one. What a step does depends on the stack of open nodes, on what the innermost one expects, and on the text
//! from the last comma or opening bracket on; never on what came before. So the machine can be set up in the
//! middle of a text ([`Parser::resume`]), which is how [`super::reparse`] uses it.
//!
//! One slip is one error: an error at the end of a token silences a missing comma, colon or value at that very
//! place (`blamed`), and after something that fits nowhere, more of the kind is taken without a word.

use std::sync::Arc;

use text_size::TextSize;

use super::green::{Child, Children, Cut, Green};
use super::issue::{IssueKind, SyntaxErrorKind};
use super::kind::{NodeKind, TokenKind, WordKind};
use super::lexer::{Found, Lexed, Lexer, Place};

/// The machine.
#[derive(Debug)]
pub(super) struct Parser<'a, 't> {
    lexer: Lexer<'a>,
    pos: usize,
    /// The open nodes, the document first.
    frames: Vec<Frame<'t>>,
    /// The finished children of all open nodes, in order.
    out: Vec<Child>,
    /// Where the white space and comments before `pos` begin: the index in `out`, and the offset.
    solid: (usize, usize),
    /// Where the white space and comments that were last taken end.
    trivia_end: Option<usize>,
    /// Where the last token with an error at its end ends.
    blamed: Option<usize>,
    /// The old node that was closed with its bracket last.
    closed: Option<Kept<'t>>,
    open_objects: usize,
    open_arrays: usize,
    scratch: Vec<Found>,
}

/// A node that is still open.
#[derive(Debug)]
pub(super) struct Frame<'t> {
    pub(super) kind: NodeKind,
    pub(super) state: State,
    /// Whether it begins with an opening bracket.
    pub(super) opened: bool,
    /// Where its new children begin in `out`.
    pub(super) first: usize,
    /// What of an older tree's node comes before these.
    pub(super) kept: Option<Kept<'t>>,
}

/// The part of an older tree's node that stays.
#[derive(Debug, Clone)]
pub(super) struct Kept<'t> {
    pub(super) green: &'t Green,
    /// Where the node starts.
    pub(super) start: TextSize,
    /// Its children up to here stay. The one that follows is open, too, except in the innermost node.
    pub(super) left: Cut,
}

/// What an open node expects next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// An element or member; in a document, its value.
    Item,
    /// A comma, or the end.
    Separator,
    /// Anything, after something that fits nowhere.
    Junk,
    /// The colon after a key.
    Colon,
    /// The value after a colon.
    Value,
    /// The value after a colon and something that fits nowhere.
    ValueAfterJunk,
}

impl<'a, 't> Parser<'a, 't> {
    /// A machine at the beginning of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        let document = Frame {
            kind: NodeKind::Document,
            state: State::Item,
            opened: false,
            first: 0,
            kept: None,
        };
        Self::resume(text, 0, vec![document])
    }

    /// A machine at offset `pos`, right after a comma or an opening bracket, with these nodes open.
    pub(super) fn resume(text: &'a str, pos: usize, frames: Vec<Frame<'t>>) -> Self {
        let open = |kind| frames.iter().filter(|it| it.kind == kind).count();
        Self {
            lexer: Lexer::new(text),
            pos,
            open_objects: open(NodeKind::Object),
            open_arrays: open(NodeKind::Array),
            frames,
            out: Vec::new(),
            solid: (0, pos),
            trivia_end: None,
            blamed: None,
            closed: None,
            scratch: Vec::new(),
        }
    }

    /// The offset up to which the text is read.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// The innermost open node.
    pub(super) fn top(&self) -> Option<&Frame<'t>> {
        self.frames.last()
    }

    /// Takes one step. Gives the document once it is finished.
    pub(super) fn step(&mut self) -> Option<Arc<Green>> {
        if !(self.pos == 0 && self.lexer.was_utf16()) {
            self.take_trivia();
        }
        match self.frames.last()?.kind {
            NodeKind::Document => return self.document(),
            NodeKind::Object => self.object(),
            NodeKind::Array => self.array(),
            NodeKind::Member => self.member(),
        }
        None
    }

    /// The old node that the last step closed with its bracket.
    pub(super) fn take_closed(&mut self) -> Option<Kept<'t>> {
        self.closed.take()
    }

    /// Whether the last step took a comma in an array or object.
    pub(super) fn is_after_comma(&self) -> bool {
        self.top().is_some_and(|it| it.kind != NodeKind::Document)
            && matches!(self.out.last(), Some(Child::Token(TokenKind::Comma, _)))
    }

    /// The document, if the innermost open node goes on as the old one does from `right` on, and so do all others.
    pub(super) fn rejoin(&mut self, right: &Cut) -> Option<Arc<Green>> {
        let mut right = right.clone();
        loop {
            let frame = self.frames.pop()?;
            let closed = frame.kept.as_ref()?.green.closed;
            let new = self.out.split_off(frame.first);
            let node = Arc::new(frame.finished(new, Some(&right), closed));
            let Some(parent) = self.frames.last() else {
                return Some(node);
            };
            right = parent.kept.as_ref()?.left.clone();
            right.advance();
            self.out.push(Child::Node(node));
        }
    }

    fn document(&mut self) -> Option<Arc<Green>> {
        let Some(byte) = self.lexer.byte(self.pos) else {
            if self.state() == State::Item && self.blamed.is_none() {
                self.missing(SyntaxErrorKind::EmptyDocument);
            }
            let frame = self.frames.pop()?;
            let children = std::mem::take(&mut self.out);
            return Some(Arc::new(frame.finished(children, None, false)));
        };
        if self.pos == 0 && self.lexer.was_utf16() {
            self.take_utf16();
            return None;
        }
        let value_seen = self.state() == State::Separator;
        if !value_seen && self.key_follows() {
            self.open(NodeKind::Object, false);
            return None;
        }
        let lexed = self.token(Place::Value);
        match lexed.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket => self.open_bracket(byte),
            // All of it is one error, which the tree finds by itself.
            _ if value_seen => self.take_silently(lexed),
            TokenKind::Word(WordKind::Bare) => {
                for issue in &mut self.scratch {
                    issue.kind = IssueKind::Error(SyntaxErrorKind::NotAValue);
                }
                self.take_junk(lexed, byte);
            }
            kind if kind.is_literal() => {
                self.take(lexed);
                self.value_done();
            }
            _ => self.take_junk(lexed, byte),
        }
        None
    }

    fn object(&mut self) {
        let Some(byte) = self.lexer.byte(self.pos) else {
            return self.close(false);
        };
        match byte {
            b'}' => return self.take_closing(TokenKind::CloseBrace),
            b']' if 0 < self.open_arrays => return self.close(false),
            b']' => {
                let last = self.after_trivia(self.pos + 1).1.is_none();
                return self.take_wrong_closing(TokenKind::CloseBracket, last);
            }
            b',' | b';' if self.take_separator(byte) => return,
            _ => {}
        }
        let lexed = self.token(Place::Key);
        match lexed.kind {
            TokenKind::String(_) | TokenKind::Word(_) => {
                if self.state() == State::Junk && self.byte_after(lexed) != Some(b':') {
                    return self.take_silently(lexed);
                }
                self.expect_separator();
                self.open(NodeKind::Member, false);
                self.take(lexed);
                self.set(State::Colon);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => self.open_without_key(State::Value),
            TokenKind::Colon if self.state() == State::Item => self.open_without_key(State::Colon),
            _ => self.take_junk(lexed, byte),
        }
    }

    fn array(&mut self) {
        let Some(byte) = self.lexer.byte(self.pos) else {
            return self.close(false);
        };
        match byte {
            b']' => return self.take_closing(TokenKind::CloseBracket),
            b'}' => return self.brace_in_array(),
            b',' | b';' if self.take_separator(byte) => return,
            _ => {}
        }
        let lexed = self.token(Place::Value);
        match lexed.kind {
            kind if kind.is_literal() => {
                if self.in_member() && self.begins_member(lexed) {
                    // The object goes on, so the bracket was forgotten.
                    self.close(false);
                    self.blamed = Some(self.pos);
                    return;
                }
                self.expect_separator();
                self.take(lexed);
                self.set(State::Separator);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.expect_separator();
                self.open_bracket(byte);
            }
            _ => self.take_junk(lexed, byte),
        }
    }

    fn member(&mut self) {
        let state = self.state();
        let byte = match self.lexer.byte(self.pos) {
            Some(byte) if !matches!(byte, b',' | b';' | b'}' | b']') => byte,
            _ => return self.close_without_value(),
        };
        let place = if state == State::Colon {
            Place::Key
        } else {
            Place::Value
        };
        let lexed = self.token(place);
        match lexed.kind {
            TokenKind::Colon if state == State::Colon => {
                self.take(lexed);
                self.set(State::Value);
            }
            TokenKind::OpenBrace | TokenKind::OpenBracket => {
                self.expect_colon();
                self.open_bracket(byte);
            }
            kind if kind.is_literal() => {
                let lexed = self.token(Place::Value);
                if self.next_member_begins(lexed) {
                    return self.close_without_value();
                }
                self.expect_colon();
                self.take(lexed);
                self.value_done();
            }
            _ if state == State::ValueAfterJunk => self.take_silently(lexed),
            _ => {
                self.take_unexpected(lexed, byte);
                self.set(State::ValueAfterJunk);
            }
        }
    }

    /// `}` where an array is open.
    fn brace_in_array(&mut self) {
        let (after, next) = self.after_trivia(self.pos + 1);
        if self.in_member() {
            // It closes the object, unless that visibly goes on.
            let goes_on = self.open_objects == 1
                && match next {
                    Some(b'}') => true,
                    Some(b',') => {
                        let key = self.after_trivia(after + 1).0;
                        self.is_key_at(key)
                    }
                    _ => false,
                };
            if goes_on {
                self.take_wrong_closing(TokenKind::CloseBrace, true);
            } else {
                self.close(false);
            }
        } else if 0 < self.open_objects {
            self.close(false);
        } else {
            self.take_wrong_closing(TokenKind::CloseBrace, next.is_none());
        }
    }

    // What comes next.

    /// Reads the token at the current position; its issues are in `scratch`.
    fn token(&mut self, place: Place) -> Lexed {
        self.scratch.clear();
        self.lexer.token(self.pos, place, &mut self.scratch)
    }

    /// The next offset from `at` on that is not white space or a comment, and the byte there.
    fn after_trivia(&self, at: usize) -> (usize, Option<u8>) {
        match self.lexer.byte(at) {
            byte @ Some(b',' | b':' | b']' | b'}' | b'"') => (at, byte),
            _ => {
                let at = self.lexer.skip_trivia(at, &mut Vec::new());
                (at, self.lexer.byte(at))
            }
        }
    }

    fn byte_after(&self, lexed: Lexed) -> Option<u8> {
        self.after_trivia(lexed.end).1
    }

    /// Whether a key and its colon stand at `at`.
    fn is_key_at(&self, at: usize) -> bool {
        if self.lexer.byte(at).is_none() {
            return false;
        }
        let lexed = self.lexer.token(at, Place::Key, &mut Vec::new());
        matches!(lexed.kind, TokenKind::String(_) | TokenKind::Word(_)) && self.byte_after(lexed) == Some(b':')
    }

    /// Whether a key and its colon come next.
    fn key_follows(&self) -> bool {
        self.is_key_at(self.pos)
    }

    /// Whether a line end stands between the last token and this position.
    fn on_new_line(&self) -> bool {
        let between = self.lexer.bytes(self.solid.1, self.pos);
        between.iter().any(|it| matches!(it, b'\n' | b'\r'))
    }

    /// Whether `lexed`, which is next in an array, rather is the key of the next member. Words must begin a line for that.
    fn begins_member(&self, lexed: Lexed) -> bool {
        let may_be = match lexed.kind {
            TokenKind::String(_) => true,
            TokenKind::Word(_) => self.on_new_line(),
            _ => false,
        };
        may_be && self.byte_after(lexed) == Some(b':')
    }

    /// Whether `lexed`, which is next in a member, rather is the key of the next one.
    fn next_member_begins(&self, lexed: Lexed) -> bool {
        match lexed.kind {
            TokenKind::String(_) => self.byte_after(lexed) == Some(b':'),
            TokenKind::Word(_) => self.byte_after(lexed) == Some(b':') || self.on_new_line() && self.key_follows(),
            _ => false,
        }
    }

    fn in_member(&self) -> bool {
        let parent = self.frames.iter().nth_back(1);
        parent.is_some_and(|it| it.kind == NodeKind::Member)
    }

    fn state(&self) -> State {
        self.frames.last().map_or(State::Item, |it| it.state)
    }

    fn set(&mut self, state: State) {
        if let Some(frame) = self.frames.last_mut() {
            frame.state = state;
        }
    }

    // Taking tokens.

    fn take_trivia(&mut self) {
        if self.trivia_end == Some(self.pos) {
            return;
        }
        self.solid = (self.out.len(), self.pos);
        loop {
            self.scratch.clear();
            let Some(trivia) = self.lexer.trivia(self.pos, &mut self.scratch) else {
                self.trivia_end = Some(self.pos);
                return;
            };
            self.take(trivia);
        }
    }

    /// Takes the token that was just read, and its issues.
    fn take(&mut self, lexed: Lexed) {
        let len = size(lexed.end - self.pos);
        self.out.push(Child::Token(lexed.kind, len));
        self.pos = lexed.end;
        for issue in self.scratch.drain(..) {
            let to_the_end = issue.end == lexed.end || lexed.end == self.lexer.len();
            if matches!(issue.kind, IssueKind::Error(_)) && to_the_end {
                self.blamed = Some(lexed.end);
            }
            self.out.push(Child::Issue {
                kind: issue.kind,
                back: size(lexed.end - issue.start),
                len: size(issue.end - issue.start),
            });
        }
    }

    /// Takes all of a text that cannot be meant as UTF-8.
    fn take_utf16(&mut self) {
        let end = self.lexer.len();
        let kind = IssueKind::Error(SyntaxErrorKind::Utf16);
        let start = self.pos;
        self.scratch = vec![Found { start, end, kind }];
        let kind = TokenKind::Unknown;
        self.take(Lexed { kind, end });
        self.set(State::Junk);
    }

    fn take_silently(&mut self, lexed: Lexed) {
        self.scratch.clear();
        self.take(lexed);
    }

    /// Takes a token that fits nowhere, without an error if the last one did not fit either.
    fn take_junk(&mut self, lexed: Lexed, byte: u8) {
        if self.state() == State::Junk {
            return self.take_silently(lexed);
        }
        self.take_unexpected(lexed, byte);
        self.set(State::Junk);
    }

    fn take_unexpected(&mut self, lexed: Lexed, byte: u8) {
        let found = char::from(byte);
        if lexed.kind == TokenKind::Colon || self.scratch.is_empty() {
            self.scratch.clear();
            let kind = match lexed.kind {
                TokenKind::CloseBrace | TokenKind::CloseBracket => SyntaxErrorKind::UnexpectedBracket { found },
                _ => SyntaxErrorKind::UnexpectedCharacter { found },
            };
            self.scratch.push(Found {
                start: self.pos,
                end: lexed.end,
                kind: IssueKind::Error(kind),
            });
        }
        self.take(lexed);
    }

    /// Takes `,`, or `;` where it stands for one.
    fn take_separator(&mut self, byte: u8) -> bool {
        let error = match (byte, self.state()) {
            (b',', State::Item) => Some(SyntaxErrorKind::ExtraComma),
            (b',', _) => None,
            (_, State::Item) => return false,
            _ => Some(SyntaxErrorKind::SemicolonForComma),
        };
        self.wrong(error, TokenKind::Comma);
        self.blamed = None;
        self.set(State::Item);
        true
    }

    /// Takes a token of one character, with its error before it: what follows a comma never belongs to it.
    fn wrong(&mut self, error: Option<SyntaxErrorKind>, kind: TokenKind) {
        if let Some(error) = error {
            self.out.push(Child::Issue {
                kind: IssueKind::Error(error),
                back: size(0),
                len: size(1),
            });
        }
        self.out.push(Child::Token(kind, size(1)));
        self.pos += 1;
    }

    fn take_closing(&mut self, kind: TokenKind) {
        self.wrong(None, kind);
        self.close(true);
    }

    /// Takes a closing bracket of the wrong kind: instead of the right one, or as one too many.
    fn take_wrong_closing(&mut self, kind: TokenKind, closes: bool) {
        let (found, expected) = match kind {
            TokenKind::CloseBrace => ('}', ']'),
            _ => (']', '}'),
        };
        if closes {
            self.wrong(Some(SyntaxErrorKind::MismatchedBracket { expected }), kind);
            self.close(true);
        } else {
            self.wrong(Some(SyntaxErrorKind::UnexpectedBracket { found }), kind);
            if self.state() == State::Separator {
                self.set(State::Junk);
            }
        }
    }

    // Opening and closing nodes.

    fn open(&mut self, kind: NodeKind, opened: bool) {
        match kind {
            NodeKind::Object => self.open_objects += 1,
            NodeKind::Array => self.open_arrays += 1,
            NodeKind::Document | NodeKind::Member => {}
        }
        self.frames.push(Frame {
            kind,
            state: State::Item,
            opened,
            first: self.out.len(),
            kept: None,
        });
    }

    fn open_bracket(&mut self, byte: u8) {
        if byte == b'{' {
            self.open(NodeKind::Object, true);
            self.wrong(None, TokenKind::OpenBrace);
        } else {
            self.open(NodeKind::Array, true);
            self.wrong(None, TokenKind::OpenBracket);
        }
    }

    fn open_without_key(&mut self, state: State) {
        self.open(NodeKind::Member, false);
        self.out.push(Child::Issue {
            kind: IssueKind::Error(SyntaxErrorKind::MissingKey),
            back: size(0),
            len: size(0),
        });
        self.set(state);
    }

    /// Closes the innermost node with all that was taken.
    fn close(&mut self, closed: bool) {
        self.finish(closed);
        self.value_done();
    }

    fn finish(&mut self, closed: bool) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        match frame.kind {
            NodeKind::Object => self.open_objects -= 1,
            NodeKind::Array => self.open_arrays -= 1,
            NodeKind::Document | NodeKind::Member => {}
        }
        let children = self.out.split_off(frame.first);
        let node = Arc::new(frame.finished(children, None, closed));
        if closed {
            self.closed = frame.kept;
        }
        self.out.push(Child::Node(node));
        self.solid = (self.out.len(), self.pos);
    }

    /// The innermost node has its value, or one more.
    fn value_done(&mut self) {
        if self.frames.last().is_some_and(|it| it.kind == NodeKind::Member) {
            self.finish(false);
        }
        self.set(State::Separator);
    }

    /// Closes a member that ends here. If its colon is there, white space after it is still part of it.
    fn close_without_value(&mut self) {
        self.missing(SyntaxErrorKind::MissingValue);
        let (at, offset) = self.solid;
        if self.state() == State::Colon {
            let trivia = self.out.split_off(at);
            self.finish(false);
            self.solid.1 = offset;
            self.out.extend(trivia);
        } else {
            self.finish(false);
        }
        self.blamed = Some(self.solid.1);
        self.set(State::Separator);
    }

    // What is missing.

    /// An error at the end of the last token, unless that has one already.
    fn missing(&mut self, kind: SyntaxErrorKind) {
        let (at, offset) = self.solid;
        if self.blamed != Some(offset) {
            let issue = Child::Issue {
                kind: IssueKind::Error(kind),
                back: size(0),
                len: size(0),
            };
            self.out.insert(at, issue);
            self.solid.0 += 1;
            self.blamed = Some(offset);
        }
    }

    fn expect_separator(&mut self) {
        if self.state() == State::Separator {
            self.missing(SyntaxErrorKind::MissingComma);
        }
    }

    fn expect_colon(&mut self) {
        if self.state() == State::Colon {
            self.missing(SyntaxErrorKind::MissingColon);
        }
    }
}

impl Frame<'_> {
    /// The node: what is kept of the old one, `new`, and the old one's children from `right` on.
    fn finished(&self, new: Vec<Child>, right: Option<&Cut>, closed: bool) -> Green {
        let children = match &self.kept {
            Some(kept) => kept.green.children.spliced(&kept.left, new, right),
            None => Children::new(new),
        };
        Green {
            kind: self.kind,
            opened: self.opened,
            closed,
            children,
        }
    }
}

fn size(len: usize) -> TextSize {
    TextSize::try_from(len).unwrap_or_default()
}
