//! A connector that asks for nothing.

use super::{Rule, Subject, missing_scopes};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity};
use crate::registry::{Access, Base44Status, Service};
use crate::syntax::edit::{self, List};
use crate::syntax::{Array, TextRange};

/// The rule.
pub static RULE: Rule = Rule {
    code: "empty-scopes",
    severity: Severity::Information,
    summary: "The service has scopes, and the file asks for none of them",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports an empty list of scopes where the service has scopes that can be asked for.

## Why is this bad?
Often the list was to be filled later. Your app gets a connection that can do nothing, or only what Base44 asks for by itself. For some
services this is all that is needed, so it is no more than information.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": []
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
The fixes insert a scope that only reads. They are never applied without you: every scope is a permission that your users are asked for.
"#;

/// Silent in a broken file: the scopes may just not have been typed yet.
fn find<'a>(file: &File<'a>) -> Option<(&'a Service, Array<'a>)> {
    let service = missing_scopes::has_scopes(file.service?)?;
    let list = file.connector.scopes.as_ref()?;
    let is_empty = file.scopes.is_empty() && list.others.is_empty();
    (is_empty && !file.is_broken()).then_some((service, list.array))
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    if let Some((service, array)) = find(file) {
        let message = format!("No scope is listed, so your app asks {} for nothing.", service.name);
        report.add(array.range(), message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some((service, array)) = find(file).filter(|(_, array)| array.range() == range) else {
        return Vec::new();
    };
    let mut scopes: Vec<_> = service
        .scopes
        .iter()
        .filter(|scope| scope.access == Access::Read && scope.deprecated.is_none())
        .collect();
    scopes.sort_by_key(|scope| {
        (
            scope.base44 != Some(Base44Status::Listed),
            scope.risk(),
            scope.name.len(),
        )
    });
    scopes
        .into_iter()
        .take(3)
        .map(|scope| {
            let title = format!("Insert {} ({})", code(scope.short_name()), scope.summary);
            let literal = edit::quote_like(file.text(), file.tree(), &scope.name);
            Fix::edit(file, title, List::of_array(file.text(), array).append(&[literal]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn an_empty_list_is_reported() {
        check(
            r#"
{ /* 🎉 */ "type": "slack", "scopes": [ ] }
//                                   ^^^ information[empty-scopes]: No scope is listed, so your app asks Slack User for nothing.
"#,
        );
    }

    #[test]
    fn services_without_scopes_are_silent() {
        for type_ in ["stripe", "clickup", "mailchimp", "acme_inventory"] {
            check_rule("empty-scopes", &format!(r#"{{ "type": "{type_}", "scopes": [] }}"#));
        }
    }

    #[test]
    fn anything_in_the_list_is_enough() {
        for scopes in ["[null]", r#"[""]"#, "null"] {
            check_rule("empty-scopes", &format!(r#"{{ "type": "slack", "scopes": {scopes} }}"#));
        }
    }

    #[test]
    fn what_is_being_typed_is_silent() {
        for text in [
            r#"{ "type": "slack", "scopes": ["#,
            r#"{ "type": "slack", "scopes": [], "x }"#,
        ] {
            check_rule("empty-scopes", text);
        }
    }

    #[test]
    fn at_most_three_scopes_that_only_read_are_offered() {
        check_titles(
            "empty-scopes",
            r#"{ "type": "googlecalendar", "scopes": [] }"#,
            &[
                "Insert `calendar.freebusy` (Query the user's own free/busy information)",
                "Insert `calendar.readonly` (Read every calendar the user can open, with events and settings)",
                "Insert `calendar.events.freebusy` (Check busy times on any calendar the user can access)",
            ],
        );
        check_fix(
            "empty-scopes",
            "{\r\n  'type': 'googlecalendar',\r\n  'scopes': []\r\n}",
            "Insert `calendar.readonly` (Read every calendar the user can open, with events and settings)",
            "{\r\n  'type': 'googlecalendar',\r\n  'scopes': [\r\n    'https://www.googleapis.com/auth/calendar.readonly'\r\n  ]\r\n}",
        );
    }
}
