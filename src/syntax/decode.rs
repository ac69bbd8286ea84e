//! What a string or an unquoted key says: its escapes resolved.

use std::borrow::Cow;
use std::ops::Range;

use text_size::{TextRange, TextSize};

use super::chars::hex_digits;

/// `source`, the inside of a string, with its escapes resolved as JavaScript does.
/// A lone surrogate becomes U+FFFD, a malformed escape the character after its backslash.
pub(super) fn decoded(source: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', source.as_bytes()).is_none() {
        return Cow::Borrowed(source);
    }
    Cow::Owned(Pieces::new(source).filter_map(|it| it.says).collect())
}

/// The range in `source` that says the bytes `wanted` of its decoded text; an empty range for an empty `wanted`.
pub(super) fn source_range(source: &str, wanted: Range<usize>) -> TextRange {
    let offset = |at: usize| TextSize::try_from(at).unwrap_or_default();
    let mut start = None;
    let mut end = 0;
    let mut said = 0;
    for piece in Pieces::new(source) {
        let before = said;
        said += piece.says.map_or(0, char::len_utf8);
        if start.is_none() && wanted.start < said {
            start = Some(piece.source.start);
        }
        if before < wanted.end {
            end = piece.source.end;
        }
    }
    let start = start.unwrap_or(source.len());
    let end = if wanted.is_empty() { start } else { end };
    TextRange::new(offset(start), offset(end.max(start)))
}

/// A part of a string's source that stands for one character, or for none (a line continuation).
struct Piece {
    source: Range<usize>,
    says: Option<char>,
}

struct Pieces<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let mut chars = self.source.get(self.at..)?.chars();
        let says = match chars.next()? {
            '\\' => escape(&mut chars),
            c => Some(c),
        };
        let end = self.source.len() - chars.as_str().len();
        let source = self.at..end;
        self.at = end;
        Some(Piece { source, says })
    }
}

/// What the escape says whose characters after the backslash come next.
fn escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '0' => '\0',
        'x' => number(chars, 2).and_then(char::from_u32).unwrap_or('x'),
        'u' => match number(chars, 4) {
            Some(unit) => utf16(unit, chars),
            None => 'u',
        },
        '\r' => {
            if chars.clone().next() == Some('\n') {
                chars.next();
            }
            return None;
        }
        '\n' | '\u{2028}' | '\u{2029}' => return None,
        c => c,
    })
}

/// The character that the UTF-16 unit `first` begins; its second half is looked for in `chars`.
fn utf16(first: u32, chars: &mut std::str::Chars<'_>) -> char {
    if let Some(c) = char::from_u32(first) {
        return c;
    }
    let mut ahead = chars.clone();
    let second = (ahead.next() == Some('\\') && ahead.next() == Some('u'))
        .then(|| number(&mut ahead, 4))
        .flatten();
    match (first, second) {
        (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
            *chars = ahead;
            let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// The next `count` hexadecimal digits; without that many, `chars` stays.
fn number(chars: &mut std::str::Chars<'_>, count: usize) -> Option<u32> {
    let mut ahead = chars.clone();
    let number = hex_digits(&mut ahead, count)?;
    *chars = ahead;
    Some(number)
}
