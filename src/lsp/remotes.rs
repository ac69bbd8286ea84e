//! What Base44 was last seen to have, by project: kept from plans, pushes, pulls and authorizations, because asking takes the CLI, and nothing
//! runs unasked.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::base44::{AppId, Connectors, Plan};
use crate::registry::Catalogue;

/// By the project's root.
#[derive(Debug, Default)]
pub(super) struct Remotes(FxHashMap<PathBuf, Remote>);

/// What is known of one project's app.
#[derive(Debug)]
struct Remote {
    app: AppId,
    /// The connectors that it has; `None`: it was not asked.
    connectors: Option<Connectors>,
    /// Connectors that wait for somebody's consent to these scopes.
    awaited: Connectors,
}

/// How one connector of a project stands with Base44.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Base44 has not been asked.
    Unknown,
    /// It has the connector as the file says.
    InStep,
    /// It does not.
    NotPushed,
    /// It was pushed so, and waits for somebody's consent.
    NeedsConsent,
}

impl Remotes {
    /// The app of the project at `root` has exactly these connectors.
    pub(super) fn saw(&mut self, root: &Path, app: &AppId, connectors: Connectors) {
        self.of(root, app).connectors = Some(connectors);
    }

    /// It was asked for this connector, and waits for consent.
    pub(super) fn awaits(&mut self, root: &Path, app: &AppId, type_: &str, scopes: &[String]) {
        let remote = self.of(root, app);
        remote.awaited.insert(type_.to_owned(), scopes.to_vec());
    }

    /// Nothing is sure any more about the app of the project at `root`.
    pub(super) fn forget(&mut self, root: &Path) {
        self.0.remove(root);
    }

    /// What is known of `app`; of another app, the project's former one, nothing is of use.
    fn of(&mut self, root: &Path, app: &AppId) -> &mut Remote {
        let new = || Remote {
            app: app.clone(),
            connectors: None,
            awaited: Connectors::new(),
        };
        let remote = self.0.entry(root.to_owned()).or_insert_with(new);
        if remote.app != *app {
            *remote = new();
        }
        remote
    }

    /// Compares the project at `root`, which is linked to `app` and has `local`, with what is known.
    pub(super) fn compare(
        &self,
        root: &Path,
        app: Option<&AppId>,
        local: &Connectors,
        catalogue: &Catalogue,
    ) -> Comparison {
        let Some(remote) = self.0.get(root).filter(|it| Some(&it.app) == app) else {
            return Comparison::default();
        };
        let plan = |there| Plan::new(local, there, catalogue);
        Comparison {
            present: remote.connectors.as_ref().map(plan),
            awaited: plan(&remote.awaited),
        }
    }
}

/// A project beside what is known of its app.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Against what is there.
    present: Option<Plan>,
    /// Against what waits for consent.
    awaited: Plan,
}

impl Comparison {
    pub(super) fn standing(&self, type_: &str) -> Standing {
        let is_in_step = |plan: &Plan| plan.unchanged.contains(type_);
        match &self.present {
            Some(present) if is_in_step(present) => Standing::InStep,
            _ if is_in_step(&self.awaited) => Standing::NeedsConsent,
            Some(_) => Standing::NotPushed,
            None => Standing::Unknown,
        }
    }

    /// The types that only Base44 has.
    pub(super) fn remote_only(self) -> Vec<String> {
        self.present.unwrap_or_default().removed.into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    const ROOT: &str = "/p";

    fn connectors(names: &[&str]) -> Connectors {
        names.iter().map(|&it| (it.to_owned(), scopes())).collect()
    }

    fn scopes() -> Vec<String> {
        vec!["a".to_owned()]
    }

    fn app(id: &str) -> AppId {
        AppId::new(id).unwrap()
    }

    /// How `slack` stands, and what only Base44 has.
    fn slack(remotes: &Remotes, id: &str) -> (Standing, Vec<String>) {
        let compared = remotes.compare(
            Path::new(ROOT),
            Some(&app(id)),
            &connectors(&["slack"]),
            &Catalogue::embedded(),
        );
        (compared.standing("slack"), compared.remote_only())
    }

    #[test]
    fn nothing_is_known_until_base44_was_asked_and_then_everything() {
        let mut remotes = Remotes::default();
        assert_eq!(slack(&remotes, "x"), (Standing::Unknown, vec![]));
        remotes.saw(Path::new(ROOT), &app("x"), connectors(&["hubspot"]));
        assert_eq!(slack(&remotes, "x"), (Standing::NotPushed, vec!["hubspot".into()]));
        remotes.saw(Path::new(ROOT), &app("x"), connectors(&["slack"]));
        assert_eq!(slack(&remotes, "x"), (Standing::InStep, vec![]));
        assert_eq!(slack(&remotes, "y").0, Standing::Unknown, "of another app");
    }

    #[test]
    fn what_was_asked_for_waits_for_consent_until_it_is_there() {
        let mut remotes = Remotes::default();
        remotes.awaits(Path::new(ROOT), &app("x"), "slack", &scopes());
        assert_eq!(slack(&remotes, "x").0, Standing::NeedsConsent);
        remotes.saw(Path::new(ROOT), &app("x"), connectors(&[]));
        assert_eq!(slack(&remotes, "x").0, Standing::NeedsConsent);
        remotes.saw(Path::new(ROOT), &app("x"), connectors(&["slack"]));
        assert_eq!(slack(&remotes, "x").0, Standing::InStep);
    }

    #[test]
    fn consent_to_other_scopes_is_not_what_a_file_waits_for() {
        let mut remotes = Remotes::default();
        remotes.saw(Path::new(ROOT), &app("x"), connectors(&[]));
        remotes.awaits(Path::new(ROOT), &app("x"), "slack", &["b".to_owned()]);
        assert_eq!(slack(&remotes, "x").0, Standing::NotPushed);
        remotes.forget(Path::new(ROOT));
        assert_eq!(slack(&remotes, "x").0, Standing::Unknown);
    }
}
