//! The scopes of a service, packed until somebody asks for them.
//!
//! As plain `static` tables they were 370 KB full of addresses, which the loader fixes one by one: every start took
//! a quarter of a millisecond longer. Packed they are bytes, and a service costs its few microseconds when it is used.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::Scope;

/// The scopes of a service, sorted by name. A slice, for everybody who uses it.
#[derive(Clone)]
pub struct Scopes {
    packed: &'static [u8],
    unpacked: OnceLock<Arc<[Scope]>>,
}

impl Scopes {
    /// What `build/pack.rs` made.
    pub(super) const fn packed(packed: &'static [u8]) -> Self {
        Self {
            packed,
            unpacked: OnceLock::new(),
        }
    }
}

impl Deref for Scopes {
    type Target = [Scope];

    fn deref(&self) -> &[Scope] {
        // Our own bytes: `tests/registry_data.rs` unpacks them all.
        self.unpacked.get_or_init(|| {
            postcard::from_bytes::<Vec<Scope>>(self.packed)
                .unwrap_or_default()
                .into()
        })
    }
}

impl From<Vec<Scope>> for Scopes {
    fn from(scopes: Vec<Scope>) -> Self {
        Self {
            packed: &[],
            unpacked: OnceLock::from(Arc::from(scopes)),
        }
    }
}

impl std::fmt::Debug for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
