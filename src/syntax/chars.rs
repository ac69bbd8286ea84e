//! Classes of characters, as JSON5 2.2.3 sees them.

/// White space that JSON5 allows between tokens, and JSON does not.
pub(super) fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{b}' | '\u{c}' | '\u{a0}' | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Whether `c` may begin an identifier: `$`, `_`, and Unicode's `ID_Start`.
///
/// JSON5 goes by Unicode 10; letters that are younger than that pass here, and fail there.
fn is_id_start(c: char) -> bool {
    matches!(c, '$' | '_' | '\u{e33}' | '\u{eb3}' | '\u{ff9e}' | '\u{ff9f}')
        || unicode_ident::is_xid_start(c)
        || is_id_but_not_xid(c)
}

/// Whether `c` may stand inside an identifier: `$`, `_`, two joiners, and `ID_Continue` as JSON5 has it.
fn is_id_continue(c: char) -> bool {
    let unknown = matches!(c, '\u{b7}' | '\u{387}' | '\u{1369}'..='\u{1371}' | '\u{19da}');
    matches!(c, '$' | '_' | '\u{200c}' | '\u{200d}')
        || unicode_ident::is_xid_continue(c) && !unknown
        || is_id_but_not_xid(c)
}

/// `unicode_ident` has the classes `XID_*`, which lack these; and U+2E2F is a letter to JSON5 alone.
fn is_id_but_not_xid(c: char) -> bool {
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
                | '\u{2e2f}'
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
        let fits = if first { is_id_start(c) } else { is_id_continue(c) };
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
