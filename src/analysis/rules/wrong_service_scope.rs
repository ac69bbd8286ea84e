//! A scope of another service.

use rustc_hash::FxHashMap;

use super::{Rule, Subject};
use crate::analysis::wording::{self, code};
use crate::analysis::{Change, File, Fix, Report, ScopeEntry, Severity, Verdict, scope_edits};
use crate::registry::{Coverage, Evidence, Scope, Service};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "wrong-service-scope",
    severity: Severity::Error,
    summary: "The scope belongs to another service",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that the service of the file does not have, but another one does.

It is a warning where both services have the same provider (Google Drive and Google Sheets), because the consent page takes the scope
there, too; and where we know so little of the file's service that it may have a scope of the same name.

## Why is this bad?
Each connector gets a token of its own. Asking one service for another one's permission fails on the consent page or is dropped without a
word, and the calls that need it are refused.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write",
    "https://www.googleapis.com/auth/gmail.send"
  ]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write"
  ]
}
```

```jsonc base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.send"
  ]
}
```

## Fix safety
One fix replaces the string with this service's scope for the same purpose, where there is one. The other moves it into the file of
the service that it belongs to, which is made if there is none. Both change what your app asks for, so neither is applied without you.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some(service) = file.service else { return };
    let mut connected = FxHashMap::default();
    for entry in file.scopes.iter().filter(|it| is_reported(it)) {
        let homes = homes(file, service, entry, &mut connected);
        let name = code(&entry.item.name);
        let names = wording::list(homes.iter().take(MOST).map(|home| home.service.name.to_string()), "and");
        let within = homes.iter().any(|home| home.service.provider.id == service.provider.id);
        let message = match (counterpart(&homes, service), homes.first()) {
            (Some(here), _) => format!(
                "{name} is a scope of {names}. {} calls it {}.",
                service.name,
                code(here)
            ),
            (None, Some(home)) if within => format!(
                "{name} is a scope of {names}, not of {}. {} may grant it here all the same, but its place is the {} connector.",
                service.name, service.provider.name, home.service.name
            ),
            (None, _) => format!("{name} is a scope of {names}, not of {}.", service.name),
        };
        let severity = match within || may_be_own(service, &entry.item.name) {
            true => Severity::Warning,
            false => Severity::Error,
        };
        report.add(entry.item.range(), message).severity(severity);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(service) = file.service else { return Vec::new() };
    let Some(entry) = file.scope_at(range).filter(|it| is_reported(it)) else {
        return Vec::new();
    };
    let homes = homes(file, service, entry, &mut FxHashMap::default());
    let mut fixes = Vec::new();
    if let Some(here) = counterpart(&homes, service) {
        fixes.push(scope_edits::replacement(file, entry, here).preferred_if(true));
    }
    let connected = homes.iter().any(|home| home.connected);
    let moves: Vec<_> = homes
        .iter()
        .filter(|home| home.connected == connected)
        .take(MOST)
        .filter_map(|home| move_to(file, entry, home))
        .collect();
    let only = fixes.is_empty() && moves.len() == 1;
    fixes.extend(moves.into_iter().map(|it| it.preferred_if(only)));
    fixes.push(scope_edits::removal(file, entry));
    fixes
}

fn is_reported(entry: &ScopeEntry<'_>) -> bool {
    matches!(entry.verdict, Verdict::Elsewhere(..))
}

/// As many services are named, and offered.
const MOST: usize = 3;

/// A service that has the scope.
struct Home<'a> {
    service: &'a Service,
    scope: &'a Scope,
    /// The project has a connector for it.
    connected: bool,
}

/// The services that have the scope: those that the project connects to first, then those that it is most at home in.
/// `connected` remembers which services the project connects to.
fn homes<'a>(
    file: &File<'a>,
    service: &Service,
    entry: &ScopeEntry<'_>,
    connected: &mut FxHashMap<&'a str, bool>,
) -> Vec<Home<'a>> {
    let mut homes: Vec<_> = file
        .catalogue
        .offering(&entry.item.name)
        .filter(|(other, _)| other.type_ != service.type_)
        .map(|(service, scope)| Home {
            connected: *connected
                .entry(&service.type_)
                .or_insert_with(|| !file.project.files_of_type(&service.type_).is_empty()),
            service,
            scope,
        })
        .collect();
    // The sort is stable, and `drive.file` is at home in `googledrive`.
    homes.sort_by_cached_key(|home| {
        let first_word = home.scope.short_name().split(['.', ':']).next().unwrap_or_default();
        (
            !home.connected,
            !home.service.type_.contains(first_word),
            home.scope.base44.is_none(),
        )
    });
    homes
}

/// The scope of `service` for the same purpose.
fn counterpart(homes: &[Home<'_>], service: &Service) -> Option<&'static str> {
    homes
        .iter()
        .flat_map(|home| &home.scope.counterparts)
        .find(|(type_, _)| *type_ == service.type_)
        .map(|(_, scope)| *scope)
}

/// We know so little of `service` that the scope may be one of its own as well. An address never is.
fn may_be_own(service: &Service, name: &str) -> bool {
    service.coverage != Coverage::Complete
        && !name.contains("://")
        && (service.evidence != Evidence::ConnectorsPage || !name.contains(['.', ':', '/']))
}

/// The scope out of this file and into the one of its service; `None` if that one cannot be edited, or its name is taken.
fn move_to<'a>(file: &File<'a>, entry: &ScopeEntry<'_>, home: &Home<'a>) -> Option<Fix> {
    let (type_, scope) = (&home.service.type_, home.scope.name.as_ref());
    let existing = file.project.files_of_type(type_);
    if existing.is_empty() {
        let name = format!("{type_}.jsonc");
        let path = file.project.connectors_dir().join(&name);
        if file.project.has_file(&path) {
            return None;
        }
        let text = scope_edits::new_file(type_, scope);
        let remove = scope_edits::change(file.source, scope_edits::remove(file, entry));
        let title = format!("Move it into a new file {name}");
        return Some(Fix::new(title, vec![remove, Change::Create { path, text }]));
    }
    existing.into_iter().find_map(|target| {
        let name = target.path.file_name()?.to_str()?;
        let edits = file.target(target, Some(home.service))?.add(&[scope]);
        let remove = scope_edits::change(file.source, scope_edits::remove(file, entry));
        Some(match edits.is_empty() {
            true => Fix::new(format!("Remove it: {name} lists it already"), vec![remove]),
            false => Fix::new(
                format!("Move it into {name}"),
                vec![remove, scope_edits::change(target, edits)],
            ),
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{TestProject, check_fix, check_rule, check_titles};

    #[test]
    fn an_error_between_providers() {
        check_rule(
            "wrong-service-scope",
            r#"
{
  "type": "googlecalendar",
  "scopes": [
    "chat:write.public",
  //^^^^^^^^^^^^^^^^^^^ error[wrong-service-scope]: `chat:write.public` is a scope of Slack Bot, not of Google Calendar.
    "Mail.Read",
  //^^^^^^^^^^^ error[wrong-service-scope]: `Mail.Read` is a scope of Outlook, not of Google Calendar.
    "mail.send"
  //^^^^^^^^^^^ error[wrong-service-scope]: `mail.send` is a scope of Outlook, not of Google Calendar.
  ]
}"#,
        );
    }

    #[test]
    fn a_warning_within_a_provider() {
        check_rule(
            "wrong-service-scope",
            r#"
{ "type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }
//                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wrong-service-scope]: `https://www.googleapis.com/auth/gmail.send` is a scope of Gmail, not of Google Calendar. Google may grant it here all the same, but its place is the Gmail connector.
"#,
        );
    }

    #[test]
    fn names_at_most_three_services_the_projects_own_first() {
        check_rule(
            "wrong-service-scope",
            r#"
//- base44/connectors/googleslides.jsonc
{ "type": "googleslides", "scopes": ["https://www.googleapis.com/auth/drive.file"] }
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/drive.file"] }
//                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wrong-service-scope]: `https://www.googleapis.com/auth/drive.file` is a scope of Google Slides, Google Drive and Google Docs, not of Slack User.
"#,
        );
    }

    #[test]
    fn a_warning_where_the_service_is_hardly_known() {
        check_rule(
            "wrong-service-scope",
            r#"
{
  "type": "asana",
  "scopes": [
    "channels:history",
  //^^^^^^^^^^^^^^^^^^ warning[wrong-service-scope]
    "https://www.googleapis.com/auth/drive"
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wrong-service-scope]
  ]
}"#,
        );
    }

    #[test]
    fn a_likeness_proves_nothing_where_our_list_has_gaps() {
        check_rule(
            "wrong-service-scope",
            r#"{ "type": "hubspot", "scopes": ["files.read"] }"#,
        );
    }

    #[test]
    fn half_the_world_has_a_scope_email() {
        check_rule(
            "wrong-service-scope",
            r#"{ "type": "airtable", "scopes": ["email", "openid"] }"#,
        );
    }

    #[test]
    fn slack_has_two_names_for_one_thing() {
        check_rule(
            "wrong-service-scope",
            r#"
{ "type": "slackbot", "scopes": ["channels:write"] }
//                               ^^^^^^^^^^^^^^^^ warning[wrong-service-scope]: `channels:write` is a scope of Slack User. Slack Bot calls it `channels:manage`.
"#,
        );
        check_fix(
            "wrong-service-scope",
            r#"{ "type": "slackbot", "scopes": ["channels:write"] }"#,
            "Replace with `channels:manage`",
            r#"{ "type": "slackbot", "scopes": ["channels:manage"] }"#,
        );
    }

    #[test]
    fn moves_into_the_file_of_the_service() {
        check_fix(
            "wrong-service-scope",
            r#"
//- base44/connectors/mail.jsonc
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.readonly" // reading
  ]
}
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write",
    // for the digest
    "https://www.googleapis.com/auth/gmail.send"
  ]
}"#,
            "Move it into mail.jsonc",
            r#"
//- base44/connectors/mail.jsonc
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.readonly", // reading
    "https://www.googleapis.com/auth/gmail.send"
  ]
}
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write"
  ]
}"#,
        );
    }

    #[test]
    fn a_file_without_scopes_gets_them_in_its_own_style() {
        check_fix(
            "wrong-service-scope",
            r#"
//- base44/connectors/gmail.jsonc
{ type: 'gmail' }
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["chat:write", "https://www.googleapis.com/auth/gmail.send"] }
"#,
            "Move it into gmail.jsonc",
            r#"
//- base44/connectors/gmail.jsonc
{ type: 'gmail', scopes: ['https://www.googleapis.com/auth/gmail.send'] }
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["chat:write"] }
"#,
        );
    }

    #[test]
    fn makes_the_file_as_base44_would() {
        let mut project = TestProject::new(
            r#"{ "type": "slack", "scopes": ["chat:write", "https://www.googleapis.com/auth/gmail.send"] }"#,
        );
        let fix = project
            .fixes("wrong-service-scope")
            .into_iter()
            .find(|it| it.title == "Move it into a new file gmail.jsonc")
            .unwrap();
        assert!(fix.preferred && !fix.safe);
        project.apply(&fix);
        assert_eq!(
            project.text("base44/connectors/gmail.jsonc"),
            "{\n  \"type\": \"gmail\",\n  \"scopes\": [\n    \"https://www.googleapis.com/auth/gmail.send\"\n  ]\n}"
        );
        assert_eq!(
            project.text("base44/connectors/slack.jsonc"),
            r#"{ "type": "slack", "scopes": ["chat:write"] }"#
        );
    }

    #[test]
    fn does_not_list_it_twice_there() {
        check_titles(
            "wrong-service-scope",
            r#"
//- base44/connectors/gmail.jsonc
{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }
"#,
            &[
                "Remove it: gmail.jsonc lists it already",
                "Remove `https://www.googleapis.com/auth/gmail.send`",
            ],
        );
    }

    #[test]
    fn does_not_touch_a_broken_file_and_makes_none_over_another() {
        let only_removal = &["Remove `https://www.googleapis.com/auth/gmail.send`"];
        check_titles(
            "wrong-service-scope",
            r#"
//- base44/connectors/gmail.jsonc
{ "type": "gmail", "scopes": [
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }
"#,
            only_removal,
        );
        check_titles(
            "wrong-service-scope",
            r#"
//- base44/connectors/gmail.jsonc
{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }
"#,
            only_removal,
        );
    }
}
