//! `scopes` that are no list of strings.

use super::{Rule, Subject};
use crate::analysis::wording::{code, count};
use crate::analysis::{File, Fix, Report, Severity};
use crate::syntax::{Array, StringLiteral, TextRange, Value, WordKind, edit};

/// The rule.
pub static RULE: Rule = Rule {
    code: "invalid-scopes",
    severity: Severity::Error,
    summary: "The scopes are not a list of strings",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports `scopes` that are not a list, and every element of the list that is not a string.

## Why is this bad?
The CLI rejects the file with "Invalid input", without saying what is wrong, and stops every command that reads the project. This is so for
every service, also for one that takes no scopes.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": "channels:read chat:write"
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["channels:read", "chat:write"]
}
```

## Fix safety
The fixes make a list of what is there. They are never applied without you: the CLI could not read the file before, so it may ask for more
afterwards.
"#;

/// Silent where there is a syntax error: that has been said.
fn find<'f, 'a>(file: &'f File<'a>) -> impl Iterator<Item = Value<'a>> + use<'f, 'a> {
    let value = file.connector.property("scopes").and_then(|property| property.value);
    let (whole, list) = match value {
        Some(Value::Array(_)) | None => (None, file.connector.scopes.as_ref()),
        other => (other, None),
    };
    let elements = list.into_iter().flat_map(|list| list.others.iter().copied());
    whole
        .into_iter()
        .chain(elements)
        .filter(|value| !file.is_marred(value.range()))
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let is_list = file.connector.scopes.is_some();
    for value in find(file) {
        let message = match value {
            _ if is_list => match value {
                Value::Array(_) => "A scope is a string. There is no list within the list.".to_owned(),
                Value::Object(_) => "A scope is a string, not an object.".to_owned(),
                _ => format!("A scope is a string, not {}.", code(file.slice(value.range()))),
            },
            Value::String(_) => "`scopes` must be a list, also for a single scope: put it in brackets.".to_owned(),
            _ => "`scopes` must be a list of strings, such as [\"chat:write\"], or an empty one.".to_owned(),
        };
        report.add(value.range(), message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(value) = find(file).find(|value| value.range() == range) else {
        return Vec::new();
    };
    match &file.connector.scopes {
        None => as_list(file, value),
        Some(list) => as_strings(file, list.array, value),
    }
}

/// Makes a list of the value of `scopes`.
fn as_list(file: &File<'_>, value: Value<'_>) -> Vec<Fix> {
    let Value::String(literal) = value else {
        let edits = vec![edit::replace(value.range(), "[]")];
        return vec![Fix::edit(file, "Replace it with an empty list", edits)];
    };
    let scopes = literal.text(file.text());
    let parts: Vec<_> = parts(&scopes).collect();
    let title = match parts.len() {
        0 => "Replace it with an empty list".to_owned(),
        1 => "Put it in a list".to_owned(),
        many => format!("Split it into a list of {}", count(many, "scope")),
    };
    let list = parts.iter().map(|it| edit::quoted(it, literal.quote())).collect::<Vec<_>>().join(", ");
    vec![Fix::edit(file, title, vec![edit::replace(value.range(), format!("[{list}]"))]).preferred_if(true)]
}

/// The scopes in a string: separated by blanks or commas, as on the wire.
fn parts(scopes: &str) -> impl Iterator<Item = &str> {
    scopes.split(|c: char| c.is_whitespace() || c == ',').filter(|it| !it.is_empty())
}

/// Makes a string, or strings, of an element of the list.
fn as_strings(file: &File<'_>, list: Array<'_>, element: Value<'_>) -> Vec<Fix> {
    let remove = |title: &str| Fix::edit(file, title, edit::remove_element(file.text(), file.tree(), list, element.range()));
    match element {
        Value::Array(inner) => {
            let strings: Option<Vec<_>> = inner.elements().map(|it| it.as_string().map(|it| it.range())).collect();
            match strings.as_deref() {
                Some([]) => vec![remove("Remove the empty list").preferred_if(true)],
                Some([first, .., last]) | Some([first @ last]) => Vec::new(),
                None => vec![remove("Remove the inner list")],
            }
        }
        Value::Object(_) => vec![remove("Remove the object")],
        Value::Word(word) if word.kind == WordKind::Null => vec![remove("Remove `null`").preferred_if(true)],
        _ => vec![remove(&format!("Remove {}", code(file.slice(element.range()))))],
    }
}
