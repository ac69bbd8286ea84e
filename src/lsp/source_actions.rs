//! Code actions that mend no finding: all safe fixes at once, the file as Base44 writes it, refactorings.
//!
//! What they do is worked out when one is chosen, if the client can ask for it then (`codeAction/resolve`), and from the text as it is then.

use lsp_types::{CodeAction, CodeActionContext, CodeActionDisabled, CodeActionKind, Url, WorkspaceEdit};
use serde::{Deserialize, Serialize};

use super::capabilities::{AS_BASE44, FIX_ALL, SORT};
use super::session::Session;
use super::to_proto;
use crate::analysis::{self, Change, File, Refactoring, RefactoringId};
use crate::syntax::TextRange;

/// What an action carries along to be worked out later.
#[derive(Serialize, Deserialize)]
struct ActionData {
    uri: Url,
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum What {
    FixAll,
    AsBase44,
    Refactor(RefactoringId),
}

/// Whether a larger file is compared with what Base44 would write only for those who ask for that.
const COMPARED_UNASKED: usize = 64 * 1024;

/// The actions of the kinds that the client asks for where `range` is selected. `can_fix`: a safe fix is offered there.
pub(super) fn actions(
    session: &Session,
    file: &File<'_>,
    range: TextRange,
    context: &CodeActionContext,
    can_fix: bool,
) -> Vec<CodeAction> {
    let wanted = |kind: &'static str| wanted(context, &CodeActionKind::new(kind));
    let by_kind = context.only.is_some();
    let asked = |kind: &'static str| by_kind && wanted(kind);
    let listing = Listing { session, file };
    let mut found = Vec::new();
    if wanted("refactor.rewrite") {
        let refactorings = analysis::refactorings(file, range);
        found.extend(
            refactorings
                .into_iter()
                .filter_map(|it| listing.refactoring("refactor.rewrite", it)),
        );
    }
    if asked(SORT) {
        let sort = analysis::refactoring(file, &RefactoringId::Sort);
        found.extend(sort.and_then(|it| listing.refactoring(SORT, it)));
    }
    if asked(AS_BASE44) || !by_kind && file.text().len() <= COMPARED_UNASKED {
        found.extend(listing.as_base44(by_kind));
    }
    let fix_all = (FIX_ALL, "Apply all safe fixes of this file".to_owned());
    // Those who ask for it want to run it at once, if there is anything to fix at all.
    match asked(FIX_ALL) {
        true => found.extend(listing.now(fix_all, &What::FixAll)),
        false if !by_kind && can_fix => found.extend(listing.later(fix_all, What::FixAll)),
        false => {}
    }
    found
}

/// Whether the client asks for actions of this kind: `source` asks for `source.fixAll`, too.
pub(super) fn wanted(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    context.only.as_ref().is_none_or(|only| {
        only.iter().any(|asked| {
            let rest = kind.as_str().strip_prefix(asked.as_str());
            asked.as_str().is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
        })
    })
}

/// `codeAction/resolve`: works out the edit. Where there is nothing to do any more, there is none.
pub(super) fn resolve(session: &Session, action: CodeAction) -> CodeAction {
    let edit = || {
        let ActionData { uri, what } = serde_json::from_value(action.data.clone()?).ok()?;
        let path = session.path(&uri)?;
        let (source, around) = (session.workspace.file(&path)?, session.workspace.surroundings(&path)?);
        workspace_edit(session, &File::read(source, around), &what)
    };
    CodeAction {
        edit: action.edit.clone().or_else(edit),
        ..action
    }
}

/// What is to be done to the file as it is now; `None` if that is nothing.
fn workspace_edit(session: &Session, file: &File<'_>, what: &What) -> Option<WorkspaceEdit> {
    let edits = match what {
        What::FixAll => analysis::fix_all(file.source, file.surroundings()),
        What::AsBase44 => analysis::as_base44(file).ok()?,
        What::Refactor(id) => analysis::refactoring(file, id)?.edits(file),
    };
    if edits.is_empty() {
        return None;
    }
    let path = file.source.path.clone();
    to_proto::workspace_edit(session, &[Change::Edit { path, edits }])
}

/// The actions of one file for one client.
struct Listing<'l, 'a> {
    session: &'l Session,
    file: &'l File<'a>,
}

impl Listing<'_, '_> {
    fn refactoring(&self, kind: &'static str, it: Refactoring) -> Option<CodeAction> {
        self.later((kind, it.title), What::Refactor(it.id))
    }

    /// Why it cannot be, is for those who ask.
    fn as_base44(&self, asked: bool) -> Option<CodeAction> {
        let name = (AS_BASE44, "Write the file as Base44 does".to_owned());
        match analysis::as_base44(self.file) {
            Ok(edits) if edits.is_empty() => None,
            Ok(_) => self.later(name, What::AsBase44),
            Err(reason) => (asked && self.session.client.code_action_disabled).then(|| CodeAction {
                disabled: Some(CodeActionDisabled { reason }),
                ..named(name)
            }),
        }
    }

    /// The action with what it takes to work out its edit, if the client asks for that, or else with its edit.
    fn later(&self, name: Name, what: What) -> Option<CodeAction> {
        if !self.session.client.resolves_code_action_edits() {
            return self.now(name, &what);
        }
        let uri = self.session.uri(&self.file.source.path)?;
        Some(CodeAction {
            data: Some(serde_json::to_value(ActionData { uri, what }).ok()?),
            ..named(name)
        })
    }

    /// The action with its edit; `None` if there is nothing to do.
    fn now(&self, name: Name, what: &What) -> Option<CodeAction> {
        Some(CodeAction {
            edit: Some(workspace_edit(self.session, self.file, what)?),
            ..named(name)
        })
    }
}

/// Kind and title.
type Name = (&'static str, String);

fn named((kind, title): Name) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::new(kind)),
        ..CodeAction::default()
    }
}
