//! Text that the CLI cannot read at all.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity};
use crate::syntax::{SyntaxError, SyntaxErrorKind as Kind, TextEdit, TextRange, TextSize};

/// The rule.
pub static RULE: Rule = Rule {
    code: "syntax-error",
    severity: Severity::Error,
    summary: "The file is not JSON, so the CLI cannot read it",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports every place where the text is not JSON: a comma or a quote is missing, a bracket is not closed. Comments, trailing commas and
the rest of JSON5 are fine, since the CLI reads them.

## Why is this bad?
The CLI stops at the first such place, and one bad file stops every command that reads the project: `push`, `deploy`, `types generate`.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack"
  "scopes": ["chat:write"]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

## Fix safety
Where it is plain what is missing, a fix puts it in. It is never applied without you: what the file says afterwards is a guess.
"#;

/// How many are reported: text that is no JSON at all has one on every line, and mending some usually mends more.
const MOST: usize = 50;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for error in file.errors.iter().take(MOST) {
        report.add(shown_range(file, error), message(file, error));
    }
}

/// An error can reach to the end of the file. To mark its first line is enough.
fn shown_range(file: &File<'_>, error: &SyntaxError) -> TextRange {
    let shown = file.slice(error.range);
    let line = shown.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    TextRange::at(error.range.start(), TextSize::of(line))
}

fn message(file: &File<'_>, error: &SyntaxError) -> String {
    let found = || code(file.slice(error.range));
    match error.kind {
        Kind::EmptyDocument => {
            let what = match file.tree().comments().next() {
                Some(_) => "The file holds nothing but comments.",
                None => "The file is empty.",
            };
            format!(r#"{what} A connector needs at least a type: {{ "type": "slack" }}."#)
        }
        Kind::NotAValue => format!("A connector belongs here, like {{ \"type\": \"slack\" }}, not {}.", found()),
        Kind::Utf16 => "The file is saved as UTF-16, which the CLI cannot read. Save it as UTF-8.".to_owned(),
        Kind::MissingComma => "A comma is missing here.".to_owned(),
        Kind::MissingColon => "A colon is missing after this key.".to_owned(),
        Kind::MissingValue => "A value is missing here.".to_owned(),
        Kind::MissingKey => "A key is missing before this.".to_owned(),
        Kind::ExtraComma => "There is one comma too many here.".to_owned(),
        Kind::SemicolonForComma => "A comma belongs here, not a semicolon.".to_owned(),
        Kind::EqualsForColon => format!("A colon belongs here, not {}.", found()),
        Kind::UnclosedString { quote } => format!("This string is not closed: `{quote}` is missing at its end."),
        Kind::UnopenedString { quote } => format!("The `{quote}` at the beginning of this string is missing."),
        Kind::MismatchedQuote { open, close } => {
            format!("This string begins with `{open}` and ends with `{close}`. Both must be the same.")
        }
        Kind::WrongQuotes { open } => {
            format!("Strings are written in straight quotes, \"like this\", not in `{open}`.")
        }
        Kind::BadEscape => format!("{} means nothing in a string. For a backslash, write two.", found()),
        Kind::BadNumber => format!("{} is not a number.", found()),
        Kind::BareWord => format!("{} must be in quotes.", found()),
        Kind::BadKey => format!("The key {} must be in quotes.", found()),
        Kind::HashComment => "A comment begins with `//`, not with `#`.".to_owned(),
        Kind::UnclosedComment => "This comment is not closed: `*/` is missing.".to_owned(),
        Kind::UnclosedObject => "This `{` has no `}`.".to_owned(),
        Kind::UnclosedArray => "This `[` has no `]`.".to_owned(),
        Kind::MissingBraces => "A connector stands in braces: put `{` before it and `}` behind it.".to_owned(),
        Kind::MismatchedBracket { expected } => format!("`{expected}` belongs here, not {}.", found()),
        Kind::UnexpectedBracket { found } => format!("This `{found}` closes nothing."),
        Kind::UnexpectedCharacter { .. } => format!("{} does not belong here.", found()),
        Kind::TrailingContent => "The file must end after its first value, but this follows.".to_owned(),
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(error) = file.errors.iter().find(|error| shown_range(file, error) == range) else {
        return Vec::new();
    };
    if error.kind == Kind::EmptyDocument {
        return skeleton(file).into_iter().collect();
    }
    repair(file, error).into_iter().collect()
}

/// What the file says once it is mended is a guess, however plain.
fn repair(file: &File<'_>, error: &SyntaxError) -> Option<Fix> {
    let (range, insert) = error.repair(file.text())?;
    let title = match error.kind {
        Kind::MissingComma => "Insert the comma".to_owned(),
        Kind::MissingColon => "Insert the colon".to_owned(),
        Kind::ExtraComma => "Remove the comma".to_owned(),
        Kind::SemicolonForComma => "Put a comma here".to_owned(),
        Kind::EqualsForColon => "Put a colon here".to_owned(),
        Kind::UnclosedString { .. } | Kind::MismatchedQuote { .. } => "Close the string".to_owned(),
        Kind::UnopenedString { .. } => "Insert the missing quote".to_owned(),
        Kind::WrongQuotes { .. } => "Use straight quotes".to_owned(),
        Kind::BareWord | Kind::BadKey => "Put it in quotes".to_owned(),
        Kind::HashComment => "Begin the comment with `//`".to_owned(),
        Kind::UnclosedObject => "Insert the missing `}`".to_owned(),
        Kind::UnclosedArray => "Insert the missing `]`".to_owned(),
        Kind::MissingBraces => "Put braces around it".to_owned(),
        Kind::MismatchedBracket { expected } => format!("Put `{expected}` here"),
        Kind::UnexpectedBracket { found } => format!("Remove the `{found}`"),
        _ => "Mend the syntax".to_owned(),
    };
    Some(Fix::edit(file, title, vec![TextEdit { range, insert }]).preferred_if(true))
}

/// A whole connector, where the file is named after a service.
fn skeleton(file: &File<'_>) -> Option<Fix> {
    let service = file.service_of_name().filter(|service| !file.is_taken(&service.type_))?;
    let text = file.text();
    let last_comment = file.tree().comments().last().map(|token| token.range.end());
    let start = last_comment.unwrap_or_else(|| TextSize::of(text.get(..bom(text)).unwrap_or_default()));
    let gap = if last_comment.is_some() { "\n" } else { "" };
    let type_ = &service.type_;
    let insert = format!("{gap}{{\n  \"type\": \"{type_}\",\n  \"scopes\": []\n}}\n");
    let range = TextRange::new(start, TextSize::of(text));
    Some(
        Fix::edit(
            file,
            format!("Insert a connector for {}", service.name),
            vec![TextEdit { range, insert }],
        )
        .preferred_if(true),
    )
}

fn bom(text: &str) -> usize {
    match text.starts_with('\u{feff}') {
        true => '\u{feff}'.len_utf8(),
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::MOST;
    use crate::analysis::testing::{TestProject, check, check_fix, check_rule, check_titles};

    #[test]
    fn each_error_stands_at_its_place() {
        check(
            r#"
{
  "type": "slack" // a bot
//               ^ error[syntax-error]: A comma is missing here.
  "scopes": ["chat:write" "users:read",, "im:read"]
//                       ^ error[syntax-error]: A comma is missing here.
//                                     ^ error[syntax-error]: There is one comma too many here.
}
"#,
        );
    }

    #[test]
    fn columns_are_right_behind_emoji_and_crlf() {
        check(
            "{\r\n  \"type\": \"slack\", /* 🎉 */ \"scopes\" [\"chat:write\"]\r\n//                                 ^ error[syntax-error]: A colon is missing after this key.\r\n}\r\n",
        );
    }

    #[test]
    fn what_people_write_is_named() {
        for (text, message) in [
            ("{ \"type\": slack }", "`slack` must be in quotes."),
            ("{ \"type\" = \"slack\" }", "A colon belongs here, not `=`."),
            ("{ \"type\": \"slack\"; }", "A comma belongs here, not a semicolon."),
            (
                "{ \"type\": \"slack' }",
                "This string begins with `\"` and ends with `'`. Both must be the same.",
            ),
            (
                "{ “type”: \"slack\" }",
                "Strings are written in straight quotes, \"like this\", not in `“`.",
            ),
            (
                "{ my-key: 1, \"type\": \"slack\" }",
                "The key `my-key` must be in quotes.",
            ),
            (
                "# slack\n{ \"type\": \"slack\" }",
                "A comment begins with `//`, not with `#`.",
            ),
            (
                "\"type\": \"slack\"",
                "A connector stands in braces: put `{` before it and `}` behind it.",
            ),
            ("{ \"type\": \"slack\" }}", "This `}` closes nothing."),
            ("{ \"type\": \"slack\"", "This `{` has no `}`."),
            (
                "{ \"type\": \"slack",
                "This string is not closed: `\"` is missing at its end.",
            ),
            ("{ \"type\": , }", "A value is missing here."),
            (
                "{ \"type\": \"\\u{73}lack\" }",
                "`\\u` means nothing in a string. For a backslash, write two.",
            ),
            ("{ \"type\": 01 }", "`01` is not a number."),
            ("{ \u{200b}\"type\": \"slack\" }", "`\\u{200b}` does not belong here."),
            (
                "{ \"type\": \"slack\" } /* x",
                "This comment is not closed: `*/` is missing.",
            ),
            (
                "{ \"type\": \"slack\" } { \"type\": \"gmail\" }",
                "The file must end after its first value, but this follows.",
            ),
        ] {
            let fixture = format!("//- base44/connectors/slack.jsonc\n{text}");
            let found = TestProject::new(&fixture).diagnostics("/app/base44/connectors/slack.jsonc".as_ref());
            let messages: Vec<_> = found
                .iter()
                .filter(|it| it.rule.code == "syntax-error")
                .map(|it| it.message.as_str())
                .collect();
            assert!(messages.contains(&message), "{text}\n{messages:#?}");
        }
    }

    #[test]
    fn an_empty_file_has_one_error() {
        for text in ["", "\u{feff}", " \n\n"] {
            check_empty(
                text,
                "The file is empty. A connector needs at least a type: { \"type\": \"slack\" }.",
            );
        }
        check_empty("// todo\n", "The file holds nothing but comments.");
    }

    #[track_caller]
    fn check_empty(text: &str, message: &str) {
        let project = TestProject::new(&format!("//- base44/connectors/slack.jsonc\n{text}"));
        let found = project.diagnostics("/app/base44/connectors/slack.jsonc".as_ref());
        let [only] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!(only.rule.code, "syntax-error");
        assert!(only.message.starts_with(message), "{only:#?}");
    }

    #[test]
    fn text_that_is_no_json_does_not_flood() {
        let found = TestProject::new(&format!("//- base44/connectors/a.jsonc\n{}", "[".repeat(1000)))
            .diagnostics("/app/base44/connectors/a.jsonc".as_ref());
        assert_eq!(found.len(), MOST);
    }

    #[test]
    fn only_the_first_line_of_what_follows_is_marked() {
        check(
            "\n{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] } more\n//                                            ^^^^ error[syntax-error]\nand more\n",
        );
    }

    #[test]
    fn what_is_missing_is_put_in() {
        check_fix(
            "syntax-error",
            "{\r\n  \"type\": \"slack\" // a bot\r\n  \"scopes\": []\r\n}",
            "Insert the comma",
            "{\r\n  \"type\": \"slack\", // a bot\r\n  \"scopes\": []\r\n}",
        );
        check_fix(
            "syntax-error",
            "{ \"type\": slack }",
            "Put it in quotes",
            "{ \"type\": \"slack\" }",
        );
        check_fix(
            "syntax-error",
            "{ \"type\": \"slack }",
            "Close the string",
            "{ \"type\": \"slack\" }",
        );
        check_fix(
            "syntax-error",
            "{ \"type\": \"slack\"",
            "Insert the missing `}`",
            "{ \"type\": \"slack\"}",
        );
        check_fix(
            "syntax-error",
            "\"type\": \"slack\"",
            "Put braces around it",
            "{\"type\": \"slack\"}",
        );
        check_titles("syntax-error", "{ \"type\": \"slack\" } { \"type\": \"gmail\" }", &[]);
    }

    #[test]
    fn an_empty_file_is_filled_after_its_name() {
        let skeleton = "{\n  \"type\": \"gmail\",\n  \"scopes\": []\n}\n";
        for (before, after) in [
            ("", skeleton.to_owned()),
            (" \n\n", skeleton.to_owned()),
            ("// mine\n", format!("// mine\n{skeleton}")),
        ] {
            check_fix(
                "syntax-error",
                &format!("//- base44/connectors/gmail.jsonc\n{before}"),
                "Insert a connector for Gmail",
                &format!("//- base44/connectors/gmail.jsonc\n{after}"),
            );
        }
        check_titles("syntax-error", "//- base44/connectors/mine.jsonc\n", &[]);
        check_titles(
            "syntax-error",
            "//- base44/connectors/gmail.jsonc\n//- base44/connectors/mail.jsonc\n{ \"type\": \"gmail\" }\n",
            &[],
        );
    }

    #[test]
    fn nothing_else_is_said_of_what_is_not_finished() {
        for text in [
            "{",
            "{ \"",
            "{ \"type\": \"sla",
            "{ \"type\": \"slack\", \"sco",
            "{ \"type\": \"slack\", \"scopes\": [",
        ] {
            for code in [
                "missing-type",
                "unknown-type",
                "missing-scopes",
                "empty-scopes",
                "unknown-property",
                "file-name",
            ] {
                check_rule(code, &format!("//- base44/connectors/slack.jsonc\n{text}"));
            }
        }
    }
}
