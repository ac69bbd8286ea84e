//! The catalogue: every service that Base44 connects to, with its OAuth scopes.
//!
//! The built-in part is made from the folder `registry/` at build time (`build.rs`) and costs nothing at start: services
//! are `static` data, and the scopes of a service are unpacked when they are first asked for.
//! [`Catalogue::refreshed_with`] lays Base44's live list of services over it, [`Catalogue::with_overlay`] a project's own additions.
//! Nothing here knows files, documents or the network.

mod catalogue;
mod embedded;
mod grammar;
mod label;
mod overlay;
mod provider;
mod scope;
mod scopes;
mod service;
mod suggest;

pub use catalogue::{Catalogue, OtherScope};
pub use overlay::{Overlay, OverlayScope, OverlayService};
pub use provider::Provider;
pub use scope::{Access, Base44Status, Deprecation, Risk, Scope, Token};
pub use scopes::Scopes;
pub use service::{Auth, ConfigField, Coverage, Evidence, Found, Service, Spelling};
pub use suggest::Suggestions;
