//! The consent that a connector needs: what is asked for, and what of it was given.

use super::plan::{Connectors, Plan};
use crate::registry::{Auth, Catalogue};

/// What Base44 has of the scopes that a connector was to be authorized for. A consent can be given to a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Granted {
    /// The same.
    All,
    /// Not all of them, or others beyond them. Never both empty.
    Others {
        /// Scopes that Base44 does not have.
        missing: Vec<String>,
        /// Scopes that only Base44 has.
        extra: Vec<String>,
    },
    /// It does not have the connector.
    Nothing,
    /// It could not be asked.
    Unknown,
}

impl Granted {
    /// Compares the `scopes` of `connector` with those that are in `remote`, the connectors of Base44.
    #[must_use]
    pub fn of(connector: &str, scopes: &[String], remote: &Connectors, catalogue: &Catalogue) -> Self {
        let local = Connectors::from([(connector.to_owned(), scopes.to_vec())]);
        let mut plan = Plan::new(&local, remote, catalogue);
        match plan.rescoped.remove(connector) {
            Some(rescope) => Self::Others {
                missing: rescope.added,
                extra: rescope.removed,
            },
            None if plan.new.contains_key(connector) => Self::Nothing,
            None => Self::All,
        }
    }

    /// What to tell the user where Base44 says that the service `name` is authorized.
    #[must_use]
    pub fn sentence(&self, name: &str) -> String {
        match self {
            Self::All => format!("{name} is authorized."),
            Self::Others { missing, .. } if !missing.is_empty() => format!(
                "{name} is authorized, but not for {}. Either the consent was given to a part only, or Base44 does not pass this \
                 on. Authorize it again, or remove it from the file.",
                missing.join(", ")
            ),
            Self::Others { extra, .. } => format!("{name} is authorized, and still for {} as well.", extra.join(", ")),
            Self::Nothing | Self::Unknown => format!("Base44 says that {name} is authorized, but not what for."),
        }
    }
}

/// Whether somebody has to consent to the connection, as far as is known.
#[must_use]
pub fn needs_consent(catalogue: &Catalogue, connector: &str) -> bool {
    catalogue.service(connector).is_none_or(|it| it.auth == Auth::Oauth)
}

/// What an authorization asks for: `no scopes`, `the scope a`, `2 scopes: a, b`.
#[must_use]
pub fn asked_for(scopes: &[String]) -> String {
    match scopes {
        [] => "no scopes".to_owned(),
        [one] => format!("the scope {one}"),
        all => format!("{} scopes: {}", all.len(), all.join(", ")),
    }
}
