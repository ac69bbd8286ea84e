//! The tables that `build.rs` makes of the folder `registry/`.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::{
    Access, Auth, Base44Status, ConfigField, Coverage, Deprecation, Evidence, OtherScope, Provider,
    Scope, Service, Token,
};

include!(concat!(env!("OUT_DIR"), "/registry.rs"));
