//! Text to tokens, one at a time and on demand.
//!
//! What a token is depends on where it stands: a word ends at `:` where a key may be, but not in `[chat:write]`.
//! So the parser asks for a token at a position and says what it expects there; the answer depends on nothing
//! else, and asking changes nothing. A token never looks to the left of its start, and to the right at most up
//! to the end of its line (or of a comment), which [`super::reparse`] relies on.
//!
//! Errors are always found for the text as JSON5 has it; the guesses here only decide where a token *with an error* ends.

use memchr::{memchr3, memmem};

use super::chars::{hex_digits, is_identifier, is_odd_space};
use super::issue::{IssueKind, Json5NoteKind, SyntaxErrorKind};
use super::kind::{Quote, StringForm, TokenKind, WordKind};
use super::number::{self, Numeric};

/// What the parser expects where it asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A key, or what follows one.
    Key,
    /// A value.
    Value,
}

/// A token that was read: its kind, and the offset of its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexed {
    pub(super) kind: TokenKind,
    pub(super) end: usize,
}

/// An error or a note that was found in a token, with absolute offsets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: IssueKind,
}

impl Found {
    fn error(start: usize, end: usize, kind: SyntaxErrorKind) -> Self {
        let kind = IssueKind::Error(kind);
        Self { start, end, kind }
    }

    fn note(start: usize, end: usize, kind: Json5NoteKind) -> Self {
        let kind = IssueKind::Note(kind);
        Self { start, end, kind }
    }
}

/// Reads tokens from a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    pub(super) fn len(self) -> usize {
        self.text.len()
    }

    /// The byte at `at`, `None` at the end of the text.
    pub(super) fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The bytes from `start` to `end`.
    pub(super) fn bytes(self, start: usize, end: usize) -> &'a [u8] {
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }

    fn str(self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn char(self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Whether the text is UTF-16 that was decoded as UTF-8: every other byte of ASCII is NUL then.
    pub(super) fn was_utf16(self) -> bool {
        let text = self.text.as_bytes();
        let marks = "\u{fffd}\u{fffd}".as_bytes();
        let text = text.strip_prefix(marks).unwrap_or(text);
        let nul = |at: usize| text.get(at) == Some(&0);
        let letter = |at: usize| text.get(at).is_some_and(|&it| it != 0);
        nul(0) && letter(1) && nul(2) && letter(3) || letter(0) && nul(1) && letter(2) && nul(3)
    }

    /// The white space or comment at `at`, if there is one.
    pub(super) fn trivia(self, at: usize, found: &mut Vec<Found>) -> Option<Lexed> {
        let (kind, end) = match self.byte(at)? {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x80.. => (TokenKind::Whitespace, self.whitespace(at, found)),
            b'#' => {
                let end = self.line_end(at);
                found.push(Found::error(at, end, SyntaxErrorKind::HashComment));
                (TokenKind::HashComment, end)
            }
            b'/' => match self.byte(at + 1)? {
                b'/' => (TokenKind::LineComment, self.line_end(at)),
                b'*' => (TokenKind::BlockComment, self.block_comment(at, found)),
                _ => return None,
            },
            _ => return None,
        };
        (at < end).then_some(Lexed { kind, end })
    }

    /// Where the white space and comments at `at` end.
    pub(super) fn skip_trivia(self, mut at: usize, scratch: &mut Vec<Found>) -> usize {
        while let Some(trivia) = self.trivia(at, scratch) {
            at = trivia.end;
        }
        at
    }

    fn whitespace(self, start: usize, found: &mut Vec<Found>) -> usize {
        let mut at = start;
        let mut odd: Option<Found> = None;
        while let Some(byte) = self.byte(at) {
            if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                at += 1;
                continue;
            }
            let Some(c) = self.char(at).filter(|&c| is_odd_space(c)) else {
                break;
            };
            let end = at + c.len_utf8();
            match &mut odd {
                Some(run) if run.end == at => run.end = end,
                // Everybody skips the byte order mark that begins a file.
                None if at == 0 && c == '\u{feff}' => {}
                _ => {
                    found.extend(odd.take());
                    let kind = Json5NoteKind::Whitespace { found: c };
                    odd = Some(Found::note(at, end, kind));
                }
            }
            at = end;
        }
        found.extend(odd);
        at
    }

    /// Where the line of a comment ends: JSON5 counts U+2028 and U+2029 as line ends here.
    fn line_end(self, start: usize) -> usize {
        let mut at = start;
        loop {
            let rest = self.bytes(at, self.len());
            let Some(step) = memchr3(b'\n', b'\r', 0xe2, rest) else {
                return self.len();
            };
            at += step;
            if self.byte(at) != Some(0xe2) || matches!(self.char(at), Some('\u{2028}' | '\u{2029}')) {
                return at;
            }
            at += 1;
        }
    }

    fn block_comment(self, start: usize, found: &mut Vec<Found>) -> usize {
        let inside = start + 2;
        if let Some(step) = memmem::find(self.bytes(inside, self.len()), b"*/") {
            return inside + step + 2;
        }
        found.push(Found::error(start, inside, SyntaxErrorKind::UnclosedComment));
        self.len()
    }

    /// The token at `at`, which is neither trivia nor the end of the text. It is at least one character long.
    pub(super) fn token(self, at: usize, place: Place, found: &mut Vec<Found>) -> Lexed {
        let kind = match self.byte(at) {
            Some(b'"') => return self.string(at, Quote::Double, place, found),
            Some(b'\'') => return self.string(at, Quote::Single, place, found),
            Some(b'{') => TokenKind::OpenBrace,
            Some(b'}') => TokenKind::CloseBrace,
            Some(b'[') => TokenKind::OpenBracket,
            Some(b']') => TokenKind::CloseBracket,
            Some(b',') => TokenKind::Comma,
            Some(b':') => TokenKind::Colon,
            Some(b'=') => {
                let arrow = matches!(self.byte(at + 1), Some(b'>' | b'='));
                let end = at + 1 + usize::from(arrow);
                found.push(Found::error(at, end, SyntaxErrorKind::EqualsForColon));
                let kind = TokenKind::Colon;
                return Lexed { kind, end };
            }
            Some(b';') => {
                let kind = SyntaxErrorKind::UnexpectedCharacter { found: ';' };
                found.push(Found::error(at, at + 1, kind));
                TokenKind::Unknown
            }
            Some(b'`' | 0x80..) => {
                return match self.char(at).and_then(Quote::from_char) {
                    Some(quote) => self.wrong_string(at, quote, found),
                    None => self.word(at, place, found),
                };
            }
            _ => return self.word(at, place, found),
        };
        Lexed { kind, end: at + 1 }
    }

    /// A string in one of the two quotes that JSON5 has.
    fn string(self, start: usize, open: Quote, place: Place, found: &mut Vec<Found>) -> Lexed {
        let quote = if open == Quote::Double { b'"' } else { b'\'' };
        let first_found = found.len();
        let mut at = start + 1;
        // What lies before is never given back: an escape may end with a comma or a bracket.
        let mut floor = at;
        let mut controls: Option<Found> = None;
        let closed = loop {
            let rest = self.bytes(at, self.len());
            let stop = |&byte: &u8| byte == quote || byte == b'\\' || byte < 0x20;
            let Some(step) = rest.iter().position(stop) else {
                at = self.len();
                break false;
            };
            at += step;
            match self.byte(at) {
                Some(b'\\') => {
                    at = self.escape(at, found);
                    floor = at;
                }
                Some(b'\n' | b'\r') | None => break false,
                Some(byte) if byte == quote => break true,
                Some(_) => {
                    match &mut controls {
                        Some(run) if run.end == at => run.end += 1,
                        _ => {
                            found.extend(controls.take());
                            let kind = Json5NoteKind::ControlCharacter;
                            controls = Some(Found::note(at, at + 1, kind));
                        }
                    }
                    at += 1;
                }
            }
        };
        found.extend(controls);
        if closed && !self.closes_another(start + 1, floor, at, place) {
            let end = at + 1;
            if open == Quote::Single {
                let note = Found::note(start, end, Json5NoteKind::SingleQuotes);
                found.insert(first_found, note);
            }
            let close = Some(open);
            let open = Some(open);
            let kind = TokenKind::String(StringForm { open, close });
            return Lexed { kind, end };
        }
        let end = self.unclosed_end(start + 1, floor, at, place);
        found.retain(|it| it.end <= end);
        let last = self.str(floor, end).chars().next_back();
        let close = last.and_then(Quote::from_char);
        let kind = match close {
            Some(close) => SyntaxErrorKind::MismatchedQuote {
                open: open.as_char(),
                close: close.as_char(),
            },
            None => SyntaxErrorKind::UnclosedString { quote: open.as_char() },
        };
        found.push(Found::error(start, end, kind));
        let open = Some(open);
        let kind = TokenKind::String(StringForm { open, close });
        Lexed { kind, end }
    }

    /// Whether the quote at `close` rather opens the next string, as in `"a, "b"`: a word follows it at once,
    /// and before it is what stands between two strings.
    fn closes_another(self, start: usize, floor: usize, close: usize, place: Place) -> bool {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        if !self.byte(close + 1).is_some_and(word) {
            return false;
        }
        let end = self.without_punctuation(floor, close, place);
        !self.bytes(end, close).trim_ascii().is_empty()
            || place == Place::Key && self.name_before_colon(start, floor, close).is_some()
    }

    /// Where a string whose quote is missing ends, if nothing after `limit` can be part of it.
    fn unclosed_end(self, start: usize, floor: usize, limit: usize, place: Place) -> usize {
        if place == Place::Key
            && let Some(end) = self.name_before_colon(start, floor, limit)
        {
            return end;
        }
        let line = self.bytes(floor, limit);
        let limit = memmem::find_iter(line, b"//")
            .find(|&comment| {
                let before = comment.checked_sub(1).and_then(|it| line.get(it));
                matches!(before, Some(b' ' | b'\t'))
            })
            .map_or(limit, |comment| floor + comment);
        self.without_punctuation(floor, limit, place)
    }

    /// The end of the name that the string at `start` begins with, if a colon and at most one value or opening
    /// bracket follow, as in `"type: slack,` or `"scopes: [`.
    fn name_before_colon(self, start: usize, floor: usize, limit: usize) -> Option<usize> {
        let content = self.bytes(start, self.without_punctuation(floor, limit, Place::Value));
        let name = content.iter().take_while(|&&it| is_name_byte(it)).count();
        let (_, rest) = content.split_at_checked(name)?;
        let colon = matches!(rest.trim_ascii_start(), [b':' | b'=', ..]);
        // More than that would be too many tokens that this string looked at: see `super::reparse`.
        let rest = match rest.trim_ascii_end() {
            [rest @ .., b'[' | b'{'] => rest,
            rest => rest,
        };
        let plain = !rest.iter().any(|it| b",[]{}".contains(it));
        (0 < name && floor <= start + name && colon && plain).then_some(start + name)
    }

    /// `end`, or less: blanks, commas and closing brackets at the end of an unclosed string belong to what is around it.
    fn without_punctuation(self, floor: usize, end: usize, place: Place) -> usize {
        let outside =
            |&byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b']' | b'}') || (byte == b':' && place == Place::Key);
        let content = self.bytes(floor, end);
        end - content.iter().rev().take_while(|it| outside(it)).count()
    }

    /// Checks the escape at `start`, and returns its end.
    fn escape(self, start: usize, found: &mut Vec<Found>) -> usize {
        use Json5NoteKind::{Escape, LineContinuation};
        let mut chars = self.str(start + 1, self.len()).chars();
        let Some(c) = chars.next() else {
            return start + 1;
        };
        // `Ok(None)`: JSON has it, too.
        let verdict = match c {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => Ok(None),
            'u' => hex_digits(&mut chars, 4).map(|_| None).ok_or(()),
            'x' => hex_digits(&mut chars, 2).map(|_| Some(Escape)).ok_or(()),
            '0' if matches!(chars.clone().next(), Some('0'..='9')) => {
                chars.next();
                Err(())
            }
            '1'..='9' => Err(()),
            '\r' => {
                if chars.clone().next() == Some('\n') {
                    chars.next();
                }
                Ok(Some(LineContinuation))
            }
            '\n' | '\u{2028}' | '\u{2029}' => Ok(Some(LineContinuation)),
            _ => Ok(Some(Escape)),
        };
        let end = self.len() - chars.as_str().len();
        match verdict {
            Ok(None) => {}
            Ok(Some(note)) => found.push(Found::note(start, end, note)),
            Err(()) => found.push(Found::error(start, end, SyntaxErrorKind::BadEscape)),
        }
        end
    }

    /// A string in typographic quotes or backticks: one error for all of it.
    fn wrong_string(self, start: usize, open: Quote, found: &mut Vec<Found>) -> Lexed {
        let inside = start + open.as_char().len_utf8();
        let mut chars = self.str(inside, self.len()).char_indices();
        let mut close = None;
        let mut end = self.len();
        while let Some((step, c)) = chars.next() {
            if matches!(c, '\n' | '\r') {
                end = inside + step;
                break;
            }
            if let Some(quote) = Quote::from_char(c).filter(|&it| open.pairs_with(it)) {
                close = Some(quote);
                end = inside + step + c.len_utf8();
                break;
            }
            if c == '\\' && !matches!(chars.clone().next(), Some((_, '\n' | '\r'))) {
                chars.next();
            }
        }
        if close.is_none() {
            end = self.unclosed_end(inside, inside, end, Place::Value);
        }
        let kind = SyntaxErrorKind::WrongQuotes { open: open.as_char() };
        found.push(Found::error(start, end, kind));
        let open = Some(open);
        let kind = TokenKind::String(StringForm { open, close });
        Lexed { kind, end }
    }

    /// Everything up to the next character that can end a word: a keyword, a number, a bare key, or an error.
    fn word(self, start: usize, place: Place, found: &mut Vec<Found>) -> Lexed {
        let mut end = self.word_end(start, place);
        let word = self.str(start, end);
        let has_letters = word.chars().any(char::is_alphanumeric);
        if has_letters && let Some(close) = self.closing_quote(end) {
            end += 1;
            let quote = close.as_char();
            let kind = SyntaxErrorKind::UnopenedString { quote };
            found.push(Found::error(start, end, kind));
            let close = Some(close);
            let kind = TokenKind::String(StringForm { open: None, close });
            return Lexed { kind, end };
        }
        let (kind, issue) = match place {
            Place::Key if is_identifier(word) => (
                TokenKind::Word(WordKind::Bare),
                Some(IssueKind::Note(Json5NoteKind::BareKey)),
            ),
            Place::Key if has_letters => (
                TokenKind::Word(WordKind::Bare),
                Some(IssueKind::Error(SyntaxErrorKind::BadKey)),
            ),
            Place::Value if has_letters => value_word(word),
            Place::Key | Place::Value => {
                let found = word.chars().next().unwrap_or_default();
                let kind = SyntaxErrorKind::UnexpectedCharacter { found };
                (TokenKind::Unknown, Some(IssueKind::Error(kind)))
            }
        };
        found.extend(issue.map(|kind| Found { start, end, kind }));
        Lexed { kind, end }
    }

    fn word_end(self, start: usize, place: Place) -> usize {
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\t'..=b'\r' | b' ' | b',' | b';' | b'[' | b']' | b'{' | b'}' => break,
                b'"' | b'\'' | b'`' => break,
                b':' | b'=' if place == Place::Key => break,
                b':' if !self.byte(at + 1).is_some_and(is_name_byte_or_slash) => break,
                b'/' if at == start => at += 1,
                b'/' => match self.byte(at + 1) {
                    // The two of `https://`.
                    Some(b'/') if self.byte(at - 1) == Some(b':') => at += 2,
                    Some(b'/' | b'*') => break,
                    _ => at += 1,
                },
                0x80.. => match self.char(at) {
                    Some(c) if !is_odd_space(c) && Quote::from_char(c).is_none() => {
                        at += c.len_utf8();
                    }
                    _ => break,
                },
                _ => at += 1,
            }
        }
        at
    }

    /// The quote at `at`, if what comes after it shows that it ends a string.
    fn closing_quote(self, at: usize) -> Option<Quote> {
        let quote = match self.byte(at)? {
            b'"' => Quote::Double,
            b'\'' => Quote::Single,
            _ => return None,
        };
        let mut after = at + 1;
        while matches!(self.byte(after), Some(b' ' | b'\t')) {
            after += 1;
        }
        matches!(self.byte(after), None | Some(b',' | b':' | b']' | b'}' | b'\n' | b'\r')).then_some(quote)
    }
}

/// What a word that stands for a value is; it has at least one letter or digit.
fn value_word(word: &str) -> (TokenKind, Option<IssueKind>) {
    let non_finite = Some(IssueKind::Note(Json5NoteKind::NonFinite));
    match word {
        "true" => return (TokenKind::Word(WordKind::True), None),
        "false" => return (TokenKind::Word(WordKind::False), None),
        "null" => return (TokenKind::Word(WordKind::Null), None),
        "Infinity" => return (TokenKind::Word(WordKind::Infinity), non_finite),
        "NaN" => return (TokenKind::Word(WordKind::NaN), non_finite),
        _ => {}
    }
    match number::classify(word.as_bytes()) {
        Numeric::Json => (TokenKind::Number, None),
        Numeric::Json5(note) => (TokenKind::Number, Some(IssueKind::Note(note))),
        Numeric::Malformed => (TokenKind::Number, Some(IssueKind::Error(SyntaxErrorKind::BadNumber))),
        Numeric::No => (
            TokenKind::Word(WordKind::Bare),
            Some(IssueKind::Error(SyntaxErrorKind::BareWord)),
        ),
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-')
}

fn is_name_byte_or_slash(byte: u8) -> bool {
    is_name_byte(byte) || byte == b'/'
}
