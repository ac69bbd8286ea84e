//! A config file that says something the tool or the CLI cannot use.

use super::{Rule, Subject};
use crate::analysis::config::{ConfigProblem, ProjectConfig, ToolConfig};
use crate::analysis::{File, Fix, Report, Role, Severity};
use crate::syntax::{SyntaxErrorKind, TextEdit, TextRange};

/// The rule.
pub static RULE: Rule = Rule {
    code: "invalid-config",
    severity: Severity::Error,
    summary: "The project's or the tool's config file is wrong",
    docs: DOCS,
    subject: Subject::Config,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports mistakes in `base44-connectors-ls.jsonc`: unknown keys, rules and levels, values of the wrong type. In the project's own
`config.jsonc` it looks at `connectorsDir` only: it must be a string, and not the folder of the file itself.

## Why is this bad?
A misspelled rule is not switched off, and a service that was not declared correctly is still unknown. With a wrong `connectorsDir`, the
CLI does not find your connectors, and a push would remove them from Base44.

## Example
```jsonc base44-connectors-ls.jsonc
{
  "rules": {
    "unused-supression": "off"
  }
}
```

### The folder of the config file itself
```jsonc base44/config.jsonc
{
  "name": "My app",
  "connectorsDir": "."
}
```

## Use instead
```jsonc base44-connectors-ls.jsonc
{
  "rules": {
    "unused-suppression": "off"
  }
}
```

### The folder of the config file itself
```jsonc base44/config.jsonc
{
  "name": "My app",
  "connectorsDir": "connectors"
}
```

## Fix safety
The fix replaces a name with the one most like it. It is never applied without you, since you may have meant another.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    if file.source.role == Role::ToolConfig {
        let errors = file.tree().errors().into_iter();
        for error in errors.filter(|it| it.kind != SyntaxErrorKind::EmptyDocument) {
            let message = "This cannot be read. What can be read around it still counts.";
            report.add(error.range, message);
        }
    }
    for problem in problems(file) {
        report.add(problem.range, problem.message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let replacement = |instead: String| {
        let insert = format!("\"{instead}\"");
        let title = format!("Replace with `{instead}`");
        Fix::edit(file, title, vec![TextEdit { range, insert }]).preferred_if(true)
    };
    let here = problems(file).into_iter().filter(|it| it.range == range);
    here.filter_map(|it| it.instead).map(replacement).collect()
}

fn problems(file: &File<'_>) -> Vec<ConfigProblem> {
    match file.source.role {
        Role::ToolConfig => ToolConfig::read(file.text(), file.tree()).problems,
        Role::ProjectConfig => {
            let config_dir = file.source.path.parent().unwrap_or(&file.source.path);
            ProjectConfig::read(file.text(), file.tree())
                .problem(config_dir)
                .into_iter()
                .collect()
        }
        Role::Connector | Role::Ignored(_) | Role::Backend => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_titles};

    #[test]
    fn mistakes_in_our_config_file() {
        check(
            r#"//- base44/base44-connectors-ls.jsonc
{
  "rules": {
    "unknown-skope": "off",
//  ^^^^^^^^^^^^^^^ error[invalid-config]: There is no rule
    "unused-suppression": "loud"
//                        ^^^^^^ error[invalid-config]: `loud` is no level
  },
  "servises": {}
//^^^^^^^^^^ error[invalid-config]: Unknown key `servises`. Did you mean `services`?
}
"#,
        );
    }

    #[test]
    fn a_broken_config_file() {
        check(
            r#"//- base44-connectors-ls.jsonc
{ "rules": { "unused-suppression" "off" } }
//                               ^ error[invalid-config]: This cannot be read.
"#,
        );
    }

    #[test]
    fn an_empty_config_file_says_nothing() {
        check("//- base44-connectors-ls.jsonc\n// nothing yet\n");
    }

    #[test]
    fn of_the_projects_config_only_the_connectors_dir_is_looked_at() {
        check(
            r#"//- base44/config.jsonc
{ name: 3, "unknown": [], "connectorsDir": null }
//                                         ^^^^ error[invalid-config]: `connectorsDir` must be a string
"#,
        );
        check("//- base44/config.jsonc\n{ \"name\": \"broken\", \n");
    }

    #[test]
    fn the_fix_is_the_nearest_name() {
        check_fix(
            "invalid-config",
            r#"//- base44-connectors-ls.jsonc
{ "rules": { 'unused-supression': "off" } }"#,
            "Replace with `unused-suppression`",
            r#"//- base44-connectors-ls.jsonc
{ "rules": { "unused-suppression": "off" } }"#,
        );
        check_fix(
            "invalid-config",
            "//- base44/config.jsonc\n{ \"connectorsDir\": \"\" }",
            "Replace with `connectors`",
            "//- base44/config.jsonc\n{ \"connectorsDir\": \"connectors\" }",
        );
        check_titles("invalid-config", "//- base44-connectors-ls.jsonc\n{ \"zzz\": 1 }", &[]);
    }
}
