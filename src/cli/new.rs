//! `--new`: writes a connector file.

use std::env;

use super::outcome::Sources;
use crate::disk;
use crate::project::{CannotAdd, NewConnector, Workspace, discovery, load};
use crate::registry::{Catalogue, Service};

/// What was written.
pub(super) struct Written {
    /// The new file as it is shown.
    pub(super) path: String,
    /// The service takes scopes, and the file has none yet.
    pub(super) lacks_scopes: bool,
}

/// Writes a connector file for the service `type_` into the project of the current folder.
///
/// # Errors
///
/// A sentence: why there is no such file now.
pub(super) fn write(catalogue: &Catalogue, type_: &str, scopes: &[String]) -> Result<Written, String> {
    let base = env::current_dir().map_err(|error| format!("cannot tell the current folder: {error}"))?;
    let location = discovery::locate(&base).ok_or("there is no Base44 project at or above this folder")?;
    let root = location.root.clone();
    let mut workspace = Workspace::new(catalogue.clone());
    workspace.insert(load(location));
    let store = workspace
        .projects()
        .find(|it| it.location().root == root)
        .ok_or("the project cannot be read")?;
    let sources = Sources::in_folder(base);

    let service = super::service(store.surroundings().catalogue, type_)?;
    let new = NewConnector::new(store, service, scopes).map_err(|why| refusal(&why, service, &sources))?;
    let path = sources.shown(&new.path);
    disk::create(&new.path, &new.text).map_err(|error| format!("cannot write {path}: {error}"))?;
    Ok(Written {
        path,
        lacks_scopes: new.lacks_scopes,
    })
}

fn refusal(why: &CannotAdd, service: &Service, sources: &Sources) -> String {
    let Service { name, type_, .. } = service;
    match why {
        CannotAdd::IsThere(path) => format!("{} is the connector of {name} already", sources.shown(path)),
        CannotAdd::TakesNoScopes => format!("{name} takes no scopes"),
        CannotAdd::NoSuchScope { scope, near } => {
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("--list-scopes {type_} lists them"),
            };
            format!("{name} has no scope `{scope}`; {hint}")
        }
    }
}
