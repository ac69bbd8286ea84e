//! Two files of a project connect to the same service.

use super::{Rule, Subject, invalid_type};
use crate::analysis::wording::{self, code};
use crate::analysis::{Change, File, Fix, Related, Report, Severity, SourceFile, scope_edits};
use crate::connector;
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "duplicate-type",
    severity: Severity::Error,
    summary: "Another file of the project has the same type",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a `type` that another file of the project has, too, in every file concerned. Types are compared letter by letter, as the CLI does.

## Why is this bad?
The CLI refuses the whole project (`Duplicate connector type`) and does not say which files it means.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

```jsonc base44/connectors/team-slack.jsonc
{
  "type": "slack",
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
One fix moves the scopes of one file into the other and deletes the first; another just deletes this file. Both remove a file, so neither
is applied without you.
"#;

/// As many files are pointed to: of a thousand files of one type, each would have to name all others.
const MOST_RELATED: usize = 20;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some((type_, range)) = type_of(file.source) else {
        return;
    };
    let (others, count) = others(file, &type_);
    if others.is_empty() {
        return;
    }
    let names = wording::some_of(others.iter().map(|it| name_of(it)), count);
    let type_ = code(&type_);
    let message = format!("{type_} is the type of {names}, too, and the CLI takes each type once. Merge the files.");
    let mut finding = report.add(range, message);
    for other in others {
        let Some((_, range)) = type_of(other) else { continue };
        finding = finding.related(Related {
            path: other.path.clone(),
            range,
            message: format!("has the type {type_}, too").into(),
        });
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some((type_, _)) = type_of(file.source).filter(|(_, at)| *at == range) else {
        return Vec::new();
    };
    let (others, _) = others(file, &type_);
    if others.is_empty() {
        return Vec::new();
    }
    let conventional = is_conventional(file.source, &type_);
    let mut merges: Vec<_> = others
        .iter()
        .take(3)
        .flat_map(|other| {
            let here = || {
                let title = format!(
                    "Merge the scopes of {} into this file, and delete that one",
                    name_of(other)
                );
                merge(file, other, file.source, title)
            };
            let there = || {
                let title = format!("Merge these scopes into {}, and delete this file", name_of(other));
                merge(file, file.source, other, title)
            };
            // The file that has the name of its type is the one to stay.
            match conventional {
                true => here(),
                false => there(),
            }
        })
        .collect();
    if let [only] = merges.as_mut_slice() {
        only.preferred = true;
    }
    let path = file.source.path.clone();
    merges.push(Fix::new("Delete this file", vec![Change::Delete { path }]));
    merges
}

/// The type that the CLI would compare; `None` if it would refuse the file for the type alone.
fn type_of(source: &SourceFile) -> Option<(String, TextRange)> {
    connector::type_of(&source.text, &source.tree).filter(|(type_, _)| invalid_type::is_well_formed(type_))
}

/// The first of the other files, and how many there are.
fn others<'a>(file: &File<'a>, type_: &str) -> (Vec<&'a SourceFile>, usize) {
    let (mut files, count) = file.project.some_of_type(type_, MOST_RELATED + 1);
    files.retain(|it| it.path != file.source.path);
    files.truncate(MOST_RELATED);
    (files, count.saturating_sub(1))
}

/// The scopes of `from` behind those of `to`, and `from` deleted; `None` if one of the two cannot be read to the end.
fn merge(file: &File<'_>, from: &SourceFile, to: &SourceFile, title: String) -> Option<Fix> {
    let edits = scope_edits::add_all_of(from, to, file.service)?;
    let mut changes = Vec::new();
    if !edits.is_empty() {
        changes.push(scope_edits::change(to, edits));
    }
    changes.push(Change::Delete {
        path: from.path.clone(),
    });
    Some(Fix::new(title, changes))
}

fn is_conventional(source: &SourceFile, type_: &str) -> bool {
    let name = name_of(source);
    name.strip_suffix(".jsonc").or_else(|| name.strip_suffix(".json")) == Some(type_)
}

fn name_of(source: &SourceFile) -> &str {
    source.path.file_name().and_then(|it| it.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{TestProject, check_fix, check_rule, check_titles};

    #[test]
    fn reported_in_every_file_concerned() {
        check_rule(
            "duplicate-type",
            r#"
//- base44/connectors/a.jsonc
{ /* 🎈 */ "type": "slack", "scopes": [] }
//                ^^^^^^^ error[duplicate-type]: `slack` is the type of `b.json` and `slack.jsonc`, too, and the CLI takes each type once. Merge the files.
//- base44/connectors/b.json
{ type: 'slack' }
//      ^^^^^^^ error[duplicate-type]: `slack` is the type of `a.jsonc` and `slack.jsonc`, too
//- base44/connectors/slack.jsonc
{
  "scopes": [],
  "type": "slack"
  //      ^^^^^^^ error[duplicate-type]: `slack` is the type of `a.jsonc` and `b.json`, too
}"#,
        );
    }

    #[test]
    fn shows_the_other_file() {
        let project = TestProject::new(
            r#"
//- base44/connectors/gmail.jsonc
{ "type": "gmail" }
//- base44/connectors/mail.jsonc
{ "scopes": [], "type": "gmail" }
"#,
        );
        let found = project.all("duplicate-type");
        let related: Vec<_> = found.iter().flat_map(|it| &it.related).collect();
        assert_eq!(related.len(), 2);
        assert!(related[0].path.ends_with("mail.jsonc"));
        assert_eq!(
            (u32::from(related[0].range.start()), u32::from(related[0].range.end())),
            (24, 31)
        );
        assert_eq!(related[0].message, "has the type `gmail`, too");
    }

    #[test]
    fn an_unknown_type_counts_and_so_does_a_broken_file() {
        check_rule(
            "duplicate-type",
            r#"
//- base44/connectors/a.jsonc
{ "type": "gogglemail", "scopes": [
//        ^^^^^^^^^^^^ error[duplicate-type]
//- base44/connectors/b.jsonc
{ "type": "gogglemail" }
//        ^^^^^^^^^^^^ error[duplicate-type]
"#,
        );
    }

    #[test]
    fn silent_where_the_cli_sees_two_types_or_none() {
        check_rule(
            "duplicate-type",
            r#"
//- base44/connectors/a.jsonc
{ "type": "gmail" }
//- base44/connectors/b.jsonc
{ "type": "Gmail" }
//- base44/connectors/c.jsonc
{ "type": "" }
//- base44/connectors/d.jsonc
{ "type": "" }
//- base44/connectors/old/gmail.jsonc
{ "type": "gmail" }
"#,
        );
    }

    #[test]
    fn the_file_with_the_name_of_the_type_stays() {
        let project = r#"
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write", // posting
    "im:read"
  ]
}
//- base44/connectors/team-slack.jsonc
{ "type": "slack", "scopes": ["channels:read", "chat:write", "users:read"] }
"#;
        let merged = r#"
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write", // posting
    "im:read",
    "channels:read",
    "users:read"
  ]
}
"#;
        check_titles(
            "duplicate-type",
            project,
            &[
                "Merge the scopes of team-slack.jsonc into this file, and delete that one",
                "Delete this file",
                "Merge these scopes into slack.jsonc, and delete this file",
                "Delete this file",
            ],
        );
        for title in [
            "Merge the scopes of team-slack.jsonc into this file, and delete that one",
            "Merge these scopes into slack.jsonc, and delete this file",
        ] {
            check_fix("duplicate-type", project, title, merged);
        }
        assert!(
            TestProject::new(project)
                .fixes("duplicate-type")
                .iter()
                .all(|it| !it.safe)
        );
    }

    #[test]
    fn a_file_without_scopes_gets_them() {
        check_fix(
            "duplicate-type",
            r#"
//- base44/connectors/slack.jsonc
{
  "type": "slack"
}
//- base44/connectors/team.jsonc
{ "type": "slack", "scopes": ["im:read"] }
"#,
            "Merge the scopes of team.jsonc into this file, and delete that one",
            r#"
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["im:read"]
}
"#,
        );
    }

    #[test]
    fn the_same_scope_in_another_spelling_is_not_moved() {
        check_fix(
            "duplicate-type",
            r#"
//- base44/connectors/mail.jsonc
{ "type": "outlook", "scopes": ["mail.read", "Mail.Send"] }
//- base44/connectors/outlook.jsonc
{ "type": "outlook", "scopes": ["Mail.Read"] }
"#,
            "Merge these scopes into outlook.jsonc, and delete this file",
            r#"
//- base44/connectors/outlook.jsonc
{ "type": "outlook", "scopes": ["Mail.Read", "Mail.Send"] }
"#,
        );
    }

    #[test]
    fn a_broken_file_is_not_merged() {
        check_titles(
            "duplicate-type",
            r#"
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["im:read"
//- base44/connectors/team.jsonc
{ "type": "slack", "scopes": ["im:read"] }
"#,
            &["Delete this file", "Delete this file"],
        );
    }

    #[test]
    fn deletes_this_file() {
        check_fix(
            "duplicate-type",
            r#"
//- base44/connectors/a.jsonc
{ "type": "slack" }
//- base44/connectors/b.jsonc
{ "type": "slack", "scopes": [] }
"#,
            "Delete this file",
            "//- base44/connectors/b.jsonc\n{ \"type\": \"slack\", \"scopes\": [] }\n",
        );
    }
}
