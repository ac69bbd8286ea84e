//! Where two texts differ.

use text_size::{TextRange, TextSize};

/// What is left of `old` and of `new` without their common start and end, in whole characters and line ends: putting the second range of
/// `new` in the place of the first range of `old` turns one into the other. Both are empty if the texts are equal.
#[must_use]
pub fn difference(old: &str, new: &str) -> (TextRange, TextRange) {
    let mut prefix = common_prefix(old.as_bytes(), new.as_bytes());
    while !is_boundary(old, prefix) || !is_boundary(new, prefix) {
        prefix -= 1;
    }
    let most = old.len().min(new.len()) - prefix;
    let mut suffix = common_suffix(old.as_bytes(), new.as_bytes()).min(most);
    while !is_boundary(old, old.len() - suffix) || !is_boundary(new, new.len() - suffix) {
        suffix -= 1;
    }
    let offset = |bytes: usize| TextSize::try_from(bytes).unwrap_or(TextSize::from(u32::MAX));
    let differing = |text: &str| TextRange::new(offset(prefix), offset(text.len() - suffix));
    (differing(old), differing(new))
}

/// Whether no character and no CRLF goes over `at`: editors know no place between CR and LF.
fn is_boundary(text: &str, at: usize) -> bool {
    let in_line_end = text.as_bytes().get(at.saturating_sub(1)..=at) == Some(b"\r\n");
    text.is_char_boundary(at) && !in_line_end
}

/// Texts are compared in blocks first: much faster than byte by byte, and mostly they are equal.
const BLOCK: usize = 1024;

fn common_prefix(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.chunks_exact(BLOCK).zip(new.chunks_exact(BLOCK));
    let equal = blocks.take_while(|(old, new)| old == new).count() * BLOCK;
    let bytes = old.iter().zip(new).skip(equal);
    equal + bytes.take_while(|(old, new)| old == new).count()
}

fn common_suffix(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.rchunks_exact(BLOCK).zip(new.rchunks_exact(BLOCK));
    let equal = blocks.take_while(|(old, new)| old == new).count() * BLOCK;
    let bytes = old.iter().rev().zip(new.iter().rev()).skip(equal);
    equal + bytes.take_while(|(old, new)| old == new).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_leads(old: &str, new: &str) {
        let (from, to) = difference(old, new);
        let insert = new.get(std::ops::Range::<usize>::from(to)).unwrap();
        let mut result = old.to_owned();
        result.replace_range(std::ops::Range::<usize>::from(from), insert);
        assert_eq!(result, new);
    }

    #[test]
    fn it_never_splits_a_character() {
        // U+00E9 and U+00E8 share their first byte, U+1F600 and U+10F600 their last two.
        for (old, new) in [("é", "è"), ("\u{1f600}", "\u{10f600}"), ("aé", "a"), ("éé", "é")] {
            assert_leads(old, new);
            assert_leads(new, old);
        }
    }

    #[test]
    fn it_never_splits_a_line_end() {
        for (old, new) in [
            ("a\r\nb", "a\nb"),
            ("a\r\nb", "a\rb"),
            ("\r\n", "\n"),
            ("\r\n\r\n", "\r\n"),
        ] {
            for (one, other) in [(old, new), (new, old)] {
                assert_leads(one, other);
                let (from, _) = difference(one, other);
                assert!(
                    is_boundary(one, from.start().into()) && is_boundary(one, from.end().into()),
                    "{one:?} {from:?}"
                );
            }
        }
    }

    #[test]
    fn it_is_found_anywhere_in_a_long_text() {
        let old = "ab".repeat(3 * BLOCK);
        let (from, to) = difference(&old, &old);
        assert!(from.is_empty() && to.is_empty());
        for at in [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 7, old.len() - 1] {
            let mut new = old.clone();
            new.replace_range(at..=at, "xyz");
            let start = TextSize::try_from(at).unwrap();
            let expected = (TextRange::at(start, 1.into()), TextRange::at(start, 3.into()));
            assert_eq!(difference(&old, &new), expected);
        }
    }
}
