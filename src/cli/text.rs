//! Text for people: nothing that a terminal would obey, and numbers with their nouns.

use std::borrow::Cow;

use crate::base44::is_active;

/// `text` with every character that would move the cursor, colour or reorder the line replaced by a visible one.
///
/// Names and contents of files are anybody's: an escape sequence in them must not reach the terminal. One character becomes
/// one character, so columns stay right. Tabs and line ends are replaced, too.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    match text.chars().any(is_active) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.chars().map(inert).collect()),
    }
}

/// As [`visible`], but leaves tabs and line ends alone.
pub(crate) fn inert_lines(text: &str) -> String {
    let keep = |c| matches!(c, '\t' | '\n' | '\r');
    text.chars().map(|c| if keep(c) { c } else { inert(c) }).collect()
}

/// What [`visible`] makes of one character.
pub(crate) fn inert(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ if is_active(c) => '\u{fffd}',
        _ => c,
    }
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_line_ends_and_direction_marks_become_visible() {
        assert_eq!(
            visible("a\x1b[31mb\n\t\x7f\u{9b}\u{202e}"),
            "a␛[31mb␊␉␡\u{fffd}\u{fffd}"
        );
        assert!(matches!(visible("Größe 世界 😀"), Cow::Borrowed(_)));
    }
}
