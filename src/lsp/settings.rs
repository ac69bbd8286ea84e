//! The user's settings, from `initializationOptions` and from `workspace/configuration`.
//!
//! Whatever a client sends here is accepted: what is not understood is left out and named in the log.

use std::collections::BTreeMap;

use serde_json::Value;

/// The section of `workspace/configuration`, and of the settings an editor pushes.
pub const SECTION: &str = "base44Connectors";

/// The severities a rule can be set to.
const SEVERITIES: [&str; 5] = ["off", "hint", "information", "warning", "error"];

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `trusted`: whether files of the workspace may decide which program runs; `None`: the client does not say.
    pub trusted: Option<bool>,
    /// `cli.command`: program and first arguments of the base44 CLI; empty: found by itself.
    pub cli_command: Vec<String>,
    /// `rules`: code to severity (`off`, `hint`, `information`, `warning`, `error`).
    pub rules: BTreeMap<String, String>,
    /// `syntaxErrors`: whether plain syntax errors are reported.
    pub syntax_errors: bool,
    /// `inlayHints`.
    pub inlay_hints: bool,
    /// `codeLens`.
    pub code_lens: bool,
    /// `backendUses`: whether backend code is searched for uses of connectors.
    pub backend_uses: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            trusted: None,
            cli_command: Vec::new(),
            rules: BTreeMap::new(),
            syntax_errors: true,
            inlay_hints: false,
            code_lens: true,
            backend_uses: true,
        }
    }
}

impl Settings {
    /// The settings that the `layers` give together, later ones over earlier ones, with a sentence for the log about
    /// every value that was left out.
    ///
    /// A layer is any JSON. Keys may be nested (`{"cli": {"command": …}}`) or dotted (`{"cli.command": …}`), inside
    /// the section's name or not; `null` leaves a setting as it was.
    #[must_use]
    pub fn from_layers<'a>(layers: impl IntoIterator<Item = &'a Value>) -> (Settings, Vec<String>) {
        let (mut settings, mut problems) = (Settings::default(), Vec::new());
        for layer in layers {
            each_leaf(layer, "", &mut |key, value| {
                let key = key
                    .strip_prefix(SECTION)
                    .and_then(|it| it.strip_prefix('.'))
                    .unwrap_or(key);
                if let Err(expected) = settings.set(key, value) {
                    problems.push(format!("setting {SECTION}.{key} is ignored: expected {expected}"));
                }
            });
        }
        (settings, problems)
    }

    /// `Err` says what is expected. A key that is not ours is not an error: other servers' options come along.
    fn set(&mut self, key: &str, value: &Value) -> Result<(), &'static str> {
        let boolean = || value.as_bool().ok_or("true or false");
        match key {
            "trusted" => self.trusted = Some(boolean()?),
            "cli.command" => self.cli_command = strings(value).ok_or("an array of strings")?,
            "syntaxErrors" => {
                self.syntax_errors = match value.as_str() {
                    Some("on") => true,
                    Some("off") => false,
                    _ => return Err("\"on\" or \"off\""),
                }
            }
            "inlayHints" => self.inlay_hints = boolean()?,
            "codeLens" => self.code_lens = boolean()?,
            "backendUses" => self.backend_uses = boolean()?,
            "rules" => return Err("an object: rule code to severity"),
            _ => {
                if let Some(rule) = key.strip_prefix("rules.") {
                    let severity = value.as_str().filter(|it| SEVERITIES.contains(it));
                    let severity = severity.ok_or("off, hint, information, warning or error")?;
                    self.rules.insert(rule.to_owned(), severity.to_owned());
                }
            }
        }
        Ok(())
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value
        .as_array()?
        .iter()
        .map(|it| it.as_str().map(str::to_owned))
        .collect()
}

/// Calls `visit` with the dotted path of every value that is neither an object nor `null`.
fn each_leaf(value: &Value, path: &str, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (key, value) in members {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                each_leaf(value, &path, visit);
            }
        }
        leaf => visit(path, leaf),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    #[track_caller]
    fn settings(layer: Value) -> Settings {
        let (settings, problems) = Settings::from_layers([&layer]);
        assert_eq!(problems, [""; 0]);
        settings
    }

    #[test]
    fn anything_foreign_gives_the_defaults_and_no_complaint() {
        for layer in [
            json!(null),
            json!(7),
            json!("x"),
            json!([1]),
            json!({}),
            json!({ "rust-analyzer": { "check": { "command": 1 } }, "trustedly": 1, "server.path": "/x" }),
        ] {
            assert_eq!(settings(layer), Settings::default());
        }
    }

    #[test]
    fn nested_dotted_and_in_the_section_are_the_same() {
        let expected = Settings {
            cli_command: vec!["npx".to_owned(), "base44".to_owned()],
            rules: BTreeMap::from([("file-name".to_owned(), "off".to_owned())]),
            ..Settings::default()
        };
        let nested = json!({ "cli": { "command": ["npx", "base44"] }, "rules": { "file-name": "off" } });
        let dotted = json!({ "cli.command": ["npx", "base44"], "rules.file-name": "off" });
        assert_eq!(settings(nested.clone()), expected);
        assert_eq!(settings(dotted), expected);
        assert_eq!(settings(json!({ "base44Connectors": nested })), expected);
        let in_section = json!({ "base44Connectors.cli.command": ["npx", "base44"],
            "base44Connectors.rules": { "file-name": "off" } });
        assert_eq!(settings(in_section), expected);
    }

    #[test]
    fn every_key_is_understood() {
        let all = json!({ "trusted": true, "syntaxErrors": "off", "inlayHints": true, "codeLens": false,
            "backendUses": false, "trace.server": "verbose" });
        let expected = Settings {
            trusted: Some(true),
            syntax_errors: false,
            inlay_hints: true,
            code_lens: false,
            backend_uses: false,
            ..Settings::default()
        };
        assert_eq!(settings(all), expected);
    }

    #[test]
    fn a_wrong_type_is_named_and_the_rest_counts() {
        let layer = json!({ "trusted": "yes", "codeLens": false, "cli": { "command": ["a", 1] },
            "rules": { "file-name": "loud" }, "syntaxErrors": true });
        let (settings, problems) = Settings::from_layers([&layer]);
        assert_eq!(
            settings,
            Settings {
                code_lens: false,
                ..Settings::default()
            }
        );
        assert_eq!(
            problems,
            [
                "setting base44Connectors.cli.command is ignored: expected an array of strings",
                "setting base44Connectors.rules.file-name is ignored: expected off, hint, information, warning or error",
                "setting base44Connectors.syntaxErrors is ignored: expected \"on\" or \"off\"",
                "setting base44Connectors.trusted is ignored: expected true or false",
            ]
        );
        let (_, problems) = Settings::from_layers([&json!({ "rules": "off" })]);
        assert_eq!(
            problems,
            ["setting base44Connectors.rules is ignored: expected an object: rule code to severity"]
        );
    }

    #[test]
    fn later_layers_win_and_null_changes_nothing() {
        let (first, second) = (
            json!({ "trusted": true, "codeLens": false }),
            json!({ "trusted": null, "codeLens": true }),
        );
        let (settings, _) = Settings::from_layers([&first, &second]);
        assert_eq!(
            settings,
            Settings {
                trusted: Some(true),
                ..Settings::default()
            }
        );
    }
}
