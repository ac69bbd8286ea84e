//! What is to be done with the app on Base44, and the switches that say it.

use std::path::PathBuf;

/// Something to do with the app on Base44.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Show what a push would do.
    Plan,
    /// Make Base44 have the project's connectors.
    Push,
    /// Make the project have Base44's connectors.
    Pull,
    /// Ask for the consent that the connector of this type needs.
    Authorize(String),
    /// Ask Base44 for the services it offers.
    Refresh,
}

/// How it is to go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RemoteArgs {
    /// A file or folder of the project as it was typed; `None`: the current folder.
    pub(crate) path: Option<PathBuf>,
    /// As JSON.
    pub(crate) json: bool,
    /// The user agrees beforehand.
    pub(crate) yes: bool,
    /// A pull deletes no files.
    pub(crate) keep_files: bool,
}

/// The switches that reach Base44.
#[derive(Debug, clap::Args)]
pub(super) struct RemoteSwitches {
    /// Show what a push would do to the app of the project at PATH, or of the current folder
    #[arg(long, group = "mode", help_heading = "What to do on Base44")]
    plan: bool,

    /// Push the connectors of the project to its app, after showing the plan and asking
    #[arg(long, group = "mode", help_heading = "What to do on Base44")]
    push: bool,

    /// Pull the app's connectors into the project, after showing what changes and asking; comments and own keys stay
    #[arg(long, group = "mode", help_heading = "What to do on Base44")]
    pull: bool,

    /// Ask for the consent that one connector of the project needs: sets its scopes, and names the page to consent on
    #[arg(long, group = "mode", help_heading = "What to do on Base44", value_name = "TYPE")]
    authorize: Option<String>,

    /// Ask Base44 for the services it offers, and keep the list: from then on it is part of the catalogue
    #[arg(long, group = "mode", help_heading = "What to do on Base44")]
    refresh: bool,

    /// With --push, --pull and --authorize: do it without asking
    #[arg(long, short, help_heading = "What to do on Base44")]
    yes: bool,

    /// With --pull: keep the files of connectors that Base44 does not have
    #[arg(long, help_heading = "What to do on Base44")]
    keep_files: bool,
}

impl RemoteSwitches {
    /// What is to be done; `None`: nothing with Base44.
    pub(super) fn deed(&self) -> Option<Deed> {
        let wanted = [
            (self.plan, Deed::Plan),
            (self.push, Deed::Push),
            (self.pull, Deed::Pull),
            (self.refresh, Deed::Refresh),
        ];
        let wanted = wanted.into_iter().find_map(|(wanted, deed)| wanted.then_some(deed));
        wanted.or_else(|| self.authorize.clone().map(Deed::Authorize))
    }

    /// What of it makes no sense together.
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let deed = self.deed();
        if self.yes && matches!(deed, None | Some(Deed::Plan | Deed::Refresh)) {
            return Some("--yes goes with --push, --pull or --authorize");
        }
        (self.keep_files && deed != Some(Deed::Pull)).then_some("--keep-files goes with --pull")
    }

    /// How it is to go, for the project at the only one of `paths`.
    ///
    /// # Errors
    /// A sentence: what is wrong with the paths.
    pub(super) fn args(self, paths: Vec<PathBuf>, json: bool) -> Result<RemoteArgs, &'static str> {
        let mut paths = paths.into_iter();
        let path = paths.next();
        match paths.next() {
            Some(_) => Err("name one project only"),
            None => Ok(RemoteArgs {
                path,
                json,
                yes: self.yes,
                keep_files: self.keep_files,
            }),
        }
    }
}
