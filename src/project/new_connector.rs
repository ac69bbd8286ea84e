//! A connector file that does not exist yet: where it goes and what is in it.

use std::path::PathBuf;

use serde::Serialize;

use super::Store;
use crate::analysis::Project as _;
use crate::registry::{Coverage, Service};

/// A file to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConnector {
    /// Absolute. Nothing of the project is there; whether anything else is, the disk knows.
    pub path: PathBuf,
    /// The whole text, in the form in which Base44 itself writes such files.
    pub text: String,
    /// The service takes scopes, and the file has none yet.
    pub lacks_scopes: bool,
}

/// Why there can be no such file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotAdd {
    /// The project has one for this service.
    IsThere(PathBuf),
    /// The service takes no scopes.
    TakesNoScopes,
    /// The service has no such scope.
    NoSuchScope {
        /// As it was asked for.
        scope: String,
        /// The scope that was meant, perhaps.
        near: Option<String>,
    },
}

impl NewConnector {
    /// A connector of the project `store` for `service`, which asks for `scopes` (in any of their spellings).
    ///
    /// # Errors
    /// [`CannotAdd`]: such a file would be wrong from the start.
    pub fn new(store: &Store, service: &Service, scopes: &[String]) -> Result<Self, CannotAdd> {
        #[derive(Serialize)]
        struct Connector<'a> {
            r#type: &'a str,
            scopes: &'a [String],
        }
        if let Some(file) = store.files_of_type(&service.type_).first() {
            return Err(CannotAdd::IsThere(file.path.clone()));
        }
        let scopes: Vec<_> = scopes
            .iter()
            .map(|it| canonical(service, it))
            .collect::<Result<_, _>>()?;
        let connector = Connector {
            r#type: &service.type_,
            scopes: &scopes,
        };
        // Strings and a list of strings are always JSON.
        let text = serde_json::to_string_pretty(&connector).unwrap_or_default() + "\n";
        Ok(NewConnector {
            path: store.connectors_dir().join(format!("{}.jsonc", service.type_)),
            text,
            lacks_scopes: scopes.is_empty() && service.coverage != Coverage::None,
        })
    }
}

/// The name of a scope of `service` that was written in any of its spellings.
fn canonical(service: &Service, written: &str) -> Result<String, CannotAdd> {
    if let Some(found) = service.find(written) {
        return Ok(found.scope.name.to_string());
    }
    match service.coverage {
        Coverage::None => Err(CannotAdd::TakesNoScopes),
        // Gaps in what we know are no reason to refuse.
        Coverage::Partial => Ok(written.to_owned()),
        Coverage::Complete => Err(CannotAdd::NoSuchScope {
            scope: written.to_owned(),
            near: service.suggest(written).first().map(|it| it.name.to_string()),
        }),
    }
}
