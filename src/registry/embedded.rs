//! The tables that `build.rs` makes of the folder `registry/`.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use super::{Auth, ConfigField, Coverage, Evidence, OtherScope, Provider, Scopes, Service};

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// Real scopes for APIs that no connector reaches, sorted by name.
pub(super) static OTHER_SCOPES: LazyLock<Vec<OtherScope>> = LazyLock::new(|| {
    let providers = PACKED_OTHER_SCOPES.iter().flat_map(|(provider, packed)| {
        let scopes: Vec<(&str, Vec<&str>)> = postcard::from_bytes(packed).unwrap_or_default();
        scopes
            .into_iter()
            .map(move |(name, apis)| OtherScope { name, provider, apis })
    });
    let mut scopes: Vec<OtherScope> = providers.collect();
    scopes.sort_by_key(|it| it.name);
    scopes
});
