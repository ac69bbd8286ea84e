//! A real scope that Base44's own list does not have.

use super::{Rule, Subject, conflicting_scopes};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, Severity, scope_edits};
use crate::registry::{Base44Status, Scope, Service};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "unlisted-scope",
    severity: Severity::Information,
    summary: "The provider has the scope, but Base44 does not list it",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Tells you that a scope is real, but not on the list of scopes that Base44 prints for the service, and that no connector file we have seen
holds it. Where Base44 prints no list, it says nothing.

## Why is this bad?
Base44 asks the provider with its own app, and drops what that app may not ask for without an error. The scope may still work. If it does
not, this is the place to look.

## Example
```jsonc base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": ["https://mail.google.com/"]
}
```

## Use instead
```jsonc base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": ["https://www.googleapis.com/auth/gmail.modify"]
}
```

If you know that the scope is granted, declare it in `base44-connectors-ls.jsonc`.

## Fix safety
The fixes replace the scope with a listed one that allows more, less or something similar. They are never applied without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some(service) = file.service.filter(|it| it.documented_by_base44) else {
        return;
    };
    for (entry, scope) in file.known_scopes().filter(|(_, scope)| is_unlisted(file, scope)) {
        let hint = match nearest(service, scope).first() {
            Some(listed) => format!("The nearest that it lists is {}.", code(&listed.name)),
            None => "See whether the connector still works after you authorize it.".to_owned(),
        };
        let name = code(&entry.item.name);
        report.add(
            entry.item.range(),
            format!(
                "Base44 does not list {name} for {} and may drop it without an error. {hint}",
                service.name
            ),
        );
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(service) = file.service.filter(|it| it.documented_by_base44) else {
        return Vec::new();
    };
    let Some(entry) = file.scope_at(range) else {
        return Vec::new();
    };
    let Some(scope) = entry.known().filter(|it| is_unlisted(file, it)) else {
        return Vec::new();
    };
    nearest(service, scope)
        .into_iter()
        .map(|listed| scope_edits::replacement(file, entry, &listed.name))
        .collect()
}

/// Scopes with worse trouble than this are left to other rules.
fn is_unlisted<'a>(file: &File<'a>, scope: &'a Scope) -> bool {
    scope.base44.is_none() && scope.deprecated.is_none() && conflicting_scopes::harmed(file, scope).next().is_none()
}

/// Up to three listed scopes that could stand for this one: those that include it, those it includes, those of a similar name.
fn nearest<'a>(service: &'a Service, scope: &Scope) -> Vec<&'a Scope> {
    let listed = || {
        service
            .scopes
            .iter()
            .filter(|it| it.base44 == Some(Base44Status::Listed))
    };
    let wider = listed().filter(|it| it.includes.contains(&scope.name.as_ref()));
    let narrower = listed().filter(|it| scope.includes.contains(&it.name.as_ref()));
    let suggestions = service.suggest(&scope.name);
    let similar = suggestions
        .into_iter()
        .filter(|it| it.base44 == Some(Base44Status::Listed));
    let mut out: Vec<&Scope> = Vec::new();
    for candidate in wider.chain(narrower).chain(similar) {
        if out.len() < 3 && out.iter().all(|it| it.name != candidate.name) {
            out.push(candidate);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule};
    use crate::registry::{Base44Status, Catalogue};

    #[test]
    fn names_the_nearest_scope_that_is_listed() {
        check(
            r#"
{ "type": "gmail", "scopes": ["https://mail.google.com/"] }
//                            ^^^^^^^^^^^^^^^^^^^^^^^^^^ information[unlisted-scope]: Base44 does not list `https://mail.google.com/` for Gmail and may drop it without an error. The nearest that it lists is `https://www.googleapis.com/auth/gmail.
"#,
        );
    }

    #[test]
    fn a_scope_without_likeness() {
        check_rule(
            "unlisted-scope",
            r#"
{ "type": "slack", "scopes": ["chat:write", "tokens.basic"] }
//                                          ^^^^^^^^^^^^^^ information[unlisted-scope]: Base44 does not list `tokens.basic` for Slack User and may drop it without an error. See whether
"#,
        );
    }

    #[test]
    fn silent_about_everything_that_base44_lists_adds_or_keeps() {
        for service in Catalogue::embedded().services() {
            for scope in service.scopes.iter().filter(|it| it.base44.is_some()) {
                check_rule(
                    "unlisted-scope",
                    &format!("{{ \"type\": {:?}, \"scopes\": [{:?}] }}", service.type_, scope.name),
                );
            }
        }
    }

    #[test]
    fn silent_where_base44_prints_no_list() {
        let catalogue = Catalogue::embedded();
        let unprinted = catalogue.services().filter(|it| !it.documented_by_base44);
        for service in unprinted {
            for scope in service.scopes.iter() {
                check_rule(
                    "unlisted-scope",
                    &format!("{{ \"type\": {:?}, \"scopes\": [{:?}] }}", service.type_, scope.name),
                );
            }
        }
    }

    #[test]
    fn never_suggests_what_is_not_listed() {
        for service in Catalogue::embedded().services() {
            for scope in service.scopes.iter() {
                for nearest in super::nearest(service, scope) {
                    assert_eq!(nearest.base44, Some(Base44Status::Listed));
                }
            }
        }
    }

    #[test]
    fn replaces_it() {
        check_fix(
            "unlisted-scope",
            "{ \"type\": \"outlook\", /* 🎈 */ \"scopes\": [\r\n  // who is where\r\n  \"Contacts.ReadWrite\",\r\n] }",
            "Replace with `Contacts.Read`",
            "{ \"type\": \"outlook\", /* 🎈 */ \"scopes\": [\r\n  // who is where\r\n  \"Contacts.Read\",\r\n] }",
        );
    }
}
