//! The catalogue for a client's own pickers: every service, and the scopes of one.

use lsp_types::Url;
use serde::Serialize;

use super::session::Session;
use crate::analysis::{Project as _, SourceFile};
use crate::connector::Connector;
use crate::project::Store;
use crate::registry::{Base44Status, Catalogue, Scope, Service};

/// An element of the answer to `base44-connectors.services`.
#[derive(Debug, Serialize)]
pub(super) struct ServiceItem {
    #[serde(rename = "type")]
    type_: String,
    name: String,
    description: String,
    auth: &'static str,
    /// How many are known.
    scopes: usize,
    /// Whether the project has a connector for it.
    connected: bool,
    documentation: Option<&'static str>,
}

/// An element of the answer to `base44-connectors.scopes`.
#[derive(Debug, Serialize)]
pub(super) struct ScopeItem {
    name: String,
    label: String,
    summary: String,
    access: &'static str,
    risk: &'static str,
    /// Whether Base44 is known to grant it.
    listed: bool,
    deprecated: bool,
    /// Whether the project's connector asks for it.
    connected: bool,
}

/// Every service that the project of `uri` can connect to, by name.
pub(super) fn services(session: &Session, uri: Option<&Url>) -> Vec<ServiceItem> {
    let (catalogue, store) = known(session, uri);
    let mut services: Vec<_> = catalogue.services().map(|it| service_item(it, store)).collect();
    services.sort_by_cached_key(|it| it.name.to_lowercase());
    services
}

/// The scopes of a service, those that one is most likely to want first; none if there is no such service.
pub(super) fn scopes(session: &Session, uri: Option<&Url>, type_: &str) -> Vec<ScopeItem> {
    let (catalogue, store) = known(session, uri);
    let Some(service) = catalogue.service(type_) else {
        return Vec::new();
    };
    let asked_for = asked_for(service, store);
    let mut scopes: Vec<_> = service.scopes.iter().collect();
    scopes.sort_by_key(|it| it.preference());
    scopes.into_iter().map(|it| scope_item(it, &asked_for)).collect()
}

fn known<'a>(session: &'a Session, uri: Option<&Url>) -> (&'a Catalogue, Option<&'a Store>) {
    let store = session.project_of(uri);
    let catalogue = store.map_or(session.workspace.catalogue(), |it| it.surroundings().catalogue);
    (catalogue, store)
}

fn service_item(service: &Service, store: Option<&Store>) -> ServiceItem {
    ServiceItem {
        type_: service.type_.to_string(),
        name: service.name.to_string(),
        description: service.summary.to_string(),
        auth: service.auth.name(),
        scopes: service.scopes.len(),
        connected: store.is_some_and(|it| !it.files_of_type(&service.type_).is_empty()),
        documentation: service.docs,
    }
}

fn scope_item(scope: &Scope, asked_for: &[&str]) -> ScopeItem {
    ScopeItem {
        name: scope.name.to_string(),
        label: scope.label(),
        summary: scope.summary.to_string(),
        access: scope.access.name(),
        risk: scope.risk().name(),
        listed: matches!(
            scope.base44,
            Some(Base44Status::Always | Base44Status::Listed | Base44Status::Declared)
        ),
        deprecated: scope.deprecated.is_some(),
        connected: asked_for.contains(&scope.name.as_ref()),
    }
}

/// The scopes of `service` that the project's connector has, under their own names.
fn asked_for<'a>(service: &'a Service, store: Option<&Store>) -> Vec<&'a str> {
    let files = store.map(|it| it.files_of_type(&service.type_)).unwrap_or_default();
    let names = |file: &SourceFile| -> Vec<&'a str> {
        let connector = Connector::read(&file.text, &file.tree);
        let scopes = connector.scopes.iter().flat_map(|it| &it.scopes);
        let names = scopes.filter_map(|it| service.find(&it.name));
        names.map(|it| it.scope.name.as_ref()).collect()
    };
    files.into_iter().flat_map(names).collect()
}
