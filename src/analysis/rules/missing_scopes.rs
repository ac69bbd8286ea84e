//! A connector without `scopes`, of a service that has some.

use super::{Rule, Subject, unknown_property};
use crate::analysis::{File, Fix, Report, Severity};
use crate::registry::{Coverage, Service};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "missing-scopes",
    severity: Severity::Warning,
    summary: "The file has no `scopes`, and the service has some",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a connector without the key `scopes` where the service has scopes that can be asked for.

## Why is this bad?
Base44's documentation requires the key. The CLI reads a file without it as one that asks for nothing: pushing it takes away what the
connection was allowed to do before.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack"
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
The fix inserts an empty list, which means the same as none. It is not applied without you, since most likely you want to fill it.
"#;

/// The service whose scopes nobody asks for. Silent in a broken file: they may just not have been typed yet.
fn find<'a>(file: &File<'a>) -> Option<&'a Service> {
    let service = has_scopes(file.service?)?;
    let silent = file.is_broken()
        || !file.connector.is_object()
        || file.connector.property("scopes").is_some()
        || unknown_property::misspelling_of(file, "scopes").is_some();
    (!silent).then_some(service)
}

/// The service, if there is a scope of it that a file could list.
pub(super) fn has_scopes(service: &Service) -> Option<&Service> {
    (service.coverage != Coverage::None && !service.scopes.is_empty()).then_some(service)
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    if let Some(service) = find(file) {
        let message = format!(
            "`scopes` is missing: the list of what your app may do with {}.",
            service.name
        );
        report.add(file.heading(), message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let insertion = || {
        find(file).filter(|_| range == file.heading())?;
        let members = file.members()?;
        let type_ = members.index_at(file.connector.property("type")?.member.range().start())?;
        let edits = members.insert_after(type_, &[file.new_member("scopes", "[]")]);
        Some(Fix::edit(file, "Insert `scopes`", edits).preferred_if(true))
    };
    insertion().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule};

    #[test]
    fn a_service_with_scopes_needs_the_key() {
        check(
            r#"
{ "type": "slack" }
//        ^^^^^^^ warning[missing-scopes]: `scopes` is missing: the list of what your app may do with Slack User.
"#,
        );
    }

    #[test]
    fn a_service_without_scopes_does_not() {
        for type_ in ["stripe", "clickup", "mailchimp"] {
            check(&format!(r#"{{ "type": "{type_}" }}"#));
        }
    }

    #[test]
    fn any_value_of_the_key_is_enough() {
        for value in ["[]", "null", r#""chat:write""#] {
            check_rule(
                "missing-scopes",
                &format!(r#"{{ "type": "slack", "scopes": {value} }}"#),
            );
        }
    }

    #[test]
    fn a_misspelt_key_is_another_rules_concern() {
        check_rule("missing-scopes", r#"{ "type": "slack", "scope": ["chat:write"] }"#);
    }

    #[test]
    fn an_unfinished_file_is_silent() {
        for text in [
            r#"{ "type": "slack""#,
            r#"{ "type": "slack", "#,
            r#"{ "type": "slack", "sco }"#,
        ] {
            check_rule("missing-scopes", text);
        }
        check_rule("missing-scopes", r#"[{ "type": "slack" }]"#);
    }

    #[test]
    fn the_fix_puts_them_behind_the_type() {
        check_fix(
            "missing-scopes",
            "{\r\n\t\"type\": \"slack\" // mine\r\n}\r\n",
            "Insert `scopes`",
            "{\r\n\t\"type\": \"slack\", // mine\r\n\t\"scopes\": []\r\n}\r\n",
        );
        check_fix(
            "missing-scopes",
            r#"{ "type": "slack", }"#,
            "Insert `scopes`",
            r#"{ "type": "slack", "scopes": [], }"#,
        );
        check_fix(
            "missing-scopes",
            r#"{type: 'slack'}"#,
            "Insert `scopes`",
            r#"{type: 'slack', scopes: []}"#,
        );
    }
}
