//! The whole catalogue: look-up by type, and by scope across services.

use std::sync::Arc;

use super::{Overlay, Provider, Scope, Service, embedded};

/// Every known service. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The built-in services with the overlays over them; `None`: without any.
    overlaid: Option<Arc<[Service]>>,
    /// When Base44's live list was fetched that is among the overlays.
    refreshed: Option<Arc<str>>,
}

/// A real scope of a provider for an API that no connector reaches.
#[derive(Debug)]
pub struct OtherScope {
    /// The string.
    pub name: &'static str,
    /// Whose it is.
    pub provider: &'static Provider,
    /// The APIs that take it ("YouTube Data API v3").
    pub apis: Vec<&'static str>,
}

impl Catalogue {
    /// The built-in data; does no work.
    #[must_use]
    pub fn embedded() -> Self {
        Self::default()
    }

    /// This catalogue with another layer over it, which wins where they differ.
    #[must_use]
    pub fn with_overlay(&self, overlay: Overlay) -> Self {
        Self {
            overlaid: Some(overlay.apply(self.all()).into()),
            refreshed: self.refreshed.clone(),
        }
    }

    /// This catalogue with Base44's live list over it, which was fetched on `date` (`2026-11-23`). A list that is older than
    /// the built-in data only adds services: what that says of a service is newer.
    #[must_use]
    pub fn refreshed_with(&self, mut list: Overlay, date: &str) -> Self {
        if date < self.date() {
            list.services.retain(|it| self.service(&it.type_).is_none());
        }
        Self {
            refreshed: Some(date.into()),
            ..self.with_overlay(list)
        }
    }

    /// When the live list was fetched that it holds (`2026-11-23`); `None`: it holds none.
    #[must_use]
    pub fn refreshed(&self) -> Option<&str> {
        self.refreshed.as_deref()
    }

    /// When the built-in data was gathered (`2026-11-22`).
    #[must_use]
    pub fn date(&self) -> &'static str {
        embedded::DATE
    }

    /// Of when all this is: `catalogue of 2026-11-22, refreshed 2026-11-23`.
    #[must_use]
    pub fn edition(&self) -> String {
        let date = self.date();
        match self.refreshed() {
            Some(refreshed) => format!("catalogue of {date}, refreshed {refreshed}"),
            None => format!("catalogue of {date}"),
        }
    }

    /// All services, sorted by type.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &Service> {
        self.all().iter()
    }

    /// The service of this type, written exactly so.
    #[must_use]
    pub fn service(&self, type_: &str) -> Option<&Service> {
        let services = self.all();
        let position = services.binary_search_by(|it| it.type_.as_ref().cmp(type_)).ok()?;
        services.get(position)
    }

    /// Every service that has this scope, under this name or under one that its provider takes for the same.
    pub fn offering(&self, scope: &str) -> impl Iterator<Item = (&Service, &Scope)> {
        self.services().filter_map(move |it| Some((it, it.find(scope)?.scope)))
    }

    /// The scope, if it is a real one for an API that no connector reaches (Google's for YouTube, say).
    #[must_use]
    pub fn other_api(&self, scope: &str) -> Option<&'static OtherScope> {
        let scopes: &'static [OtherScope] = &embedded::OTHER_SCOPES;
        let position = scopes.binary_search_by_key(&scope, |it| it.name).ok()?;
        scopes.get(position)
    }

    fn all(&self) -> &[Service] {
        self.overlaid.as_deref().unwrap_or(&embedded::SERVICES)
    }
}
