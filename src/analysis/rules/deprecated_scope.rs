//! A scope that the provider has retired.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity, Tag, scope_edits};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "deprecated-scope",
    severity: Severity::Warning,
    summary: "The provider has retired the scope",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that the provider has retired or is about to retire.

## Why is this bad?
New apps may not get it at all, and what works today can stop without notice.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write:user"]
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
The replacement can allow more or less than the old scope, and without one the permission is removed. Neither is done without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for (entry, scope) in file.known_scopes() {
        let (Some(service), Some(deprecation)) = (file.service, scope.deprecated) else {
            continue;
        };
        let name = code(&entry.item.name);
        let advice = match deprecation.replacement {
            Some(replacement) => format!("Use {} instead.", code(replacement)),
            None => sentence(deprecation.note),
        };
        report
            .add(
                entry.item.range(),
                format!("{} has retired {name}. {advice}", service.provider.name),
            )
            .tag(Tag::Deprecated);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(entry) = file.scope_at(range) else {
        return Vec::new();
    };
    let Some(deprecation) = entry.known().and_then(|scope| scope.deprecated) else {
        return Vec::new();
    };
    let replacement = deprecation
        .replacement
        .map(|with| scope_edits::replacement(file, entry, with).preferred_if(true));
    replacement
        .into_iter()
        .chain([scope_edits::removal(file, entry)])
        .collect()
}

fn sentence(note: &str) -> String {
    match note.ends_with('.') {
        true => note.to_owned(),
        false => format!("{note}."),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::Tag;
    use crate::analysis::testing::{TestProject, check_fix, check_rule, check_titles};

    #[test]
    fn names_the_replacement_or_the_reason() {
        check_rule(
            "deprecated-scope",
            r#"
{
  "type": "slack",
  "scopes": [
    "chat:write:user", /* 🎈 */ "stars:read", "files:write"
  //^^^^^^^^^^^^^^^^^ warning[deprecated-scope]: Slack has retired `chat:write:user`. Use `chat:write` instead.
  //                           ^^^^^^^^^^^^ warning[deprecated-scope]: Slack has retired `stars:read`. People can no longer see stars; Slack advises dropping features built on them.
  ]
}"#,
        );
    }

    #[test]
    fn is_struck_through() {
        let project = TestProject::new(r#"{ "type": "linkedin", "scopes": ["r_liteprofile"] }"#);
        assert_eq!(project.all("deprecated-scope")[0].tag, Some(Tag::Deprecated));
    }

    #[test]
    fn puts_the_replacement_in_its_place() {
        check_fix(
            "deprecated-scope",
            "{\r\n  'type': 'googlesheets',\r\n  'scopes': [\r\n    'https://spreadsheets.google.com/feeds', // 🎈 rows\r\n  ]\r\n}",
            "Replace with `https://www.googleapis.com/auth/spreadsheets`",
            "{\r\n  'type': 'googlesheets',\r\n  'scopes': [\r\n    'https://www.googleapis.com/auth/spreadsheets', // 🎈 rows\r\n  ]\r\n}",
        );
        check_titles(
            "deprecated-scope",
            r#"{ "type": "slack", "scopes": ["chat:write", "post"] }"#,
            &["Remove `post`: `chat:write` is listed already", "Remove `post`"],
        );
    }

    #[test]
    fn removes_what_has_no_replacement() {
        check_fix(
            "deprecated-scope",
            r#"{ "type": "slack", "scopes": ["reminders:read", "chat:write"] }"#,
            "Remove `reminders:read`",
            r#"{ "type": "slack", "scopes": ["chat:write"] }"#,
        );
    }
}
