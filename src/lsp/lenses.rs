//! What stands above the type of a connector: commands for it, and how often backend code asks for it.

use lsp_types::{CodeLens, Command, Url};
use serde_json::json;

use super::commands;
use super::convert;
use super::session::Session;
use crate::analysis::{self, Role, SourceFile};
use crate::connector::Connector;

/// A command of the client's: shows in its own list what refers to the type at a place, a URI and a position.
pub(super) const SHOW_REFERENCES: &str = "base44-connectors.showReferences";

/// Of all that can be done with a connector file, what one line has room for.
const SHOWN: [&str; 2] = [commands::AUTHORIZE, commands::PUSH];

/// `textDocument/codeLens`.
pub(super) fn code_lenses(session: &Session, uri: &Url) -> Option<Vec<CodeLens>> {
    let path = session.path(uri)?;
    let file = session.workspace.file(&path)?;
    if !session.settings.code_lens || file.role != Role::Connector {
        return None;
    }
    let connector = Connector::outline(&file.text, &file.tree);
    let member = connector.property("type")?.member.range();
    let range = convert::range(&session.lines(file), member, session.client.encoding);
    let of_command = |offer: commands::Offer| Command {
        title: offer.title,
        command: offer.command.to_owned(),
        arguments: Some(vec![json!({ "uri": uri })]),
    };
    let is_shown = |it: &commands::Offer| it.disabled.is_none() && SHOWN.contains(&it.command);
    let offered = commands::offered(session, &path).into_iter().filter(is_shown);
    let all = offered.map(of_command).chain(uses(session, uri, file));
    let lens = |command| CodeLens {
        range,
        command: Some(command),
        data: None,
    };
    Some(all.map(lens).collect())
}

/// How often backend code asks for the type of `file`. A client that can show where looks that up when the lens is clicked, at the type:
/// places in other files would not stay right. Any other client is just told the number.
fn uses(session: &Session, uri: &Url, file: &SourceFile) -> Option<Command> {
    let project = session.workspace.surroundings(&file.path)?.project;
    let (type_, range) = crate::connector::type_of(&file.text, &file.tree)?;
    let count = analysis::references(project, &type_).len();
    let title = match count {
        0 if !project.knows_all_uses() => return None,
        0 => "no backend uses".to_owned(),
        1 => "1 backend use".to_owned(),
        _ => format!("{count} backend uses"),
    };
    let is_shown = session.client.show_references && 0 < count;
    let position = || convert::position(&session.lines(file), range.start(), session.client.encoding);
    Some(Command {
        title,
        command: if is_shown { SHOW_REFERENCES } else { "" }.to_owned(),
        arguments: is_shown.then(|| vec![json!(uri), json!(position())]),
    })
}

/// What the lenses of all files depend on besides their own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LensState {
    is_on: bool,
    sees_backend: bool,
    uses_revision: u64,
}

impl LensState {
    pub(super) fn of(session: &Session) -> LensState {
        LensState {
            is_on: session.settings.code_lens,
            sees_backend: session.settings.backend_uses,
            uses_revision: session.workspace.uses_revision(),
        }
    }
}
