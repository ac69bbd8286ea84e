//! Code actions that run a command.

use std::path::Path;

use lsp_types::{CodeAction, CodeActionDisabled, CodeActionKind, Command, Diagnostic, NumberOrString};
use serde_json::json;

use super::commands::{self, Offer};
use super::session::Session;

/// The commands for a connector file. Without a kind: an editor lists them last, and never runs them by itself.
pub(super) fn of_file(session: &Session, path: &Path) -> Vec<CodeAction> {
    let offered = commands::offered(session, path).into_iter();
    offered.filter_map(|it| action(session, path, it)).collect()
}

/// The command that may make a finding of this file go away without a change of it, as a quick fix.
pub(super) fn remedy(session: &Session, path: &Path, mended: Diagnostic) -> Option<CodeAction> {
    let Some(NumberOrString::String(code)) = &mended.code else {
        return None;
    };
    let action = action(session, path, commands::remedy(session, code)?)?;
    Some(CodeAction {
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![mended]),
        ..action
    })
}

/// The action that runs a command; none where it cannot be run and the client cannot say so.
fn action(session: &Session, path: &Path, offer: Offer) -> Option<CodeAction> {
    let Offer {
        command,
        title,
        disabled,
    } = offer;
    if disabled.is_some() && !session.client.code_action_disabled {
        return None;
    }
    let command = Command {
        title: title.clone(),
        command: command.to_owned(),
        arguments: Some(vec![json!({ "uri": session.uri(path)? })]),
    };
    Some(CodeAction {
        title,
        command: disabled.is_none().then_some(command),
        disabled: disabled.map(|it| CodeActionDisabled { reason: it.to_owned() }),
        ..CodeAction::default()
    })
}
