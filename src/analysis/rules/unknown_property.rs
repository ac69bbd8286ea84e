//! A key that the CLI ignores.

use super::{Rule, Subject};
use crate::analysis::wording::{code, did_you_mean};
use crate::analysis::{File, Fix, Report, Severity, Tag, nearest};
use crate::connector::Property;
use crate::syntax::{Key, TextEdit, TextRange};

/// The rule.
pub static RULE: Rule = Rule {
    code: "unknown-property",
    severity: Severity::Warning,
    summary: "The file has a key that the CLI ignores",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a key other than `type` and `scopes`. `$schema` is fine: it is for editors.

## Why is this bad?
The CLI ignores such a key without a word. If it was meant to be `scopes`, the connection is pushed without any. Case counts: `Scopes` is
not `scopes`.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scope": ["chat:write"]
}
```

### A setting that connectors do not have
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "enabled": true,
  "scopes": ["chat:write"]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

## Fix safety
The fixes rename the key, or remove it with its value. They are never applied without you: scopes that were ignored would be asked for, and
what you noted in the file would be lost.
"#;

const KEYS: [&str; 2] = ["type", "scopes"];

/// What the same thing is called elsewhere: in Base44's API, and in the SDKs of the providers.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("integration_type", "type"),
    ("integrationType", "type"),
    ("integration", "type"),
    ("service", "type"),
    ("provider", "type"),
    ("connector", "type"),
    ("permissions", "scopes"),
    ("oauth_scopes", "scopes"),
    ("oauthScopes", "scopes"),
];

/// The property that was probably meant to be `key`, if the file has no `key`.
pub(super) fn misspelling_of<'f, 'a>(file: &'f File<'a>, key: &str) -> Option<&'f Property<'a>> {
    if file.connector.property(key).is_some() {
        return None;
    }
    file.connector
        .properties
        .iter()
        .rfind(|property| is_unknown(property) && meant(&property.key) == Some(key))
}

/// Gives the property another key.
pub(super) fn rename(file: &File<'_>, property: &Property<'_>, key: &str) -> Fix {
    let title = format!("Rename the key to {}", code(key));
    let edit = match property.member.key() {
        Some(Key::String(literal)) => TextEdit {
            range: literal.content_range(),
            insert: key.to_owned(),
        },
        _ => TextEdit {
            range: property.key_range,
            insert: key.to_owned(),
        },
    };
    Fix::edit(file, title, vec![edit]).preferred_if(true)
}

/// Of several of one name, only the last is reported; [`duplicate_key`](super::duplicate_key) speaks about the others.
fn is_unknown(property: &Property<'_>) -> bool {
    !property.shadowed && !KEYS.contains(&property.key.as_ref()) && property.key != "$schema"
}

fn meant(written: &str) -> Option<&'static str> {
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == written);
    other.map(|(_, key)| *key).or_else(|| nearest(written, KEYS))
}

/// What an unknown property was meant to be, unless the file has that already.
fn free_meaning(file: &File<'_>, property: &Property<'_>) -> Option<&'static str> {
    meant(&property.key).filter(|key| file.connector.property(key).is_none())
}

/// Silent where there is a syntax error: somebody may be typing the key. Silent about a misspelt `type`, too, where
/// [`missing_type`](super::missing_type) speaks about it.
fn is_reported(file: &File<'_>, property: &Property<'_>) -> bool {
    is_unknown(property) && !file.is_marred(property.member.range()) && !is_misspelt_type(file, property)
}

fn is_misspelt_type(file: &File<'_>, property: &Property<'_>) -> bool {
    !file.is_broken()
        && file.connector.is_object()
        && meant(&property.key) == Some("type")
        && misspelling_of(file, "type").is_some_and(|it| it.key_range == property.key_range)
}

fn check(file: &File<'_>, report: &mut Report<'_>) {
    for property in file.connector.properties.iter().filter(|it| is_reported(file, it)) {
        let key = code(&property.key);
        let meant = free_meaning(file, property);
        let message = match meant {
            Some(_) => format!("The CLI ignores {key}.{}", did_you_mean(meant)),
            None if property.key == "connection_config" => {
                format!("The CLI ignores {key}: Base44 asks for these values when you connect the service.")
            }
            None => format!("The CLI ignores {key}: a connector has only a `type` and `scopes`."),
        };
        report.add(property.key_range, message).tag(Tag::Unnecessary);
    }
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let property = file.connector.property_at(range);
    let Some(property) = property.filter(|it| is_reported(file, it)) else {
        return Vec::new();
    };
    let meant = free_meaning(file, property);
    let removal = Fix::edit(file, format!("Remove {}", code(&property.key)), file.without(property));
    meant
        .map(|key| rename(file, property, key))
        .into_iter()
        .chain([removal])
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn keys_that_the_cli_ignores_are_reported() {
        check(
            r#"
{
  "$schema": "https://example.test/connector.schema.json",
  "type": "slack",
  "enabled": true,
//^^^^^^^^^ warning[unknown-property]: The CLI ignores `enabled`: a connector has only a `type` and `scopes`.
  "scopes": ["chat:write"],
  "connection_config": {}
//^^^^^^^^^^^^^^^^^^^ warning[unknown-property]: The CLI ignores `connection_config`: Base44 asks for these values when you connect the service.
}
"#,
        );
    }

    #[test]
    fn a_key_that_looks_like_one_that_is_missing_gets_a_question() {
        check(
            r#"
{ "type": "slack", "Scopes": ["chat:write"] }
//                 ^^^^^^^^ warning[unknown-property]: The CLI ignores `Scopes`. Did you mean `scopes`?
"#,
        );
        check(
            r#"
{ "type": "slack", "scopes": ["chat:write"], scope: [] }
//                                           ^^^^^ warning[unknown-property]: The CLI ignores `scope`: a connector has only
//                                           ^^^^^ warning[json5-syntax]
"#,
        );
    }

    #[test]
    fn a_misspelt_type_is_said_once() {
        check(
            r#"
{ "Type": "slack", "scopes": ["chat:write"] }
//^^^^^^ error[missing-type]: `Type` must be spelt `type`
"#,
        );
    }

    #[test]
    fn a_key_that_is_being_typed_is_silent() {
        for text in [
            r#"{ "type": "slack", "scop"#,
            r#"{ "type": "slack", "scop" }"#,
            r#"{ "type": "slack", scop }"#,
            r#"{ "type": "slack", "enabled": }"#,
        ] {
            check_rule("unknown-property", text);
        }
    }

    #[test]
    fn the_key_is_renamed_in_its_quotes() {
        check_fix(
            "unknown-property",
            r#"{ "type": "slack", 'scope': ["chat:write"] }"#,
            "Rename the key to `scopes`",
            r#"{ "type": "slack", 'scopes': ["chat:write"] }"#,
        );
        check_fix(
            "unknown-property",
            r#"{ "type": "slack", permissions: ["chat:write"] }"#,
            "Rename the key to `scopes`",
            r#"{ "type": "slack", scopes: ["chat:write"] }"#,
        );
    }

    #[test]
    fn the_key_is_removed_with_its_comment() {
        check_fix(
            "unknown-property",
            r#"{
  "type": "slack",
  "scopes": ["chat:write"], // for the bot
  // not yet
  "enabled": false
}"#,
            "Remove `enabled`",
            r#"{
  "type": "slack",
  "scopes": ["chat:write"] // for the bot
}"#,
        );
        check_titles(
            "unknown-property",
            r#"{ "type": "slack", "scopes": [], "scope": [] }"#,
            &["Remove `scope`"],
        );
    }
}
