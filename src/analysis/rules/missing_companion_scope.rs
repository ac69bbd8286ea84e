//! A scope that does nothing without another one.

use super::{Rule, Subject};
use crate::analysis::wording::{any_of, code};
use crate::analysis::{File, Fix, Report, ScopeEntry, Severity};
use crate::registry::{Base44Status, Scope};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "missing-companion-scope",
    severity: Severity::Warning,
    summary: "A scope does nothing without another one",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that needs another one beside it, which the file does not list.

It is silent about the scopes that Base44 adds to a connector by itself, once all of them are there: that is how a file looks after a
pull, and nobody asked for them.

## Why is this bad?
The consent page shows the permission and people grant it, but the calls that need it are refused all the same.

## Example
```jsonc base44/connectors/slackbot.jsonc
{
  "type": "slackbot",
  "scopes": ["chat:write.public"]
}
```

## Use instead
```jsonc base44/connectors/slackbot.jsonc
{
  "type": "slackbot",
  "scopes": ["chat:write", "chat:write.public"]
}
```

## Fix safety
The fix adds a permission, so it is never applied without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for (entry, missing) in lonely(file) {
        let name = code(&entry.item.name);
        let message = match missing {
            Missing::One(companion) => format!("{name} does nothing without {}. Add it.", code(companion)),
            Missing::OneOf(companions) => {
                format!(
                    "{name} needs {} beside it. Add one.",
                    any_of(companions.iter().copied())
                )
            }
        };
        report.add(entry.item.range(), message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let add = |companion: &str| {
        let edits = file.target(file.source, file.service)?.add(&[companion]);
        Some(Fix::edit(file, format!("Add {}", code(companion)), edits))
    };
    let here = lonely(file).filter(|(entry, _)| entry.item.range() == range);
    here.flat_map(|(_, missing)| match missing {
        Missing::One(companion) => Vec::from_iter(add(companion).map(|it| it.preferred_if(true))),
        Missing::OneOf(companions) => companions.iter().filter_map(|it| add(it)).take(3).collect(),
    })
    .collect()
}

/// What a scope lacks.
enum Missing<'a> {
    One(&'static str),
    OneOf(&'a [&'static str]),
}

fn lonely<'f, 'a>(file: &'f File<'a>) -> impl Iterator<Item = (&'f ScopeEntry<'a>, Missing<'a>)> {
    file.known_scopes()
        .filter(|(_, scope)| !(scope.requires.is_empty() && scope.requires_one_of.is_empty()))
        .filter(|(entry, scope)| file.is_first(entry) && !is_as_pulled(file, scope))
        .flat_map(|(entry, scope)| missing(file, scope).map(move |missing| (entry, missing)))
}

fn missing<'f, 'a>(file: &'f File<'a>, scope: &'a Scope) -> impl Iterator<Item = Missing<'a>> + use<'f, 'a> {
    let is_listed = |it: &str| file.listed(it).is_some();
    let each = scope
        .requires
        .iter()
        .filter(move |it| !is_listed(it))
        .map(|it| Missing::One(it));
    let one_of = scope.requires_one_of.as_slice();
    let none = !one_of.is_empty() && !one_of.iter().any(|it| is_listed(it));
    each.chain(none.then_some(Missing::OneOf(one_of)))
}

/// Base44 adds `scope` and others by itself, and all of them are there.
fn is_as_pulled(file: &File<'_>, scope: &Scope) -> bool {
    let is_added = |scope: &Scope| scope.base44 == Some(Base44Status::Always);
    let added = || {
        file.service
            .into_iter()
            .flat_map(|it| it.scopes.iter())
            .filter(|it| is_added(it))
    };
    is_added(scope) && added().count() > 1 && added().all(|it| file.listed(&it.name).is_some())
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{TestProject, check_fix, check_rule, check_titles};

    #[test]
    fn names_the_companion() {
        check_rule(
            "missing-companion-scope",
            r#"
{
  "type": "slackbot",
  "scopes": [
    "chat:write.public",
  //^^^^^^^^^^^^^^^^^^^ warning[missing-companion-scope]: `chat:write.public` does nothing without `chat:write`. Add it.
    "users:read.email"
  //^^^^^^^^^^^^^^^^^^ warning[missing-companion-scope]: `users:read.email` does nothing without `users:read`. Add it.
  ]
}"#,
        );
        check_rule(
            "missing-companion-scope",
            r#"
{ "type": "dropbox", "scopes": ["openid"] }
//                              ^^^^^^^^ warning[missing-companion-scope]: `openid` needs `email` or `profile` beside it. Add one.
"#,
        );
    }

    #[test]
    fn silent_beside_the_companion() {
        check_rule(
            "missing-companion-scope",
            r#"
//- base44/connectors/slackbot.jsonc
{ "type": "slackbot", "scopes": ["chat:write.public", "chat:write"] }
//- base44/connectors/dropbox.jsonc
{ "type": "dropbox", "scopes": ["profile", "openid"] }
"#,
        );
    }

    #[test]
    fn silent_about_what_base44_added() {
        check_rule(
            "missing-companion-scope",
            r#"{ "type": "slackbot", "scopes": ["channels:read", "chat:write.customize", "chat:write.public"] }"#,
        );
    }

    #[test]
    fn adds_the_companion_in_the_style_of_the_list() {
        check_fix(
            "missing-companion-scope",
            "{\r\n  \"type\": \"slackbot\",\r\n  \"scopes\": [\r\n    \"chat:write.public\", // 🎈 announcements\r\n  ]\r\n}",
            "Add `chat:write`",
            "{\r\n  \"type\": \"slackbot\",\r\n  \"scopes\": [\r\n    \"chat:write.public\", // 🎈 announcements\r\n    \"chat:write\",\r\n  ]\r\n}",
        );
        check_fix(
            "missing-companion-scope",
            r#"{ "type": "slackbot", "scopes": ["chat:write.public"] }"#,
            "Add `chat:write`",
            r#"{ "type": "slackbot", "scopes": ["chat:write.public", "chat:write"] }"#,
        );
        check_titles(
            "missing-companion-scope",
            r#"{ "type": "salesforce", "scopes": ["full"] }"#,
            &["Add `refresh_token`", "Add `offline_access`"],
        );
        let fixes = TestProject::new(r#"{ "type": "slackbot", "scopes": ["chat:write.public"] }"#)
            .fixes("missing-companion-scope");
        assert!(!fixes[0].safe && fixes[0].preferred);
    }
}
