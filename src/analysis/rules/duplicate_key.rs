//! A property that stands twice in the connector.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Related, Report, Severity, Tag};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "duplicate-key",
    severity: Severity::Warning,
    summary: "A property stands twice in the file, and only the last one counts",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a property that is repeated further down in the connector.

## Why is this bad?
The CLI takes the last one and says nothing. Scopes in the first one are never asked for.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"],
  "scopes": ["channels:read"]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write", "channels:read"]
}
```

## Fix safety
Removing the property that does not count leaves what the file means as it is, so the fix is safe. It is not applied by itself while the file
has syntax errors: then it may be another property that does not count.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for property in file.connector.properties.iter().filter(|property| property.shadowed) {
        let key = code(&property.key);
        let finding = report
            .add(
                property.key_range,
                format!("This {key} does not count: the CLI takes the last {key} of the file."),
            )
            .tag(Tag::Unnecessary);
        if let Some(last) = file.connector.property(&property.key) {
            finding.related(Related {
                path: file.source.path.clone(),
                range: last.key_range,
                message: "this one counts".into(),
            });
        }
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let shadowed = file
        .connector
        .properties
        .iter()
        .find(|property| property.shadowed && property.key_range == range);
    let Some(property) = shadowed else { return Vec::new() };
    let title = format!("Remove the {} that does not count", code(&property.key));
    vec![
        Fix::edit(file, title, file.without(property))
            .safe_if(!file.is_broken())
            .preferred_if(true),
    ]
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule};

    #[test]
    fn all_but_the_last_are_reported() {
        check(
            r#"
{
  "type": "gmail",
//^^^^^^ warning[duplicate-key]: This `type` does not count: the CLI takes the last `type` of the file.
  "type": "slack",
//^^^^^^ warning[duplicate-key]
  "scopes": ["chat:write"],
  "type": "stripe",
//^^^^^^ warning
  "type": "slack"
}
"#,
        );
    }

    #[test]
    fn keys_are_compared_without_their_escapes() {
        check_rule(
            "duplicate-key",
            r#"
{ "t\u0079pe": "gmail", type: "slack" }
//^^^^^^^^^^^ warning[duplicate-key]: This `type` does not count
"#,
        );
    }

    #[test]
    fn keys_of_other_objects_and_other_case_are_other_keys() {
        check_rule(
            "duplicate-key",
            r#"{ "type": "slack", "Type": "slack", "notes": { "type": 1, "type": 2 } }"#,
        );
    }

    #[test]
    fn the_fix_removes_the_first_one_with_its_comment() {
        check_fix(
            "duplicate-key",
            r#"{
  "type": "slack",
  // what the bot does
  "scopes": ["chat:write"], // old
  "scopes": ["channels:read"] // new
}"#,
            "Remove the `scopes` that does not count",
            r#"{
  "type": "slack",
  "scopes": ["channels:read"] // new
}"#,
        );
    }
}
