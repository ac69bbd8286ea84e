//! What stands above the type of a connector: commands for it, and how often backend code asks for it.

use lsp_types::{CodeLens, Command, Position, Url};
use serde_json::{Value, json};

use super::commands;
use super::convert;
use super::navigation;
use super::session::Session;
use crate::analysis::{self, Role, SourceFile};
use crate::connector::Connector;

/// A command of the client's: shows places in its own list.
pub(super) const SHOW_REFERENCES: &str = "base44-connectors.showReferences";

/// `textDocument/codeLens`.
pub(super) fn code_lenses(session: &Session, uri: &Url) -> Option<Vec<CodeLens>> {
    let path = session.path(uri)?;
    let file = session.workspace.file(&path)?;
    if !session.settings.code_lens || file.role != Role::Connector {
        return None;
    }
    let connector = Connector::read(&file.text, &file.tree);
    let member = connector.property("type")?.member.range();
    let range = convert::range(&session.lines(file), member, session.client.encoding);
    let of_command = |offer: commands::Offer| Command {
        title: offer.title,
        command: offer.command.to_owned(),
        arguments: Some(vec![json!({ "uri": uri })]),
    };
    let offered = commands::offered(session, &path)
        .into_iter()
        .filter(|it| it.disabled.is_none());
    let all = offered.map(of_command).chain(uses(session, uri, file, range.start));
    let lens = |command| CodeLens {
        range,
        command: Some(command),
        data: None,
    };
    Some(all.map(lens).collect())
}

/// How often backend code asks for the type of `file`. Without a command of the client's to show where, it just says so.
fn uses(session: &Session, uri: &Url, file: &SourceFile, position: Position) -> Option<Command> {
    let project = session.workspace.surroundings(&file.path)?.project;
    let (type_, _) = crate::connector::type_of(&file.text, &file.tree)?;
    let places = analysis::references(project, &type_);
    let title = match places.len() {
        0 if !project.knows_all_uses() => return None,
        0 => "no backend uses".to_owned(),
        1 => "1 backend use".to_owned(),
        count => format!("{count} backend uses"),
    };
    let is_shown = session.client.show_references && !places.is_empty();
    let arguments = || -> Vec<Value> {
        vec![
            json!(uri),
            json!(position),
            json!(navigation::locations(session, &places)),
        ]
    };
    Some(Command {
        title,
        command: if is_shown { SHOW_REFERENCES } else { "" }.to_owned(),
        arguments: is_shown.then(arguments),
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
