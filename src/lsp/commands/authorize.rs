//! `authorize`: the consent that one connector needs, asked for, waited for, and found out about.

use lsp_types::{MessageType, Url};

use super::dialogue::Answer;
use super::jobs::Job;
use super::project::{Subject, Target};
use super::{CANCEL, Commands, Done, Helpers, LATER, Refusal};
use crate::base44::{Cli, Failure, Granted, Initiated, WebUrl, asked_for};
use crate::lsp::scanner::Look;
use crate::lsp::session::lock;

const OPEN_PAGE: &str = "Open consent page";
const CHECK: &str = "Check now";

impl Commands {
    pub(super) async fn authorize(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done {
        helpers.scanner.look_and_wait(Look::Known).await;
        let Target {
            project,
            file,
            type_,
            scopes,
        } = lock(&self.session).connector_to_authorize(uri)?;
        let job = self.begin(&project)?;
        let name = project.name(&type_);
        let title = format!("Authorizing {name}");
        let progress = self.progress(&job, &title).await;
        let cli = project.cli(&self.versions, &progress.control()).await?;
        drop(progress);

        self.agree(&job, &cli, &name, &type_, &scopes).await?;
        self.remember(helpers, |session| {
            session.forget_failures_below(&file);
            // Asked for other scopes, Base44 may not have those any more that it had.
            session.remotes.forget(&project.root);
        });
        let initiated = {
            let progress = self.progress(&job, &title).await;
            cli.initiate(&type_, &scopes, &progress.control()).await?
        };
        let wish = Wish {
            job: &job,
            cli: &cli,
            project: &project,
            type_: &type_,
            helpers,
        };
        match initiated {
            Initiated::NeedsAuthorization(page) => self.consent(&wish, page).await,
            Initiated::Authorized => {
                let granted = self.granted(&wish).await;
                self.tell_authorized(&name, &granted).await;
                Ok(())
            }
            Initiated::Unclear => Err(unclear(&name)),
        }
    }

    /// Says what will be asked for, and goes on if the user says yes to it.
    async fn agree(&self, job: &Job, cli: &Cli, name: &str, type_: &str, scopes: &[String]) -> Done {
        let question = format!(
            "Authorize {name} for the Base44 app {} with {}?\nThis replaces what Base44 asks {name} for now; you consent in \
             the browser.",
            cli.app().as_str(),
            asked_for(scopes)
        );
        let button = format!("Authorize {name}");
        match self.ask(job, MessageType::INFO, &question, &[&button, CANCEL]).await {
            Answer::Chosen(answer) if answer == button => Ok(()),
            Answer::Chosen(_) | Answer::Dismissed => Err(Refusal::Declined),
            Answer::CannotAsk => {
                let command = cli.initiate_by_hand(type_, scopes)?;
                let why = format!(
                    "Nothing was done, because this editor cannot ask you first. To authorize {name}, run in a terminal, and open \
                     the page it names: {command}"
                );
                Err(Refusal::Because(MessageType::WARNING, why))
            }
        }
    }

    /// Has the user consent on `page`, and finds out and says how it ended.
    pub(super) async fn consent(&self, wish: &Wish<'_>, mut page: WebUrl) -> Done {
        let (job, name) = (wish.job, wish.name());
        self.remember(wish.helpers, |session| {
            session
                .remotes
                .awaits(&wish.project.root, wish.cli.app(), wish.type_, wish.scopes());
        });
        let mut question = format!("{name} needs your consent in the browser.");
        let mut buttons: &[&str] = &[OPEN_PAGE, LATER];
        loop {
            match self.ask(job, MessageType::INFO, &question, buttons).await {
                Answer::Chosen(it) if it == OPEN_PAGE => {
                    self.open(job, &page).await;
                    question =
                        format!("Consent to {name} in the browser. When you have done so, check whether it worked.");
                }
                Answer::Chosen(it) if it == CHECK => match self.check(wish, &mut page).await? {
                    Some(next) => question = next,
                    None => return Ok(()),
                },
                Answer::Chosen(_) | Answer::Dismissed => return Err(Refusal::Declined),
                // The page can be opened without a word; what comes of it, the user can see there.
                Answer::CannotAsk => {
                    self.open(job, &page).await;
                    return Ok(());
                }
            }
            buttons = &[CHECK, OPEN_PAGE, LATER];
        }
    }

    /// Finds out whether there was consent; `None` if so, which has been said then. Otherwise what to say next, and `page` is the one to
    /// consent on.
    async fn check(&self, wish: &Wish<'_>, page: &mut WebUrl) -> Done<Option<String>> {
        let name = wish.name();
        let initiated = {
            let progress = self.progress(wish.job, &format!("Checking {name}")).await;
            let control = progress.control();
            wish.cli.initiate(wish.type_, wish.scopes(), &control).await
        };
        match initiated {
            Ok(Initiated::Authorized) => {
                let granted = self.granted(wish).await;
                self.tell_authorized(&name, &granted).await;
                Ok(None)
            }
            Ok(Initiated::NeedsAuthorization(next)) => {
                *page = next;
                Ok(Some(still_waiting(&name, &self.granted(wish).await)))
            }
            Ok(Initiated::Unclear) => Err(unclear(&name)),
            Err(failure @ (Failure::Cancelled(_) | Failure::OtherUser { .. })) => Err(failure.into()),
            // The consent is not lost with it.
            Err(failure) => Ok(Some(format!(
                "Whether you consented to {name} could not be checked. {failure}"
            ))),
        }
    }

    /// What Base44 has of the connector.
    async fn granted(&self, wish: &Wish<'_>) -> Granted {
        let Wish {
            job,
            cli,
            project,
            type_,
            helpers,
        } = *wish;
        let remote = {
            let progress = self.progress(job, &format!("Checking {}", wish.name())).await;
            self.ask_base44(cli, project, &progress, helpers).await
        };
        let remote = match remote {
            Ok(remote) => remote,
            Err(failure) => {
                tracing::warn!(%failure, "what Base44 has is not known");
                self.remember(helpers, |session| session.remotes.forget(&project.root));
                return Granted::Unknown;
            }
        };
        Granted::of(type_, wish.scopes(), &remote, &project.catalogue)
    }

    async fn tell_authorized(&self, name: &str, granted: &Granted) {
        let kind = match granted {
            Granted::All => MessageType::INFO,
            _ => MessageType::WARNING,
        };
        self.tell(kind, granted.sentence(name)).await;
    }
}

/// A connector of a project that somebody has to consent to.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) job: &'a Job,
    pub(super) cli: &'a Cli,
    pub(super) project: &'a Subject,
    pub(super) type_: &'a str,
    pub(super) helpers: &'a Helpers<'a>,
}

impl Wish<'_> {
    fn name(&self) -> String {
        self.project.name(self.type_)
    }

    fn scopes(&self) -> &[String] {
        self.project.scopes(self.type_)
    }
}

fn still_waiting(name: &str, granted: &Granted) -> String {
    match granted {
        Granted::Others { missing, .. } if !missing.is_empty() => format!(
            "Base44 has {name}, but no consent to {} yet. On the page, consent to all that is asked for.",
            missing.join(", ")
        ),
        _ => format!("Base44 is still waiting for your consent to {name}."),
    }
}

fn unclear(name: &str) -> Refusal {
    Refusal::because(format!(
        "Base44 neither says that {name} is authorized, nor names a page to consent on. Try again later, or look at the connectors \
         of this app on Base44."
    ))
}
