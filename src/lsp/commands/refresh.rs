//! `refresh`: Base44's live list of services, into the catalogue of this session and, kept, of those to come.

use lsp_types::{MessageType, Url};

use super::{Commands, Done, Helpers};
use crate::base44::{Environment, Failure, LiveList};
use crate::lsp::scanner::Look;
use crate::lsp::session::{Session, lock};
use crate::registry::Catalogue;

impl Commands {
    pub(super) async fn refresh(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done {
        helpers.scanner.look_and_wait(Look::Known).await;
        let project = lock(&self.session).project_to_ask_for(uri)?;
        let job = self.begin(&project)?;
        let list = {
            let progress = self.progress(&job, "Asking Base44 for its services").await;
            let cli = project.cli(&self.versions, &progress.control()).await?;
            cli.live_list(&progress.control()).await?
        };
        let news = lock(&self.session).take_over(&list);
        helpers.publisher.wake();

        let offered = list.services.len();
        let kept = tokio::task::spawn_blocking(move || list.keep(&Environment::of_process())).await;
        let kept = kept.unwrap_or_else(|error| Err(Failure::CannotKeep(error.to_string())));
        let news = match news.as_slice() {
            [] => "None of them is new to the catalogue.".to_owned(),
            new => format!("New to the catalogue: {}.", new.join(", ")),
        };
        let message = format!("Base44 offers {offered} services. {news}");
        self.tell(MessageType::INFO, message).await;
        if let Err(failure) = kept {
            let message = format!("{failure} What is new is known until the editor is closed.");
            self.tell(MessageType::WARNING, message).await;
        }
        Ok(())
    }
}

impl Session {
    /// Has everything judged by what Base44 offers now; gives the types that were not known before.
    fn take_over(&mut self, list: &LiveList) -> Vec<String> {
        let types = list.services.iter().map(|it| &it.integration_type);
        let is_new = |it: &&String| self.workspace.catalogue().service(it).is_none();
        let new = types.filter(is_new).cloned().collect();
        let affected = self.workspace.set_catalogue(list.over(&Catalogue::embedded()));
        self.mark_unasked(affected);
        new
    }
}
