//! A scope that is listed twice.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Related, Report, ScopeEntry, Severity, Tag, Verdict, scope_edits};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "duplicate-scope",
    severity: Severity::Warning,
    summary: "A scope is listed twice",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that the file lists already further up, letter for letter. Google's `email` beside `…/auth/userinfo.email` is fine: Base44
itself writes both.

## Why is this bad?
The second one does nothing. Whoever removes one of them thinks that the permission is gone.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write", "channels:read", "chat:write"]
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
Removing a repeated scope leaves what the file asks for as it is, so the fix is safe.
"#;

/// The scope that this one repeats. Other rules speak about strings that are no scopes, and about scopes that do nothing.
fn repeated<'f, 'a>(file: &'f File<'a>, entry: &ScopeEntry<'a>) -> Option<&'f ScopeEntry<'a>> {
    let is_judged = |it: &ScopeEntry<'_>| !matches!(it.verdict, Verdict::Malformed | Verdict::Unneeded);
    file.first_of_name(&entry.item.name)
        .filter(|first| is_judged(entry) && is_judged(first) && first.item.range() != entry.item.range())
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for entry in &file.scopes {
        let Some(first) = repeated(file, entry) else { continue };
        report
            .add(
                entry.item.range(),
                format!("{} is listed already.", code(&entry.item.name)),
            )
            .tag(Tag::Unnecessary)
            .related(Related {
                path: file.source.path.clone(),
                range: first.item.range(),
                message: "the first one".into(),
            });
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(entry) = file.scope_at(range).filter(|entry| repeated(file, entry).is_some()) else {
        return Vec::new();
    };
    let edits = scope_edits::remove(file, entry);
    let title = format!("Remove the repeated {}", code(&entry.item.name));
    vec![
        Fix::edit(file, title, edits)
            .safe_if(!file.is_broken())
            .preferred_if(true),
    ]
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule};

    #[test]
    fn all_but_the_first_are_reported() {
        check(
            r#"
{
  "type": "slack",
  "scopes": [
    "chat:write",
    "channels:read",
    "chat:write",
//  ^^^^^^^^^^^^ warning[duplicate-scope]: `chat:write` is listed already.
    "chat\u003awrite"
//  ^^^^^^^^^^^^^^^^^ warning[duplicate-scope]: `chat:write` is listed already.
  ]
}
"#,
        );
    }

    #[test]
    fn scopes_of_an_unknown_service_are_compared_too() {
        check_rule(
            "duplicate-scope",
            r#"
{ "type": "zzz", "scopes": ["🎉", "🎉"] }
//                               ^^^ warning[duplicate-scope]: `🎉` is listed already.
"#,
        );
    }

    #[test]
    fn two_names_of_one_scope_are_not_repeated() {
        check_rule(
            "duplicate-scope",
            r#"{
  "type": "gmail",
  "scopes": ["email", "https://www.googleapis.com/auth/userinfo.email", "openid"]
}"#,
        );
        check_rule(
            "duplicate-scope",
            r#"{ "type": "outlook", "scopes": ["Mail.Read", "mail.read"] }"#,
        );
    }

    #[test]
    fn what_is_no_scope_is_another_rules_concern() {
        check_rule(
            "duplicate-scope",
            r#"{ "type": "slack", "scopes": ["", "", "a b", "a b"] }"#,
        );
        check_rule("duplicate-scope", r#"{ "type": "stripe", "scopes": ["a", "a"] }"#);
    }

    #[test]
    fn the_fix_removes_the_second_with_its_comment() {
        check_fix(
            "duplicate-scope",
            r#"{
  "type": "slack",
  "scopes": [
    "chat:write", // talk
    // talk again
    "chat:write" // here
  ]
}"#,
            "Remove the repeated `chat:write`",
            r#"{
  "type": "slack",
  "scopes": [
    "chat:write" // talk
  ]
}"#,
        );
        check_fix(
            "duplicate-scope",
            "{\r\n\t\"type\": \"slack\",\r\n\t\"scopes\": [\r\n\t\t\"chat:write\",\r\n\t\t\"chat:write\",\r\n\t\t\"users:read\",\r\n\t],\r\n}",
            "Remove the repeated `chat:write`",
            "{\r\n\t\"type\": \"slack\",\r\n\t\"scopes\": [\r\n\t\t\"chat:write\",\r\n\t\t\"users:read\",\r\n\t],\r\n}",
        );
    }
}
