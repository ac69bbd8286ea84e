//! A connector file that is not named after its type.

use super::{Rule, Subject, unknown_type};
use crate::analysis::wording::code;
use crate::analysis::{Change, File, Fix, Report, Severity};
use crate::syntax::{StringLiteral, TextRange, Value};

/// The rule.
pub static RULE: Rule = Rule {
    code: "file-name",
    severity: Severity::Hint,
    summary: "The file is not named after its type",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a connector whose file is not called `<type>.jsonc` or `<type>.json`.

## Why is this bad?
The CLI takes any name, and keeps it. But Base44 names the files it writes after their types, and so do people who look for one. Where the
two differ, one of them is sometimes a mistake.

## Example
```jsonc base44/connectors/google-drive.jsonc
{
  "type": "googledrive",
  "scopes": ["https://www.googleapis.com/auth/drive.file"]
}
```

## Use instead
```jsonc base44/connectors/googledrive.jsonc
{
  "type": "googledrive",
  "scopes": ["https://www.googleapis.com/auth/drive.file"]
}
```

## Fix safety
One fix renames the file. If its name is a type, too, another one takes that type instead, and so connects to another service. Neither is
ever applied without you.
"#;

/// Where the type stands that the file should be named after. Silent about an unknown type, and about one that several files have: then other
/// rules say that it cannot stay so.
fn find<'a>(file: &File<'a>) -> Option<(StringLiteral, std::borrow::Cow<'a, str>)> {
    let service = file.service?;
    let literal = file.connector.type_literal()?;
    let silent = file.stem() == service.type_ || file.is_marred(literal.range()) || file.is_taken(&service.type_);
    (!silent).then(|| (literal, literal.text(file.text())))
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some((literal, type_)) = find(file) else { return };
    let message = match file.service_of_name() {
        Some(other) => format!(
            "The file is named after {} and connects to {}. One of the two may be a mistake.",
            other.name,
            file.service.map_or(type_.as_ref(), |it| &it.name),
        ),
        None => format!(
            "A connector's file is usually named after its type: {}.",
            code(&file_name(file, &type_))
        ),
    };
    report.add(literal.range(), message);
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some((literal, type_)) = find(file).filter(|(literal, _)| literal.range() == range) else {
        return Vec::new();
    };
    let other = file
        .service_of_name()
        .filter(|service| !file.is_taken(&service.type_))
        .map(|service| unknown_type::change_to(file, Value::String(literal), service));
    let name = file_name(file, &type_);
    let to = file.source.path.with_file_name(&name);
    let rename = (!file.project.has_file(&to)).then(|| {
        let change = Change::Rename {
            from: file.source.path.clone(),
            to,
        };
        Fix::new(format!("Rename the file to {}", code(&name)), vec![change]).preferred_if(other.is_none())
    });
    rename.into_iter().chain(other).collect()
}

/// `<type>` with the extension that the file has.
fn file_name(file: &File<'_>, type_: &str) -> String {
    let extension = file.source.path.extension().and_then(|it| it.to_str());
    format!("{type_}.{}", extension.unwrap_or("jsonc"))
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn another_name_is_a_hint() {
        check(
            r#"
//- base44/connectors/google-drive.jsonc
{
  "type": "googledrive",
//        ^^^^^^^^^^^^^ hint[file-name]: A connector's file is usually named after its type: `googledrive.jsonc`.
  "scopes": ["https://www.googleapis.com/auth/drive.file"]
}
"#,
        );
    }

    #[test]
    fn the_name_of_another_service_may_be_a_mistake() {
        check_rule(
            "file-name",
            r#"
//- base44/connectors/slackbot.json
{ "type": "slack", "scopes": ["chat:write"] }
//        ^^^^^^^ hint[file-name]: The file is named after Slack Bot and connects to Slack User. One of the two may be a mistake.
"#,
        );
    }

    #[test]
    fn both_extensions_are_fine() {
        for extension in ["json", "jsonc"] {
            check(&format!(
                "//- base44/connectors/slack.{extension}\n{{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }}\n"
            ));
        }
    }

    #[test]
    fn types_that_are_wrong_anyway_are_silent() {
        check_rule(
            "file-name",
            "//- base44/connectors/mail.jsonc\n{ \"type\": \"gogglemail\", \"scopes\": [] }\n",
        );
        check_rule("file-name", "//- base44/connectors/mail.jsonc\n{ \"type\": \"gmail\n");
        check_rule(
            "file-name",
            "//- base44/connectors/one.jsonc\n{ \"type\": \"gmail\" }\n//- base44/connectors/two.jsonc\n{ \"type\": \"gmail\" }\n",
        );
    }

    #[test]
    fn the_file_is_renamed_and_keeps_its_extension() {
        check_fix(
            "file-name",
            "//- base44/connectors/a.jsonc\n{ \"type\": \"stripe\" }\n//- base44/connectors/google-drive.json\n{ \"type\": \"googledrive\" }\n\
             //- base44/connectors/stripe.jsonc\nnull\n",
            "Rename the file to `googledrive.json`",
            "//- base44/connectors/a.jsonc\n{ \"type\": \"stripe\" }\n//- base44/connectors/googledrive.json\n{ \"type\": \"googledrive\" }\n\
             //- base44/connectors/stripe.jsonc\nnull\n",
        );
    }

    #[test]
    fn no_file_is_overwritten() {
        check_titles(
            "file-name",
            "//- base44/connectors/mine.jsonc\n{ \"type\": \"gmail\" }\n//- base44/connectors/gmail.jsonc\n{}\n",
            &[],
        );
    }

    #[test]
    fn the_type_can_follow_the_name_if_it_is_free() {
        let fixture = "//- base44/connectors/slackbot.jsonc\n{ \"type\": \"slack\" }\n";
        check_titles(
            "file-name",
            fixture,
            &[
                "Rename the file to `slack.jsonc`",
                "Change the type to `slackbot` (Slack Bot)",
            ],
        );
        let taken = format!("{fixture}//- base44/connectors/bot.jsonc\n{{ \"type\": \"slackbot\" }}\n");
        check_titles("file-name", &taken, &["Rename the file to `slack.jsonc`"]);
    }
}
