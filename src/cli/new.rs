//! `--new`: writes a connector file.

use std::path::PathBuf;
use std::{env, io};

use serde::Serialize;

use super::outcome::Sources;
use crate::analysis::Project as _;
use crate::disk;
use crate::project::{Store, Workspace, discovery, load};
use crate::registry::{Catalogue, Coverage, Service};

/// A connector file.
#[derive(Serialize)]
struct Connector<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    scopes: &'a [String],
}

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
pub(super) fn write(type_: &str, scopes: &[String]) -> Result<Written, String> {
    let base = env::current_dir().map_err(|error| format!("cannot tell the current folder: {error}"))?;
    let location = discovery::locate(&base).ok_or("there is no Base44 project at or above this folder")?;
    let root = location.root.clone();
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(load(location));
    let store = workspace
        .projects()
        .find(|it| it.location().root == root)
        .ok_or("the project cannot be read")?;
    let sources = Sources::in_folder(base);

    let service = super::service(store.surroundings().catalogue, type_)?;
    let scopes = scopes
        .iter()
        .map(|scope| canonical(service, scope))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(file) = store.files_of_type(&service.type_).first() {
        return Err(format!(
            "{} is the connector of {} already",
            sources.shown(&file.path),
            service.name
        ));
    }
    let path = file(store, &service.type_);
    let text = serde_json::to_string_pretty(&Connector {
        type_: &service.type_,
        scopes: &scopes,
    });
    let written = text
        .map_err(io::Error::from)
        .and_then(|text| disk::create(&path, &(text + "\n")));
    let path = sources.shown(&path);
    written.map_err(|error| format!("cannot write {path}: {error}"))?;
    let lacks_scopes = scopes.is_empty() && service.coverage != Coverage::None;
    Ok(Written { path, lacks_scopes })
}

/// The name of a scope of `service` that was typed in any of its spellings.
fn canonical(service: &Service, typed: &str) -> Result<String, String> {
    if let Some(found) = service.find(typed) {
        return Ok(found.scope.name.to_string());
    }
    match service.coverage {
        Coverage::None => Err(format!("{} takes no scopes", service.name)),
        // Gaps in what we know are no reason to refuse.
        Coverage::Partial => Ok(typed.to_owned()),
        Coverage::Complete => {
            let hint = match service.suggest(typed).first() {
                Some(scope) => format!("did you mean `{}`?", scope.name),
                None => format!("--list-scopes {} lists them", service.type_),
            };
            Err(format!("{} has no scope `{typed}`; {hint}", service.name))
        }
    }
}

fn file(store: &Store, type_: &str) -> PathBuf {
    store.connectors_dir().join(format!("{type_}.jsonc"))
}
