//! From a type to its connector file and to the backend code that asks for it; and another name for it.

use lsp_types::{
    DocumentHighlight, GotoDefinitionResponse, Location, Position, PrepareRenameResponse, TextDocumentPositionParams,
    Url, WorkspaceEdit,
};

use super::convert;
use super::session::Session;
use super::to_proto;
use crate::analysis::{self, Change, Place, SourceFile, Surroundings, TypeAt};
use crate::syntax::TextSize;

/// `textDocument/definition`.
pub(super) fn definition(session: &Session, at: &TextDocumentPositionParams) -> Option<GotoDefinitionResponse> {
    let (around, here) = Spot::of(session, at)?.type_()?;
    let places = analysis::definitions(around.project, &here.type_);
    Some(GotoDefinitionResponse::Array(locations(session, &places)))
}

/// `textDocument/references`. The declaration of a type is the connector file that has it.
pub(super) fn references(
    session: &Session,
    at: &TextDocumentPositionParams,
    include_declaration: bool,
) -> Option<Vec<Location>> {
    let (around, here) = Spot::of(session, at)?.type_()?;
    let mut places = match include_declaration {
        true => analysis::definitions(around.project, &here.type_),
        false => Vec::new(),
    };
    places.extend(analysis::references(around.project, &here.type_));
    Some(locations(session, &places))
}

/// `textDocument/documentHighlight`.
pub(super) fn highlights(session: &Session, at: &TextDocumentPositionParams) -> Option<Vec<DocumentHighlight>> {
    let Spot { file, around, offset } = Spot::of(session, at)?;
    let lines = session.lines(file);
    let highlight = |range| DocumentHighlight {
        range: convert::range(&lines, range, session.client.encoding),
        kind: None,
    };
    Some(
        analysis::highlights(file, around, offset)
            .into_iter()
            .map(highlight)
            .collect(),
    )
}

/// `textDocument/prepareRename`: a type, and nothing else.
pub(super) fn prepare_rename(session: &Session, at: &TextDocumentPositionParams) -> Option<PrepareRenameResponse> {
    let spot = Spot::of(session, at)?;
    let (_, here) = spot.type_()?;
    Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: convert::range(&session.lines(spot.file), here.range, session.client.encoding),
        placeholder: here.type_,
    })
}

/// `textDocument/rename`. `Err` is a sentence for the user.
pub(super) fn rename(
    session: &Session,
    at: &TextDocumentPositionParams,
    new_name: &str,
) -> Result<Option<WorkspaceEdit>, String> {
    let spot = Spot::of(session, at);
    let Some((around, here)) = spot.and_then(|it| it.type_()) else {
        return Err("Only the type of a connector can be renamed.".to_owned());
    };
    let mut changes = analysis::rename(around.project, &here.type_, new_name)?;
    // A client that cannot rename files gets the rest: the name of the file is free.
    changes.retain(|it| session.client.rename_files || !matches!(it, Change::Rename { .. }));
    Ok(to_proto::workspace_edit(session, &changes))
}

/// Places as the client can go there.
pub(super) fn locations(session: &Session, places: &[Place<'_>]) -> Vec<Location> {
    let of_file = |places: &[Place<'_>]| -> Option<Vec<Location>> {
        let file = places.first()?.file;
        let (uri, lines) = (session.uri(&file.path)?, session.lines(file));
        let location =
            |it: &Place<'_>| Location::new(uri.clone(), convert::range(&lines, it.range, session.client.encoding));
        Some(places.iter().map(location).collect())
    };
    let files = places.chunk_by(|a, b| a.file.path == b.file.path);
    files.filter_map(of_file).flatten().collect()
}

/// A place in a document, and all that is known around it.
struct Spot<'s> {
    file: &'s SourceFile,
    around: Surroundings<'s>,
    offset: TextSize,
}

impl<'s> Spot<'s> {
    fn of(session: &'s Session, at: &TextDocumentPositionParams) -> Option<Self> {
        let TextDocumentPositionParams {
            text_document,
            position,
        } = at;
        let (file, around) = file_at(session, &text_document.uri)?;
        Some(Spot {
            file,
            around,
            offset: offset(session, file, *position),
        })
    }

    fn type_(&self) -> Option<(Surroundings<'s>, TypeAt)> {
        Some((
            self.around,
            analysis::type_at(self.file, self.around.project, self.offset)?,
        ))
    }
}

fn file_at<'s>(session: &'s Session, uri: &Url) -> Option<(&'s SourceFile, Surroundings<'s>)> {
    let path = session.path(uri)?;
    Some((session.workspace.file(&path)?, session.workspace.surroundings(&path)?))
}

fn offset(session: &Session, file: &SourceFile, position: Position) -> TextSize {
    convert::offset(&session.lines(file), position, session.client.encoding)
}
