//! `addConnector`: makes a connector file and shows it. The client makes it where it can, so that its user can undo it.

use std::path::{Path, PathBuf};

use lsp_types::MessageType;
use serde_json::{Value, json};

use super::{Arguments, Commands, Done, Helpers, Refusal};
use crate::analysis::{Change, Project as _};
use crate::disk;
use crate::lsp::scanner::Look;
use crate::lsp::session::{Session, lock};
use crate::lsp::to_proto;
use crate::project::{CannotAdd, NewConnector};

/// A file that is to be shown.
enum Wanted {
    /// It is there.
    Present(PathBuf),
    /// It has to be made, with this text.
    New(PathBuf, String),
}

/// Empty, it is where completion offers whole files; the name is put right by a quick fix.
const UNNAMED: &str = "new-connector.jsonc";

impl Commands {
    /// Answers `{"uri": …}`, the file.
    pub(super) async fn add(&self, arguments: &Arguments, helpers: &Helpers<'_>) -> Done<Value> {
        helpers.scanner.look_and_wait(Look::Known).await;
        let wanted = lock(&self.session).wanted(arguments)?;
        let path = match wanted {
            Wanted::Present(path) => path,
            Wanted::New(path, text) => {
                self.make(&path, text).await?;
                helpers.scanner.look(Look::At(vec![path.clone()]));
                path
            }
        };
        let uri = lock(&self.session).uri(&path);
        let Some(uri) = uri else {
            return Err(Refusal::because(format!("{} cannot be shown.", path.display())));
        };
        if !self.show(uri.clone(), false).await {
            self.tell(MessageType::INFO, format!("The connector is in {}.", path.display()))
                .await;
        }
        Ok(json!({ "uri": uri }))
    }

    async fn make(&self, path: &Path, text: String) -> Done {
        let edit = {
            let session = lock(&self.session);
            let change = Change::Create {
                path: path.to_owned(),
                text: text.clone(),
            };
            // Without a capability for it there is no edit.
            to_proto::workspace_edit(&session, &[change]).filter(|_| session.client.apply_edit)
        };
        let refused = match edit {
            Some(edit) => match self.client.apply_edit(edit).await {
                Ok(answer) if answer.applied => return Ok(()),
                Ok(answer) => answer.failure_reason.unwrap_or_else(|| "the editor refused".to_owned()),
                Err(error) => error.to_string(),
            },
            None => match disk::create(path, &text) {
                Ok(()) => return Ok(()),
                Err(error) => error.to_string(),
            },
        };
        Err(Refusal::because(format!("{} was not made: {refused}.", path.display())))
    }
}

impl Session {
    /// The file that the arguments ask for.
    fn wanted(&self, arguments: &Arguments) -> Done<Wanted> {
        let store = self.store_of(arguments.uri.as_ref())?;
        let Some(type_) = &arguments.type_ else {
            let path = store.connectors_dir().join(UNNAMED);
            return Ok(match store.has_file(&path) {
                true => Wanted::Present(path),
                false => Wanted::New(path, String::new()),
            });
        };
        let catalogue = store.surroundings().catalogue;
        let Some(service) = catalogue.service(type_) else {
            let hint = match catalogue.suggest_types(type_).first() {
                Some(service) => format!(" Did you mean `{}`?", service.type_),
                None => String::new(),
            };
            return Err(Refusal::because(format!("There is no service `{type_}`.{hint}")));
        };
        match NewConnector::new(store, service, &arguments.scopes) {
            Ok(new) => Ok(Wanted::New(new.path, new.text)),
            Err(CannotAdd::IsThere(path)) => Ok(Wanted::Present(path)),
            Err(CannotAdd::TakesNoScopes) => Err(Refusal::because(format!("{} takes no scopes.", service.name))),
            Err(CannotAdd::NoSuchScope { scope, near }) => {
                let hint = near.map_or_else(String::new, |it| format!(" Did you mean `{it}`?"));
                Err(Refusal::because(format!(
                    "{} has no scope `{scope}`.{hint}",
                    service.name
                )))
            }
        }
    }
}
