//! A scope that another one of the file includes.

use rustc_hash::FxHashMap;

use super::{Rule, Subject, conflicting_scopes};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Related, Report, ScopeEntry, Severity, Tag, scope_edits};
use crate::registry::{Base44Status, Scope, Service};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "redundant-scope",
    severity: Severity::Information,
    summary: "Another scope of the file already includes this one",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Points out a scope that allows nothing which another scope of the file does not allow as well.

It never speaks of a scope that Base44 adds by itself: that would come back with the next pull.

## Why is this bad?
It does no harm. But the consent page gets longer, and the file looks as if the smaller permission were enough.

## Example
```jsonc base44/connectors/googlecalendar.jsonc
{
  "type": "googlecalendar",
  "scopes": [
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.events.readonly"
  ]
}
```

## Use instead
```jsonc base44/connectors/googlecalendar.jsonc
{
  "type": "googlecalendar",
  "scopes": [
    "https://www.googleapis.com/auth/calendar.events"
  ]
}
```

## Fix safety
Removing the scope takes nothing from the app as long as the other one is granted. But people can refuse single permissions on the consent
page, and the smaller one may be the one they grant; and changed scopes ask everybody for consent again. So it is never done without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for (entry, by) in redundant(file) {
        let (name, including) = (code(&entry.item.name), code(&by.item.name));
        report
            .add(entry.item.range(), format!("{including} already includes {name}."))
            .tag(Tag::Unnecessary)
            .related(Related {
                path: file.source.path.clone(),
                range: by.item.range(),
                message: format!("includes {name}").into(),
            });
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let found = redundant(file)
        .into_iter()
        .find(|(entry, _)| entry.item.range() == range);
    found
        .map(|(entry, _)| scope_edits::removal(file, entry).preferred_if(true))
        .into_iter()
        .collect()
}

/// The redundant scopes, each with one that includes it.
fn redundant<'f, 'a>(file: &'f File<'a>) -> Vec<(&'f ScopeEntry<'a>, &'f ScopeEntry<'a>)> {
    let mut found = included(file);
    found.retain(|(entry, _)| entry.known().is_none_or(|it| !has_other_trouble(file, it)));
    found
}

/// The scopes that another one includes, each with one that does.
pub(in crate::analysis) fn included<'f, 'a>(file: &'f File<'a>) -> Vec<(&'f ScopeEntry<'a>, &'f ScopeEntry<'a>)> {
    let Some(service) = file.service else { return Vec::new() };
    let mut includers: FxHashMap<&str, (&ScopeEntry<'a>, &Scope)> = FxHashMap::default();
    for (entry, scope) in file.known_scopes() {
        if !scope.includes.is_empty() && file.is_first(entry) {
            for included in closure(service, scope) {
                includers.entry(&included.name).or_insert((entry, scope));
            }
        }
    }
    if includers.is_empty() {
        return Vec::new();
    }
    file.known_scopes()
        .filter(|(entry, _)| file.is_first(entry))
        .filter_map(|(entry, scope)| {
            let &(by, including) = includers.get(scope.name.as_ref())?;
            // Two that include each other are one too many, not two.
            let mutual = closure(service, scope).iter().any(|it| it.name == including.name);
            let comes_first = entry.item.range().start() < by.item.range().start();
            (!(mutual && comes_first)).then_some((entry, by))
        })
        .collect()
}

/// What is to be said of a scope that Base44 keeps adding, or that another rule wants removed, is not that it is redundant.
fn has_other_trouble<'a>(file: &File<'a>, scope: &'a Scope) -> bool {
    scope.base44 == Some(Base44Status::Always)
        || scope.deprecated.is_some()
        || conflicting_scopes::harmed(file, scope).next().is_some()
}

/// All scopes that `scope` includes, directly or through others; never itself.
pub(in crate::analysis) fn closure<'a>(service: &'a Service, scope: &'a Scope) -> Vec<&'a Scope> {
    let mut found: Vec<&Scope> = Vec::new();
    let mut open = vec![scope];
    while let Some(next) = open.pop() {
        for included in next.includes.iter().filter_map(|it| service.find(it)) {
            let included = included.scope;
            if included.name != scope.name && found.iter().all(|it| it.name != included.name) {
                found.push(included);
                open.push(included);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{TestProject, check, check_fix, check_rule};
    use crate::analysis::{Severity, Tag};

    #[test]
    fn names_the_including_scope() {
        check(
            r#"
{
  "type": "googlecalendar",
  "scopes": [
    "https://www.googleapis.com/auth/calendar.events.readonly", /* 🎈 */
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[redundant-scope]: `https://www.googleapis.com/auth/calendar.events` already includes `https://www.googleapis.com/auth/calendar.events.readonly`.
    "https://www.googleapis.com/auth/calendar.events"
  ]
}"#,
        );
    }

    #[test]
    fn sees_through_what_is_included() {
        let project = TestProject::new(
            r#"
//- base44/connectors/slack.jsonc
{ "type": "outlook", "scopes": ["mail.readwrite", "Mail.ReadBasic"] }
"#,
        );
        let all = project.all("redundant-scope");
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].tag, Some(Tag::Unnecessary));
        assert_eq!(all[0].severity, Severity::Information);
        assert_eq!(all[0].message, "`mail.readwrite` already includes `Mail.ReadBasic`.");
        assert_eq!(all[0].related[0].message, "includes `Mail.ReadBasic`");
    }

    #[test]
    fn silent_about_what_base44_adds_by_itself() {
        check(
            r#"{ "type": "gmail", "scopes": ["email", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/gmail.send"] }"#,
        );
    }

    #[test]
    fn a_repeated_scope_is_another_rules_business() {
        check_rule(
            "redundant-scope",
            r#"
{
  "type": "outlook",
  "scopes": [
    "Mail.ReadWrite", "Mail.ReadWrite", "Mail.Read", "mail.read"
  //                                    ^^^^^^^^^^^ information[redundant-scope]
  ]
}"#,
        );
    }

    #[test]
    fn reading_and_writing_are_two_things_where_the_provider_says_so() {
        check_rule(
            "redundant-scope",
            r#"{ "type": "hubspot", "scopes": ["crm.objects.contacts.read", "crm.objects.contacts.write"] }"#,
        );
    }

    #[test]
    fn removes_it_and_keeps_the_comments_of_the_others() {
        let before = "{\r\n  \"type\": \"outlook\",\r\n  \"scopes\": [\r\n    // to read\r\n    \"Mail.Read\",\r\n    // to file\r\n    \"Mail.ReadWrite\"\r\n  ]\r\n}";
        check_fix(
            "redundant-scope",
            before,
            "Remove `Mail.Read`",
            "{\r\n  \"type\": \"outlook\",\r\n  \"scopes\": [\r\n    // to file\r\n    \"Mail.ReadWrite\"\r\n  ]\r\n}",
        );
        assert!(!TestProject::new(before).fixes("redundant-scope")[0].safe);
    }
}
