//! Base44's live list of services, kept in the user's cache folder for when there is no network.
//!
//! The editor, `--check` and all other switches read it, so that they say the same. It is asked for only when the user says
//! so, and never trusted: it comes from a server, and anybody may have written into the file since.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::inert::inert;
use super::pull::is_type;
use super::{AvailableService, Environment, Failure, moment};
use crate::disk;
use crate::registry::{Catalogue, Overlay, OverlayService};

/// The services Base44 offers, as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveList {
    /// The day it was fetched (`2026-11-23`), in UTC.
    pub date: String,
    /// By type.
    pub services: Vec<AvailableService>,
}

/// What is known of services before a project adds to it: the built-in catalogue, and the list that was kept last, if it can
/// be read.
#[must_use]
pub fn catalogue(environment: &Environment) -> Catalogue {
    let built_in = Catalogue::embedded();
    let Some(path) = LiveList::path(environment) else {
        return built_in;
    };
    match LiveList::read(&path) {
        Ok(list) => list.over(&built_in),
        Err(error) if error.kind() == io::ErrorKind::NotFound => built_in,
        Err(error) => {
            tracing::warn!("the list of services in {} is left out: {error}", path.display());
            built_in
        }
    }
}

impl LiveList {
    /// `services` as of `moment`: those whose type can be one, each once, with texts of a sensible length that are text.
    #[must_use]
    pub fn new(services: Vec<AvailableService>, moment: SystemTime) -> Self {
        Self {
            date: moment::date(moment),
            services: sound(services),
        }
    }

    /// Where it is kept; `None`: there is no folder for it.
    #[must_use]
    pub fn path(environment: &Environment) -> Option<PathBuf> {
        environment.cache_folder().map(|it| it.join("services.json"))
    }

    /// Keeps it, in place of what was kept before. Returns where.
    ///
    /// # Errors
    /// [`Failure::CannotKeep`].
    pub fn keep(&self, environment: &Environment) -> Result<PathBuf, Failure> {
        let failure = |error: io::Error| Failure::CannotKeep(error.to_string());
        let path = Self::path(environment).ok_or_else(|| Failure::CannotKeep("there is no home folder".to_owned()))?;
        let document = Document {
            format: FORMAT,
            date: self.date.clone(),
            integrations: self.services.clone(),
        };
        let text = serde_json::to_string_pretty(&document).map_err(|it| failure(it.into()))?;
        disk::put(&path, &(text + "\n")).map_err(failure)?;
        Ok(path)
    }

    /// `catalogue` with this list over it.
    #[must_use]
    pub fn over(&self, catalogue: &Catalogue) -> Catalogue {
        let service = |it: &AvailableService| OverlayService {
            type_: it.integration_type.clone(),
            name: it.display_name.clone(),
            summary: it.description.clone(),
            ..OverlayService::default()
        };
        let services = self.services.iter().map(service).collect();
        catalogue.refreshed_with(Overlay { services }, &self.date)
    }

    fn read(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(io::Error::other("it is too large"));
        }
        // A later format may share no more than its number.
        let Version { format } = serde_json::from_slice(&bytes)?;
        if format != FORMAT {
            return Err(io::Error::other(format!("its format is {format}, not {FORMAT}")));
        }
        let document: Document = serde_json::from_slice(&bytes)?;
        if !moment::has_shape(&document.date, "0000-00-00") {
            return Err(io::Error::other("it has no date"));
        }
        Ok(Self {
            date: document.date,
            services: sound(document.integrations),
        })
    }
}

/// Counts up with every change that an older version would misread.
const FORMAT: u32 = 1;

/// The real list has some hundred bytes for each of its forty services.
const MOST_BYTES: u64 = 1 << 20;
const MOST_SERVICES: usize = 1000;
const LONGEST_TYPE: usize = 64;
const LONGEST_NAME: usize = 80;
const LONGEST_DESCRIPTION: usize = 400;

#[derive(Deserialize)]
struct Version {
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    date: String,
    integrations: Vec<AvailableService>,
}

fn sound(services: Vec<AvailableService>) -> Vec<AvailableService> {
    let sound = services
        .into_iter()
        .filter(|it| is_type(&it.integration_type) && it.integration_type.len() <= LONGEST_TYPE)
        .map(|it| AvailableService {
            display_name: it.display_name.and_then(|it| one_line(&it, LONGEST_NAME)),
            description: it.description.and_then(|it| one_line(&it, LONGEST_DESCRIPTION)),
            integration_type: it.integration_type,
        });
    let by_type: BTreeMap<_, _> = sound
        .take(MOST_SERVICES)
        .map(|it| (it.integration_type.clone(), it))
        .collect();
    by_type.into_values().collect()
}

/// `text` on one line, with at most so many characters; `None` if nothing is left.
fn one_line(text: &str, longest: usize) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().map(inert).collect();
    let line = words.join(" ");
    let line = line.trim();
    match line.char_indices().nth(longest) {
        Some((end, _)) => line.get(..end).map(|it| format!("{it}…")),
        None => (!line.is_empty()).then(|| line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use pretty_assertions::assert_eq;

    use super::{AvailableService, Environment, LiveList, MOST_BYTES, catalogue};

    fn home() -> (tempfile::TempDir, Environment) {
        let home = tempfile::tempdir().unwrap();
        let names = ["HOME", "USERPROFILE", "LOCALAPPDATA"];
        let environment = names.into_iter().map(|it| (it, home.path())).collect();
        (home, environment)
    }

    /// What is known of services when this was kept.
    fn with_kept(text: &str) -> crate::registry::Catalogue {
        let (_home, environment) = home();
        let path = LiveList::path(&environment).unwrap();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        catalogue(&environment)
    }

    fn service(type_: &str, name: &str, description: &str) -> AvailableService {
        AvailableService {
            integration_type: type_.to_owned(),
            display_name: Some(name.to_owned()),
            description: Some(description.to_owned()),
        }
    }

    fn future() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(4_107_542_400)
    }

    #[test]
    fn what_was_kept_is_known_and_newer_words_win() {
        let (_home, environment) = home();
        assert_eq!(catalogue(&environment).refreshed(), None);
        let services = vec![
            service("acme", "Acme", "Rockets"),
            service("slack", "Slack 2", "Chat, again"),
        ];
        let path = LiveList::new(services, future()).keep(&environment).unwrap();
        assert_eq!(Some(path), LiveList::path(&environment));
        let known = catalogue(&environment);
        assert_eq!(known.refreshed(), Some("2100-03-01"));
        assert_eq!(known.service("acme").unwrap().summary, "Rockets");
        let slack = known.service("slack").unwrap();
        assert_eq!((&*slack.name, &*slack.summary), ("Slack 2", "Chat, again"));
        assert!(
            slack.find("chat:write").is_some(),
            "what only the catalogue knows stays"
        );
        assert!(
            known.service("gmail").is_some(),
            "what Base44 does not offer now may still be in use"
        );
    }

    #[test]
    fn a_list_older_than_the_catalogue_only_adds() {
        let services = vec![service("acme", "Acme", ""), service("slack", "Slack 0", "")];
        let known = LiveList::new(services, UNIX_EPOCH).over(&super::Catalogue::embedded());
        assert!(known.service("acme").is_some());
        assert_ne!(known.service("slack").unwrap().name, "Slack 0");
    }

    #[test]
    fn both_spellings_of_the_fields_are_read() {
        let text = r#"[{"integrationType": "a", "displayName": "A", "new": 1}, {"integration_type": "b", "display_name": "B", "description": null}]"#;
        let services: Vec<AvailableService> = serde_json::from_str(text).unwrap();
        let known = LiveList::new(services, future()).over(&super::Catalogue::embedded());
        assert_eq!(known.service("a").unwrap().name, "A");
        assert_eq!(known.service("b").unwrap().name, "B");
    }

    #[test]
    fn what_a_server_says_is_cut_to_size_and_harmless() {
        let long = "x".repeat(1000);
        let services = vec![
            service("acme", "A\u{202e}c\u{1b}[31mme\n# Heading", &long),
            service("acme2", " \u{7} ", ""),
            service("../etc", "no type", ""),
            service("", "no type", ""),
            service(&long, "no type", ""),
        ];
        let list = LiveList::new(services, future());
        let [acme, bare] = list.services.as_slice() else {
            panic!("{list:?}")
        };
        assert_eq!(acme.display_name.as_deref(), Some("A c [31mme # Heading"));
        assert_eq!(acme.description.as_ref().unwrap().chars().count(), 401);
        assert_eq!((&bare.display_name, &bare.description), (&None, &None));
        let many = (0..2000).map(|it| service(&format!("t{it}"), "", "")).collect();
        assert_eq!(LiveList::new(many, future()).services.len(), 1000);
    }

    #[test]
    fn a_file_that_is_not_ours_is_as_good_as_none() {
        let sound = r#"{"format": 1, "date": "2100-01-01", "integrations": [{"integrationType": "acme"}]}"#;
        assert!(with_kept(sound).service("acme").is_some());
        let too_large = format!("{sound}{}", " ".repeat(usize::try_from(MOST_BYTES).unwrap()));
        for text in [
            "",
            "{",
            "[]",
            "\0\0\0\0",
            sound.trim_end_matches([']', '}']),
            &sound.replace("\"format\": 1", "\"format\": 2"),
            &sound.replace("\"format\": 1, ", ""),
            &sound.replace("2100-01-01", "tomorrow"),
            &sound.replace("\"acme\"", "7"),
            &too_large,
        ] {
            let known = with_kept(text);
            assert!(known.service("acme").is_none(), "{text:.60}");
            assert_eq!(known.refreshed(), None);
        }
    }

    #[test]
    fn a_kept_file_cannot_say_more_than_a_server() {
        let text = r#"{"format": 1, "date": "2100-01-01", "integrations": [{"integrationType": "../x"}, {"integrationType": "acme", "displayName": "A\u001b[2J"}]}"#;
        let known = with_kept(text);
        assert!(known.service("../x").is_none());
        assert_eq!(known.service("acme").unwrap().name, "A [2J");
    }
}
