//! Syntax that the CLI reads and that JSONC tools do not.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity};
use crate::syntax::{Json5Note, Json5NoteKind as Kind, TextEdit, TextRange, TextSize, TokenKind};

/// The rule.
pub static RULE: Rule = Rule {
    code: "json5-syntax",
    severity: Severity::Warning,
    summary: "The CLI reads it, but tools for JSON with comments do not",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports what only JSON5 has: strings in single quotes, keys without quotes, hexadecimal numbers, line breaks within strings, odd white space
and the like. Each kind is reported once, at its first place. Comments and trailing commas are fine.

## Why is this bad?
The CLI reads JSON5. Editors, formatters and scripts take `.jsonc` for JSON with comments and stumble over the rest, and every pull writes
plain JSON anyway.

## Example
```jsonc base44/connectors/slack.jsonc
{
  type: 'slack', // the bot
  scopes: ['chat:write'],
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack", // the bot
  "scopes": ["chat:write"],
}
```

## Fix safety
Both fixes keep the comments and what every string and number says, so they are safe. `Infinity` and `NaN` have no form in JSON and stay.
"#;

/// Of each kind the first place, and how often it comes in all.
fn first_of_each(notes: &[Json5Note]) -> Vec<(Json5Note, usize)> {
    let mut kinds: Vec<(Json5Note, usize)> = Vec::new();
    for note in notes {
        match kinds.iter_mut().find(|(first, _)| same(first.kind, note.kind)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((*note, 1)),
        }
    }
    kinds
}

fn same(one: Kind, other: Kind) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for (note, count) in first_of_each(&file.tree().notes()) {
        let what = match note.kind {
            Kind::SingleQuotes => "Strings in single quotes are JSON5".to_owned(),
            Kind::BareKey => "Keys without quotes are JSON5".to_owned(),
            Kind::Hexadecimal => "Hexadecimal numbers are JSON5".to_owned(),
            Kind::PlusSign => "Numbers with a `+` are JSON5".to_owned(),
            Kind::LeadingPoint => "Numbers that begin with a point are JSON5".to_owned(),
            Kind::TrailingPoint => "Numbers that end with a point are JSON5".to_owned(),
            Kind::NonFinite => format!("{} is JSON5", code(file.slice(note.range))),
            Kind::LineContinuation => "Strings over several lines are JSON5".to_owned(),
            Kind::Escape => format!("The escape {} is JSON5", code(file.slice(note.range))),
            Kind::ControlCharacter => "Tabs and other control characters in strings are JSON5".to_owned(),
            Kind::Whitespace { found } => format!("White space such as U+{:04X} is JSON5", u32::from(found)),
        };
        let more = match count {
            1 => String::new(),
            2 => " (and once more below)".to_owned(),
            _ => format!(" (and {} times more below)", count - 1),
        };
        report.add(
            note.range,
            format!("{what}: the CLI reads it, most other tools do not{more}."),
        );
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let notes = file.tree().notes();
    let kinds = first_of_each(&notes);
    let Some((note, _)) = kinds.iter().find(|(note, _)| note.range == range) else {
        return Vec::new();
    };
    let mut fixes = Vec::new();
    if note.kind != Kind::NonFinite {
        let all = rewrite(file, &notes, |_| true);
        fixes.push(
            Fix::edit(file, "Rewrite the file as JSONC", all)
                .safe_if(true)
                .preferred_if(true),
        );
    }
    if 1 < kinds.len()
        && let Some(title) = title(note.kind)
    {
        fixes.push(Fix::edit(file, title, rewrite(file, &notes, |kind| same(kind, note.kind))).safe_if(true));
    }
    fixes
}

/// What the fix of one kind is called; none where there is no way to write it in JSON.
fn title(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::SingleQuotes => "Use double quotes",
        Kind::BareKey => "Put the keys in quotes",
        Kind::Hexadecimal => "Use decimal numbers",
        Kind::PlusSign => "Remove the `+` signs",
        Kind::LeadingPoint | Kind::TrailingPoint => "Write the numbers in full",
        Kind::LineContinuation => "Put each string on one line",
        Kind::Escape => "Use the escapes of JSON",
        Kind::ControlCharacter => "Escape control characters",
        Kind::Whitespace { .. } => "Use plain white space",
        Kind::NonFinite => return None,
    })
}

/// Puts JSON in the place of everything that a wanted kind of note is about. A token with several notes is rewritten as a whole.
fn rewrite(file: &File<'_>, notes: &[Json5Note], wanted: impl Fn(Kind) -> bool) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for note in notes.iter().filter(|note| wanted(note.kind)) {
        let done = edits.last().map_or(TextSize::default(), |edit| edit.range.end());
        let Some(token) = file.tree().token_at(note.range.start()).right() else {
            continue;
        };
        if note.range.start() < done {
            continue;
        }
        let (range, new) = match (note.kind, token.kind) {
            (Kind::BareKey, _) => (token.range, Some(format!("\"{}\"", file.slice(token.range)))),
            (Kind::Whitespace { .. }, _) => (note.range, Some(plain_space(file, note.range))),
            (_, TokenKind::String(_)) => (token.range, json_string(file.slice(token.range))),
            (_, TokenKind::Number) => (token.range, json_number(file.slice(token.range))),
            _ => continue,
        };
        edits.extend(new.map(|insert| TextEdit { range, insert }));
    }
    edits
}

/// The white space in `range` as JSON has it. U+2028 and U+2029 end a line comment, so line ends take their place.
fn plain_space(file: &File<'_>, range: TextRange) -> String {
    let line_end = match file.text().contains("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let mut out = String::new();
    for c in file.slice(range).chars() {
        match c {
            '\u{2028}' | '\u{2029}' => out.push_str(line_end),
            ' ' | '\t' | '\n' | '\r' => out.push(c),
            _ => out.push(' '),
        }
    }
    out
}

/// A JSON5 string as JSON, with every escape kept that JSON has. `None` if it is not complete.
fn json_string(literal: &str) -> Option<String> {
    let quote = literal.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let body = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut out = String::with_capacity(literal.len());
    out.push('"');
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => push_escape(&mut out, &mut chars)?,
            _ => push_char(&mut out, c),
        }
    }
    out.push('"');
    Some(out)
}

fn push_escape(out: &mut String, chars: &mut std::str::Chars<'_>) -> Option<()> {
    match chars.next()? {
        c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') => {
            out.push('\\');
            out.push(c);
        }
        'v' => push_char(out, '\u{b}'),
        '0' => push_char(out, '\0'),
        'x' => {
            let digits = chars.as_str().get(..2)?;
            push_char(out, char::from(u8::from_str_radix(digits, 16).ok()?));
            chars.nth(1);
        }
        // A line end that is escaped is no part of the string.
        '\r' => {
            let rest = chars.as_str();
            *chars = rest.strip_prefix('\n').unwrap_or(rest).chars();
        }
        '\n' | '\u{2028}' | '\u{2029}' => {}
        c => push_char(out, c),
    }
    Some(())
}

fn push_char(out: &mut String, c: char) {
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\t' => out.push_str("\\t"),
        _ if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        _ => out.push(c),
    }
}

/// A JSON5 number as JSON. `None` if JSON has no such number.
fn json_number(number: &str) -> Option<String> {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number.strip_prefix('+').unwrap_or(number)),
    };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let value = u128::from_str_radix(hex, 16).ok()?;
        return Some(format!("{sign}{value}"));
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let (mantissa, exponent) = digits.split_at_checked(digits.find(['e', 'E']).unwrap_or(digits.len()))?;
    let mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => format!("0.{fraction}"),
        Some((whole, "")) => whole.to_owned(),
        _ => mantissa.to_owned(),
    };
    Some(format!("{sign}{mantissa}{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::{json_number, json_string};
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn each_kind_is_reported_once_at_its_first_place() {
        check(
            r#"
{
  type: 'slack',
//^^^^ warning[json5-syntax]: Keys without quotes are JSON5: the CLI reads it, most other tools do not (and once more below).
//      ^^^^^^^ warning[json5-syntax]: Strings in single quotes are JSON5: the CLI reads it, most other tools do not (and 2 times more below).
  scopes: ['chat:write', 'users:read'],
}
"#,
        );
    }

    #[test]
    fn what_jsonc_has_is_silent() {
        check(
            r#"
/* a bot */
{
  "type": "sl\u0061ck", // comments
  "scopes": [
    "chat:write",
  ],
}
"#,
        );
        check_rule(
            "json5-syntax",
            "\u{feff}{ \"type\": \"slack\", \"x\": [-1.5e3, 0, true, null, \"\\/\"] }",
        );
    }

    #[test]
    fn all_kinds_are_known() {
        check_rule(
            "json5-syntax",
            r#"
{ "type": "slack", "x": [0x1F, +1, .5, 5., NaN, "\x41", "🎉	"] }
//                       ^^^^ warning[json5-syntax]: Hexadecimal numbers
//                             ^^ warning[json5-syntax]: Numbers with a `+`
//                                 ^^ warning[json5-syntax]: Numbers that begin with a point
//                                     ^^ warning[json5-syntax]: Numbers that end with a point
//                                         ^^^ warning[json5-syntax]: `NaN` is JSON5
//                                               ^^^^ warning[json5-syntax]: The escape `\x41` is JSON5
//                                                        ^ warning[json5-syntax]: Tabs and other control characters
"#,
        );
        check_rule(
            "json5-syntax",
            "{ \"type\":\u{a0}\"slack\" }\n//       ^ warning[json5-syntax]: White space such as U+00A0 is JSON5\n",
        );
        check_fix(
            "json5-syntax",
            "{ \"type\": \"sla\\\nck\" }\n",
            "Rewrite the file as JSONC",
            "{ \"type\": \"slack\" }\n",
        );
    }

    #[test]
    fn one_fix_rewrites_all_and_keeps_comments() {
        check_fix(
            "json5-syntax",
            "// a bot\r\n{\r\n  type: 'slack', // 'who'\r\n  'scopes': ['chat:write', \"users:read\",],\r\n}\r\n",
            "Rewrite the file as JSONC",
            "// a bot\r\n{\r\n  \"type\": \"slack\", // 'who'\r\n  \"scopes\": [\"chat:write\", \"users:read\",],\r\n}\r\n",
        );
    }

    #[test]
    fn one_kind_can_be_mended_alone() {
        let fixture = "{ type: 'slack', x: NaN }";
        check_titles(
            "json5-syntax",
            fixture,
            &[
                "Rewrite the file as JSONC",
                "Put the keys in quotes",
                "Rewrite the file as JSONC",
                "Use double quotes",
            ],
        );
        check_fix(
            "json5-syntax",
            fixture,
            "Use double quotes",
            "{ type: \"slack\", x: NaN }",
        );
        check_titles("json5-syntax", "{ type: \"slack\" }", &["Rewrite the file as JSONC"]);
    }

    #[test]
    fn odd_white_space_becomes_plain() {
        check_fix(
            "json5-syntax",
            "// c\u{2028}{\u{3000}\"type\":\u{a0}\u{feff}\"slack\"}",
            "Rewrite the file as JSONC",
            "// c\n{ \"type\":  \"slack\"}",
        );
    }

    #[test]
    fn strings_say_the_same_in_json() {
        for (json5, json) in [
            (r#"'it\'s'"#, r#""it's""#),
            (r#"'say "x"'"#, r#""say \"x\"""#),
            (r#""\x41\v\0\a\'""#, r#""A\u000b\u0000a'""#),
            (r#""\ud800\u0041\n\/""#, r#""\ud800\u0041\n\/""#),
            ("'a\\\r\nb\\\nc\\\u{2028}d'", r#""abcd""#),
            ("\"a\tb\u{1}\"", r#""a\tb\u0001""#),
            (r#"'\x22\x5c\x0a'"#, r#""\"\\\u000a""#),
        ] {
            assert_eq!(json_string(json5).as_deref(), Some(json), "{json5}");
        }
        assert_eq!(json_string("'open"), None);
        assert_eq!(json_string("'"), None);
    }

    #[test]
    fn numbers_say_the_same_in_json() {
        for (json5, json) in [
            ("0x1F", "31"),
            ("-0XaB", "-171"),
            ("+1", "1"),
            ("+.5", "0.5"),
            ("-.5e-3", "-0.5e-3"),
            ("5.", "5"),
            ("5.E3", "5E3"),
        ] {
            assert_eq!(json_number(json5).as_deref(), Some(json), "{json5}");
        }
        for none in ["NaN", "-Infinity", "+Infinity"] {
            assert_eq!(json_number(none), None);
        }
    }
}
