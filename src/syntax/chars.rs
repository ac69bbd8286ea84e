//! Classes of characters, as JSON5 2.2.3 sees them.

/// White space that JSON5 allows between tokens, and JSON does not.
pub(super) fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{b}'
            | '\u{c}'
            | '\u{a0}'
            | '\u{feff}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Whether `c` may begin an identifier (Unicode `ID_Start`, `$` and `_`).
fn is_id_start(c: char) -> bool {
    c == '$'
        || c == '_'
        || unicode_ident::is_xid_start(c)
        || is_only_id(c)
        || matches!(c, '\u{e33}' | '\u{eb3}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Whether `c` may stand inside an identifier (Unicode `ID_Continue`, `$`, `_`, and two joiners).
fn is_id_continue(c: char) -> bool {
    matches!(c, '$' | '_' | '\u{200c}' | '\u{200d}')
        || unicode_ident::is_xid_continue(c)
        || is_only_id(c)
}

/// The characters that are in `ID_Start` and not in `XID_Continue`; JSON5 goes by the former.
fn is_only_id(c: char) -> bool {
    matches!(
        c,
        '\u{37a}' | '\u{309b}' | '\u{309c}' | '\u{fc5e}'
            ..='\u{fc63}'
                | '\u{fdfa}'
                | '\u{fdfb}'
                | '\u{fe70}'
                | '\u{fe72}'
                | '\u{fe74}'
                | '\u{fe76}'
                | '\u{fe78}'
                | '\u{fe7a}'
                | '\u{fe7c}'
                | '\u{fe7e}'
    )
}

/// Whether `word` is a JSON5 identifier, `\uXXXX` escapes included.
pub(super) fn is_identifier(word: &str) -> bool {
    let mut chars = word.chars();
    let mut first = true;
    while let Some(raw) = chars.next() {
        let c = if raw == '\\' {
            if chars.next() != Some('u') {
                return false;
            }
            let Some(c) = hex_digits(&mut chars, 4).and_then(char::from_u32) else {
                return false;
            };
            c
        } else {
            raw
        };
        let fits = if first {
            is_id_start(c)
        } else {
            is_id_continue(c)
        };
        if !fits {
            return false;
        }
        first = false;
    }
    !first
}

/// The number that the next `count` hexadecimal digits of `chars` make. `chars` is left where it stopped fitting.
pub(super) fn hex_digits(chars: &mut std::str::Chars<'_>, count: usize) -> Option<u32> {
    let mut value = 0;
    for _ in 0..count {
        let digit = chars.clone().next()?.to_digit(16)?;
        chars.next();
        value = value * 16 + digit;
    }
    Some(value)
}
