//! Talking with the user: messages, questions, pages in the browser.

use std::collections::HashMap;
use std::path::Path;

use lsp_types::{MessageActionItem, MessageType, ShowDocumentParams, Url};

use super::super::convert;
use super::super::session::lock;
use super::jobs::Job;
use super::{Commands, Refusal};
use crate::base44::{WebUrl, message};

/// What came of a question.
pub(super) enum Answer {
    /// The title of a button.
    Chosen(String),
    /// No button.
    Dismissed,
    /// The client cannot put questions.
    CannotAsk,
}

impl Answer {
    pub(super) fn is(&self, button: &str) -> bool {
        matches!(self, Answer::Chosen(it) if it == button)
    }
}

impl Commands {
    pub(super) async fn tell(&self, kind: MessageType, text: String) {
        if !self.jobs.have_ended() {
            self.client.show_message(kind, message(text.trim_end())).await;
        }
    }

    pub(super) async fn tell_refusal(&self, refusal: Refusal) {
        match refusal {
            Refusal::Declined => tracing::info!("declined by the user"),
            Refusal::Because(kind, why) => self.tell(kind, why).await,
        }
    }

    /// Puts a question, and waits for the answer for as long as the job goes on.
    ///
    /// Every client is asked, for the protocol has no capability for it: Emacs' two clients can, and declare nothing. But where a
    /// client declares nothing, no answer may mean that nobody was asked.
    pub(super) async fn ask(&self, job: &Job, kind: MessageType, question: &str, buttons: &[&str]) -> Answer {
        let item = |title: &&str| MessageActionItem {
            title: (*title).to_owned(),
            properties: HashMap::default(),
        };
        let actions = buttons.iter().map(item).collect();
        let answer = self
            .client
            .show_message_request(kind, message(question.trim_end()), Some(actions));
        match job.wait_for_user(answer).await {
            Some(Ok(Some(item))) => Answer::Chosen(item.title),
            Some(Ok(None)) if !lock(&self.session).client.show_message => Answer::CannotAsk,
            Some(Ok(None)) | None => Answer::Dismissed,
            Some(Err(error)) => {
                tracing::warn!(%error, "the client does not ask its user");
                Answer::CannotAsk
            }
        }
    }

    /// Opens a page in the browser, or says where it is.
    pub(super) async fn open(&self, job: &Job, page: &WebUrl) {
        let shown = self.show(page.url().clone(), true);
        if job.wait_for_user(shown).await != Some(true) {
            let message = format!("Open this page in a browser: {}", page.as_str());
            self.tell(MessageType::INFO, message).await;
        }
    }

    /// Shows a text of ours as a document called `name`; where the client cannot, as the message `instead`, with the document's
    /// path in front: some show but one line of it.
    pub(super) async fn show_text(&self, job: &Job, name: &str, text: &str, instead: &str) {
        let path = self.documents.write(name, text).ok();
        if !self.show_file(job, path.as_deref()).await {
            let place = path.map(|it| format!("Open {} to read this:\n", it.display()));
            self.tell(MessageType::INFO, place.unwrap_or_default() + instead).await;
        }
    }

    /// The same without a word where the client cannot.
    pub(super) async fn show_text_if_possible(&self, job: &Job, name: &str, text: &str) {
        let path = self.documents.write(name, text).ok();
        self.show_file(job, path.as_deref()).await;
    }

    async fn show_file(&self, job: &Job, path: Option<&Path>) -> bool {
        match path.and_then(convert::to_uri) {
            Some(uri) => job.wait_for_user(self.show(uri, false)).await == Some(true),
            None => false,
        }
    }

    /// Shows a document in the editor, or in another program. Returns whether it is to be seen now.
    pub(super) async fn show(&self, uri: Url, external: bool) -> bool {
        if !lock(&self.session).client.show_document {
            return false;
        }
        let params = ShowDocumentParams {
            uri,
            external: Some(external),
            take_focus: (!external).then_some(true),
            selection: None,
        };
        self.client.show_document(params).await == Ok(true)
    }
}
