//! Which words are numbers, in JSON and in JSON5.

use super::issue::Json5NoteKind;

/// What a word is that may be a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numeric {
    /// A number as JSON has them.
    Json,
    /// A number as only JSON5 has them, and why.
    Json5(Json5NoteKind),
    /// It looks like a number, and is none.
    Malformed,
    /// Something else.
    No,
}

/// Says what `word` is. `word` has no white space and no brackets.
pub(super) fn classify(word: &[u8]) -> Numeric {
    let (plus, unsigned) = match word.split_first() {
        Some((b'+', rest)) => (true, rest),
        Some((b'-', rest)) => (false, rest),
        _ => (false, word),
    };
    let signed = unsigned.len() < word.len();
    if signed && matches!(unsigned, b"Infinity" | b"NaN") {
        return Numeric::Json5(Json5NoteKind::NonFinite);
    }
    if let [b'0', b'x' | b'X', digits @ ..] = unsigned {
        return if !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit) {
            Numeric::Json5(Json5NoteKind::Hexadecimal)
        } else {
            Numeric::Malformed
        };
    }
    match decimal(unsigned) {
        Some(_) if plus => Numeric::Json5(Json5NoteKind::PlusSign),
        Some(None) => Numeric::Json,
        Some(Some(note)) => Numeric::Json5(note),
        None if looks_numeric(word) => Numeric::Malformed,
        None => Numeric::No,
    }
}

/// `Some` if `word` is a decimal number without a sign; in it what JSON does not know about it.
fn decimal(word: &[u8]) -> Option<Option<Json5NoteKind>> {
    let (integer, mut rest) = split_digits(word);
    if matches!(integer, [b'0', _, ..]) {
        return None;
    }
    let mut note = None;
    if let [b'.', after @ ..] = rest {
        let (fraction, after) = split_digits(after);
        note = match (integer, fraction) {
            ([], []) => return None,
            ([], _) => Some(Json5NoteKind::LeadingPoint),
            (_, []) => Some(Json5NoteKind::TrailingPoint),
            _ => None,
        };
        rest = after;
    } else if integer.is_empty() {
        return None;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = match after {
            [b'+' | b'-', digits @ ..] => digits,
            digits => digits,
        };
        if after.is_empty() {
            return None;
        }
        rest = split_digits(after).1;
        if rest.len() == after.len() {
            return None;
        }
    }
    rest.is_empty().then_some(note)
}

fn split_digits(word: &[u8]) -> (&[u8], &[u8]) {
    let digits = word.iter().take_while(|b| b.is_ascii_digit()).count();
    word.split_at_checked(digits).unwrap_or((word, b""))
}

/// Signs and points, then a digit.
fn looks_numeric(word: &[u8]) -> bool {
    word.iter()
        .find(|b| !matches!(b, b'+' | b'-' | b'.'))
        .is_some_and(u8::is_ascii_digit)
}
