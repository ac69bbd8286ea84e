//! Files that are created, renamed and deleted in the editor itself: it asks before it renames, and tells afterwards.

use std::path::PathBuf;

use lsp_types::{
    FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, FileRename, Url, WorkspaceEdit,
    WorkspaceFileOperationsServerCapabilities,
};

use super::capabilities::ClientCaps;
use super::convert;
use super::session::Session;
use super::to_proto;
use crate::analysis::{self, Change, Role};

/// What the client is to ask and to tell, of what it can.
pub(super) fn capabilities(client: &ClientCaps) -> Option<WorkspaceFileOperationsServerCapabilities> {
    let of = |glob: &str| FileOperationRegistrationOptions {
        filters: vec![FileOperationFilter {
            scheme: Some("file".to_owned()),
            pattern: FileOperationPattern {
                glob: glob.to_owned(),
                ..FileOperationPattern::default()
            },
        }],
    };
    // Anything may be a folder with connectors or backend code in it.
    let told = |can: bool| can.then(|| of("**/*"));
    let declared = WorkspaceFileOperationsServerCapabilities {
        did_create: told(client.did_create_files),
        will_create: None,
        did_rename: told(client.did_rename_files),
        will_rename: client.will_rename_files.then(|| of("**/*.{json,jsonc}")),
        did_delete: told(client.did_delete_files),
        will_delete: None,
    };
    (declared != WorkspaceFileOperationsServerCapabilities::default()).then_some(declared)
}

/// `workspace/willRenameFiles`: what has to change along with the names.
pub(super) fn will_rename(session: &Session, files: &[FileRename]) -> Option<WorkspaceEdit> {
    let changes: Vec<_> = files.iter().filter_map(|it| renamed(session, it)).flatten().collect();
    // Two connectors in one go may share a file of backend code, and edits of one file have to come in one piece.
    let mut merged: Vec<Change> = Vec::new();
    for change in changes {
        let same = merged.iter_mut().find_map(|it| match (it, &change) {
            (Change::Edit { path, edits }, Change::Edit { path: other, .. }) if path == other => Some(edits),
            _ => None,
        });
        match (same, change) {
            (Some(edits), Change::Edit { edits: more, .. }) => edits.extend(more),
            (_, change) => merged.push(change),
        }
    }
    (!merged.is_empty())
        .then(|| to_proto::workspace_edit(session, &merged))
        .flatten()
}

fn renamed(session: &Session, rename: &FileRename) -> Option<Vec<Change>> {
    let from = session.path(&Url::parse(&rename.old_uri).ok()?)?;
    let to = session.path(&Url::parse(&rename.new_uri).ok()?)?;
    let store = session.workspace.project(&from)?;
    let stays = store.location().role(&to) == Some(Role::Connector);
    let file = store.file(&from).filter(|_| stays)?;
    Some(analysis::renamed_file(file, store.surroundings(), &to))
}

/// The paths of URIs as a client writes them in file operations.
pub(super) fn paths<'u>(uris: impl IntoIterator<Item = &'u String>) -> Vec<PathBuf> {
    let path = |uri: &String| Url::parse(uri).ok().and_then(|it| convert::to_path(&it));
    uris.into_iter().filter_map(path).collect()
}
