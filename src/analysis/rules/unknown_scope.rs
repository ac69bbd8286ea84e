//! A scope that the service does not have.

use rustc_hash::FxHashMap;

use super::{Rule, Subject};
use crate::analysis::{File, Fix, Report, ScopeEntry, Severity, TOOL_CONFIG, Verdict, scope_edits, wording};
use crate::registry::{Catalogue, Coverage, Evidence, OtherScope, Scope, Service, Suggestions};
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "unknown-scope",
    severity: Severity::Error,
    summary: "The service has no scope of that name",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a scope that the service of the file does not have.

It is an error only where we have the provider's whole list of scopes. Where our list may have gaps, it is a warning; where we know
no more than a few examples and none of them is similar, or where the service takes no scopes of its own, information. A real scope
of the same provider that no connector offers (Google's for YouTube) is a warning.

## Why is this bad?
Base44 accepts any string. A scope that the provider does not know is dropped without a word or makes the consent page fail, and your app
gets a 403 in production.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat.write"]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

If you know that the scope exists, declare it in `base44-connectors-ls.jsonc`:

```jsonc
{ "services": { "slack": { "scopes": { "brand:new": "What it allows" } } } }
```

## Fix safety
The fixes replace the string with a scope of a similar name, or remove it. They are never applied without you: only you know what your
app needs.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some(service) = file.service else { return };
    // Looking for a similar name is by far the dearest part of a check.
    let mut said = FxHashMap::default();
    for entry in file.scopes.iter().filter(|it| is_unknown(it)) {
        let name = entry.item.name.as_ref();
        let (message, severity) = said.entry(name).or_insert_with(|| {
            let guess = Guess::of(name, service, file.catalogue);
            (guess.message(name, service), guess.severity(service))
        });
        report.add(entry.item.range(), message.clone()).severity(*severity);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(service) = file.service else { return Vec::new() };
    let Some(entry) = file.scope_at(range).filter(|it| is_unknown(it)) else {
        return Vec::new();
    };
    let suggestions = service.suggest(&entry.item.name);
    let mut fixes: Vec<_> = suggestions
        .iter()
        .map(|scope| scope_edits::replacement(file, entry, &scope.name))
        .collect();
    if let Some(first) = fixes.first_mut() {
        first.preferred = suggestions.confident();
    }
    fixes.push(scope_edits::removal(file, entry));
    fixes
}

fn is_unknown(entry: &ScopeEntry<'_>) -> bool {
    matches!(entry.verdict, Verdict::Unknown)
}

/// What an unknown string probably is.
enum Guess<'a> {
    /// A real scope, for an API that no connector reaches.
    OtherApi(&'static OtherScope),
    /// Anything, in a service that takes no scopes, only labels that Base44 made up.
    NoScopes,
    /// A slip for one of these.
    Slip(Suggestions<&'a Scope>),
    /// No idea.
    Nothing,
}

impl<'a> Guess<'a> {
    fn of(name: &str, service: &'a Service, catalogue: &Catalogue) -> Self {
        if let Some(other) = catalogue.other_api(name) {
            return Guess::OtherApi(other);
        }
        if has_labels_only(service) {
            return Guess::NoScopes;
        }
        let suggestions = service.suggest(name);
        match suggestions.is_empty() {
            true => Guess::Nothing,
            false => Guess::Slip(suggestions),
        }
    }

    fn severity(&self, service: &Service) -> Severity {
        match self {
            // The consent page takes it, and who knows what Base44's app may ask for.
            Guess::OtherApi(other) if other.provider.id == service.provider.id => Severity::Warning,
            _ if service.coverage == Coverage::Complete => Severity::Error,
            Guess::NoScopes => Severity::Information,
            Guess::Nothing if knows_examples_only(service) => Severity::Information,
            _ => Severity::Warning,
        }
    }

    fn message(&self, name: &str, service: &Service) -> String {
        let Service {
            name: service_name,
            type_,
            ..
        } = service;
        let name = wording::code(name);
        let missing = match service.coverage {
            Coverage::Complete => format!("{service_name} has no scope {name}."),
            Coverage::Partial | Coverage::None => {
                format!("{name} is no scope of {service_name} that we know of.")
            }
        };
        match self {
            Guess::OtherApi(other) => {
                let api = other.apis.first().copied().unwrap_or(&other.provider.name);
                format!("{name} is a scope of the {api}, which no Base44 connector offers.")
            }
            Guess::NoScopes => format!("{service_name} takes no scopes, so {name} has no effect. Remove it."),
            Guess::Slip(suggestions) => {
                let names = suggestions.iter().map(|scope| scope.name.as_ref());
                format!("{missing}{}", wording::did_you_mean(names))
            }
            Guess::Nothing if service.coverage == Coverage::Complete => {
                format!("{missing} `base44-connectors-ls --list-scopes {type_}` lists those it has.")
            }
            Guess::Nothing => format!("{missing} If it is right, declare it in `{TOOL_CONFIG}`."),
        }
    }
}

/// The provider documents none of the names we know.
fn has_labels_only(service: &Service) -> bool {
    !service.scopes.is_empty() && service.scopes.iter().all(|scope| !scope.documented_by_provider)
}

/// Our list is what real files happened to hold.
fn knows_examples_only(service: &Service) -> bool {
    !matches!(service.evidence, Evidence::ConnectorsPage | Evidence::Overlay)
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check_fix, check_rule, check_titles};

    #[test]
    fn an_error_where_we_have_the_whole_list() {
        check_rule(
            "unknown-scope",
            r#"
{
  "type": "slack",
  "scopes": [
    "chat.write",
  //^^^^^^^^^^^^ error[unknown-scope]: Slack User has no scope `chat.write`. Did you mean `chat:write`
    "chat:write",
    "zzz:zzz"
  //^^^^^^^^^ error[unknown-scope]: Slack User has no scope `zzz:zzz`. `base44-connectors-ls --list-scopes slack` lists those it has.
  ]
}"#,
        );
    }

    #[test]
    fn a_short_name_is_the_whole_address() {
        check_rule(
            "unknown-scope",
            r#"
{ "type": "googlecalendar", "scopes": ["calendar.readonly"] }
//                                     ^^^^^^^^^^^^^^^^^^^ error[unknown-scope]: Google Calendar has no scope `calendar.readonly`. Did you mean `https://www.googleapis.com/auth/calendar.readonly`
"#,
        );
    }

    #[test]
    fn a_warning_where_our_list_may_have_gaps() {
        check_rule(
            "unknown-scope",
            r#"
{
  "type": "hubspot",
  "scopes": [
    "crm.objects.contact.read",
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unknown-scope]: `crm.objects.contact.read` is no scope of HubSpot that we know of. Did you mean `crm.objects.contacts.read`
    "quantum.flux"
  //^^^^^^^^^^^^^^ warning[unknown-scope]: `quantum.flux` is no scope of HubSpot that we know of. If it is right, declare it in `base44-connectors-ls.jsonc`.
  ]
}"#,
        );
    }

    #[test]
    fn information_where_we_know_a_few_examples_only() {
        check_rule(
            "unknown-scope",
            r#"
{ "type": "supabase", "scopes": ["quantum:flux"] }
//                               ^^^^^^^^^^^^^^ information[unknown-scope]: `quantum:flux` is no scope of Supabase that we know of.
"#,
        );
    }

    #[test]
    fn silent_where_we_know_nothing() {
        check_rule(
            "unknown-scope",
            r#"{ "type": "bamboohr", "scopes": ["employee:photo"] }"#,
        );
        check_rule("unknown-scope", r#"{ "type": "no_such_service", "scopes": ["a"] }"#);
        check_rule("unknown-scope", r#"{ "type": "stripe", "scopes": ["read_write"] }"#);
    }

    #[test]
    fn notion_takes_no_scopes() {
        check_rule(
            "unknown-scope",
            r#"
{ "type": "notion", "scopes": ["read_content", "everything"] }
//                                             ^^^^^^^^^^^^ information[unknown-scope]: Notion takes no scopes, so `everything` has no effect. Remove it.
"#,
        );
    }

    #[test]
    fn a_scope_of_an_api_without_a_connector() {
        check_rule(
            "unknown-scope",
            r#"
//- base44/connectors/googledrive.jsonc
{ "type": "googledrive", "scopes": ["https://www.googleapis.com/auth/youtube.readonly"] }
//                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unknown-scope]: `https://www.googleapis.com/auth/youtube.readonly` is a scope of the YouTube
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/youtube.readonly"] }
//                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unknown-scope]: `https://www.googleapis.com/auth/youtube.readonly` is a scope of the YouTube
"#,
        );
    }

    #[test]
    fn speaks_of_half_typed_files_and_counts_characters() {
        check_rule(
            "unknown-scope",
            "{ \"type\": \"slack\", /* 🎈 */ \"scopes\": [\"chat.write\"\r\n\
             //                                    ^^^^^^^^^^^^ error[unknown-scope]\r\n",
        );
    }

    #[test]
    fn silent_while_the_string_is_being_typed() {
        check_rule(
            "unknown-scope",
            "{ \"type\": \"slack\", \"scopes\": [\n  \"chat:wr\n] }",
        );
    }

    #[test]
    fn replaces_the_string() {
        check_fix(
            "unknown-scope",
            "{\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\r\n    \"chat.write\", // 🎈 posting\r\n  ]\r\n}",
            "Replace with `chat:write`",
            "{\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\r\n    \"chat:write\", // 🎈 posting\r\n  ]\r\n}",
        );
    }

    #[test]
    fn does_not_list_a_scope_twice() {
        check_fix(
            "unknown-scope",
            r#"{ "type": "slack", "scopes": ["chat:write", "chat.write"] }"#,
            "Remove `chat.write`: `chat:write` is listed already",
            r#"{ "type": "slack", "scopes": ["chat:write"] }"#,
        );
    }

    #[test]
    fn a_string_without_likeness_can_be_removed() {
        check_titles(
            "unknown-scope",
            r#"{ "type": "slack", "scopes": ["zzz:zzz"] }"#,
            &["Remove `zzz:zzz`"],
        );
    }
}
