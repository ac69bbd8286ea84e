//! A `type` that no service has.

use std::path::Path;

use super::{Rule, Subject, invalid_type};
use crate::analysis::wording::{code, did_you_mean};
use crate::analysis::{Change, File, Fix, Report, Severity, TOOL_CONFIG};
use crate::registry::Service;
use crate::syntax::{StringLiteral, TextRange, Value, edit};

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
fn find<'a>(file: &File<'a>) -> Option<(StringLiteral, std::borrow::Cow<'a, str>)> {
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
    report.add(literal.range(), format!("Base44 has no service {} that we know of.{hint}", code(&type_)));
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
    Fix::edit(file, title, vec![edit::replace_with_string(file.text(), value, &service.type_)])
}

/// Declares the type in our config file, which is made if there is none.
fn declaration(file: &File<'_>, type_: &str) -> Option<Fix> {
    let title = format!("Declare the service {} in {TOOL_CONFIG}", code(type_));
    let change = match file.project.tool_config() {
        None => Change::Create {
            path: file.project.config_dir().join(TOOL_CONFIG),
            text: format!("{{\n  \"services\": {{\n    \"{type_}\": {{}}\n  }}\n}}\n"),
        },
        Some(config) => Change::Edit { path: config.path.clone(), edits: Vec::new() },
    };
    Some(Fix::new(title, vec![change]))
}
