//! `pull`: preview, question, and the project's files as Base44 has the connectors. Nothing that the user wrote is lost: files with unsaved
//! changes are not touched, and of the others a copy is kept.
//!
//! A file that is open is changed in the editor and left for its user to save: written behind the editor's back, some would go on showing, and
//! then save, the old one.

use std::path::PathBuf;

use lsp_types::{MessageType, Url};

use super::dialogue::Answer;
use super::jobs::{Job, Progress};
use super::project::{Subject, file_name, refuse};
use super::{CANCEL, Commands, Done, Helpers, Refusal};
use crate::analysis::Change;
use crate::base44::{
    Applied, Changed, Cli, Connectors, Environment, Failure, PullPlan, PullReport, Rescope, excerpt, inert, quoted,
};
use crate::lsp::scanner::Look;
use crate::lsp::session::{Session, lock};
use crate::lsp::to_proto;
use crate::project::is_on_disk;
use crate::syntax::{TextEdit, difference};

impl Commands {
    pub(super) async fn pull(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done {
        helpers.scanner.look_and_wait(Look::Known).await;
        let project = lock(&self.session).project_to_pull(uri)?;
        let job = self.begin(&project)?;
        let (cli, plan) = {
            let progress = self.progress(&job, "Comparing with Base44").await;
            let cli = project.cli(&self.versions, &progress.control()).await?;
            let remote = self.ask_base44(&cli, &project, &progress, helpers).await?;
            let plan = PullPlan::new(&project.files_on_disk().await?, &remote, &project.catalogue);
            (cli, plan)
        };
        if plan.is_in_step() {
            let message = format!("The files already say what Base44 has.{}", left_alone(&plan));
            self.tell(MessageType::INFO, message).await;
            return Ok(());
        }
        lock(&self.session).check_buffers(&plan)?;
        let plan = self.choose(&job, &cli, &project, plan).await?;
        // The user took their time.
        lock(&self.session).check_buffers(&plan)?;
        self.carry_out(&cli, plan, helpers).await
    }

    /// What Base44 has now, which is remembered.
    pub(super) async fn ask_base44(
        &self,
        cli: &Cli,
        project: &Subject,
        progress: &Progress<'_>,
        helpers: &Helpers<'_>,
    ) -> std::result::Result<Connectors, Failure> {
        let remote = cli.remote_state(&progress.control()).await?;
        self.remember(helpers, |session| {
            session.remotes.saw(&project.root, cli.app(), remote.clone());
        });
        Ok(remote)
    }

    /// Shows the plan, and asks which of it is to be done.
    async fn choose(&self, job: &Job, cli: &Cli, project: &Subject, plan: PullPlan) -> Done<PullPlan> {
        let report = PullReport::new(cli.app(), &plan, &project.catalogue);
        let keeping = plan.clone().keeping_files();
        let (all, some) = (plan.button(), keeping.button());
        let mut buttons = vec![all.as_str()];
        if !plan.deleted.is_empty() && !keeping.is_in_step() {
            buttons.push(&some);
        }
        buttons.push(CANCEL);
        let name = format!("pull-{}.md", cli.app().as_str());
        self.show_text_if_possible(job, &name, &report.markdown()).await;
        let question = format!("Pull from the Base44 app {}?\n{}", cli.app().as_str(), sentences(&plan));
        match self.ask(job, MessageType::WARNING, &question, &buttons).await {
            Answer::Chosen(answer) if answer == all => Ok(plan),
            Answer::Chosen(answer) if answer == some => Ok(keeping),
            Answer::Chosen(_) | Answer::Dismissed => Err(Refusal::Declined),
            Answer::CannotAsk => Err(Refusal::Because(
                MessageType::WARNING,
                format!(
                    "Nothing was pulled, because this editor cannot ask you first. {}To pull, run in a terminal: \
                     base44-connectors-ls --pull {}",
                    report.plain(),
                    quoted(&project.root.to_string_lossy())
                ),
            )),
        }
    }

    async fn carry_out(&self, cli: &Cli, plan: PullPlan, helpers: &Helpers<'_>) -> Done {
        let open: Vec<_> = {
            let session = lock(&self.session);
            let is_open = |it: &&Changed| session.client.apply_edit && session.workspace.document(&it.path).is_some();
            plan.changed.iter().filter(is_open).cloned().collect()
        };
        let left: Vec<PathBuf> = open.iter().map(|it| it.path.clone()).collect();
        let applied = tokio::task::spawn_blocking(move || plan.apply_but(&left, &Environment::of_process()));
        let mut applied = applied.await.map_err(|error| Failure::Temporary(error.to_string()))??;
        let mut edited = Vec::new();
        for changed in open {
            match self.edit(&changed).await {
                Ok(()) => edited.push(file_name(&changed.path)),
                Err(why) => applied.failed.push((changed.path, why)),
            }
        }
        helpers
            .scanner
            .look_and_wait(Look::At([applied.written.as_slice(), &applied.deleted].concat()))
            .await;
        self.tell_applied(cli, &applied, &edited).await;
        Ok(())
    }

    /// Changes the open buffer of a file that is saved.
    async fn edit(&self, changed: &Changed) -> std::result::Result<(), String> {
        let edit = lock(&self.session).edit_of(changed).ok_or("it was edited meanwhile")?;
        match self.client.apply_edit(edit).await {
            Ok(answer) if answer.applied => Ok(()),
            Ok(answer) => Err(answer.failure_reason.unwrap_or_else(|| "the editor refused".to_owned())),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn tell_applied(&self, cli: &Cli, applied: &Applied, edited: &[String]) {
        let names = |paths: &[PathBuf]| paths.iter().map(|it| file_name(it)).collect::<Vec<_>>().join(", ");
        let mut message = format!("Pulled from the Base44 app {}.", cli.app().as_str());
        if !applied.written.is_empty() {
            message += &format!(" Written: {}.", names(&applied.written));
        }
        if !applied.deleted.is_empty() {
            message += &format!(" Deleted: {}.", names(&applied.deleted));
        }
        if !edited.is_empty() {
            message += &format!(" Changed in the editor, for you to save: {}.", edited.join(", "));
        }
        if let Some(backup) = &applied.backup {
            message += &format!(" The files as they were are in {}.", backup.display());
        }
        self.tell(MessageType::INFO, message).await;
        for (path, why) in &applied.failed {
            self.tell(MessageType::ERROR, format!("{} is as it was: {why}.", path.display()))
                .await;
        }
    }
}

impl Session {
    /// Refuses a plan that would change or delete what has not been saved.
    fn check_buffers(&self, plan: &PullPlan) -> Done {
        let created = plan.created.iter().map(|it| &it.path);
        let changed = plan.changed.iter().map(|it| &it.path);
        let deleted = plan.deleted.iter().map(|it| &it.path);
        let is_unsaved = |path: &&PathBuf| {
            let document = self.workspace.document(path);
            document.is_some_and(|it| !is_on_disk(path, it.text()))
        };
        match created.chain(changed).chain(deleted).find(is_unsaved) {
            None => Ok(()),
            Some(path) => refuse(format!(
                "{} has unsaved changes, and the pull would overwrite them. Save or undo them, then pull again.",
                file_name(path)
            )),
        }
    }

    /// The edit that brings the open buffer of a file to its new text; `None` if it has other changes by now.
    fn edit_of(&self, changed: &Changed) -> Option<lsp_types::WorkspaceEdit> {
        // Editors keep the byte order mark to themselves.
        let bare = |text: &str| -> String { text.strip_prefix('\u{feff}').unwrap_or(text).to_owned() };
        let buffer = self.workspace.document(&changed.path)?.text();
        if bare(buffer) != bare(&changed.old) {
            return None;
        }
        let new = match buffer.starts_with('\u{feff}') {
            true => changed.new.clone(),
            false => bare(&changed.new),
        };
        let (range, inserted) = difference(buffer, &new);
        let edit = TextEdit {
            range,
            insert: new.get(std::ops::Range::<usize>::from(inserted))?.to_owned(),
        };
        let change = Change::Edit {
            path: changed.path.clone(),
            edits: vec![edit],
        };
        to_proto::workspace_edit(self, &[change])
    }
}

/// The plan, a sentence a line. What goes comes first.
fn sentences(plan: &PullPlan) -> String {
    let mut res = String::new();
    if let Some(outside) = &plan.outside {
        let outside = inert(&outside.to_string_lossy());
        res += &format!("The connectors directory is a link to {outside}, outside of the project.\n");
    }
    for it in &plan.deleted {
        res += &format!("Delete {}: Base44 has no such connector.\n", file_name(&it.path));
    }
    for it in &plan.changed {
        res += &format!("Change {}:{}.\n", file_name(&it.path), rescope(&it.rescope));
        if let Some(outside) = &it.outside {
            let outside = inert(&outside.to_string_lossy());
            res += &format!("That is a link to {outside}, outside of the project.\n");
        }
        if !it.lost_comments.is_empty() {
            let comments: Vec<_> = it.lost_comments.iter().map(|it| excerpt(&inert(it))).collect();
            res += &format!("With the scopes go their comments: {}.\n", comments.join(" "));
        }
    }
    for it in &plan.created {
        res += &format!("Make {}.\n", file_name(&it.path));
    }
    if !(plan.deleted.is_empty() && plan.changed.is_empty()) {
        res += "A copy of what is deleted or changed is kept.\n";
    }
    res + left_alone(plan).trim_start()
}

fn rescope(Rescope { added, removed }: &Rescope) -> String {
    let part = |verb: &str, scopes: &[String]| match scopes {
        [] => String::new(),
        some => format!(" {verb} {}", inert(&some.join(", "))),
    };
    let (added, removed) = (part("add", added), part("drop", removed));
    let semicolon = if added.is_empty() || removed.is_empty() {
        ""
    } else {
        ";"
    };
    format!("{added}{semicolon}{removed}")
}

fn left_alone(plan: &PullPlan) -> String {
    let names: Vec<_> = plan.skipped.iter().map(|it| file_name(&it.path)).collect();
    match names.as_slice() {
        [] => String::new(),
        some => format!(
            " Left alone, because it is not certain what they are: {}.",
            some.join(", ")
        ),
    }
}
