//! What is laid over the built-in data: Base44's live list of services, and what a project declares itself.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::grammar::{Form, Verb};
use super::{Access, Auth, Base44Status, Coverage, Evidence, Provider, Scope, Service};

/// Services and scopes to add to a catalogue, or to describe anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    /// In any order; a type may come twice.
    pub services: Vec<OverlayService>,
}

/// A service to add, or what is to be said differently of one that is there. `None` leaves a fact as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverlayService {
    /// The connector file's `type`.
    pub type_: String,
    /// What people call it; a new service without one is called by its type.
    pub name: Option<String>,
    /// What one does with it.
    pub summary: Option<String>,
    /// How much of the scopes is known; a new service without one is [`Coverage::Partial`].
    pub coverage: Option<Coverage>,
    /// Scopes to add, or to describe anew.
    pub scopes: Vec<OverlayScope>,
}

/// A scope to add, or what is to be said differently of one that is there. `None` leaves a fact as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverlayScope {
    /// The string as it belongs into a connector file.
    pub name: String,
    /// What it allows.
    pub summary: Option<String>,
    /// What kind of access it gives; for a new scope without one its name decides, and in doubt it is [`Access::Write`].
    pub access: Option<Access>,
}

impl Overlay {
    /// The services with this overlay over them, sorted by type.
    pub(super) fn apply(self, below: &[Service]) -> Vec<Service> {
        let mut services = below.to_vec();
        for layer in self.services {
            match services.binary_search_by(|it| it.type_.as_ref().cmp(&layer.type_)) {
                Ok(position) => {
                    if let Some(service) = services.get_mut(position) {
                        layer.describe(service);
                    }
                }
                Err(position) => {
                    let mut service = new_service(&layer.type_);
                    layer.describe(&mut service);
                    services.insert(position, service);
                }
            }
        }
        services
    }
}

impl OverlayService {
    fn describe(self, service: &mut Service) {
        if let Some(name) = self.name {
            service.name = Cow::Owned(name);
        }
        if let Some(summary) = self.summary {
            service.summary = Cow::Owned(summary);
        }
        if let Some(coverage) = self.coverage {
            service.coverage = coverage;
        } else if service.coverage == Coverage::None && !self.scopes.is_empty() {
            service.coverage = Coverage::Partial;
        }
        if self.scopes.is_empty() {
            return;
        }
        let mut scopes = service.scopes.to_vec();
        for layer in self.scopes {
            match scopes.binary_search_by(|it| it.name.as_ref().cmp(&layer.name)) {
                Ok(position) => {
                    if let Some(scope) = scopes.get_mut(position) {
                        layer.describe(scope);
                    }
                }
                Err(position) => {
                    let mut scope = new_scope(&layer.name);
                    layer.describe(&mut scope);
                    scopes.insert(position, scope);
                }
            }
        }
        service.scopes = scopes.into();
        service.index = OnceLock::new();
        service.candidates = OnceLock::new();
    }
}

impl OverlayScope {
    fn describe(self, scope: &mut Scope) {
        if let Some(summary) = self.summary {
            scope.summary = Cow::Owned(summary);
        }
        if let Some(access) = self.access {
            scope.access = access;
        }
        if scope.base44.is_none() {
            scope.base44 = Some(Base44Status::Declared);
        }
    }
}

fn new_service(type_: &str) -> Service {
    Service {
        type_: Cow::Owned(type_.to_owned()),
        name: Cow::Owned(type_.to_owned()),
        other_names: &[],
        provider: Cow::Owned(Provider {
            id: Cow::Owned(type_.to_owned()),
            name: Cow::Owned(type_.to_owned()),
            prefix: None,
            ignores_case: false,
            optional_prefix: None,
            equal: &[],
        }),
        auth: Auth::Oauth,
        summary: Cow::Borrowed(""),
        docs: None,
        coverage: Coverage::Partial,
        pattern: None,
        documented_by_base44: false,
        evidence: Evidence::Overlay,
        note: None,
        tiers: &[],
        connection_config: &[],
        sources: &[],
        date: None,
        scopes: Vec::new().into(),
        index: OnceLock::new(),
        candidates: OnceLock::new(),
    }
}

fn new_scope(name: &str) -> Scope {
    Scope {
        name: Cow::Owned(name.to_owned()),
        summary: Cow::Borrowed(""),
        access: if Form::of(name).verb == Some(Verb::Read) {
            Access::Read
        } else {
            Access::Write
        },
        tier: None,
        admin_consent: None,
        tokens: Vec::new(),
        base44: None,
        documented_by_provider: true,
        includes: Vec::new(),
        requires: Vec::new(),
        requires_one_of: Vec::new(),
        conflicts: Vec::new(),
        counterparts: Vec::new(),
        deprecated: None,
        misspellings: Vec::new(),
        note: None,
    }
}
