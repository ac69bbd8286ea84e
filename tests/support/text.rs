//! Places in a text, counted one character at a time: what the server's answers are measured against.
//!
//! Nothing here is shared with the server's code.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

use lsp_types::{Position, PositionEncodingKind, Range};

/// Every place of a text in one encoding.
pub struct Places {
    places: Vec<(usize, Position)>,
}

impl Places {
    pub fn new(text: &str, encoding: &PositionEncodingKind) -> Places {
        let width = |c: char| match encoding.as_str() {
            "utf-8" => c.len_utf8(),
            "utf-16" => c.len_utf16(),
            "utf-32" => 1,
            other => panic!("{other}"),
        };
        let mut places = Vec::with_capacity(text.len());
        let mut at = Position::new(0, 0);
        let mut chars = text.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            places.push((offset, at));
            // Between CR and LF there is no place.
            if c == '\r' && chars.next_if(|&(_, next)| next == '\n').is_some() || matches!(c, '\r' | '\n') {
                at = Position::new(at.line + 1, 0);
            } else {
                at.character += u32::try_from(width(c)).unwrap();
            }
        }
        places.push((text.len(), at));
        Places { places }
    }

    /// All places, with their byte offsets.
    pub fn all(&self) -> &[(usize, Position)] {
        &self.places
    }

    /// The byte offset of a place. The place must be one: inside no character, and not behind a line's end.
    #[track_caller]
    pub fn offset(&self, position: Position) -> usize {
        match self.places.binary_search_by_key(&position, |&(_, at)| at) {
            Ok(index) => self.places[index].0,
            Err(_) => panic!("{position:?} is no place in the text"),
        }
    }

    /// The place of a byte offset. The offset must have one: not inside a character, and not between CR and LF.
    #[track_caller]
    pub fn position(&self, offset: usize) -> Position {
        match self.places.binary_search_by_key(&offset, |&(it, _)| it) {
            Ok(index) => self.places[index].1,
            Err(_) => panic!("{offset} has no place in the text"),
        }
    }

    /// The byte range between two places.
    #[track_caller]
    pub fn range(&self, range: Range) -> std::ops::Range<usize> {
        self.offset(range.start)..self.offset(range.end)
    }
}
