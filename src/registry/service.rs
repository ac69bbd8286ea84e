//! A third party that Base44 connects to, and the look-up of its scopes.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::suggest::Candidates;
use super::{Provider, Scope, Scopes};

/// A third party that Base44 connects to.
#[derive(Debug, Clone)]
pub struct Service {
    /// The connector file's `type` (`googlecalendar`).
    pub type_: Cow<'static, str>,
    /// What people call it ("Google Calendar").
    pub name: Cow<'static, str>,
    /// What else people call it.
    pub other_names: &'static [&'static str],
    /// Who runs its OAuth server.
    pub provider: Cow<'static, Provider>,
    /// How the connection is made.
    pub auth: Auth,
    /// What one does with it, in a few words.
    pub summary: Cow<'static, str>,
    /// The provider's page about its scopes.
    pub docs: Option<&'static str>,
    /// How much of the provider's scopes `scopes` holds.
    pub coverage: Coverage,
    /// A regular expression that every well-formed scope of the provider matches.
    pub pattern: Option<&'static str>,
    /// Whether Base44 prints a list of scopes for this service; without one, being unlisted means nothing.
    pub documented_by_base44: bool,
    /// How we know that the type exists.
    pub evidence: Evidence,
    /// Something its user should know, in full sentences.
    pub note: Option<&'static str>,
    /// `(tier, meaning)` of its scopes' tiers.
    pub tiers: &'static [(&'static str, &'static str)],
    /// What Base44 asks for besides the consent.
    pub connection_config: &'static [ConfigField],
    /// What the facts rest on.
    pub sources: &'static [&'static str],
    /// When the facts were gathered (`2026-11-22`); `None`: not part of the built-in data.
    pub date: Option<&'static str>,
    /// Its scopes, sorted by name.
    pub scopes: Scopes,
    /// Made at the first look-up.
    pub(super) index: OnceLock<Index>,
    /// Made for the first suggestion.
    pub(super) candidates: OnceLock<Candidates>,
}

/// How a connection is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Auth {
    /// The user consents on the provider's page.
    Oauth,
    /// Base44 provisions the account itself.
    Managed,
}

impl Auth {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Auth::Oauth => "oauth",
            Auth::Managed => "managed",
        }
    }
}

/// How much of a provider's scopes the catalogue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// Every scope that the provider documents.
    Complete,
    /// Some; a string that is not there may still be right.
    Partial,
    /// The service takes no scopes.
    None,
}

/// How we know that a type exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Base44's page about connectors.
    ConnectorsPage,
    /// The table of types in Base44's SDK.
    Sdk,
    /// A sample in the SDK's documentation.
    SdkExample,
    /// Real connector files only.
    RealFiles,
    /// Base44's live list, or the project's configuration.
    Overlay,
}

/// A value that Base44 asks for besides the consent; connector files have no place for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigField {
    /// Its key.
    pub name: &'static str,
    /// What the form calls it.
    pub label: Option<&'static str>,
    /// What the form shows while it is empty.
    pub placeholder: Option<&'static str>,
    /// Whether it has to be filled in; `None`: not known.
    pub required: Option<bool>,
    /// A regular expression for its value.
    pub pattern: Option<&'static str>,
    /// What else is known.
    pub note: Option<&'static str>,
}

/// A known scope under the name that was looked up.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The scope; its name is the canonical form.
    pub scope: &'a Scope,
    /// How the written string relates to that name.
    pub spelling: Spelling,
}

/// How a written string relates to a scope's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// It is the name.
    Exact,
    /// It is another string, which the provider takes for the same.
    Equal,
}

/// Positions in [`Service::scopes`].
#[derive(Debug, Clone)]
pub(super) struct Index {
    by_name: FxHashMap<Cow<'static, str>, u32>,
    /// By [`Provider::canonical`]; empty where every scope has one spelling only.
    by_canonical: FxHashMap<String, u32>,
}

impl Service {
    /// The scope of this name, or the one that the provider takes for the same.
    #[must_use]
    pub fn find(&self, written: &str) -> Option<Found<'_>> {
        let index = self.index();
        if let Some(position) = index.by_name.get(written) {
            return self.found(*position, Spelling::Exact);
        }
        if index.by_canonical.is_empty() {
            return None;
        }
        let position = index.by_canonical.get(self.provider.canonical(written).as_ref())?;
        self.found(*position, Spelling::Equal)
    }

    /// What one of its scopes' [`tier`](Scope::tier) means.
    #[must_use]
    pub fn tier_note(&self, tier: &str) -> Option<&'static str> {
        self.tiers.iter().find(|(name, _)| *name == tier).map(|(_, note)| *note)
    }

    fn found(&self, position: u32, spelling: Spelling) -> Option<Found<'_>> {
        let scope = self.scopes.get(position as usize)?;
        Some(Found { scope, spelling })
    }

    pub(super) fn candidates(&self) -> &Candidates {
        self.candidates.get_or_init(|| Candidates::of(&self.scopes))
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let positions = || (0..).zip(self.scopes.iter());
            let by_name = positions()
                .map(|(position, scope)| (scope.name.clone(), position))
                .collect();
            let mut by_canonical = FxHashMap::default();
            if !self.provider.is_exact() {
                for (position, scope) in positions() {
                    by_canonical
                        .entry(self.provider.canonical(&scope.name).into_owned())
                        .or_insert(position);
                }
            }
            Index { by_name, by_canonical }
        })
    }
}
