//! The config files, as far as they concern us: our own `base44-connectors-ls.jsonc`, and one key of the project's `config.jsonc`.
//!
//! Each is read through the syntax tree, so every complaint has its place, and what can be read of a broken file still counts.

use std::path::{Component, Path, PathBuf};

use super::rules::{self, Level, invalid_type};
use super::wording::{code, did_you_mean};
use super::{DEFAULT_CONNECTORS_DIR, Settings, nearest};
use crate::registry::{Coverage, Overlay, OverlayScope, OverlayService};
use crate::syntax::{TextRange, Tree, Value};

/// The JSON Schema of our config file, for editors.
pub const SCHEMA: &str = include_str!("config.schema.json");

/// What our config file says.
#[derive(Debug, Default)]
pub struct ToolConfig {
    /// Severities.
    pub settings: Settings,
    /// Services and scopes that the project declares.
    pub overlay: Overlay,
    /// What is wrong with the file, in no order.
    pub problems: Vec<ConfigProblem>,
}

/// What a Base44 project's config file says of connectors, and of where the code is that uses them.
#[derive(Debug, Default)]
pub struct ProjectConfig {
    connectors_dir: Option<ConnectorsDir>,
    functions_dir: Option<String>,
    actors_dir: Option<String>,
}

/// Something wrong with a config file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Bytes of the file's text.
    pub range: TextRange,
    /// One or two sentences.
    pub message: String,
    /// A string that was probably meant instead of what is at `range`.
    pub instead: Option<String>,
}

#[derive(Debug)]
struct ConnectorsDir {
    range: TextRange,
    /// `None`: it is no string.
    path: Option<String>,
}

impl ToolConfig {
    /// Reads our config file. `tree` must be the tree of `text`.
    #[must_use]
    pub fn read(text: &str, tree: &Tree) -> ToolConfig {
        let mut reader = Reader {
            text,
            out: ToolConfig::default(),
        };
        if let Some(root) = tree.root() {
            reader.root(root);
        }
        reader.out
    }
}

impl ProjectConfig {
    /// Reads a project's config file. `tree` must be the tree of `text`.
    #[must_use]
    pub fn read(text: &str, tree: &Tree) -> ProjectConfig {
        let connectors_dir = tree
            .root()
            .and_then(|root| last_member(text, root, CONNECTORS_DIR))
            .map(|value| ConnectorsDir {
                range: value.range(),
                path: string(text, value),
            });
        let folder = |key| string(text, last_member(text, tree.root()?, key)?);
        ProjectConfig {
            connectors_dir,
            functions_dir: folder("functionsDir"),
            actors_dir: folder("actorsDir"),
        }
    }

    /// As [`read`](Self::read), for those who have no tree.
    #[must_use]
    pub fn parse(text: &str) -> ProjectConfig {
        Self::read(text, &Tree::parse(text))
    }

    /// The connectors directory of a project whose config file lies in `config_dir`: the one that the file names, joined
    /// as Node's `path.join` does it, or the default where it names none or a bad one.
    #[must_use]
    pub fn connectors_dir(&self, config_dir: &Path) -> PathBuf {
        let named = self
            .connectors_dir
            .as_ref()
            .and_then(|it| joined(config_dir, it.path.as_deref()?));
        named.unwrap_or_else(|| config_dir.join(DEFAULT_CONNECTORS_DIR))
    }

    /// The folders of backend code of a project whose config file lies in `config_dir`: functions, what they share, and actors.
    #[must_use]
    pub fn backend_dirs(&self, config_dir: &Path) -> Vec<PathBuf> {
        let folder = |named: &Option<String>, default| {
            let named = named.as_deref().and_then(|it| joined(config_dir, it));
            named.unwrap_or_else(|| config_dir.join(default))
        };
        let functions = folder(&self.functions_dir, "functions");
        let shared = functions.with_file_name("shared");
        vec![functions, shared, folder(&self.actors_dir, "actors")]
    }

    /// What is wrong with `connectorsDir`, in a file that lies in `config_dir`. The rest of the file is none of our business.
    #[must_use]
    pub fn problem(&self, config_dir: &Path) -> Option<ConfigProblem> {
        let ConnectorsDir { range, path } = self.connectors_dir.as_ref()?;
        let message = match path {
            None => "`connectorsDir` must be a string, or the CLI rejects the project.",
            Some(path) if joined(config_dir, path).is_none() => {
                "`connectorsDir` is the folder of this file, so the CLI would read this file as a connector."
            }
            Some(_) => return None,
        };
        let instead = Some(DEFAULT_CONNECTORS_DIR.to_owned());
        Some(ConfigProblem {
            range: *range,
            message: message.to_owned(),
            instead,
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    out: ToolConfig,
}

impl<'a> Reader<'a> {
    fn root(&mut self, root: Value<'a>) {
        for (key, range, value) in self.members(root, "The config file") {
            match &*key {
                "$schema" => drop(self.string(value, "`$schema`")),
                "rules" => self.rules(value),
                "services" => self.services(value),
                unknown => self.unknown_key(range, unknown, &["rules", "services", "$schema"]),
            }
        }
    }

    fn rules(&mut self, value: Value<'a>) {
        for (name, range, value) in self.members(value, "`rules`") {
            let Some(rule) = rules::by_code(&name) else {
                let instead = nearest(&name, rules::ALL.iter().map(|it| it.code));
                let message = format!("There is no rule {}.{}", code(&name), did_you_mean(instead));
                self.problem(range, message, instead);
                continue;
            };
            let Some(name) = self.string(value, &format!("The level of {}", code(rule.code))) else {
                continue;
            };
            match Level::parse(&name) {
                Some(level) => drop(self.out.settings.levels.insert(rule.code, level)),
                None => {
                    let names = "`off`, `hint`, `information`, `warning` or `error`";
                    let instead = nearest(&name, LEVELS);
                    let message = format!("{} is no level. Write {names}.", code(&name));
                    self.problem(value.range(), message, instead);
                }
            }
        }
    }

    fn services(&mut self, value: Value<'a>) {
        for (type_, range, value) in self.members(value, "`services`") {
            if !invalid_type::is_well_formed(&type_) {
                let name = code(&type_);
                let message = format!("{name} cannot be a type: the CLI takes letters, digits, `-` and `_` only.");
                self.problem(range, message, None);
                continue;
            }
            let service = self.service(type_, value);
            self.out.overlay.services.push(service);
        }
    }

    fn service(&mut self, type_: String, value: Value<'a>) -> OverlayService {
        let mut service = OverlayService {
            type_,
            ..OverlayService::default()
        };
        for (key, range, value) in self.members(value, "A service") {
            match &*key {
                "name" => service.name = self.string(value, "`name`"),
                "coverage" => service.coverage = self.coverage(value),
                "scopes" => service.scopes = self.scopes(value),
                unknown => self.unknown_key(range, unknown, &["name", "coverage", "scopes"]),
            }
        }
        service
    }

    fn coverage(&mut self, value: Value<'a>) -> Option<Coverage> {
        let name = self.string(value, "`coverage`")?;
        match &*name {
            "complete" => Some(Coverage::Complete),
            "partial" => Some(Coverage::Partial),
            _ => {
                let instead = nearest(&name, ["complete", "partial"]);
                let message = format!(
                    "{} is no coverage. Write `complete` if the list has every scope, else `partial`.",
                    code(&name)
                );
                self.problem(value.range(), message, instead);
                None
            }
        }
    }

    /// `{ scope: summary }` or `[scope, …]`.
    fn scopes(&mut self, value: Value<'a>) -> Vec<OverlayScope> {
        let mut scopes = Vec::new();
        let mut add = |name, summary| {
            scopes.push(OverlayScope {
                name,
                summary,
                access: None,
            });
        };
        match value {
            Value::Array(array) => {
                for element in array.elements() {
                    if let Some(name) = self.string(element, "A scope") {
                        add(name, None);
                    }
                }
            }
            _ => {
                for (name, _, value) in self.members(value, "`scopes`") {
                    let summary = self.string(value, &format!("What {} allows", code(&name)));
                    add(name, summary);
                }
            }
        }
        scopes
    }

    /// The members of an object that have a key and a value: key, its range, value.
    fn members(&mut self, value: Value<'a>, what: &str) -> Vec<(String, TextRange, Value<'a>)> {
        let Value::Object(object) = value else {
            self.problem(value.range(), format!("{what} must be an object."), None);
            return Vec::new();
        };
        let whole = |member: crate::syntax::Member<'a>| {
            let key = member.key()?;
            Some((key.text(self.text).into_owned(), key.range(), member.value()?))
        };
        object.members().filter_map(whole).collect()
    }

    fn string(&mut self, value: Value<'a>, what: &str) -> Option<String> {
        let read = string(self.text, value);
        if read.is_none() {
            self.problem(value.range(), format!("{what} must be a string."), None);
        }
        read
    }

    fn unknown_key(&mut self, range: TextRange, key: &str, known: &[&str]) {
        let instead = nearest(key, known.iter().copied());
        let message = format!("Unknown key {}.{}", code(key), did_you_mean(instead));
        self.problem(range, message, instead);
    }

    fn problem(&mut self, range: TextRange, message: String, instead: Option<&str>) {
        self.out.problems.push(ConfigProblem {
            range,
            message,
            instead: instead.map(str::to_owned),
        });
    }
}

fn string(text: &str, value: Value<'_>) -> Option<String> {
    match value {
        Value::String(literal) => Some(literal.text(text).into_owned()),
        _ => None,
    }
}

fn last_member<'a>(text: &str, root: Value<'a>, key: &str) -> Option<Value<'a>> {
    let Value::Object(object) = root else {
        return None;
    };
    let named = object
        .members()
        .filter(|it| it.key().is_some_and(|it| it.text(text) == key));
    named.last()?.value()
}

/// `below`, joined to `dir` as Node's `path.join` does it: an absolute path stays inside, `..` leads out. `None`: it is
/// `dir` itself.
fn joined(dir: &Path, below: &str) -> Option<PathBuf> {
    let mut out = dir.to_path_buf();
    for component in Path::new(below).components() {
        match component {
            Component::Normal(name) => out.push(name),
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    (out != dir).then_some(out)
}

const LEVELS: [&str; 5] = ["off", "hint", "information", "warning", "error"];
const CONNECTORS_DIR: &str = "connectorsDir";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::*;

    fn read(text: &str) -> ToolConfig {
        ToolConfig::read(text, &Tree::parse(text))
    }

    /// What is wrong, with the text that it is about.
    fn problems(text: &str) -> Vec<String> {
        let slice = |range: TextRange| text.get(std::ops::Range::from(range)).unwrap();
        read(text)
            .problems
            .iter()
            .map(|it| format!("{}: {}", slice(it.range), it.message))
            .collect()
    }

    fn levels(text: &str) -> BTreeMap<&'static str, Level> {
        read(text).settings.levels.into_iter().collect()
    }

    #[test]
    fn a_config_of_all_parts() {
        let config = read(
            r#"{
                // JSON5 is fine, as everywhere in a Base44 project
                $schema: "x.json",
                "rules": { "invalid-config": "off", "unused-suppression": "error" },
                "services": {
                    "acme": { "name": "Acme", "coverage": "complete", "scopes": { "a:read": "Reads a" } },
                    "slack": { "scopes": ["brand:new"], },
                },
            }"#,
        );
        assert_eq!(config.problems, []);
        let levels: BTreeMap<_, _> = config.settings.levels.into_iter().collect();
        let error = Level::At(crate::analysis::Severity::Error);
        assert_eq!(
            levels,
            BTreeMap::from([("invalid-config", Level::Off), ("unused-suppression", error)])
        );
        let scope = |name: &str, summary: Option<&str>| OverlayScope {
            name: name.to_owned(),
            summary: summary.map(str::to_owned),
            access: None,
        };
        assert_eq!(
            config.overlay.services,
            [
                OverlayService {
                    type_: "acme".to_owned(),
                    name: Some("Acme".to_owned()),
                    coverage: Some(Coverage::Complete),
                    scopes: vec![scope("a:read", Some("Reads a"))],
                    ..OverlayService::default()
                },
                OverlayService {
                    type_: "slack".to_owned(),
                    scopes: vec![scope("brand:new", None)],
                    ..OverlayService::default()
                },
            ]
        );
    }

    #[test]
    fn every_mistake_has_its_place() {
        for (text, expected) in [
            ("[]", "[]: The config file must be an object."),
            (r#"{ "rules": [] }"#, "[]: `rules` must be an object."),
            (
                r#"{ "rule": {} }"#,
                r#""rule": Unknown key `rule`. Did you mean `rules`?"#,
            ),
            (r#"{ "zzz": {} }"#, r#""zzz": Unknown key `zzz`."#),
            (r#"{ "$schema": 1 }"#, "1: `$schema` must be a string."),
            (
                r#"{ "rules": { "invalid-confg": "off" } }"#,
                r#""invalid-confg": There is no rule `invalid-confg`. Did you mean `invalid-config`?"#,
            ),
            (
                r#"{ "rules": { "invalid-config": false } }"#,
                "false: The level of `invalid-config` must be a string.",
            ),
            (
                r#"{ "rules": { "invalid-config": "warn" } }"#,
                r#""warn": `warn` is no level. Write `off`, `hint`, `information`, `warning` or `error`."#,
            ),
            (
                r#"{ "services": { "a b": {} } }"#,
                r#""a b": `a b` cannot be a type: the CLI takes letters, digits, `-` and `_` only."#,
            ),
            (
                r#"{ "services": { "a": "b" } }"#,
                r#""b": A service must be an object."#,
            ),
            (
                r#"{ "services": { "a": { "scope": [] } } }"#,
                r#""scope": Unknown key `scope`. Did you mean `scopes`?"#,
            ),
            (
                r#"{ "services": { "a": { "scopes": [1] } } }"#,
                "1: A scope must be a string.",
            ),
            (
                r#"{ "services": { "a": { "scopes": { "b": 1 } } } }"#,
                "1: What `b` allows must be a string.",
            ),
            (
                r#"{ "services": { "a": { "scopes": "b" } } }"#,
                r#""b": `scopes` must be an object."#,
            ),
            (
                r#"{ "services": { "a": { "coverage": "none" } } }"#,
                r#""none": `none` is no coverage. Write `complete` if the list has every scope, else `partial`."#,
            ),
        ] {
            assert_eq!(problems(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_can_be_read_of_a_broken_file_counts() {
        let off = BTreeMap::from([("invalid-config", Level::Off)]);
        for text in [
            r#"{ "rules": { "invalid-config": "off", "zzz": "off" } }"#,
            r#"{ "rules": { "invalid-config": "off", "unused-suppression": "#,
            r#"{ "services": 3, "rules": { "invalid-config": "off" } "#,
        ] {
            assert_eq!(levels(text), off, "{text}");
        }
        assert!(levels("").is_empty());
    }

    #[test]
    fn of_two_levels_of_a_rule_the_last_one_counts() {
        let text = r#"{ "rules": { "invalid-config": "error", "invalid-config": "off" } }"#;
        assert_eq!(levels(text), BTreeMap::from([("invalid-config", Level::Off)]));
    }

    #[test]
    fn connectors_dir_is_joined_as_the_cli_joins_it() {
        for (value, dir) in [
            (r#""connectors""#, "/app/base44/connectors"),
            (r#""conn""#, "/app/base44/conn"),
            (r#""/conn""#, "/app/base44/conn"),
            (r#""./conn/""#, "/app/base44/conn"),
            (r#""../conn""#, "/app/conn"),
            (r#""../../../../conn""#, "/conn"),
            (r#""a/../b""#, "/app/base44/b"),
            ("'conn'", "/app/base44/conn"),
        ] {
            let config = ProjectConfig::parse(&format!("{{ \"connectorsDir\": {value} }}"));
            assert_eq!(
                config.connectors_dir(Path::new("/app/base44")),
                Path::new(dir),
                "{value}"
            );
            assert_eq!(config.problem(Path::new("/app/base44")), None, "{value}");
        }
        let config = ProjectConfig::parse(r#"{ "name": "x", "connectorsDir": "a", "connectorsDir": "b" }"#);
        assert_eq!(config.connectors_dir(Path::new("/app")), Path::new("/app/b"));
    }

    #[test]
    fn a_bad_connectors_dir_is_reported_and_the_default_used() {
        for value in [
            "null",
            "1",
            "[]",
            r#""""#,
            r#"".""#,
            r#""./""#,
            r#""a/..""#,
            r#""/""#,
            r#""../base44""#,
        ] {
            let text = format!("{{ \"connectorsDir\": {value} }}");
            let config = ProjectConfig::parse(&text);
            assert_eq!(
                config.connectors_dir(Path::new("/app/base44")),
                Path::new("/app/base44/connectors"),
                "{value}"
            );
            let problem = config.problem(Path::new("/app/base44")).unwrap();
            assert_eq!(text.get(std::ops::Range::from(problem.range)), Some(value));
        }
        assert_eq!(ProjectConfig::parse("{}").problem(Path::new("/app/base44")), None);
    }

    /// The part of the schema that lists the rules is made from the rules. `UPDATE_GOLDEN=1` writes it.
    #[test]
    fn the_schema_knows_every_rule() {
        let mut schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let rules: serde_json::Map<_, _> = rules::ALL
            .iter()
            .map(|rule| {
                let default = rule.severity.name();
                let description = format!("{}. Default: {default}.", rule.summary);
                let level =
                    serde_json::json!({ "description": description, "allOf": [{ "$ref": "#/definitions/level" }] });
                (rule.code.to_owned(), level)
            })
            .collect();
        schema["properties"]["rules"]["properties"] = rules.into();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/analysis/config.schema.json");
            std::fs::write(path, serde_json::to_string_pretty(&schema).unwrap() + "\n").unwrap();
        } else {
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(SCHEMA).unwrap(),
                schema,
                "see UPDATE_GOLDEN"
            );
        }
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_keys() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let keys = |object: &serde_json::Value| {
            let mut keys: Vec<_> = object["properties"].as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        assert_eq!(keys(&schema), ["$schema", "rules", "services"]);
        assert_eq!(keys(&schema["definitions"]["service"]), ["coverage", "name", "scopes"]);
        assert_eq!(schema["definitions"]["level"]["enum"], serde_json::json!(LEVELS));
        assert!(LEVELS.iter().all(|it| Level::parse(it).is_some()));
    }
}
