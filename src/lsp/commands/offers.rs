//! Which commands a file offers in the editor's menus, and why they may be out of reach.

use std::path::Path;

use super::{AUTHORIZE, PLAN, PULL, PUSH, REFRESH, project};
use crate::base44::needs_consent;
use crate::lsp::session::Session;

const REFRESH_TITLE: &str = "Refresh the catalogue: ask Base44 for its services";

/// A command for one file.
pub(in crate::lsp) struct Offer {
    pub(in crate::lsp) command: &'static str,
    pub(in crate::lsp) title: String,
    /// Why it cannot be run.
    pub(in crate::lsp) disabled: Option<&'static str>,
}

/// The commands for a connector file.
pub(in crate::lsp) fn offered(session: &Session, path: &Path) -> Vec<Offer> {
    let disabled = disabled(session);
    let type_ = session
        .workspace
        .file(path)
        .and_then(|file| crate::connector::type_of(&file.text, &file.tree));
    let service = type_
        .zip(session.workspace.surroundings(path))
        .and_then(|((type_, _), around)| {
            let consents = needs_consent(around.catalogue, &type_);
            consents.then(|| project::service_name(around.catalogue, &type_))
        });
    let authorize = service.map(|name| (AUTHORIZE, format!("Authorize {name} …")));
    let of_project = [
        (PLAN, "Plan: what would a push to Base44 change?"),
        (PUSH, "Push all connectors of this project to Base44 …"),
        (PULL, "Pull all connectors of this project from Base44 …"),
        (REFRESH, REFRESH_TITLE),
    ];
    let of_project = of_project.map(|(command, title)| (command, title.to_owned()));
    let offer = |(command, title)| Offer {
        command,
        title,
        disabled,
    };
    authorize.into_iter().chain(of_project).map(offer).collect()
}

/// The command that may make a finding of this rule go away, without a change of the file.
pub(in crate::lsp) fn remedy(session: &Session, code: &str) -> Option<Offer> {
    (code == "unknown-type").then(|| Offer {
        command: REFRESH,
        title: REFRESH_TITLE.to_owned(),
        disabled: disabled(session),
    })
}

/// Why no command that runs the CLI can be run.
fn disabled(session: &Session) -> Option<&'static str> {
    (session.settings.trusted == Some(false)).then_some("This workspace is not trusted, so the base44 CLI is not run.")
}
