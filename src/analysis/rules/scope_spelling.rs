//! A scope in a spelling that only works because the provider is lenient.

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, ScopeEntry, Severity, Verdict, scope_edits};
use crate::registry::Scope;
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "scope-spelling",
    severity: Severity::Hint,
    summary: "The scope is not spelt as the provider spells it",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Points out a scope in another spelling than the provider's own: with other capital letters, or with a prefix that can be left out.

## Why is this bad?
It works, because the provider does not care. But two spellings of one scope in a project are hard to find and to compare.

## Example
```jsonc base44/connectors/outlook.jsonc
{
  "type": "outlook",
  "scopes": ["https://graph.microsoft.com/mail.read"]
}
```

## Use instead
```jsonc base44/connectors/outlook.jsonc
{
  "type": "outlook",
  "scopes": ["Mail.Read"]
}
```

## Fix safety
The fix is safe: the provider takes both spellings for the same scope.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for entry in &file.scopes {
        let Some(scope) = respelling(entry) else { continue };
        let (name, canonical) = (code(&entry.item.name), code(&scope.name));
        report.add(
            entry.item.range(),
            format!("{name} works, but its own spelling is {canonical}."),
        );
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(entry) = file.scope_at(range) else {
        return Vec::new();
    };
    let Some(scope) = respelling(entry) else {
        return Vec::new();
    };
    let title = format!("Replace with {}", code(&scope.name));
    let edits = scope_edits::replace(file, entry, &scope.name);
    vec![Fix::edit(file, title, edits).safe_if(true).preferred_if(true)]
}

/// The scope that `entry` spells in another way.
fn respelling<'a>(entry: &ScopeEntry<'a>) -> Option<&'a Scope> {
    match entry.verdict {
        Verdict::Respelt(scope) if is_same_word(&entry.item.name, &scope.name) => Some(scope),
        _ => None,
    }
}

/// The two differ in case or prefix only. Otherwise both are names in their own right (Google's `email` and `userinfo.email`).
fn is_same_word(written: &str, name: &str) -> bool {
    let head = written
        .len()
        .checked_sub(name.len())
        .and_then(|at| written.split_at_checked(at));
    head.is_some_and(|(prefix, word)| word.eq_ignore_ascii_case(name) && (prefix.is_empty() || prefix.ends_with('/')))
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{TestProject, check, check_fix};

    #[test]
    fn points_out_case_and_prefix() {
        check(
            r#"
{
  "type": "outlook",
  "scopes": [
    "User.Read",
    "mail.read",
  //^^^^^^^^^^^ hint[scope-spelling]: `mail.read` works, but its own spelling is `Mail.Read`.
    "https://graph.microsoft.com/Mail.Send"
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[scope-spelling]: `https://graph.microsoft.com/Mail.Send` works, but its own spelling is `Mail.Send`.
  ]
}"#,
        );
    }

    #[test]
    fn google_has_two_names_for_the_address() {
        check(
            r#"
{
  "type": "googlecalendar",
  "scopes": ["openid", "email", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/calendar"]
}"#,
        );
    }

    #[test]
    fn writes_it_as_the_provider_does() {
        let before =
            "{\r\n  type: 'outlook',\r\n  scopes: ['mail.read', /* 🎈 */ 'HTTPS://graph.microsoft.com/mail.send']\r\n}";
        check_fix(
            "scope-spelling",
            before,
            "Replace with `Mail.Send`",
            "{\r\n  type: 'outlook',\r\n  scopes: ['mail.read', /* 🎈 */ 'Mail.Send']\r\n}",
        );
        assert!(
            TestProject::new(before)
                .fixes("scope-spelling")
                .iter()
                .all(|it| it.safe && it.preferred)
        );
    }
}
