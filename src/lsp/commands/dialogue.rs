//! Talking with the user: messages, questions, pages in the browser.

use std::collections::HashMap;

use lsp_types::{MessageActionItem, MessageType, ShowDocumentParams};

use super::super::session::lock;
use super::jobs::Job;
use super::{Commands, Refusal};
use crate::base44::WebUrl;

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
    pub(super) async fn tell(&self, kind: MessageType, message: String) {
        if !self.jobs.have_ended() {
            self.client.show_message(kind, message.trim_end()).await;
        }
    }

    pub(super) async fn tell_refusal(&self, refusal: Refusal) {
        match refusal {
            Refusal::Declined => tracing::info!("declined by the user"),
            Refusal::Because(kind, why) => self.tell(kind, why).await,
        }
    }

    /// Puts a question, and waits for the answer for as long as the job goes on.
    pub(super) async fn ask(&self, job: &Job, kind: MessageType, question: &str, buttons: &[&str]) -> Answer {
        if !lock(&self.session).client.show_message_request {
            return Answer::CannotAsk;
        }
        let item = |title: &&str| MessageActionItem {
            title: (*title).to_owned(),
            properties: HashMap::default(),
        };
        let actions = buttons.iter().map(item).collect();
        let answer = self
            .client
            .show_message_request(kind, question.trim_end(), Some(actions));
        match job.wait_for_user(answer).await {
            Some(Ok(Some(item))) => Answer::Chosen(item.title),
            Some(Ok(None)) | None => Answer::Dismissed,
            Some(Err(error)) => {
                tracing::warn!(%error, "the client does not ask its user");
                Answer::CannotAsk
            }
        }
    }

    /// Opens a page in the browser, or says where it is.
    pub(super) async fn open(&self, job: &Job, page: &WebUrl) {
        let can_show = lock(&self.session).client.show_document;
        let params = ShowDocumentParams {
            uri: page.url().clone(),
            external: Some(true),
            take_focus: None,
            selection: None,
        };
        if !(can_show && job.wait_for_user(self.client.show_document(params)).await == Some(Ok(true))) {
            self.tell(
                MessageType::INFO,
                format!("Open this page in a browser: {}", page.as_str()),
            )
            .await;
        }
    }
}
