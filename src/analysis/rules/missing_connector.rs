//! Backend code that asks for a connector that there is not.

use super::{Rule, Subject, invalid_type};
use crate::analysis::backend::{Form, Use};
use crate::analysis::wording::{code, did_you_mean};
use crate::analysis::{Change, File, Fix, Report, Severity, nearest};
use crate::registry::Service;
use crate::syntax::{TextEdit, TextRange};

/// The rule.
pub static RULE: Rule = Rule {
    code: "missing-connector",
    severity: Severity::Warning,
    summary: "Backend code asks for a connector that the project does not have",
    docs: DOCS,
    subject: Subject::Backend,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a `connectors.getConnection("…")` (or the older `getAccessToken("…")`) in the backend code of the project, the folders `functions`, `shared`
and `actors`, that asks for a type of which there is no connector file.

It reads strings, and constants that stand for one string. `callApi("…")` is left out: it is for connectors that may do without a file.

## Why is this bad?
The call fails when the function runs: there is no connection to ask for. Either the file is missing, or the type is misspelt.

## Example
```ts base44/functions/notify/entry.ts
import { createClientFromRequest } from "npm:@base44/sdk";

Deno.serve(async (req) => {
  const base44 = createClientFromRequest(req);
  const { accessToken } = await base44.asServiceRole.connectors.getConnection("slack");
  return Response.json({ ok: accessToken !== "" });
});
```

### A misspelt type
```jsonc base44/connectors/googlecalendar.jsonc
{
  "type": "googlecalendar",
  "scopes": ["https://www.googleapis.com/auth/calendar.events"]
}
```

```ts base44/shared/calendar.ts
export const calendar = (base44) => base44.asServiceRole.connectors.getConnection("google_calendar");
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

```ts base44/functions/notify/entry.ts
export const slack = (base44) => base44.asServiceRole.connectors.getConnection("slack");
```

## Fix safety
One fix makes the connector file, without scopes; others put a type there that the project has, or a service of a similar name. None is
applied without you.
"#;

/// The strings that ask for what is not there. Silent while somebody is typing one.
fn find<'a>(file: &File<'a>) -> impl Iterator<Item = &'a Use> {
    let code = file.backend_code().filter(|_| file.project.is_complete());
    let uses = code.map(|it| it.uses.as_slice()).unwrap_or_default();
    uses.iter().filter(|it| {
        let is_whole = it.form == Form::Quoted && !it.type_.is_empty();
        is_whole && !it.is_metered && file.project.some_of_type(&it.type_, 0).1 == 0
    })
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for found in find(file) {
        let type_ = &*found.type_;
        let message = match file.catalogue.service(type_) {
            Some(service) => format!(
                "This project has no connector {} ({}), so this call fails.",
                code(type_),
                service.name
            ),
            None => {
                let near = candidates(file, type_);
                let near = did_you_mean(near.iter().map(|it| it.type_));
                format!("This project has no connector {}, and no service of that type is known.{near}", code(type_))
            }
        };
        report.add(found.range, message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(found) = find(file).find(|it| it.range == range) else {
        return Vec::new();
    };
    let service = file.catalogue.service(&found.type_);
    let near = candidates(file, &found.type_);
    let is_only = near.len() == 1 && service.is_none();
    let replacements = near.iter().map(|it| {
        let edit = TextEdit {
            range: found.content,
            insert: it.type_.to_owned(),
        };
        let name = it.service.map_or_else(String::new, |it| format!(" ({})", it.name));
        let title = format!("Change it to {}{name}", code(it.type_));
        Fix::edit(file, title, vec![edit]).preferred_if(is_only && it.is_connected)
    });
    service.and_then(|it| creation(file, it)).into_iter().chain(replacements).collect()
}

/// A type that was perhaps meant.
struct Candidate<'a> {
    type_: &'a str,
    service: Option<&'a Service>,
    is_connected: bool,
}

/// What was perhaps meant: the types of the project that are a slip away, or else, where no service has the type, the nearest services.
fn candidates<'a>(file: &File<'a>, type_: &str) -> Vec<Candidate<'a>> {
    let connected = file.project.types();
    let candidate = |type_: &'a str| Candidate {
        type_,
        service: file.catalogue.service(type_),
        is_connected: connected.contains(&type_),
    };
    let is_service = file.catalogue.service(type_).is_some();
    let suggested = match is_service {
        true => Vec::new(),
        false => file.catalogue.suggest_types(type_).iter().map(|it| &*it.type_).collect(),
    };
    let is_connected = |it: &&str| connected.contains(it);
    let slip = nearest(type_, connected.iter().copied()).filter(|it| invalid_type::is_well_formed(it));
    let mut near: Vec<_> = suggested.iter().copied().filter(is_connected).chain(slip.filter(|_| !is_service)).collect();
    near.dedup();
    if near.is_empty() {
        near = suggested;
    }
    near.into_iter().map(candidate).collect()
}

/// Makes the connector file, as Base44 names and writes it.
fn creation(file: &File<'_>, service: &Service) -> Option<Fix> {
    let type_ = &service.type_;
    let name = format!("{type_}.jsonc");
    let path = file.project.connectors_dir().join(&name);
    if file.project.has_file(&path) {
        return None;
    }
    let text = format!("{{\n  \"type\": \"{type_}\",\n  \"scopes\": []\n}}\n");
    let title = format!("Create {}, the connector of {}", code(&name), service.name);
    Some(Fix::new(title, vec![Change::Create { path, text }]).preferred_if(true))
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    const CODE: &str = "missing-connector";

    #[test]
    fn what_is_asked_for_has_to_be_there() {
        check_rule(
            CODE,
            r#"
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": [] }
//- base44/functions/a/entry.ts
const SHEETS = "googlesheets";
//             ^^^^^^^^^^^^^^ warning[missing-connector]: This project has no connector `googlesheets` (Google Sheets), so this call fails.
/* 🎈 */ await base44.asServiceRole.connectors.getConnection("gmail");
//                                                          ^^^^^^^ warning[missing-connector]: This project has no connector `gmail`
await base44.asServiceRole.connectors.getConnection("slack");
await base44.asServiceRole.connectors.getAccessToken(SHEETS);
//- base44/shared/x.js
base44.asServiceRole.connectors.getConnection('slakc');
//                                            ^^^^^^^ warning[missing-connector]: This project has no connector `slakc`, and no service of that type is known. Did you mean `slack`?
"#,
        );
    }

    #[test]
    fn other_code_is_nobodys_business() {
        check_rule(
            CODE,
            r#"
//- base44/functions/a/entry.ts
pool.getConnection("gmail");
base44.connectors.getWorkspaceConnection("6650");
base44.asServiceRole.connectors.callApi("x", { method: "GET" });
base44.asServiceRole.connectors.getConnection("");
base44.asServiceRole.connectors.getConnection("gmai
base44.asServiceRole.connectors.getConnection(type);
"#,
        );
    }

    #[test]
    fn a_file_that_the_cli_does_not_read_is_no_connector() {
        check_rule(
            CODE,
            r#"
//- base44/connectors/old/slack.jsonc
{ "type": "slack", "scopes": [] }
//- base44/functions/a/entry.ts
connectors.getConnection("slack");
//                       ^^^^^^^ warning[missing-connector]
"#,
        );
    }

    #[test]
    fn a_comment_silences_the_line_below() {
        check(
            r#"
//- base44/functions/a/entry.tsx
// base44-connectors-ls ignore missing-connector: made by hand
connectors.getConnection("slack");
connectors.getConnection("slack"); /* base44-connectors-ls ignore missing-connector */
const text = "// base44-connectors-ls ignore missing-connector";
connectors.getConnection("slack");
//                       ^^^^^^^ warning[missing-connector]
// base44-connectors-ls ignore missing-connector
//                             ^^^^^^^^^^^^^^^^^ warning[unused-suppression]
const page = <p>Don't</p>;
"#,
        );
    }

    #[test]
    fn the_file_is_made() {
        check_fix(
            CODE,
            "//- base44/functions/a/entry.ts\nconnectors.getConnection('slack');\n",
            "Create `slack.jsonc`, the connector of Slack User",
            "//- base44/connectors/slack.jsonc\n{\n  \"type\": \"slack\",\n  \"scopes\": []\n}\n\
             //- base44/functions/a/entry.ts\nconnectors.getConnection('slack');\n",
        );
    }

    #[test]
    fn a_slip_is_mended_with_what_the_project_has() {
        let project = |type_: &str| {
            format!(
                "//- base44/connectors/googlecalendar.jsonc\n{{ \"type\": \"googlecalendar\", \"scopes\": [] }}\n\
                 //- base44/functions/a/entry.ts\r\nconnectors.getConnection('{type_}');\r\n"
            )
        };
        check_titles(CODE, &project("google-calendar"), &["Change it to `googlecalendar` (Google Calendar)"]);
        check_fix(
            CODE,
            &project("google-calendar"),
            "Change it to `googlecalendar` (Google Calendar)",
            &project("googlecalendar"),
        );
        // A service of its own, and not a slip.
        check_titles(CODE, &project("gmail"), &["Create `gmail.jsonc`, the connector of Gmail"]);
        check_titles(CODE, &project("zzzzz"), &[]);
    }
}
