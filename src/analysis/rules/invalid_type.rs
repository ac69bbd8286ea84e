//! A `type` that the CLI refuses whatever the service.

use std::borrow::Cow;

use super::{Rule, Subject, unknown_type};
use crate::analysis::wording::{code, did_you_mean};
use crate::analysis::{File, Fix, Report, Severity};
use crate::registry::Service;
use crate::syntax::{TextRange, Value};

/// The rule.
pub static RULE: Rule = Rule {
    code: "invalid-type",
    severity: Severity::Error,
    summary: "The type is not a string of letters, digits, `_` and `-`",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a `type` that is not a string, is empty, or holds other characters than the letters a to z, digits, `_` and `-`.

## Why is this bad?
The CLI rejects the file, and stops every command that reads the project.

## Example
```jsonc base44/connectors/googlecalendar.jsonc
{
  "type": "google calendar",
  "scopes": ["https://www.googleapis.com/auth/calendar.events"]
}
```

## Use instead
```jsonc base44/connectors/googlecalendar.jsonc
{
  "type": "googlecalendar",
  "scopes": ["https://www.googleapis.com/auth/calendar.events"]
}
```

## Fix safety
The fixes put the type of a service there whose name is similar, or that the file is named after. They are never applied without you.
"#;

/// What is wrong with the value of `type`.
enum Fault<'a> {
    /// It is something else than a string. If it is a list of one string: that string.
    NoString(Option<Cow<'a, str>>),
    /// It is an empty string.
    Empty,
    /// It is a string with a character that no type has: the string, and the first such character.
    Character(Cow<'a, str>, char),
}

/// Whether the CLI takes `name` as a type.
pub(in crate::analysis) fn is_well_formed(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_allowed)
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Silent where there is a syntax error: that has been said, and the type may not be complete yet.
fn find<'a>(file: &File<'a>) -> Option<(Value<'a>, Fault<'a>)> {
    let value = file.connector.property("type")?.value?;
    if file.is_marred(value.range()) {
        return None;
    }
    let fault = match value {
        Value::String(literal) => {
            let name = literal.text(file.text());
            match name.chars().find(|c| !is_allowed(*c)) {
                Some(c) => Fault::Character(name, c),
                None if name.is_empty() => Fault::Empty,
                None => return None,
            }
        }
        Value::Array(array) => {
            let mut elements = array.elements();
            let only = elements.next().filter(|_| elements.next().is_none());
            Fault::NoString(only.and_then(|it| it.as_string()).map(|it| it.text(file.text())))
        }
        _ => Fault::NoString(None),
    };
    Some((value, fault))
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some((value, fault)) = find(file) else { return };
    let message = match &fault {
        Fault::NoString(Some(name)) => format!(
            "The type is one string, not a list: {}, without the brackets.",
            code(name)
        ),
        Fault::NoString(None) => "The type must be a string, such as \"slack\".".to_owned(),
        Fault::Empty => "The type is empty: which service does this file connect to?".to_owned(),
        Fault::Character(name, c) => {
            let hint = did_you_mean(nearest(file, name).iter().map(|service| service.type_.as_ref()));
            format!(
                "A type has only letters (a to z), digits, `_` and `-`. {} holds {}.{hint}",
                code(name),
                described(*c)
            )
        }
    };
    report.add(value.range(), message);
}

fn described(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        _ if c.is_ascii() && !c.is_control() => code(c.encode_utf8(&mut [0; 4])).to_string(),
        // Many of these look like letters that are allowed, or like nothing.
        _ => format!("{} (U+{:04X})", code(c.encode_utf8(&mut [0; 4])), u32::from(c)),
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some((value, fault)) = find(file).filter(|(value, _)| value.range() == range) else {
        return Vec::new();
    };
    let name = match &fault {
        Fault::Character(name, _) | Fault::NoString(Some(name)) => name,
        Fault::NoString(None) | Fault::Empty => "",
    };
    let near = nearest(file, name);
    let preferred = near.len() == 1;
    near.into_iter()
        .map(|service| unknown_type::change_to(file, value, service).preferred_if(preferred))
        .collect()
}

/// The services that were probably meant: by what is written, or else by the name of the file.
fn nearest<'a>(file: &File<'a>, name: &str) -> Vec<&'a Service> {
    let near = file.catalogue.suggest_types(name);
    match near.is_empty() {
        true => file.service_of_name().into_iter().collect(),
        false if near.confident() => near.first().copied().into_iter().collect(),
        false => near.iter().copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn the_type_must_be_a_string() {
        for value in ["null", "5", "true", "{}", "[]", r#"["slack", "gmail"]"#] {
            let carets = "^".repeat(value.len());
            check_rule(
                "invalid-type",
                &format!(
                    "\n{{ \"type\": {value}, \"scopes\": [] }}\n//        {carets} error[invalid-type]: The type must be a string, such as \"slack\".\n"
                ),
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        check(
            r#"
//- base44/connectors/slack.jsonc
{ "type": "", "scopes": [] }
//        ^^ error[invalid-type]: The type is empty: which service does this file connect to?
"#,
        );
        check(
            r#"
{ "type": "google calendar", "scopes": [] }
//        ^^^^^^^^^^^^^^^^^ error[invalid-type]: A type has only letters (a to z), digits, `_` and `-`. `google calendar` holds a blank. Did you mean `googlecalendar`?
"#,
        );
        check(
            r#"
{ "type": "sl\u200back", "scopes": [] }
//        ^^^^^^^^^^^^^ error[invalid-type]: A type has only letters (a to z), digits, `_` and `-`. `sl\u{200b}ack` holds `\u{200b}` (U+200B). Did you mean `slack`?
"#,
        );
        check(
            r#"
{ "type": ["slack"], "scopes": [] }
//        ^^^^^^^^^ error[invalid-type]: The type is one string, not a list: `slack`, without the brackets.
"#,
        );
    }

    #[test]
    fn emoji_before_it_do_not_move_the_range() {
        check_rule(
            "invalid-type",
            r#"
//- base44/connectors/googledrive.jsonc
{ /* 🎉 */ "type": "google/drive" }
//                ^^^^^^^^^^^^^^ error[invalid-type]
"#,
        );
    }

    #[test]
    fn what_the_cli_takes_is_silent() {
        for name in ["SLACK", "some_future_service", "123", "-", "_", "__proto__", "x"] {
            check_rule("invalid-type", &format!(r#"{{ "type": "{name}" }}"#));
        }
        check_rule("invalid-type", r#"{ "type": "sl\u0061ck" }"#);
    }

    #[test]
    fn what_is_being_typed_is_silent() {
        for text in [
            r#"{ "type": "#,
            r#"{ "type": ""#,
            r#"{ "type": "google cal"#,
            r#"{ "type": sla"#,
            "{ \"type\": \"g.\n}",
        ] {
            check_rule("invalid-type", text);
        }
    }

    #[test]
    fn the_nearest_type_is_put_there() {
        check_fix(
            "invalid-type",
            r#"{ 'type': 'google.calendar' } // mine"#,
            "Change the type to `googlecalendar` (Google Calendar)",
            r#"{ 'type': 'googlecalendar' } // mine"#,
        );
        check_fix(
            "invalid-type",
            r#"{ "type": ["slack"] }"#,
            "Change the type to `slack` (Slack User)",
            r#"{ "type": "slack" }"#,
        );
    }

    #[test]
    fn else_the_name_of_the_file_says_it() {
        let fixture = "//- base44/connectors/gmail.jsonc\n{ \"type\": null }\n";
        check_titles("invalid-type", fixture, &["Change the type to `gmail` (Gmail)"]);
        check_titles("invalid-type", r#"{ "type": {} }"#, &[]);
    }
}
