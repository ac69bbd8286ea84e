//! Scopes as bytes, in the form that `src/registry/scopes.rs` unpacks.

use serde::Serialize;

use crate::data::{Access, Base44Status, Deprecation, Provider, Scope, Service, Token};

/// The fields of the runtime's `Scope`, in the same order.
#[derive(Serialize)]
struct Packed<'a> {
    name: &'a str,
    summary: &'a str,
    access: &'a Access,
    tier: Option<&'a str>,
    admin_consent: Option<bool>,
    tokens: &'a [Token],
    base44: Option<&'a Base44Status>,
    documented_by_provider: bool,
    includes: &'a [String],
    requires: &'a [String],
    requires_one_of: &'a [String],
    conflicts: &'a [String],
    counterparts: &'a [(String, String)],
    deprecated: Option<&'a Deprecation>,
    misspellings: &'a [String],
    note: Option<&'a str>,
}

pub(crate) fn scopes(service: &Service, provider: Option<&Provider>) -> Result<Vec<u8>, String> {
    let scopes: Vec<Packed<'_>> = service
        .scopes
        .0
        .iter()
        .map(|(name, scope)| packed(name, scope, provider))
        .collect();
    pack(&scopes)
}

pub(crate) fn other_scopes(provider: &Provider) -> Result<Vec<u8>, String> {
    pack(&provider.other_scopes.0)
}

fn pack<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(value).map_err(|error| error.to_string())
}

fn packed<'a>(name: &'a str, scope: &'a Scope, provider: Option<&'a Provider>) -> Packed<'a> {
    let tokens = match provider {
        Some(provider) if scope.tokens.is_empty() => &provider.tokens,
        _ => &scope.tokens,
    };
    Packed {
        name,
        summary: &scope.summary,
        access: &scope.access,
        tier: scope.tier.as_deref(),
        admin_consent: scope.admin_consent,
        tokens,
        base44: scope.base44.as_ref(),
        documented_by_provider: scope.documented,
        includes: &scope.includes,
        requires: &scope.requires,
        requires_one_of: &scope.requires_one_of,
        conflicts: &scope.conflicts,
        counterparts: &scope.counterparts.0,
        deprecated: scope.deprecated.as_ref(),
        misspellings: &scope.misspellings,
        note: scope.note.as_deref(),
    }
}
