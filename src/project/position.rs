//! Lines and columns: byte offsets to positions and back, in the three encodings of the protocol.
//!
//! Inside, every position is a byte offset. Editors and people count lines and columns; this is the only place that
//! knows how. A line ends with LF, CRLF or CR, and with nothing else (not with U+2028, U+0085, form feed …).

use memchr::memchr2;
use ropey::Rope;
use text_size::TextSize;

/// The unit in which columns are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what the Language Server Protocol falls back to.
    #[default]
    Utf16,
    /// Unicode scalar values: what people call characters, and what `--check` prints.
    Utf32,
}

/// A place in a text: line and column, both from zero, the column in units of an [`Encoding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LineColumn {
    /// Number of line ends before the place.
    pub line: u32,
    /// Units between the start of the line and the place.
    pub column: u32,
}

/// A text in which places can be looked up both ways.
///
/// Neither way can fail: what lies inside a character becomes that character's start, a column behind the end of its
/// line becomes the end of the line (before the line end's own characters), and what lies behind the text its end.
pub trait Lines {
    /// The place of a byte offset.
    fn line_column(&self, offset: TextSize, encoding: Encoding) -> LineColumn;

    /// The byte offset of a place.
    fn offset(&self, place: LineColumn, encoding: Encoding) -> TextSize;
}

/// Look-up in an open buffer: O(log n), nothing to build.
impl Lines for Rope {
    fn line_column(&self, offset: TextSize, encoding: Encoding) -> LineColumn {
        let at = self.byte_to_char(usize::from(offset).min(self.len_bytes()));
        let line = self.char_to_line(at);
        let start = self.line_to_char(line);
        let at = at.min(line_end(self, line));
        let column = match encoding {
            Encoding::Utf8 => self.char_to_byte(at) - self.char_to_byte(start),
            Encoding::Utf16 => self.char_to_utf16_cu(at) - self.char_to_utf16_cu(start),
            Encoding::Utf32 => at - start,
        };
        LineColumn {
            line: saturating_u32(line),
            column: saturating_u32(column),
        }
    }

    fn offset(&self, place: LineColumn, encoding: Encoding) -> TextSize {
        let line = place.line as usize;
        if line >= self.len_lines() {
            return text_size(self.len_bytes());
        }
        let column = place.column as usize;
        let (start, end) = (self.line_to_char(line), line_end(self, line));
        let at = match encoding {
            Encoding::Utf8 => {
                let byte = self.char_to_byte(start) + column;
                self.byte_to_char(byte.min(self.char_to_byte(end)))
            }
            Encoding::Utf16 => {
                let unit = self.char_to_utf16_cu(start) + column;
                self.utf16_cu_to_char(unit.min(self.char_to_utf16_cu(end)))
            }
            Encoding::Utf32 => (start + column).min(end),
        };
        text_size(self.char_to_byte(at))
    }
}

/// The char index of the end of a line, before its line end.
fn line_end(rope: &Rope, line: usize) -> usize {
    let start = rope.line_to_char(line);
    let slice = rope.line(line);
    let len = slice.len_chars();
    let from_end = |n: usize| len.checked_sub(n).and_then(|index| slice.get_char(index));
    let terminator = match (from_end(2), from_end(1)) {
        (Some('\r'), Some('\n')) => 2,
        (_, Some('\n' | '\r')) => 1,
        _ => 0,
    };
    start + len - terminator
}

/// Line starts and wide characters of a text that does not change: the look-up for closed files, and for many places
/// of one text. Built in one pass; each look-up is one or two binary searches, however long the lines are.
#[derive(Debug, Clone)]
pub struct LineIndex {
    lines: Vec<Line>,
    wide: Vec<Wide>,
}

/// Byte offsets of a line, without its line end.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: u32,
    end: u32,
}

/// A character outside ASCII, and by how many units the text up to its end is shorter than its bytes.
#[derive(Debug, Clone, Copy)]
struct Wide {
    start: u32,
    end: u32,
    saved_utf16: u32,
    saved_utf32: u32,
}

impl Wide {
    fn saved(&self, encoding: Encoding) -> u32 {
        match encoding {
            Encoding::Utf8 => 0,
            Encoding::Utf16 => self.saved_utf16,
            Encoding::Utf32 => self.saved_utf32,
        }
    }
}

impl LineIndex {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &str) -> LineIndex {
        LineIndex {
            lines: lines_of(text),
            wide: wide_of(text),
        }
    }

    /// By how many units the text before wide character number `index` is shorter than its bytes.
    fn saved_before(&self, index: usize, encoding: Encoding) -> u32 {
        index
            .checked_sub(1)
            .and_then(|last| self.wide.get(last))
            .map_or(0, |wide| wide.saved(encoding))
    }

    /// Units from the start of the text to `offset`, a character boundary.
    fn units(&self, offset: u32, encoding: Encoding) -> u32 {
        let index = self.wide.partition_point(|wide| wide.end <= offset);
        offset - self.saved_before(index, encoding)
    }

    fn line_at(&self, offset: u32) -> (usize, Line) {
        let line = self
            .lines
            .partition_point(|line| line.start <= offset)
            .saturating_sub(1);
        // There is always a first line, and it starts at 0.
        (line, self.lines.get(line).copied().unwrap_or(Line { start: 0, end: 0 }))
    }

    /// The start of the character that `offset` is in.
    fn floor(&self, offset: u32) -> u32 {
        let index = self.wide.partition_point(|wide| wide.end <= offset);
        self.wide.get(index).map_or(offset, |next| offset.min(next.start))
    }
}

impl Lines for LineIndex {
    fn line_column(&self, offset: TextSize, encoding: Encoding) -> LineColumn {
        let (line, Line { start, end }) = self.line_at(offset.into());
        let offset = self.floor(u32::from(offset).min(end));
        let column = self.units(offset, encoding) - self.units(start, encoding);
        LineColumn {
            line: saturating_u32(line),
            column,
        }
    }

    fn offset(&self, place: LineColumn, encoding: Encoding) -> TextSize {
        let Some(&Line { start, end }) = self.lines.get(place.line as usize) else {
            return self.lines.last().map_or_else(TextSize::default, |last| last.end.into());
        };
        let units = self.units(start, encoding).saturating_add(place.column);
        let index = self
            .wide
            .partition_point(|wide| wide.end - wide.saved(encoding) <= units);
        let offset = units.saturating_add(self.saved_before(index, encoding));
        let offset = self.wide.get(index).map_or(offset, |next| offset.min(next.start));
        offset.min(end).into()
    }
}

fn lines_of(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    while let Some(length) = bytes.get(start..).and_then(|rest| memchr2(b'\n', b'\r', rest)) {
        let end = start + length;
        lines.push(Line {
            start: saturating_u32(start),
            end: saturating_u32(end),
        });
        let crlf = bytes.get(end..end + 2) == Some(b"\r\n");
        start = end + if crlf { 2 } else { 1 };
    }
    lines.push(Line {
        start: saturating_u32(start),
        end: saturating_u32(bytes.len()),
    });
    lines
}

fn wide_of(text: &str) -> Vec<Wide> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut wide = Vec::new();
    let (mut saved_utf16, mut saved_utf32) = (0, 0);
    for (start, char) in text.char_indices().filter(|(_, char)| !char.is_ascii()) {
        let length = char.len_utf8();
        saved_utf16 += saturating_u32(length - char.len_utf16());
        saved_utf32 += saturating_u32(length - 1);
        let (start, end) = (saturating_u32(start), saturating_u32(start + length));
        wide.push(Wide {
            start,
            end,
            saved_utf16,
            saved_utf32,
        });
    }
    wide
}

/// Texts of 4 GiB and more do not get here: the transport refuses such frames, and the reader such files.
fn saturating_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn text_size(bytes: usize) -> TextSize {
    saturating_u32(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    /// The places of every character boundary, counted one character at a time.
    fn reference(text: &str, encoding: Encoding) -> Vec<(usize, LineColumn)> {
        let mut places = Vec::new();
        let mut place = LineColumn::default();
        let mut chars = text.char_indices().peekable();
        while let Some((offset, char)) = chars.next() {
            places.push((offset, place));
            let next = chars.peek().map(|&(_, next)| next);
            match (char, next) {
                // Between CR and LF there is no place of its own.
                ('\r', Some('\n')) => {
                    let (offset, _) = chars.next().unwrap();
                    places.push((offset, place));
                    place = LineColumn {
                        line: place.line + 1,
                        column: 0,
                    };
                }
                ('\r' | '\n', _) => {
                    place = LineColumn {
                        line: place.line + 1,
                        column: 0,
                    }
                }
                _ => {
                    place.column += match encoding {
                        Encoding::Utf8 => char.len_utf8() as u32,
                        Encoding::Utf16 => char.len_utf16() as u32,
                        Encoding::Utf32 => 1,
                    }
                }
            }
        }
        places.push((text.len(), place));
        places
    }

    fn check_all_places(text: &str) {
        let (rope, index) = (Rope::from_str(text), LineIndex::new(text));
        let both: [(&str, &dyn Lines); 2] = [("rope", &rope), ("index", &index)];
        for (name, lines) in both {
            for encoding in ENCODINGS {
                let places = reference(text, encoding);
                for &(offset, place) in &places {
                    let found = lines.line_column(text_size(offset), encoding);
                    assert_eq!(found, place, "{name} {encoding:?} {text:?} at {offset}");
                }
                // Every column up to beyond the line's end: the last boundary of the line that is not behind it.
                for line in 0..=places.last().unwrap().1.line {
                    let of_line = || places.iter().filter(|(_, place)| place.line == line);
                    let width = of_line().map(|(_, place)| place.column).max().unwrap();
                    for column in 0..width + 3 {
                        let (_, reached) = of_line().rfind(|(_, place)| place.column <= column).unwrap();
                        let (expected, _) = of_line().find(|(_, place)| place == reached).unwrap();
                        let found = lines.offset(LineColumn { line, column }, encoding);
                        assert_eq!(
                            usize::from(found),
                            *expected,
                            "{name} {encoding:?} {text:?} {line}:{column}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn places_of_the_hard_characters() {
        for text in [
            "",
            "a",
            "\n",
            "\r",
            "\r\n",
            "\n\r",
            "a\r\nb\rc\nd",
            "😀",
            "a😀b\né\r\n",
            "\u{feff}{}\n",
        ] {
            check_all_places(text);
        }
    }

    #[test]
    fn unicode_separators_do_not_end_a_line() {
        let text = "a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f";
        check_all_places(text);
        assert_eq!(
            LineIndex::new(text)
                .line_column(text_size(text.len()), Encoding::Utf32)
                .line,
            0
        );
    }

    #[test]
    fn inside_a_character_is_its_start() {
        let text = "a😀b";
        let (rope, index) = (Rope::from_str(text), LineIndex::new(text));
        for lines in [&rope as &dyn Lines, &index] {
            // Byte offsets 2, 3 and 4 are inside the emoji, as is UTF-16 column 2.
            for offset in 2..5 {
                assert_eq!(
                    lines.line_column(offset.into(), Encoding::Utf16),
                    LineColumn { line: 0, column: 1 }
                );
            }
            assert_eq!(
                lines.offset(LineColumn { line: 0, column: 2 }, Encoding::Utf16),
                1.into()
            );
            assert_eq!(
                lines.offset(LineColumn { line: 0, column: 3 }, Encoding::Utf8),
                1.into()
            );
        }
    }

    #[test]
    fn places_outside_the_text_are_clamped() {
        let text = "ab\r\ncd";
        let (rope, index) = (Rope::from_str(text), LineIndex::new(text));
        for lines in [&rope as &dyn Lines, &index] {
            for encoding in ENCODINGS {
                assert_eq!(
                    lines.offset(
                        LineColumn {
                            line: 0,
                            column: u32::MAX
                        },
                        encoding
                    ),
                    2.into()
                );
                assert_eq!(lines.offset(LineColumn { line: 1, column: 9 }, encoding), 6.into());
                assert_eq!(lines.offset(LineColumn { line: 2, column: 0 }, encoding), 6.into());
                assert_eq!(
                    lines.offset(
                        LineColumn {
                            line: u32::MAX,
                            column: u32::MAX
                        },
                        encoding
                    ),
                    6.into()
                );
                assert_eq!(
                    lines.line_column(u32::MAX.into(), encoding),
                    LineColumn { line: 1, column: 2 }
                );
            }
        }
    }

    /// Texts full of the characters that matter.
    fn hard_text() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "\"",
            " ",
            "\n",
            "\r",
            "\r\n",
            "é",
            "—",
            "😀",
            "👩\u{200d}💻",
            "\u{2028}",
            "\u{85}",
            "\u{feff}",
            "\u{c}",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn rope_and_index_agree_with_counting(text in hard_text()) {
            check_all_places(&text);
        }

        #[test]
        fn rope_and_index_agree_everywhere(text in hard_text(), line in 0u32..12, column in 0u32..40, byte in 0u32..200) {
            let (rope, index) = (Rope::from_str(&text), LineIndex::new(&text));
            for encoding in ENCODINGS {
                let place = LineColumn { line, column };
                prop_assert_eq!(rope.offset(place, encoding), index.offset(place, encoding));
                prop_assert_eq!(rope.line_column(byte.into(), encoding), index.line_column(byte.into(), encoding));
            }
        }
    }
}
