//! A string that is not exactly one scope.

use rustc_hash::FxHashSet;

use super::{Rule, Subject};
use crate::analysis::wording::code;
use crate::analysis::{File, Fix, Report, ScopeEntry, Severity, Verdict, scope_edits, wording};
use crate::registry::Service;
use crate::syntax::TextRange;

/// The rule.
pub static RULE: Rule = Rule {
    code: "malformed-scope",
    severity: Severity::Error,
    summary: "A string is empty, padded, several scopes at once or a whole URL",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a string of `scopes` that is not exactly one scope: it is empty, has blanks around it, holds several scopes, or is a whole
authorize URL.

## Why is this bad?
Base44 sends every string as one scope. Providers compare them letter by letter, so a blank too many is another scope, which nobody has.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["channels:read users:read"]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["channels:read", "users:read"]
}
```

## Fix safety
Removing the blanks around a scope is safe: it is what the string was meant to say. Splitting a string, taking the scopes out of a URL
and removing an empty string are never done without you, because your app then asks for other permissions than before.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for entry in file.scopes.iter().filter(|it| is_reported(it)) {
        let name = entry.item.name.as_ref();
        let message = Shape::of(name, file.service).message(name, file.service);
        report.add(entry.item.range(), message);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let Some(entry) = file.scope_at(range).filter(|it| is_reported(it)) else {
        return Vec::new();
    };
    let fix = match Shape::of(&entry.item.name, file.service) {
        Shape::Blank => Fix::edit(file, "Remove the empty string", scope_edits::remove(file, entry)),
        Shape::Padded(scope) if file.listed(scope).is_some() => scope_edits::replacement(file, entry, scope),
        Shape::Padded(scope) => {
            let title = format!("Remove the blanks around {}", code(scope));
            Fix::edit(file, title, scope_edits::replace(file, entry, scope)).safe_if(true)
        }
        Shape::Several(scopes) | Shape::Url(scopes) => {
            let missing: Vec<_> = scopes
                .iter()
                .map(String::as_str)
                .filter(|scope| file.listed(scope).is_none())
                .collect();
            let edits = scope_edits::replace_with_all(file, entry, &missing);
            match (scopes.as_slice(), missing.as_slice()) {
                ([], _) => Fix::edit(file, "Remove the URL", edits),
                (_, []) => Fix::edit(file, "Remove it: all its scopes are listed already", edits),
                ([_], [one]) => Fix::edit(file, format!("Replace with {}", code(one)), edits),
                (_, [one]) => Fix::edit(
                    file,
                    format!("Replace with {}: the others are listed already", code(one)),
                    edits,
                ),
                (_, some) => Fix::edit(file, format!("Split into {} scopes", some.len()), edits),
            }
        }
    };
    vec![fix.preferred_if(true)]
}

fn is_reported(entry: &ScopeEntry<'_>) -> bool {
    matches!(entry.verdict, Verdict::Malformed)
}

/// What a string is, if it is not exactly one scope.
#[derive(Debug, PartialEq)]
enum Shape<'a> {
    /// Nothing, or nothing but blanks.
    Blank,
    /// One scope with blanks around it.
    Padded(&'a str),
    /// Several scopes, each once.
    Several(Vec<String>),
    /// A URL, or the query of one, with the scopes that it asks for.
    Url(Vec<String>),
}

/// Whether a string cannot be one scope of any provider: separators of scopes on the wire, white space, a query.
pub(in crate::analysis) fn is_malformed(name: &str) -> bool {
    name.is_empty() || name.contains(is_separator) || query_of(name).is_some()
}

/// Whether a string holds several scopes of `service` as they stand in a URL: `openid+email`, `openid%20email`.
pub(in crate::analysis) fn is_encoded_list(name: &str, service: &Service) -> bool {
    if !name.contains(['%', '+']) {
        return false;
    }
    let decoded = decode(name);
    let mut count = 0;
    pieces(&decoded)
        .inspect(|_| count += 1)
        .all(|it| service.find(it).is_some())
        && count > 1
}

impl<'a> Shape<'a> {
    fn of(name: &'a str, service: Option<&Service>) -> Self {
        let trimmed = name.trim_matches(is_blank);
        if trimmed.trim_matches(is_separator).is_empty() {
            return Shape::Blank;
        }
        if let Some(query) = query_of(trimmed) {
            return Shape::Url(scopes_of_url(trimmed, query, service));
        }
        if trimmed.contains(is_separator) {
            return Shape::Several(each_once(pieces(trimmed)));
        }
        match trimmed.len() < name.len() {
            true => Shape::Padded(trimmed),
            false => Shape::Several(each_once(pieces(&decode(trimmed)))),
        }
    }

    fn message(&self, name: &str, service: Option<&Service>) -> String {
        let known = |scope: &str| service.filter(|it| it.find(scope).is_some());
        match self {
            Shape::Blank if name.is_empty() => "An empty string is no scope. Remove it.".to_owned(),
            Shape::Blank => format!("{} holds no scope. Remove it.", code(name)),
            Shape::Padded(scope) => match known(scope) {
                Some(service) => format!(
                    "{} has blanks around it, so it is not the {} scope {}. Remove them.",
                    code(name),
                    service.name,
                    code(scope)
                ),
                None => format!("{} has blanks around it. Remove them.", code(name)),
            },
            Shape::Several(scopes) => match scopes.as_slice() {
                [one] => format!("{} is more than the scope {}.", code(name), code(one)),
                _ => format!(
                    "{} is {} scopes in one string. Make each a string of its own{}.",
                    code(name),
                    scopes.len(),
                    verdict_on(scopes, service)
                ),
            },
            Shape::Url(scopes) => match scopes.as_slice() {
                [] => format!("{} is a web address, not a scope.", code(name)),
                _ => format!(
                    "{} is a web address, not a scope. It asks for {}{}.",
                    code(name),
                    wording::all_of(scopes.iter().map(String::as_str)),
                    verdict_on(scopes, service)
                ),
            },
        }
    }
}

/// What is to be said of the scopes that were found in one string.
fn verdict_on(scopes: &[String], service: Option<&Service>) -> String {
    let Some(service) = service else { return String::new() };
    let unknown: Vec<_> = scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| service.find(scope).is_none())
        .collect();
    match unknown.is_empty() {
        true => format!("; {} has them all", service.name),
        false => format!("; not known of {}: {}", service.name, wording::all_of(unknown)),
    }
}

/// White space, and what looks like it or like nothing at all.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_separator(c: char) -> bool {
    is_blank(c) || c == ','
}

/// The query of an address, or of what is left of one: from `?` on, or all of `scope=…`.
fn query_of(name: &str) -> Option<&str> {
    match name.split_once('?') {
        Some((head, query)) if head.contains("://") || query.contains("scope=") => Some(query),
        _ if name.starts_with("scope=") => Some(name),
        _ => name.contains("&scope=").then_some(name),
    }
}

/// The scopes that an address asks for, each once. Slack's have two lists, for the bot and for the user: the one counts that `service`
/// has more of. An address that asks for nothing may itself be a scope with something behind it.
fn scopes_of_url(url: &str, query: &str, service: Option<&Service>) -> Vec<String> {
    let lists = query
        .split(['&', '#'])
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(key, _)| matches!(*key, "scope" | "user_scope"))
        .map(|(_, value)| each_once(pieces(&decode(value))));
    let known = |scopes: &[String]| match service {
        Some(service) => scopes.iter().filter(|it| service.find(it).is_some()).count(),
        None => scopes.len(),
    };
    let mut best = Vec::new();
    for list in lists {
        if best.is_empty() || known(&list) > known(&best) {
            best = list;
        }
    }
    if best.is_empty() {
        let address = url.split('?').next().unwrap_or(url);
        if service.is_some_and(|it| it.find(address).is_some()) {
            best.push(address.to_owned());
        }
    }
    best
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|piece| !piece.is_empty())
}

fn each_once<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = FxHashSet::default();
    pieces.filter(|it| seen.insert(*it)).map(str::to_owned).collect()
}

/// A value of a query, decoded: `+` and `%20` are blanks.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    let hex = |digit: u8| char::from(digit).to_digit(16).and_then(|it| u8::try_from(it).ok());
    while let [first, tail @ ..] = rest {
        rest = tail;
        bytes.push(match (first, tail) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high * 16 + low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{decode, is_malformed};
    use crate::analysis::testing::{TestProject, check_fix, check_rule, check_titles};
    use crate::registry::Catalogue;

    #[test]
    fn nothing_in_the_catalogue_is_malformed() {
        for service in Catalogue::embedded().services() {
            for scope in service.scopes.iter() {
                assert!(!is_malformed(&scope.name), "{}: {}", service.type_, scope.name);
            }
        }
    }

    #[test]
    fn each_shape_has_its_own_message() {
        check_rule(
            "malformed-scope",
            r#"
{
  "type": "slack",
  "scopes": [
    "",
  //^^ error[malformed-scope]: An empty string is no scope. Remove it.
    " ",
  //^^^ error[malformed-scope]: ` ` holds no scope. Remove it.
    " chat:write",
  //^^^^^^^^^^^^^ error[malformed-scope]: ` chat:write` has blanks around it, so it is not the Slack User scope `chat:write`. Remove them.
    "what:ever\u00a0",
  //^^^^^^^^^^^^^^^^^ error[malformed-scope]: `what:ever\u{a0}` has blanks around it. Remove them.
    "channels:read, users:read",
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[malformed-scope]: `channels:read, users:read` is 2 scopes in one string. Make each a string of its own; Slack User has them all.
    "channels:read,zzz",
  //^^^^^^^^^^^^^^^^^^^ error[malformed-scope]: `channels:read,zzz` is 2 scopes in one string. Make each a string of its own; not known of Slack User: `zzz`.
    "files:read,",
  //^^^^^^^^^^^^^ error[malformed-scope]: `files:read,` is more than the scope `files:read`.
    "im:read%20im:write",
  //^^^^^^^^^^^^^^^^^^^^ error[malformed-scope]: `im:read%20im:write` is 2 scopes in one string.
    "https://slack.com/oauth/v2/authorize?client_id=1.2&scope=&user_scope=pins:read,pins:write"
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[malformed-scope]: `https://slack.com/oauth/v2/authorize?client_id=1.2&scope=&user_scope=pins:read,pins:write` is a web address, not a scope. It asks for `pins:read` and `pins:write`; Slack User has them all.
  ]
}"#,
        );
    }

    #[test]
    fn an_unknown_service_does_not_matter() {
        check_rule(
            "malformed-scope",
            r#"
{ "type": "no_such_service", "scopes": ["a b", "c"] }
//                                      ^^^^^ error[malformed-scope]: `a b` is 2 scopes in one string. Make each a string of its own.
"#,
        );
    }

    #[test]
    fn silent_where_the_service_takes_no_scopes() {
        check_rule("malformed-scope", r#"{ "type": "stripe", "scopes": ["read write"] }"#);
    }

    #[test]
    fn an_escape_may_belong_to_a_scope_of_a_service_we_hardly_know() {
        check_rule(
            "malformed-scope",
            r#"{ "type": "snowflake", "scopes": ["session:role-encoded:MY%20ROLE"] }"#,
        );
    }

    #[test]
    fn trims() {
        check_fix(
            "malformed-scope",
            "{ \"type\": \"slack\", /* 🎈 */ \"scopes\": [\"\u{200b}chat:write \"] }",
            "Remove the blanks around `chat:write`",
            "{ \"type\": \"slack\", /* 🎈 */ \"scopes\": [\"chat:write\"] }",
        );
        let fixes = TestProject::new(r#"{ "type": "slack", "scopes": [" chat:write"] }"#).fixes("malformed-scope");
        assert!(fixes[0].safe && fixes[0].preferred);
    }

    #[test]
    fn splits_on_one_line() {
        check_fix(
            "malformed-scope",
            r#"{ "type": "slack", "scopes": ["im:read", "channels:read users:read, im:read"] }"#,
            "Split into 2 scopes",
            r#"{ "type": "slack", "scopes": ["im:read", "channels:read", "users:read"] }"#,
        );
    }

    #[test]
    fn splits_over_lines() {
        check_fix(
            "malformed-scope",
            "{\r\n\t\"type\": \"slack\",\r\n\t\"scopes\": [\r\n\t\t\"channels:read+users:read\", // both\r\n\t]\r\n}",
            "Split into 2 scopes",
            "{\r\n\t\"type\": \"slack\",\r\n\t\"scopes\": [\r\n\t\t\"channels:read\",\r\n\t\t\"users:read\", // both\r\n\t]\r\n}",
        );
    }

    #[test]
    fn takes_the_scopes_out_of_an_address() {
        check_fix(
            "malformed-scope",
            r#"{ "type": "googlecalendar", "scopes": ["https://accounts.google.com/o/oauth2/v2/auth?scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcalendar.events+email&state=x"] }"#,
            "Split into 2 scopes",
            r#"{ "type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar.events", "email"] }"#,
        );
        check_fix(
            "malformed-scope",
            r#"{ "type": "slackbot", "scopes": ["https://slack.com/oauth/v2/authorize?scope=chat:write&user_scope=dnd:write"] }"#,
            "Replace with `chat:write`",
            r#"{ "type": "slackbot", "scopes": ["chat:write"] }"#,
        );
        check_fix(
            "malformed-scope",
            r#"{ "type": "googledrive", "scopes": ["https://www.googleapis.com/auth/drive.file?hl=en"] }"#,
            "Replace with `https://www.googleapis.com/auth/drive.file`",
            r#"{ "type": "googledrive", "scopes": ["https://www.googleapis.com/auth/drive.file"] }"#,
        );
    }

    #[test]
    fn removes_what_adds_nothing() {
        check_fix(
            "malformed-scope",
            r#"{ "type": "slack", "scopes": ["chat:write", ""] }"#,
            "Remove the empty string",
            r#"{ "type": "slack", "scopes": ["chat:write"] }"#,
        );
        check_fix(
            "malformed-scope",
            r#"{ "type": "slack", "scopes": ["chat:write im:read", "chat:write", "im:read"] }"#,
            "Remove it: all its scopes are listed already",
            r#"{ "type": "slack", "scopes": ["chat:write", "im:read"] }"#,
        );
        check_titles(
            "malformed-scope",
            r#"{ "type": "slack", "scopes": ["chat:write", " chat:write"] }"#,
            &["Remove ` chat:write`: `chat:write` is listed already"],
        );
    }

    #[test]
    fn sees_a_scope_that_is_listed_in_another_spelling() {
        check_titles(
            "malformed-scope",
            r#"{ "type": "outlook", "scopes": ["Mail.Read", "mail.read "] }"#,
            &["Remove `mail.read `: `mail.read` is listed already"],
        );
    }

    #[test]
    fn decodes_queries() {
        assert_eq!(decode("a+b%20c%2Cd%zz%4"), "a b c,d%zz%4");
        assert_eq!(decode("%F0%9F%8E%88"), "🎈");
    }
}
