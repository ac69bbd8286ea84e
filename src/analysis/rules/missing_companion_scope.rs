//! A scope that does nothing without another one.

use super::{Rule, Subject};
use crate::analysis::wording::{any_of, code};
use crate::analysis::{File, Fix, Report, ScopeEntry, Severity, scope_edits};
use crate::registry::{Base44Status, Scope, Service};
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
                format!("{name} needs {} beside it. Add one.", any_of(companions.iter().copied()))
            }
        };
        report.add(entry.item.range(), message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(service) = file.service else { return Vec::new() };
    let add = |companion: &str| {
        let edits = scope_edits::add(file.source, service, &[companion])?;
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
enum Missing {
    One(&'static str),
    OneOf(&'static [&'static str]),
}

fn lonely<'f, 'a>(file: &'f File<'a>) -> impl Iterator<Item = (&'f ScopeEntry<'a>, Missing)> {
    let has = |companion: &str| file.listed(companion).is_some();
    let as_pulled = |service: &Service| {
        let added = |scope: &&Scope| scope.base44 == Some(Base44Status::Always);
        service.scopes.iter().filter(added).count() > 1
            && service.scopes.iter().filter(added).all(|scope| has(&scope.name))
    };
    file.known_scopes()
        .filter(|(_, scope)| !(scope.requires.is_empty() && scope.requires_one_of.is_empty()))
        .filter(|(entry, _)| file.is_first(entry))
        .filter(move |(_, scope)| {
            scope.base44 != Some(Base44Status::Always) || !file.service.is_some_and(as_pulled)
        })
        .flat_map(move |(entry, scope)| {
            let each = scope.requires.iter().filter(move |it| !has(it)).map(|it| Missing::One(it));
            let any = scope.requires_one_of;
            let any = (!any.is_empty() && !any.iter().any(|it| has(it))).then_some(Missing::OneOf(any));
            each.chain(any).map(move |missing| (entry, missing))
        })
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
