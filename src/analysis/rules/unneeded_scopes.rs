//! Scopes of a service that takes none.

use super::{Rule, Subject};
use crate::analysis::{File, Fix, Report, Severity, Tag, Verdict};
use crate::registry::Service;
use crate::syntax::{Array, TextEdit, TextRange};

/// The rule.
pub static RULE: Rule = Rule {
    code: "unneeded-scopes",
    severity: Severity::Warning,
    summary: "The service takes no scopes, and the file lists some",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports scopes in the file of a service that has none to ask for, such as Stripe or ClickUp.

## Why is this bad?
They do nothing. Whoever reads the file thinks that they limit what your app may do, and they do not.

## Example
```jsonc base44/connectors/stripe.jsonc
{
  "type": "stripe",
  "scopes": ["read_write"]
}
```

## Use instead
```jsonc base44/connectors/stripe.jsonc
{
  "type": "stripe",
  "scopes": []
}
```

## Fix safety
The fix empties the list, with the comments in it. Nothing that removes a scope is ever applied without you.
"#;

fn find<'a>(file: &File<'a>) -> Option<(&'a Service, Array<'a>)> {
    let service = file.service?;
    let list = file.connector.scopes.as_ref()?;
    let unneeded = file
        .scopes
        .iter()
        .any(|entry| matches!(entry.verdict, Verdict::Unneeded));
    unneeded.then_some((service, list.array))
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    if let Some((service, array)) = find(file) {
        let message = format!("{} takes no scopes: these do nothing.", service.name);
        report.add(array.range(), message).tag(Tag::Unnecessary);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    match find(file) {
        Some((_, array)) if array.range() == range && array.close().is_some() => {
            let edits = vec![TextEdit {
                range,
                insert: "[]".to_owned(),
            }];
            vec![Fix::edit(file, "Empty the list", edits).preferred_if(true)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_titles};

    #[test]
    fn the_whole_list_is_marked_once() {
        check(
            r#"
{ "type": "stripe", "scopes": ["read_write", "", "a b"] }
//                            ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unneeded-scopes]: Stripe takes no scopes: these do nothing.
"#,
        );
    }

    #[test]
    fn an_empty_list_is_as_it_should_be() {
        check(r#"{ "type": "stripe", "scopes": [] }"#);
    }

    #[test]
    fn what_base44_keeps_in_real_files_is_left_alone() {
        check(r#"{ "type": "clickup", "scopes": ["task:read"] }"#);
    }

    #[test]
    fn the_fix_empties_the_list() {
        check_fix(
            "unneeded-scopes",
            "{\r\n  \"type\": \"stripe\",\r\n  \"scopes\": [\r\n    \"read_write\" // all\r\n  ],\r\n}",
            "Empty the list",
            "{\r\n  \"type\": \"stripe\",\r\n  \"scopes\": [],\r\n}",
        );
        check_titles(
            "unneeded-scopes",
            r#"{ "type": "stripe", "scopes": ["read_write" }"#,
            &[],
        );
    }
}
