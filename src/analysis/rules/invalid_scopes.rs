//! `scopes` that are no list of strings.

use std::borrow::Cow;

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity};
use crate::syntax::edit;
use crate::syntax::{TextEdit, TextRange, Value, WordKind};

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
        None => vec![as_list(file, value)],
        Some(_) => as_strings(file, value).into_iter().collect(),
    }
}

/// Makes a list of what is the value of `scopes`.
fn as_list(file: &File<'_>, value: Value<'_>) -> Fix {
    let text = match value {
        Value::String(literal) => literal.text(file.text()),
        _ => Cow::Borrowed(""),
    };
    let scopes: Vec<_> = parts(&text).collect();
    let (title, insert) = match scopes.as_slice() {
        [] => ("Replace it with an empty list".to_owned(), "[]".to_owned()),
        // As it is written, with its escapes.
        [_] => (
            "Put it in a list".to_owned(),
            format!("[{}]", file.slice(value.range())),
        ),
        many => {
            let literals: Vec<_> = many
                .iter()
                .map(|it| edit::quote_like(file.text(), file.tree(), it))
                .collect();
            (
                format!("Split it into a list of {} scopes", many.len()),
                format!("[{}]", literals.join(", ")),
            )
        }
    };
    let edit = TextEdit {
        range: value.range(),
        insert,
    };
    Fix::edit(file, title, vec![edit]).preferred_if(matches!(value, Value::String(_)))
}

/// The scopes in a string: separated by blanks or commas, as providers take them.
fn parts(scopes: &str) -> impl Iterator<Item = &str> {
    scopes
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|it| !it.is_empty())
}

/// Makes a string, or strings, of an element of the list, or takes it out.
fn as_strings(file: &File<'_>, element: Value<'_>) -> Option<Fix> {
    let list = file.scope_list()?;
    let index = list.index_at(element.range().start())?;
    let is_null = matches!(element, Value::Word(word) if word.kind == WordKind::Null);
    if let Value::Array(inner) = element {
        let strings: Option<Vec<_>> = inner.elements().map(|it| it.as_string()).collect();
        if let Some(strings) = strings.filter(|it| !it.is_empty()) {
            let literals: Vec<_> = strings.iter().map(|it| file.slice(it.range()).to_owned()).collect();
            return Some(
                Fix::edit(
                    file,
                    "Take the scopes out of the inner list",
                    list.replace(index, &literals),
                )
                .preferred_if(true),
            );
        }
    }
    let title = match element {
        Value::Array(_) => "Remove the inner list".to_owned(),
        Value::Object(_) => "Remove the object".to_owned(),
        _ => format!("Remove {}", code(file.slice(element.range()))),
    };
    Some(Fix::edit(file, title, list.remove(&[index])).preferred_if(is_null))
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check_fix, check_rule, check_titles};

    #[test]
    fn scopes_must_be_a_list() {
        for value in ["null", "5", "false", "{}", r#"{ "0": "a" }"#, "NaN"] {
            let carets = "^".repeat(value.len());
            check_rule(
                "invalid-scopes",
                &format!(
                    "\n{{ \"type\": \"stripe\", \"scopes\": {value} }}\n//                            {carets} error[invalid-scopes]: `scopes` must be a list of strings\n"
                ),
            );
        }
        check_rule(
            "invalid-scopes",
            r#"
{ /* 🎉 */ "type": "slack", "scopes": "chat:write" }
//                                   ^^^^^^^^^^^^ error[invalid-scopes]: `scopes` must be a list, also for a single scope: put it in brackets.
"#,
        );
    }

    #[test]
    fn each_element_that_is_no_string_is_marked() {
        check_rule(
            "invalid-scopes",
            r#"
{
  "type": "slack",
  "scopes": [
    "chat:write", 5, "users:read",
//                ^ error[invalid-scopes]: A scope is a string, not `5`.
    null, ["a"], {}
//  ^^^^ error[invalid-scopes]: A scope is a string, not `null`.
//        ^^^^^ error[invalid-scopes]: A scope is a string. There is no list within the list.
//               ^^ error[invalid-scopes]: A scope is a string, not an object.
  ]
}
"#,
        );
    }

    #[test]
    fn only_the_last_of_several_scopes_counts() {
        check_rule("invalid-scopes", r#"{ "type": "slack", "scopes": null, "scopes": [] }"#);
        check_rule(
            "invalid-scopes",
            r#"
{ "type": "slack", "scopes": [], "scopes": "a" }
//                                         ^^^ error[invalid-scopes]
"#,
        );
    }

    #[test]
    fn what_the_cli_takes_is_silent() {
        for scopes in ["[]", r#"["", "a b", "a", "a"]"#, r"['\ud800']"] {
            check_rule(
                "invalid-scopes",
                &format!(r#"{{ "type": "slack", "scopes": {scopes} }}"#),
            );
        }
        check_rule("invalid-scopes", r#"{ "type": "slack", "Scopes": "not checked" }"#);
    }

    #[test]
    fn what_is_being_typed_is_silent() {
        for text in [
            r#"{ "type": "slack", "scopes": "#,
            r#"{ "type": "slack", "scopes": ch }"#,
            r#"{ "type": "slack", "scopes": "chat"#,
            r#"{ "type": "slack", "scopes": [chat] }"#,
            r#"{ "type": "slack", "scopes": [1a] }"#,
        ] {
            check_rule("invalid-scopes", text);
        }
    }

    #[test]
    fn a_string_becomes_a_list() {
        check_fix(
            "invalid-scopes",
            r#"{ 'type': 'slack', 'scopes': 'chat\u003awrite' } // bot"#,
            "Put it in a list",
            r#"{ 'type': 'slack', 'scopes': ['chat\u003awrite'] } // bot"#,
        );
        check_fix(
            "invalid-scopes",
            r#"{ "type": "slack", "scopes": "channels:read, chat:write  users:read" }"#,
            "Split it into a list of 3 scopes",
            r#"{ "type": "slack", "scopes": ["channels:read", "chat:write", "users:read"] }"#,
        );
        for nothing in ["\"\"", "\" \"", "null", "{}"] {
            check_fix(
                "invalid-scopes",
                &format!(r#"{{ "type": "slack", "scopes": {nothing} }}"#),
                "Replace it with an empty list",
                r#"{ "type": "slack", "scopes": [] }"#,
            );
        }
    }

    #[test]
    fn an_inner_list_is_opened() {
        check_fix(
            "invalid-scopes",
            "{ \"type\": \"slack\", \"scopes\": [[\"chat:write\", 'users:read']] }",
            "Take the scopes out of the inner list",
            "{ \"type\": \"slack\", \"scopes\": [\"chat:write\", 'users:read'] }",
        );
    }

    #[test]
    fn anything_else_is_removed_with_its_comment() {
        check_fix(
            "invalid-scopes",
            "{\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\r\n    null, // nothing\r\n    \"chat:write\" // talk\r\n  ]\r\n}",
            "Remove `null`",
            "{\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\r\n    \"chat:write\" // talk\r\n  ]\r\n}",
        );
        check_titles(
            "invalid-scopes",
            r#"{ "type": "slack", "scopes": [1, {}, [], [[]]] }"#,
            &[
                "Remove `1`",
                "Remove the object",
                "Remove the inner list",
                "Remove the inner list",
            ],
        );
    }
}
