//! A `type` that no service has.

use std::borrow::Cow;

use super::{Rule, Subject, invalid_type};
use crate::analysis::wording::{code, did_you_mean};
use crate::analysis::{Change, File, Fix, Report, Severity, SourceFile, TOOL_CONFIG};
use crate::registry::Service;
use crate::syntax::edit::{self, List};
use crate::syntax::{StringLiteral, TextEdit, TextRange, Value};

/// The rule.
pub static RULE: Rule = Rule {
    code: "unknown-type",
    severity: Severity::Error,
    summary: "Base44 has no service of that type",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a type that is not in our catalogue of Base44's services.

## Why is this bad?
The CLI takes any name here. Whether the service exists only shows when you push, or when your app asks for the connection.

## Example
```jsonc base44/connectors/googlecalendar.jsonc
{
  "type": "gogglecalendar",
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

### A service newer than our catalogue
Declare it in `base44-connectors-ls.jsonc`, beside the config file of the project:

```jsonc
{ "services": { "brand_new": { "name": "Brand New" } } }
```

`base44-connectors-ls --refresh` asks Base44 for its list of services.

## Fix safety
The fixes put a similar type there, or declare this one. They are never applied without you: another type connects to another service.
"#;

/// A well-formed type that the catalogue does not have. Silent while somebody may be typing it.
fn find<'a>(file: &File<'a>) -> Option<(StringLiteral, Cow<'a, str>)> {
    let literal = file.connector.type_literal()?;
    if file.service.is_some() || file.is_marred(literal.range()) {
        return None;
    }
    let type_ = literal.text(file.text());
    invalid_type::is_well_formed(&type_).then_some((literal, type_))
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some((literal, type_)) = find(file) else { return };
    let near = file.catalogue.suggest_types(&type_);
    let hint = match near.is_empty() {
        true => format!(" If it is new, declare it in {TOOL_CONFIG}."),
        false => did_you_mean(near.iter().map(|service| service.type_.as_ref())),
    };
    report.add(
        literal.range(),
        format!("Base44 has no service {} that we know of.{hint}", code(&type_)),
    );
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some((literal, type_)) = find(file).filter(|(literal, _)| literal.range() == range) else {
        return Vec::new();
    };
    let near = file.catalogue.suggest_types(&type_);
    let mut fixes: Vec<_> = near
        .iter()
        // A second file of one type is an error, too.
        .filter(|service| !file.is_taken(&service.type_))
        .map(|service| change_to(file, Value::String(literal), service))
        .collect();
    if let [only] = fixes.as_mut_slice() {
        only.preferred = near.confident();
    }
    fixes.extend(declaration(file, &type_));
    fixes
}

/// Puts the type of `service` where `value` is.
pub(super) fn change_to(file: &File<'_>, value: Value<'_>, service: &Service) -> Fix {
    let title = format!("Change the type to {} ({})", code(&service.type_), service.name);
    let edit = match value {
        Value::String(literal) => TextEdit {
            range: literal.content_range(),
            insert: service.type_.to_string(),
        },
        _ => TextEdit {
            range: value.range(),
            insert: edit::quote_like(file.text(), file.tree(), &service.type_),
        },
    };
    Fix::edit(file, title, vec![edit])
}

/// Declares the type in our config file, which is made if there is none.
fn declaration(file: &File<'_>, type_: &str) -> Option<Fix> {
    let title = format!("Declare the service {} in {TOOL_CONFIG}", code(type_));
    let change = match file.project.tool_config() {
        None => Change::Create {
            path: file.project.config_dir().join(TOOL_CONFIG),
            text: format!("{{\n  \"services\": {{\n    \"{type_}\": {{}}\n  }}\n}}\n"),
        },
        Some(config) => Change::Edit {
            path: config.path.clone(),
            edits: declared_in(config, type_)?,
        },
    };
    Some(Fix::new(title, vec![change]))
}

/// The declaration of `type_` in the config file as it is. `None` if that has no place for it.
fn declared_in(config: &SourceFile, type_: &str) -> Option<Vec<TextEdit>> {
    let (text, tree) = (config.text.as_ref(), &config.tree);
    let root = tree.root()?.as_object()?;
    let services = root
        .members()
        .filter(|it| it.key().is_some_and(|key| key.text(text) == "services"))
        .last();
    let declaration = edit::member(text, tree, type_, "{}");
    Some(match services {
        Some(services) => List::of_object(text, services.value()?.as_object()?).append(&[declaration]),
        None => {
            let services = edit::member(text, tree, "services", &format!("{{ {declaration} }}"));
            List::of_object(text, root).append(&[services])
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn a_type_without_a_service_is_reported() {
        check(
            r#"
{ "type": "gogglecalendar", "scopes": [] }
//        ^^^^^^^^^^^^^^^^ error[unknown-type]: Base44 has no service `gogglecalendar` that we know of. Did you mean `googlecalendar`?
"#,
        );
        check(
            r#"
{ /* 🎉 */ 'type': 'acme_inventory', "scopes": ["any"] }
//                ^^^^^^^^^^^^^^^^ error[unknown-type]: Base44 has no service `acme_inventory` that we know of. If it is new, declare it in
//        ^^^^^^ warning[json5-syntax]
"#,
        );
    }

    #[test]
    fn case_counts() {
        check_rule(
            "unknown-type",
            r#"
{ "type": "Slack" }
//        ^^^^^^^ error[unknown-type]: Base44 has no service `Slack` that we know of. Did you mean `slack`
"#,
        );
    }

    #[test]
    fn types_that_are_no_types_are_another_rules_concern() {
        for value in [r#""""#, r#""google calendar""#, "5", "null"] {
            check_rule("unknown-type", &format!(r#"{{ "type": {value} }}"#));
        }
    }

    #[test]
    fn what_is_being_typed_is_silent() {
        for text in [r#"{ "type": "goog"#, r#"{ "type": goog }"#, "{ \"type\": \"goog\n}"] {
            check_rule("unknown-type", text);
        }
    }

    #[test]
    fn the_nearest_types_are_offered() {
        check_fix(
            "unknown-type",
            r#"{ "type": 'gogglecalendar' }"#,
            "Change the type to `googlecalendar` (Google Calendar)",
            r#"{ "type": 'googlecalendar' }"#,
        );
    }

    #[test]
    fn a_type_that_another_file_has_is_not_offered() {
        check_titles(
            "unknown-type",
            "//- base44/connectors/a.jsonc\n{ \"type\": \"googlecalender\" }\n//- base44/connectors/googlecalendar.jsonc\n{ \"type\": \"googlecalendar\" }\n",
            &["Declare the service `googlecalender` in base44-connectors-ls.jsonc"],
        );
    }

    #[test]
    fn it_is_declared_in_a_new_config_file() {
        let connector = "//- base44/connectors/acme.jsonc\n{ \"type\": \"acme_inventory\" }\n\n";
        check_fix(
            "unknown-type",
            connector,
            "Declare the service `acme_inventory` in base44-connectors-ls.jsonc",
            &format!(
                "//- base44/base44-connectors-ls.jsonc\n{{\n  \"services\": {{\n    \"acme_inventory\": {{}}\n  }}\n}}\n{connector}"
            ),
        );
    }

    #[test]
    fn it_is_declared_in_the_config_file_that_is_there() {
        let connector = "//- base44/connectors/acme.jsonc\n{ \"type\": \"acme_inventory\" }\n\n";
        let title = "Declare the service `acme_inventory` in base44-connectors-ls.jsonc";
        for (before, after) in [
            (
                "{\n  // ours\n  \"services\": {\n    \"one\": {}, // first\n  },\n}\n",
                "{\n  // ours\n  \"services\": {\n    \"one\": {}, // first\n    \"acme_inventory\": {},\n  },\n}\n",
            ),
            (
                "{\n  \"rules\": { \"file-name\": \"off\" }\n}\n",
                "{\n  \"rules\": { \"file-name\": \"off\" },\n  \"services\": { \"acme_inventory\": {} }\n}\n",
            ),
        ] {
            let config = |text: &str| format!("//- base44-connectors-ls.jsonc\n{text}\n{connector}");
            check_fix("unknown-type", &config(before), title, &config(after));
        }
        check_titles(
            "unknown-type",
            &format!("//- base44-connectors-ls.jsonc\n{{ \"services\": 5 }}\n{connector}"),
            &[],
        );
    }
}
