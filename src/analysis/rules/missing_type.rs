//! A connector without `type`.

use super::{Rule, Subject, unknown_property};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity};
use crate::connector::{Property, Shape};
use crate::registry::Service;
use crate::syntax::edit::{self, List};
use crate::syntax::{Array, Object, TextEdit, TextRange, TextSize, TokenKind, Value};

/// The rule.
pub static RULE: Rule = Rule {
    code: "missing-type",
    severity: Severity::Error,
    summary: "The file does not say which service it connects to",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a file that is no object with a `type`: the key is not there or misspelt, or the file holds something else than one object.

## Why is this bad?
The CLI rejects the file with "Invalid input", without saying what is wrong, and stops every command that reads the project.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "scopes": ["chat:write"]
}
```

### The object in a list
```jsonc base44/connectors/slack.jsonc
[{ "type": "slack", "scopes": ["chat:write"] }]
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

## Fix safety
The type is guessed from the name of the file, and from the scopes in it. The fixes are never applied without you.
"#;

/// Where the type is missing, and what stands there.
enum Finding<'f, 'a> {
    /// The object has no such key. At its opening brace.
    NoKey(Object<'a>),
    /// The object has a key that looks like it. At that key.
    Misspelt(&'f Property<'a>),
    /// The root is a list of objects. At its opening bracket.
    Wrapped(Array<'a>),
    /// The root is something else.
    NoObject(Value<'a>),
}

impl Finding<'_, '_> {
    fn range(&self) -> TextRange {
        match self {
            Finding::NoKey(object) => object.open().unwrap_or(object.range()),
            Finding::Misspelt(property) => property.key_range,
            Finding::Wrapped(array) | Finding::NoObject(Value::Array(array)) => array.open().unwrap_or(array.range()),
            Finding::NoObject(value) => value.range(),
        }
    }
}

/// Silent in a broken file: what is missing there may just not have been typed yet.
fn find<'f, 'a>(file: &'f File<'a>) -> Option<Finding<'f, 'a>> {
    if file.is_broken() {
        return None;
    }
    match file.connector.shape {
        Shape::Object(_) if file.connector.property("type").is_some() => None,
        Shape::Object(Value::Object(object)) => match unknown_property::misspelling_of(file, "type") {
            Some(property) => Some(Finding::Misspelt(property)),
            None => Some(Finding::NoKey(object)),
        },
        Shape::Wrapped(Value::Array(array)) => Some(Finding::Wrapped(array)),
        Shape::Object(value) | Shape::Wrapped(value) | Shape::Other(value) => Some(Finding::NoObject(value)),
        Shape::Empty | Shape::Loose => None,
    }
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some(finding) = find(file) else { return };
    let message = match &finding {
        Finding::NoKey(_) => "The `type` is missing: which service does this file connect to?".to_owned(),
        Finding::Misspelt(property) => format!(
            "{} must be spelt `type`, or the CLI does not see it.",
            code(&property.key)
        ),
        Finding::Wrapped(array) if array.elements().count() == 1 => {
            "A connector file holds one object, not a list. Take the object out of the brackets.".to_owned()
        }
        Finding::Wrapped(_) => {
            "A connector file holds one object, not a list. Give each connector a file of its own.".to_owned()
        }
        Finding::NoObject(value) => {
            let what = match value {
                Value::Array(_) => "a list",
                Value::String(_) => "a string",
                Value::Number(_) => "a number",
                _ => "a single word",
            };
            format!(r#"A connector file holds an object with a `type`, such as {{ "type": "slack" }}, not {what}."#)
        }
    };
    report.add(finding.range(), message);
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    match find(file).filter(|finding| finding.range() == range) {
        Some(Finding::NoKey(object)) => insertions(file, object),
        Some(Finding::Misspelt(property)) => vec![unknown_property::rename(file, property, "type")],
        Some(Finding::Wrapped(array)) => unwrapped(file, array).into_iter().collect(),
        Some(Finding::NoObject(_)) | None => Vec::new(),
    }
}

/// At most three types to insert, the best first.
fn insertions(file: &File<'_>, object: Object<'_>) -> Vec<Fix> {
    let free = |service: &&Service| !file.is_taken(&service.type_);
    let mut guesses: Vec<&Service> = Vec::new();
    let named = file.service_of_name().filter(free);
    let sure = named.is_some();
    match named {
        Some(service) => guesses.push(service),
        None => {
            let near = file.catalogue.suggest_types(file.stem());
            for service in near.iter().copied().chain(by_scopes(file)).filter(free) {
                if guesses.len() < MOST_GUESSES && !guesses.iter().any(|it| it.type_ == service.type_) {
                    guesses.push(service);
                }
            }
        }
    }
    guesses
        .into_iter()
        .map(|service| {
            let type_ = &service.type_;
            let title = format!("Insert the type {} ({})", code(type_), service.name);
            let value = edit::quote_like(file.text(), file.tree(), type_);
            let member = [file.new_member("type", &value)];
            let members = List::of_object(file.text(), object);
            let edits = match object.members().next() {
                Some(_) => members.insert_before(0, &member),
                None => members.append(&member),
            };
            Fix::edit(file, title, edits).preferred_if(sure)
        })
        .collect()
}

const MOST_GUESSES: usize = 3;

/// The services that have all the scopes of the file, if there are any.
fn by_scopes<'a>(file: &File<'a>) -> Vec<&'a Service> {
    let mut services: Vec<_> = match file.scopes.is_empty() {
        true => Vec::new(),
        false => file.catalogue.services().collect(),
    };
    for entry in &file.scopes {
        services.retain(|service| service.find(&entry.item.name).is_some());
    }
    services
}

/// Takes the one object out of the list, and its lines back to the left. What else stands in the list are comments: they stay.
fn unwrapped(file: &File<'_>, array: Array<'_>) -> Option<Fix> {
    let mut elements = array.elements();
    let object = elements.next().filter(|_| elements.next().is_none())?.range();
    let (open, close) = (array.open()?, array.close()?);
    let indent = indent_of(file, object.start());
    let mut removed = vec![open];
    let mut previous = open;
    for token in file
        .tree()
        .tokens()
        .filter(|token| array.range().contains_range(token.range))
    {
        let range = token.range;
        if token.kind == TokenKind::Comma && !object.contains_range(range) {
            removed.push(range);
        } else if token.kind == TokenKind::Whitespace {
            if previous == open || range.end() == close.start() {
                removed.push(range);
            } else if let Some((_, last_line)) = file.slice(range).rsplit_once(['\n', '\r'])
                && last_line.starts_with(indent)
            {
                removed.push(TextRange::at(
                    range.end() - TextSize::of(last_line),
                    TextSize::of(indent),
                ));
            }
        }
        previous = range;
    }
    removed.push(close);
    let edits = removed
        .into_iter()
        .map(|range| TextEdit {
            range,
            insert: String::new(),
        })
        .collect();
    Some(Fix::edit(file, "Take the object out of the list", edits).preferred_if(true))
}

/// How far the line of `offset` is indented, if it begins there.
fn indent_of<'a>(file: &File<'a>, offset: TextSize) -> &'a str {
    let before = file.slice(TextRange::up_to(offset));
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    match line.trim_start_matches([' ', '\t']) {
        "" => line,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn an_object_needs_a_type() {
        check(
            r#"
  { /* 🎉 */ "scopes": ["chat:write"] }
//^ error[missing-type]: The `type` is missing: which service does this file connect to?
"#,
        );
        check("\n  {}\n//^ error[missing-type]\n");
    }

    #[test]
    fn a_key_that_looks_like_it_is_marked() {
        for key in ["Type", "type ", "tpye", "integrationType", "service"] {
            let carets = "^".repeat(key.len() + 2);
            check(&format!(
                "\n{{ \"{key}\": \"slack\", \"scopes\": [] }}\n//{carets} error[missing-type]: `{key}` must be spelt `type`, or the CLI does not see it.\n"
            ));
        }
    }

    #[test]
    fn the_file_must_be_one_object() {
        let other = |root: &str, what: &str| {
            let message = "error[missing-type]: A connector file holds an object with a `type`, such as { \"type\": \"slack\" }, not";
            check(&format!(
                "\n  {root}\n//{} {message} {what}.\n",
                "^".repeat(root.len().max(1))
            ));
        };
        other("null", "a single word");
        other("true", "a single word");
        other("5", "a number");
        other("\"slack\"", "a string");
        check("\n  [1, 2]\n//^ error[missing-type]: A connector file holds an object");
        check(
            r#"
  [{ "type": "slack", "scopes": ["chat:write"] }]
//^ error[missing-type]: A connector file holds one object, not a list. Take the object out of the brackets.
"#,
        );
        check(
            r#"
  [{ "type": "slack", "scopes": ["chat:write"] }, { "type": "gmail" }]
//^ error[missing-type]: A connector file holds one object, not a list. Give each connector a file of its own.
"#,
        );
    }

    #[test]
    fn what_is_being_typed_is_silent() {
        for text in ["", "{", "{ \"scopes\": [", "[{ \"", "\"type\": \"slack\"", "{ type }"] {
            check_rule("missing-type", text);
        }
    }

    #[test]
    fn the_name_of_the_file_is_the_first_guess() {
        let before = "//- base44/connectors/gmail.jsonc\n// mine\r\n{\r\n  // which\r\n  \"scopes\": [],\r\n}\r\n";
        check_titles("missing-type", before, &["Insert the type `gmail` (Gmail)"]);
        check_fix(
            "missing-type",
            before,
            "Insert the type `gmail` (Gmail)",
            "//- base44/connectors/gmail.jsonc\n// mine\r\n{\r\n  \"type\": \"gmail\",\r\n  // which\r\n  \"scopes\": [],\r\n}\r\n",
        );
        check_fix(
            "missing-type",
            "//- base44/connectors/stripe.jsonc\n{}\n",
            "Insert the type `stripe` (Stripe)",
            "//- base44/connectors/stripe.jsonc\n{\n  \"type\": \"stripe\"\n}\n",
        );
    }

    #[test]
    fn a_similar_name_and_the_scopes_are_further_guesses() {
        check_titles(
            "missing-type",
            "//- base44/connectors/google-calendar.jsonc\n{}\n",
            &["Insert the type `googlecalendar` (Google Calendar)"],
        );
        check_titles(
            "missing-type",
            "//- base44/connectors/mine.jsonc\n{ 'scopes': ['https://www.googleapis.com/auth/gmail.send'] }\n",
            &["Insert the type `gmail` (Gmail)"],
        );
        check_fix(
            "missing-type",
            "//- base44/connectors/mine.jsonc\n{ 'scopes': ['https://www.googleapis.com/auth/gmail.send'] }\n",
            "Insert the type `gmail` (Gmail)",
            "//- base44/connectors/mine.jsonc\n{ 'type': 'gmail', 'scopes': ['https://www.googleapis.com/auth/gmail.send'] }\n",
        );
    }

    #[test]
    fn no_type_is_guessed_that_another_file_has() {
        check_titles(
            "missing-type",
            "//- base44/connectors/gmail.json\n{ \"type\": \"gmail\" }\n//- base44/connectors/gmail.jsonc\n{}\n",
            &[],
        );
    }

    #[test]
    fn a_misspelt_key_is_renamed() {
        check_fix(
            "missing-type",
            r#"{ 'Type': "slack", "scopes": [] }"#,
            "Rename the key to `type`",
            r#"{ 'type': "slack", "scopes": [] }"#,
        );
    }

    #[test]
    fn a_wrapped_object_is_taken_out() {
        check_fix(
            "missing-type",
            "// mine\r\n[\r\n  // bot\r\n  {\r\n    \"type\": \"slack\",\r\n    \"scopes\": [\r\n      \"chat:write\"\r\n    ]\r\n  }, // end\r\n]\r\n",
            "Take the object out of the list",
            "// mine\r\n// bot\r\n{\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\r\n    \"chat:write\"\r\n  ]\r\n} // end\r\n",
        );
        check_fix(
            "missing-type",
            r#"[{ "type": "slack" }]"#,
            "Take the object out of the list",
            r#"{ "type": "slack" }"#,
        );
        check_titles("missing-type", r#"[{ "type": "slack" }, {}]"#, &[]);
    }
}
