//! A connector file where the CLI does not look for one.

use std::path::{Path, PathBuf};

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{Change, File, Fix, IgnoredReason, Report, Role, Severity};
use crate::syntax::{TextRange, Value};

/// The rule.
pub static RULE: Rule = Rule {
    code: "ignored-file",
    severity: Severity::Warning,
    summary: "The CLI does not read this connector file",
    docs: DOCS,
    subject: Subject::Ignored,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a file that looks like a connector, but lies or is named so that the CLI does not read it. The CLI reads the files directly in the
connectors directory (`connectorsDir` of the project's config file, or else `connectors` beside it) whose names end in `.jsonc` or `.json`,
in small letters, and do not begin with a dot.

## Why is this bad?
The CLI says nothing. The connector is just not there, and if it was there before, the next push removes it from your app.

## Example
```jsonc base44/connectors/google/gmail.jsonc
{
  "type": "gmail",
  "scopes": ["https://www.googleapis.com/auth/gmail.send"]
}
```

## Use instead
```jsonc base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": ["https://www.googleapis.com/auth/gmail.send"]
}
```

## Fix safety
The fix moves or renames the file. From then on your app asks for its scopes, so it is never applied without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Role::Ignored(reason) = file.source.role else {
        return;
    };
    if !looks_like_a_connector(file) {
        return;
    }
    let folder = shown(file.project.connectors_dir(), file.project.root());
    let folder = code(&folder);
    let message = match reason {
        IgnoredReason::Subfolder => {
            format!("The CLI does not look into the folders below {folder}, so it never reads this file. Move it up.")
        }
        IgnoredReason::Dotfile => {
            "The CLI skips files whose name begins with a dot, so it never reads this one. Rename it.".to_owned()
        }
        IgnoredReason::Extension => {
            "The CLI only reads files that end in `.jsonc` or `.json`, in small letters. Rename this one.".to_owned()
        }
        IgnoredReason::OtherDirectory => {
            format!("The connectors of this project are in {folder}, so the CLI never reads this file. Move it there.")
        }
    };
    report.add(file.heading(), message);
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Role::Ignored(reason) = file.source.role else {
        return Vec::new();
    };
    if file.heading() != range || !looks_like_a_connector(file) {
        return Vec::new();
    }
    let from = file.source.path.clone();
    if let Some(other) = connected_by(file) {
        let title = format!("Delete this file: {other} has its type already");
        return vec![Fix::new(title, vec![Change::Delete { path: from }])];
    }
    let Some(to) = new_path(file) else { return Vec::new() };
    let verb = match reason {
        IgnoredReason::Subfolder | IgnoredReason::OtherDirectory => "Move",
        IgnoredReason::Dotfile | IgnoredReason::Extension => "Rename",
    };
    let title = format!("{verb} it to {}", shown(&to, file.project.root()));
    vec![Fix::new(title, vec![Change::Rename { from, to }]).preferred_if(true)]
}

/// An object with the type of a service or with scopes. Other JSON files have a `type` as well (`package.json`).
fn looks_like_a_connector(file: &File<'_>) -> bool {
    let connector = &file.connector;
    if !connector.is_object() {
        return false;
    }
    let has_scopes = connector
        .property("scopes")
        .is_some_and(|it| matches!(it.value, Some(Value::Array(_))));
    let nothing_else = connector
        .properties
        .iter()
        .all(|it| matches!(it.key.as_ref(), "type" | "scopes"));
    // Node's own file may hold nothing but `"type": "module"`.
    let nothing_else = nothing_else && file.stem() != "package";
    has_scopes || connector.type_literal().is_some() && (file.service.is_some() || nothing_else)
}

/// The name of the file that the CLI does read for the same type.
fn connected_by(file: &File<'_>) -> Option<String> {
    let type_ = file.connector.type_literal()?;
    let files = file.project.files_of_type(&type_.text(file.text()));
    Some(files.first()?.path.file_name()?.to_str()?.to_owned())
}

/// Where the CLI would read the file: under its own name, or under that of its type. `None` if both are taken.
fn new_path(file: &File<'_>) -> Option<PathBuf> {
    let own = readable_name(file.source.path.file_name()?.to_str()?);
    let type_ = file.service.map(|service| format!("{}.jsonc", service.type_));
    own.into_iter()
        .chain(type_)
        .map(|name| file.project.connectors_dir().join(name))
        .find(|path| !file.project.has_file(path))
}

/// The name nearest to `name` that the CLI reads.
fn readable_name(name: &str) -> Option<String> {
    let (stem, extension) = name.trim_start_matches('.').rsplit_once('.')?;
    let extension = match extension.eq_ignore_ascii_case("json") {
        true => "json",
        false => "jsonc",
    };
    (!stem.is_empty()).then(|| format!("{stem}.{extension}"))
}

/// A path as a reader of the project knows it.
fn shown(path: &Path, root: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{TestProject, check, check_fix, check_rule, check_titles};

    #[test]
    fn each_reason_has_its_own_message() {
        check(
            r#"
//- base44/connectors/google/gmail.jsonc
{ "type": "gmail", "scopes": [] }
//        ^^^^^^^ warning[ignored-file]: The CLI does not look into the folders below `base44/connectors`, so it never reads this file. Move it up.
//- base44/connectors/.slack.jsonc
{ /* 🎈 */ "type": "slack" }
//                ^^^^^^^ warning[ignored-file]: The CLI skips files whose name begins with a dot, so it never reads this one. Rename it.
//- base44/connectors/outlook.json5
{ type: 'outlook' }
//      ^^^^^^^^^ warning[ignored-file]: The CLI only reads files that end in `.jsonc` or `.json`, in small letters. Rename this one.
"#,
        );
        let project = TestProject::new("//- base44/connectors/wix.JSONC\n{ \"scopes\": [");
        assert!(project.all("ignored-file")[0].range.is_empty());
    }

    #[test]
    fn no_other_rule_looks_at_it() {
        check(
            r#"
//- base44/connectors/google/gmail.jsonc
{ "type": "gmail", "scopes": ["chat:write", ""], "x": 1 }
//        ^^^^^^^ warning[ignored-file]
"#,
        );
    }

    #[test]
    fn silent_about_files_of_another_kind() {
        check(
            r#"
//- base44/connectors/sub/package.json
{ "name": "x", "type": "module" }
//- base44/connectors/sub/esm/package.json
{ "type": "module" }
//- base44/connectors/sub/list.json
["gmail"]
//- base44/connectors/sub/empty.json
//- base44/connectors/.settings.json
{ "a": 1 }
"#,
        );
    }

    #[test]
    fn moves_it_up() {
        check_fix(
            "ignored-file",
            "//- base44/connectors/google/mail.jsonc\n{ \"type\": \"gmail\" }",
            "Move it to base44/connectors/mail.jsonc",
            "//- base44/connectors/mail.jsonc\n{ \"type\": \"gmail\" }",
        );
    }

    #[test]
    fn renames_it() {
        for (from, to) in [
            (".slack.jsonc", "slack.jsonc"),
            ("slack.JSONC", "slack.jsonc"),
            ("slack.json5", "slack.jsonc"),
            ("slack.JSON", "slack.json"),
            (".jsonc", "slack.jsonc"),
        ] {
            check_fix(
                "ignored-file",
                &format!("//- base44/connectors/{from}\n{{ \"type\": \"slack\" }}"),
                &format!("Rename it to base44/connectors/{to}"),
                &format!("//- base44/connectors/{to}\n{{ \"type\": \"slack\" }}"),
            );
        }
    }

    #[test]
    fn takes_the_name_of_the_type_where_its_own_is_taken() {
        check_titles(
            "ignored-file",
            r#"
//- base44/connectors/old/work.jsonc
{ "type": "gmail" }
//- base44/connectors/work.jsonc
{ "type": "slack" }
"#,
            &["Move it to base44/connectors/gmail.jsonc"],
        );
    }

    #[test]
    fn never_makes_a_second_file_of_a_type() {
        check_titles(
            "ignored-file",
            r#"
//- base44/connectors/old/gmail.jsonc
{ "type": "gmail" }
//- base44/connectors/mail.jsonc
{ "type": "gmail" }
"#,
            &["Delete this file: mail.jsonc has its type already"],
        );
    }

    #[test]
    fn the_projects_own_connectors_directory_counts() {
        let fixture = "//- base44/connectors/gmail.jsonc\n{ \"type\": \"gmail\" }";
        let project = TestProject::with_connectors_dir(fixture, "conn");
        let found = project.all("ignored-file");
        assert_eq!(
            found[0].message,
            "The connectors of this project are in `conn`, so the CLI never reads this file. Move it there."
        );
        assert_eq!(project.fixes("ignored-file")[0].title, "Move it to conn/gmail.jsonc");
        check_rule("ignored-file", fixture);
    }
}
