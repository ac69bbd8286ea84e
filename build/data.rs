//! The form of the files in `registry/`, and the errors worth stopping a build for. `registry/*.schema.json` says
//! the same to editors; `tests/registry_data.rs` checks what needs no build to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::marker::PhantomData;
use std::path::Path;

use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// Everything in `registry/`, by file name.
pub(crate) struct Registry {
    pub(crate) providers: Vec<Provider>,
    pub(crate) services: Vec<Service>,
}

/// `registry/services/<type>.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    #[serde(rename = "$schema")]
    _schema: String,
    #[serde(rename = "type")]
    pub(crate) type_: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) other_names: Vec<String>,
    pub(crate) provider: Option<String>,
    #[serde(default)]
    pub(crate) auth: Auth,
    pub(crate) summary: String,
    pub(crate) docs: Option<String>,
    pub(crate) coverage: Coverage,
    pub(crate) pattern: Option<String>,
    #[serde(default)]
    pub(crate) documented_by_base44: bool,
    #[serde(default)]
    pub(crate) evidence: Evidence,
    pub(crate) note: Option<String>,
    #[serde(default)]
    pub(crate) tiers: Entries<String>,
    #[serde(default)]
    pub(crate) connection_config: Vec<ConfigField>,
    pub(crate) date: String,
    pub(crate) sources: Vec<String>,
    #[serde(default)]
    pub(crate) scopes: Entries<Scope>,
}

/// `registry/providers/<id>.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    #[serde(rename = "$schema")]
    _schema: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pattern: Option<String>,
    pub(crate) prefix: Option<String>,
    #[serde(default)]
    pub(crate) ignores_case: bool,
    pub(crate) optional_prefix: Option<String>,
    #[serde(default)]
    pub(crate) equal: Entries<String>,
    #[serde(default)]
    pub(crate) tiers: Entries<String>,
    #[serde(default)]
    pub(crate) tokens: Vec<Token>,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
    #[serde(default)]
    pub(crate) other_scopes: Entries<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    pub(crate) summary: String,
    pub(crate) access: Access,
    pub(crate) tier: Option<String>,
    pub(crate) admin_consent: Option<bool>,
    #[serde(default)]
    pub(crate) tokens: Vec<Token>,
    pub(crate) base44: Option<Base44Status>,
    #[serde(rename = "seen_in")]
    _seen_in: Option<u32>,
    #[serde(default = "yes")]
    pub(crate) documented: bool,
    #[serde(default)]
    pub(crate) includes: Vec<String>,
    #[serde(default)]
    pub(crate) requires: Vec<String>,
    #[serde(default)]
    pub(crate) requires_one_of: Vec<String>,
    #[serde(default)]
    pub(crate) conflicts: Vec<String>,
    #[serde(default)]
    pub(crate) counterparts: Entries<String>,
    pub(crate) deprecated: Option<Deprecation>,
    #[serde(default)]
    pub(crate) misspellings: Vec<String>,
    pub(crate) note: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deprecation {
    pub(crate) replacement: Option<String>,
    pub(crate) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigField {
    pub(crate) name: String,
    pub(crate) label: Option<String>,
    pub(crate) placeholder: Option<String>,
    pub(crate) required: Option<bool>,
    pub(crate) pattern: Option<String>,
    pub(crate) note: Option<String>,
}

// The variants have the names and the order of the runtime's enums (`src/registry`): some are written out by `Debug`,
// the others packed by their position.

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Auth {
    #[default]
    Oauth,
    Managed,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Coverage {
    Complete,
    Partial,
    None,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Evidence {
    #[default]
    ConnectorsPage,
    Sdk,
    SdkExample,
    RealFiles,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Access {
    Read,
    Write,
    Admin,
    Identity,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Token {
    User,
    Bot,
    Delegated,
    Application,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Base44Status {
    Always,
    Listed,
    Seen,
}

fn yes() -> bool {
    true
}

/// A JSON object as a list of its entries: order kept, a repeated key refused.
pub(crate) struct Entries<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, T)> = Vec::new();
                let mut seen = BTreeSet::new();
                while let Some(key) = map.next_key::<String>()? {
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom(format!("\"{key}\" is there twice")));
                    }
                    entries.push((key, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl Registry {
    /// Reads and checks all files. An error names the file and, where there is one, the line or the scope.
    pub(crate) fn read(root: &Path) -> Result<Self, Vec<String>> {
        let providers: BTreeMap<String, Provider> = read_folder(&root.join("providers"))?;
        let services: BTreeMap<String, Service> = read_folder(&root.join("services"))?;
        let mut errors = Vec::new();
        for (stem, provider) in &providers {
            if *stem != provider.id {
                errors.push(format!(
                    "registry/providers/{stem}.json: the file name is not the id \"{}\"",
                    provider.id
                ));
            }
        }
        for (stem, service) in &services {
            service.check(&providers, &services, &mut |problem| {
                errors.push(format!("registry/services/{stem}.json: {problem}"));
            });
            if *stem != service.type_ {
                errors.push(format!(
                    "registry/services/{stem}.json: the file name is not the type \"{}\"",
                    service.type_
                ));
            }
        }
        if errors.is_empty() {
            Ok(Self {
                providers: providers.into_values().collect(),
                services: services.into_values().collect(),
            })
        } else {
            Err(errors)
        }
    }

    pub(crate) fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|it| it.id == id)
    }
}

impl Service {
    fn check(
        &self,
        providers: &BTreeMap<String, Provider>,
        services: &BTreeMap<String, Service>,
        report: &mut dyn FnMut(String),
    ) {
        if let Some(id) = &self.provider
            && !providers.contains_key(id)
        {
            report(format!("there is no registry/providers/{id}.json"));
        }
        if !self.scopes.0.is_sorted_by(|(a, _), (b, _)| a < b) {
            report("the scopes are not sorted by name".to_owned());
        }
        for (name, scope) in &self.scopes.0 {
            let replacement = scope.deprecated.iter().filter_map(|it| it.replacement.as_ref());
            let same_service = [
                &scope.includes,
                &scope.requires,
                &scope.requires_one_of,
                &scope.conflicts,
            ]
            .into_iter()
            .flatten();
            for other in same_service.chain(replacement) {
                if other == name || !self.has(other) {
                    report(format!(
                        "\"{name}\" refers to \"{other}\", which is no other scope of this file"
                    ));
                }
            }
            for (type_, other) in &scope.counterparts.0 {
                if !services.get(type_).is_some_and(|it| it.has(other)) {
                    report(format!(
                        "\"{name}\" has the counterpart \"{other}\", which {type_}.json does not have"
                    ));
                }
            }
        }
    }

    fn has(&self, scope: &str) -> bool {
        self.scopes.0.iter().any(|(name, _)| name == scope)
    }
}

/// Every `*.json` of a folder, by file stem.
fn read_folder<T: DeserializeOwned>(folder: &Path) -> Result<BTreeMap<String, T>, Vec<String>> {
    let entries = fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let mut read = BTreeMap::new();
    let mut errors = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let Some(stem) = path.file_stem().and_then(|it| it.to_str()) else {
            continue;
        };
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let parsed = fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
        match parsed {
            Ok(value) => drop(read.insert(stem.to_owned(), value)),
            Err(error) => errors.push(format!("{}: {error}", path.display())),
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}
