//! JavaScript and TypeScript as far as it takes to tell code from strings, comments, regular expressions and JSX text.
//!
//! Never fails: what cannot be JavaScript becomes some token, and the next line starts afresh.

use rustc_hash::FxHashMap;

use crate::syntax::{TextRange, TextSize};

/// A piece of the text. Blanks are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) struct Token {
    pub(in crate::analysis) kind: TokenKind,
    /// Bytes of the text.
    pub(in crate::analysis) range: TextRange,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A string in quotes, or a template without `${}`.
    String,
    /// A quote whose string does not end on its line: just the quote.
    Quote,
    /// A part of a template with `${}`, or one that never ends.
    Template,
    Number,
    Regex,
    Comment,
    /// Tags and text of JSX.
    Markup,
    /// `.` or `?.`.
    Dot,
    /// `=>`.
    Arrow,
    /// Any other character, and `...` as the first of its dots.
    Punct(u8),
}

/// The tokens of a text. `jsx`: `<` may begin an element, as it may in every file but a plain TypeScript one.
pub(in crate::analysis) fn tokens(text: &str, jsx: bool) -> impl Iterator<Item = Token> {
    Lexer {
        text,
        at: 0,
        jsx,
        open: Vec::new(),
        braces: 0,
        before: Before::Start,
        after_dot: false,
        ends: None,
        hopeless: Hopeless::default(),
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    jsx: bool,
    open: Vec<Open>,
    /// How many of these are braces.
    braces: usize,
    before: Before,
    /// The last token was a dot, so that a keyword is a name.
    after_dot: bool,
    /// Once that was asked for.
    ends: Option<ElementEnds<'a>>,
    hopeless: Hopeless,
}

/// Where the elements of a text may end.
struct ElementEnds<'a> {
    /// The last `</name` of each name.
    closing: FxHashMap<&'a str, usize>,
    /// The last `/>`.
    self_closing: usize,
}

/// How far strings and regular expressions without an end were read in vain: up to there, the next one has no end either, and
/// is not looked for again.
#[derive(Default)]
struct Hopeless {
    single_quoted: usize,
    double_quoted: usize,
    regex: usize,
}

impl Hopeless {
    fn up_to(&mut self, opening: u8) -> &mut usize {
        match opening {
            b'\'' => &mut self.single_quoted,
            b'"' => &mut self.double_quoted,
            _ => &mut self.regex,
        }
    }
}

/// What has been opened and not closed yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `{` of code: of an object, or of a block.
    Brace { object: bool },
    /// `(`; behind that of `if (…)` a statement begins.
    Paren { control: bool },
    /// `${` of a template.
    Hole,
    /// `{` between or in tags.
    MarkupHole,
    /// `<name` or `</`, up to its `>`.
    Tag { closing: bool },
    /// What stands between an opening tag and its closing one.
    Children,
}

/// What the last token was: it decides what `/`, `<` and `{` are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A statement begins here.
    Start,
    /// An operator, or a word such as `return`: a value is to come.
    Operator,
    /// `if`, `while` …: what follows in parentheses is a condition.
    Control,
    /// The end of a value.
    Value,
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let in_children = self.open.last() == Some(&Open::Children);
        if !in_children {
            self.skip_blanks();
        }
        let start = self.at;
        self.peek(0)?;
        let kind = match self.open.last() {
            Some(Open::Children) => self.children(),
            Some(Open::Tag { closing }) => self.tag(*closing),
            _ => self.code(),
        };
        self.at = self.at.clamp(start + 1, self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.after_dot = kind == TokenKind::Dot;
        Some(Token {
            kind,
            range: TextRange::new(size(start), size(self.at)),
        })
    }
}

impl Lexer<'_> {
    fn code(&mut self) -> TokenKind {
        let c = self.peek(0).unwrap_or_default();
        match c {
            b'/' if matches!(self.peek(1), Some(b'/' | b'*')) => self.comment(),
            b'#' if self.peek(1) == Some(b'!') && self.is_first() => self.line_comment(),
            b'/' if self.before != Before::Value && self.regex() => self.value(TokenKind::Regex),
            b'"' | b'\'' => self.string(c),
            b'`' => {
                self.at += 1;
                self.template(TokenKind::String)
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_some_and(|it| it.is_ascii_digit()) => self.number(),
            b'<' if self.jsx && self.before != Before::Value && self.begins_element() => {
                self.open.push(Open::Tag { closing: false });
                self.at += 1;
                TokenKind::Markup
            }
            _ if is_word(c) || matches!(c, b'#' | b'\\') => self.word(),
            _ => self.punctuation(c),
        }
    }

    fn punctuation(&mut self, c: u8) -> TokenKind {
        let two = [c, self.peek(1).unwrap_or_default()];
        let (length, kind, before) = match two {
            [b'=', b'>'] => (2, TokenKind::Arrow, Before::Start),
            [b'?', b'.'] if !self.peek(2).is_some_and(|it| it.is_ascii_digit()) => {
                (2, TokenKind::Dot, Before::Operator)
            }
            [b'.', b'.'] => (3, TokenKind::Punct(c), Before::Operator),
            [b'.', _] => (1, TokenKind::Dot, Before::Operator),
            // Behind a value far more often than before one.
            [b'+', b'+'] | [b'-', b'-'] => (2, TokenKind::Punct(c), Before::Value),
            [b'{', _] => {
                let object = self.before == Before::Operator;
                self.open_brace(Open::Brace { object });
                let before = if object { Before::Operator } else { Before::Start };
                (1, TokenKind::Punct(c), before)
            }
            [b'(', _] => {
                let control = self.before == Before::Control;
                self.open.push(Open::Paren { control });
                (1, TokenKind::Punct(c), Before::Operator)
            }
            [b')', _] => (1, TokenKind::Punct(c), self.close_paren()),
            [b'}', _] => return self.close_brace(),
            [b']', _] => (1, TokenKind::Punct(c), Before::Value),
            [b';', _] => (1, TokenKind::Punct(c), Before::Start),
            [b'!', _] if self.is_non_null() => (1, TokenKind::Punct(c), Before::Value),
            _ => (1, TokenKind::Punct(c), Before::Operator),
        };
        self.at += length;
        self.before = before;
        kind
    }

    /// Whether the `!` here stands right behind a value, and says that there is one.
    fn is_non_null(&self) -> bool {
        let is_blank = |c: char| c.is_whitespace();
        let before = self.text.get(..self.at).unwrap_or_default();
        self.before == Before::Value && self.peek(1) != Some(b'=') && !before.ends_with(is_blank)
    }

    fn close_paren(&mut self) -> Before {
        match self.open.last() {
            Some(Open::Paren { control }) => {
                let before = if *control { Before::Start } else { Before::Value };
                self.open.pop();
                before
            }
            _ => Before::Value,
        }
    }

    fn open_brace(&mut self, brace: Open) {
        self.open.push(brace);
        self.braces += 1;
    }

    fn close_brace(&mut self) -> TokenKind {
        self.at += 1;
        match self.pop_brace() {
            Some(Open::Hole) => return self.template(TokenKind::Template),
            Some(Open::Brace { object: true }) => self.before = Before::Value,
            _ => self.before = Before::Start,
        }
        TokenKind::Punct(b'}')
    }

    /// The innermost brace, if one is open. What was left open in it is not going to be closed any more.
    fn pop_brace(&mut self) -> Option<Open> {
        self.braces = self.braces.checked_sub(1)?;
        let is_brace = |it: &Open| matches!(it, Open::Brace { .. } | Open::Hole | Open::MarkupHole);
        std::iter::from_fn(|| self.open.pop()).find(is_brace)
    }

    /// The rest of a template, up to its end or the next hole. `whole`: what it is if it ends without one.
    fn template(&mut self, whole: TokenKind) -> TokenKind {
        while let Some(c) = self.peek(0) {
            match c {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    return self.value(whole);
                }
                b'$' if self.peek(1) == Some(b'{') => {
                    self.at += 2;
                    self.open_brace(Open::Hole);
                    self.before = Before::Operator;
                    return TokenKind::Template;
                }
                _ => self.at += 1,
            }
        }
        self.value(TokenKind::Template)
    }

    fn string(&mut self, quote: u8) -> TokenKind {
        if *self.hopeless.up_to(quote) <= self.at {
            match self.string_end(quote) {
                Ok(end) => {
                    self.at = end;
                    return self.value(TokenKind::String);
                }
                Err(end) => *self.hopeless.up_to(quote) = end,
            }
        }
        // Somebody is typing it. What follows is code again, as it will be when the string is closed.
        self.at += 1;
        self.value(TokenKind::Quote)
    }

    /// The end of the string that begins here, or of the line on which it does not end.
    fn string_end(&self, quote: u8) -> Result<usize, usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(c) = bytes.get(at) {
            at += match c {
                b'\\' if bytes.get(at + 1..at + 3) == Some(b"\r\n") => 3,
                b'\\' => 2,
                b'\n' | b'\r' => break,
                c if *c == quote => return Ok(at + 1),
                _ => 1,
            };
        }
        Err(at)
    }

    fn number(&mut self) -> TokenKind {
        while self
            .peek(0)
            .is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'_'))
        {
            self.at += 1;
        }
        self.value(TokenKind::Number)
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(|it| is_word(it) || it == b'\\') {
            if !self.peek(0).is_some_and(|it| it.is_ascii()) && self.blank().is_some() {
                break;
            }
            self.at += 1;
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        self.before = match word {
            _ if self.after_dot => Before::Value,
            "if" | "while" | "for" | "with" => Before::Control,
            "else" | "do" | "try" | "finally" => Before::Start,
            "return" | "typeof" | "instanceof" | "in" | "of" | "new" | "delete" | "void" | "throw" | "case"
            | "yield" | "await" | "default" | "extends" => Before::Operator,
            _ => Before::Value,
        };
        TokenKind::Word
    }

    fn comment(&mut self) -> TokenKind {
        if self.peek(1) == Some(b'/') {
            return self.line_comment();
        }
        let rest = self.text.get(self.at + 2..).unwrap_or_default();
        self.at = match memchr::memmem::find(rest.as_bytes(), b"*/") {
            Some(end) => self.at + 2 + end + 2,
            None => self.text.len(),
        };
        TokenKind::Comment
    }

    fn line_comment(&mut self) -> TokenKind {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(['\n', '\r', '\u{2028}', '\u{2029}']);
        self.at = end.map_or(self.text.len(), |end| self.at + end);
        TokenKind::Comment
    }

    /// Goes behind the regular expression that begins here. Returns whether there is one.
    fn regex(&mut self) -> bool {
        if self.at < *self.hopeless.up_to(b'/') {
            return false;
        }
        let end = self.regex_end();
        match end {
            Ok(end) => self.at = end,
            Err(end) => *self.hopeless.up_to(b'/') = end,
        }
        end.is_ok()
    }

    /// The end of the regular expression that begins here, or of the line on which it does not end.
    fn regex_end(&self) -> Result<usize, usize> {
        let bytes = self.text.as_bytes();
        let mut in_class = false;
        let mut at = self.at + 1;
        while let Some(c) = bytes.get(at) {
            match c {
                b'\n' | b'\r' => break,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    let flags = bytes.iter().skip(at + 1).take_while(|it| it.is_ascii_alphabetic());
                    return Ok(at + 1 + flags.count());
                }
                _ => {}
            }
            at += 1;
        }
        Err(at)
    }

    /// Whether the `<` here begins an element, and is no type parameter (`<T,>() => …`), no type (`<T>() => …`) and no `<<`.
    fn begins_element(&mut self) -> bool {
        let (before, rest) = self.text.split_at_checked(self.at).unwrap_or_default();
        let (name, behind) = name_and_rest(rest.get(1..).unwrap_or_default());
        let behind = behind.trim_start();
        let is_parameter = name == "const" || behind.starts_with([',', '=']) || name_and_rest(behind).0 == "extends";
        if is_parameter || (name.is_empty() && !behind.starts_with('>')) || before.ends_with('<') {
            return false;
        }
        let text = self.text;
        let ends = self.ends.get_or_insert_with(|| ElementEnds::of(text));
        let is_closed = ends.closing.get(name).is_some_and(|end| self.at < *end);
        is_closed || (!behind.starts_with('>') && self.at < ends.self_closing)
    }

    fn tag(&mut self, closing: bool) -> TokenKind {
        let c = self.peek(0).unwrap_or_default();
        match (c, self.peek(1)) {
            (b'/', Some(b'/' | b'*')) => return self.comment(),
            (b'{', _) => return self.markup_hole(),
            (b'/', Some(b'>')) => {
                self.at += 2;
                self.open.pop();
                self.before = Before::Value;
            }
            (b'>', _) => {
                self.at += 1;
                self.open.pop();
                match closing {
                    true => drop(self.open.pop_if(|it| *it == Open::Children)),
                    false => self.open.push(Open::Children),
                }
                self.before = Before::Value;
            }
            (b'"' | b'\'', _) => {
                self.at += 1;
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                self.at = memchr::memchr(c, rest).map_or(self.text.len(), |end| self.at + end + 1);
            }
            _ => self.at += 1,
        }
        TokenKind::Markup
    }

    fn children(&mut self) -> TokenKind {
        match self.peek(0) {
            Some(b'{') => return self.markup_hole(),
            Some(b'<') => {
                let closing = self.peek(1) == Some(b'/');
                self.open.push(Open::Tag { closing });
                self.at += if closing { 2 } else { 1 };
            }
            _ => {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                self.at = memchr::memchr2(b'{', b'<', rest).map_or(self.text.len(), |end| self.at + end);
            }
        }
        TokenKind::Markup
    }

    fn markup_hole(&mut self) -> TokenKind {
        self.at += 1;
        self.open_brace(Open::MarkupHole);
        self.before = Before::Operator;
        TokenKind::Punct(b'{')
    }

    fn value(&mut self, kind: TokenKind) -> TokenKind {
        self.before = Before::Value;
        kind
    }

    /// Whether nothing but a byte order mark comes before.
    fn is_first(&self) -> bool {
        matches!(self.text.get(..self.at), Some("" | "\u{feff}"))
    }

    fn skip_blanks(&mut self) {
        while let Some(length) = self.blank() {
            self.at += length;
        }
    }

    /// The length of the blank character here.
    fn blank(&self) -> Option<usize> {
        let c = self.text.get(self.at..)?.chars().next()?;
        (c.is_whitespace() || c == '\u{feff}').then_some(c.len_utf8())
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }
}

impl<'a> ElementEnds<'a> {
    fn of(text: &'a str) -> Self {
        let at = |end: &str| memchr::memmem::find_iter(text.as_bytes(), end).collect::<Vec<_>>();
        let name = |end: usize| name_and_rest(text.get(end + 2..).unwrap_or_default()).0;
        ElementEnds {
            closing: at("</").into_iter().map(|end| (name(end), end)).collect(),
            self_closing: text.rfind("/>").unwrap_or_default(),
        }
    }
}

/// The name that `text` begins with, and what follows.
fn name_and_rest(text: &str) -> (&str, &str) {
    let name = text.bytes().take_while(|it| is_word(*it)).count();
    text.split_at_checked(name).unwrap_or_default()
}

/// A byte of a name. Every character outside ASCII counts as a letter.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// Offsets in a file, which is never as large as 4 GiB.
fn size(offset: usize) -> TextSize {
    TextSize::try_from(offset).unwrap_or(TextSize::new(u32::MAX))
}

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a range that cuts a character in two is to fail the test"
)]
mod tests;
