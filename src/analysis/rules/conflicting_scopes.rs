//! A scope that harms another one.

use super::{Rule, Subject};
use crate::analysis::wording::{all_of, code};
use crate::analysis::{File, Fix, Related, Report, ScopeEntry, Severity, scope_edits};
use crate::registry::Scope;
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "conflicting-scopes",
    severity: Severity::Warning,
    summary: "A scope takes away what another one gives",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that makes calls fail which another scope of the file allows.

## Why is this bad?
Nobody expects a further permission to forbid something. Gmail refuses searches and whole messages to a token that has
`gmail.metadata`, even if it may read everything.

## Example
```jsonc base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.readonly",
    "https://www.googleapis.com/auth/gmail.metadata"
  ]
}
```

## Use instead
```jsonc base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.readonly"
  ]
}
```

## Fix safety
The fix removes the harmful scope, and with it a permission, so it is never applied without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for (entry, scope) in file.known_scopes() {
        let harmed: Vec<_> = harmed(file, scope).collect();
        if harmed.is_empty() {
            continue;
        }
        let name = code(&entry.item.name);
        let names = all_of(harmed.iter().map(|it| it.item.name.as_ref()));
        let mut finding = report.add(
            entry.item.range(),
            format!("{name} takes away what {names} allows. Remove it."),
        );
        for other in harmed {
            finding = finding.related(Related {
                path: file.source.path.clone(),
                range: other.item.range(),
                message: format!("harmed by {name}").into(),
            });
        }
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(entry) = file.scope_at(range) else {
        return Vec::new();
    };
    match entry.known().and_then(|scope| harmed(file, scope).next()) {
        Some(_) => vec![scope_edits::removal(file, entry).preferred_if(true)],
        None => Vec::new(),
    }
}

/// The scopes of the file that do not work as they should beside this one.
pub(super) fn harmed<'f, 'a>(file: &'f File<'a>, scope: &'a Scope) -> impl Iterator<Item = &'f ScopeEntry<'a>> {
    scope.conflicts.iter().filter_map(|other| file.listed(other))
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule};

    #[test]
    fn names_the_harmed_scope_and_says_it_once() {
        check(
            r#"
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.metadata", /* 🎈 */
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[conflicting-scopes]: `https://www.googleapis.com/auth/gmail.metadata` takes away what `https://www.googleapis.com/auth/gmail.readonly` allows. Remove it.
    "https://www.googleapis.com/auth/gmail.readonly"
  ]
}"#,
        );
    }

    #[test]
    fn silent_without_the_other() {
        check_rule(
            "conflicting-scopes",
            r#"{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.metadata", "https://www.googleapis.com/auth/gmail.send"] }"#,
        );
    }

    #[test]
    fn removes_the_harmful_one_with_its_comment() {
        check_fix(
            "conflicting-scopes",
            "{ \"type\": \"gmail\", \"scopes\": [\n  \"https://www.googleapis.com/auth/gmail.modify\", // all of it\n  \"https://www.googleapis.com/auth/gmail.metadata\", // headers\n] }",
            "Remove `https://www.googleapis.com/auth/gmail.metadata`",
            "{ \"type\": \"gmail\", \"scopes\": [\n  \"https://www.googleapis.com/auth/gmail.modify\", // all of it\n] }",
        );
    }
}
