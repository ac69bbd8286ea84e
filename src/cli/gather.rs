//! What a check looks at: the projects that were named, or a text from standard input, and what they are judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::args::{CheckArgs, ConfigChoice};
use super::checkout::Checkout;
use super::console::Console;
use super::outcome::Sources;
use super::text::visible;
use crate::analysis::config::ToolConfig;
use crate::analysis::rules::{self, Level};
use crate::analysis::{Role, Settings, SourceFile, Surroundings};
use crate::connector;
use crate::project::position::{Encoding, LineIndex, Lines as _};
use crate::project::{
    Affected, Location, Problem, Store, Workspace, discovery, folders_in_sight, in_parallel, load, resolved,
};
use crate::registry::Catalogue;
use crate::syntax::{self, Tree};

/// Files to check, read from the disk or from standard input, in their projects.
pub(super) struct Gathered {
    /// The current folder.
    pub(super) base: PathBuf,
    checkout: Checkout,
    /// The text from standard input, if it was given no name of its own.
    pub(super) unnamed: Option<PathBuf>,
    /// Paths that were named and are nothing to us, as they were typed.
    skipped: Vec<PathBuf>,
    /// What looks as if it were read and is not, and folders that could not be searched.
    passed_over: Vec<Problem>,
    /// Folders in which it was looked for projects.
    searched: Vec<PathBuf>,
    workspace: Workspace,
    restricted: Restricted,
    judges: BTreeMap<PathBuf, Judge>,
    /// What counts instead of the projects' own config files.
    config: Option<Judge>,
}

/// What has happened on the disk.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Something at these paths, and nothing elsewhere.
    At(Vec<PathBuf>),
    /// Nobody knows what.
    Anywhere,
}

/// The files to report on, by the root of their project, where that is not all of them.
type Restricted = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// What the files of a project are judged by.
struct Judge {
    catalogue: Catalogue,
    settings: Settings,
}

impl Gathered {
    /// Reads what `args` name. `catalogue`: what is known of services before a project adds to it.
    ///
    /// # Errors
    ///
    /// A sentence: what cannot be looked at, and why.
    pub(super) fn read(args: &CheckArgs, catalogue: &Catalogue) -> Result<Self, String> {
        let base = env::current_dir().map_err(|error| format!("cannot tell the current folder: {error}"))?;
        let config = match &args.config {
            ConfigChoice::Own => None,
            ConfigChoice::None => Some(Judge::by(catalogue, ToolConfig::default())),
            ConfigChoice::File(path) => Some(Judge::by(catalogue, tool_config(path)?)),
        };
        let mut gathered = Gathered {
            base,
            checkout: Checkout::of_environment(),
            unnamed: None,
            skipped: Vec::new(),
            passed_over: Vec::new(),
            searched: Vec::new(),
            workspace: Workspace::new(catalogue.clone()),
            restricted: Restricted::new(),
            judges: BTreeMap::new(),
            config,
        };
        match args.reads_stdin() {
            true => gathered.read_stdin(args.stdin_path.as_deref())?,
            false => gathered.read_paths(&args.paths)?,
        }
        gathered.judge_projects(args, |_| true);
        Ok(gathered)
    }

    /// The folders in which something can happen that concerns this check.
    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        let searched = self.searched.iter().flat_map(|it| folders_in_sight(it));
        let own = self.workspace.projects().flat_map(|it| it.location().folders());
        searched.chain(own).collect()
    }

    /// From now on, projects that come to be in the folders that were searched are known, too, as [`update`](Self::update) is told.
    pub(super) fn follow(&mut self) {
        if !self.searched.is_empty() {
            self.workspace.set_folders(&self.searched.clone());
        }
    }

    /// Something has happened at these paths, or anywhere. Reads what is to be read again; returns the files whose findings may
    /// have changed.
    pub(super) fn update(&mut self, change: &Change, args: &CheckArgs) -> Affected {
        let scan = match change {
            Change::At(paths) => self.workspace.scan_changes(paths),
            Change::Anywhere => self.workspace.scan_all(),
        };
        let affected = self.workspace.merge(scan.read());
        let stores = affected.iter().filter_map(|it| self.workspace.project(it));
        let roots: BTreeSet<_> = stores.map(|it| it.location().root.clone()).collect();
        self.judge_projects(args, |root| roots.contains(root));
        affected
    }

    /// Works out by what projects are judged: those that `wanted` names, and those of which it is not known.
    fn judge_projects(&mut self, args: &CheckArgs, wanted: impl Fn(&Path) -> bool) {
        for store in self.workspace.projects() {
            let root = &store.location().root;
            if wanted(root) || !self.judges.contains_key(root) {
                let judge = Judge::new(store, self.config.as_ref(), args);
                self.judges.insert(root.clone(), judge);
            }
        }
    }

    /// The files to report on, in no order, each with its project.
    pub(super) fn files(&self) -> Vec<(&Store, &SourceFile)> {
        // A file of two projects is looked at in the one that it belongs to.
        let several = self.workspace.projects().nth(1).is_some();
        let is_at_home = |store: &Store, path: &Path| {
            !several
                || self
                    .workspace
                    .project(path)
                    .is_some_and(|home| std::ptr::eq(home, store))
        };
        self.workspace
            .projects()
            .flat_map(|store| store.files().map(move |file| (store, file)))
            .filter(|(store, file)| self.reports_on(store, file) && is_at_home(store, &file.path))
            .collect()
    }

    /// The file at this path with its project, if it is one of [`files`](Self::files).
    pub(super) fn reported(&self, path: &Path) -> Option<(&Store, &SourceFile)> {
        let store = self.workspace.project(path)?;
        let file = store.file(path).filter(|it| self.reports_on(store, it))?;
        Some((store, file))
    }

    fn reports_on(&self, store: &Store, file: &SourceFile) -> bool {
        self.reports(store, &file.path) && !(self.config.is_some() && file.role == Role::ToolConfig)
    }

    /// What the files of a project are judged by.
    pub(super) fn around<'g>(&'g self, store: &'g Store) -> Surroundings<'g> {
        let own = store.surroundings();
        let judge = self.judges.get(&store.location().root);
        judge.map_or(own, |it| Surroundings {
            catalogue: &it.catalogue,
            settings: &it.settings,
            ..own
        })
    }

    /// The file at this path, whether it is reported on or not.
    pub(super) fn file(&self, path: &Path) -> Option<&SourceFile> {
        self.workspace.file(path)
    }

    /// The projects, by root.
    pub(super) fn stores(&self) -> impl Iterator<Item = &Store> {
        self.workspace.projects()
    }

    /// The folders in which it was looked for projects.
    pub(super) fn searched_folders(&self) -> &[PathBuf] {
        &self.searched
    }

    /// No texts yet; paths as they are shown.
    pub(super) fn sources(&self) -> Sources {
        Sources {
            checkout: self.checkout.clone(),
            unnamed: self.unnamed.clone(),
            ..Sources::in_folder(self.base.clone())
        }
    }

    /// Whether there is a folder that says of itself that it is a project.
    pub(super) fn has_config(&self) -> bool {
        self.workspace.projects().any(|store| store.location().config.is_some())
    }

    /// What should have been read and was not.
    pub(super) fn problems(&self) -> Vec<&Problem> {
        self.workspace
            .projects()
            .flat_map(|store| store.problems().filter(|it| self.reports(store, &it.path)))
            .collect()
    }

    /// Whether the file at this path of a project is reported on.
    pub(super) fn reports(&self, store: &Store, path: &Path) -> bool {
        self.restricted
            .get(&store.location().root)
            .is_none_or(|only| only.contains(path))
    }

    /// Names what was asked for and is nothing to us, what looks as if it were read and is not, and folders that could not be
    /// searched.
    pub(super) fn tell_passed_over(&self, console: Console) {
        for path in &self.skipped {
            let path = path.to_string_lossy();
            console.note(format_args!(
                "{} is no connector file, so it is not checked",
                visible(&path)
            ));
        }
        let sources = self.sources();
        for Problem { path, message } in &self.passed_over {
            let path = sources.shown(path);
            console.note(format_args!("{} {}", visible(&path), visible(message)));
        }
    }

    fn read_paths(&mut self, paths: &[PathBuf]) -> Result<(), String> {
        let selection = discovery::for_check(&self.base, paths).map_err(|error| error.to_string())?;
        self.skipped = selection.skipped;
        self.passed_over = selection.unsearched;
        let given = paths.iter().map(|it| resolved(&self.base, it));
        self.searched = match paths.is_empty() {
            true => vec![self.base.clone()],
            false => given.filter(|it| it.is_dir()).collect(),
        };
        let loaded = in_parallel(selection.targets, |target| (load(target.location), target.only));
        for (project, only) in loaded {
            let is_named = |it: &&Problem| only.as_ref().is_none_or(|only| only.contains(&it.path));
            self.passed_over
                .extend(project.passed_over().iter().filter(is_named).cloned());
            if let Some(only) = only {
                self.restricted
                    .insert(project.location.root.clone(), only.into_iter().collect());
            }
            self.workspace.insert(project);
        }
        Ok(())
    }

    /// Takes standard input for the file at `path`, which need not exist; the other files of its project are on the disk.
    fn read_stdin(&mut self, path: Option<&Path>) -> Result<(), String> {
        let mut bytes = Vec::new();
        io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| format!("cannot read standard input: {error}"))?;
        let text = syntax::decode_utf8(&bytes).into_owned();
        let unnamed = path.is_none();
        let path = match path {
            Some(path) => self.workspace.key(&resolved(&self.base, path)),
            None => nowhere(&self.base).join(file_name(&text)),
        };
        self.workspace.open(&path, 0, text);
        if self.workspace.file(&path).is_some() {
            let rest = self.workspace.scan_incomplete().read();
            self.workspace.merge(rest);
        } else if let Some(folder) = path.parent() {
            self.workspace.insert(load(Location::of_connectors_dir(folder)));
        }
        let Some(store) = self.workspace.project(&path) else {
            return Err(format!("{} would be no connector file", path.display()));
        };
        self.restricted
            .insert(store.location().root.clone(), BTreeSet::from([path.clone()]));
        self.unnamed = unnamed.then_some(path);
        Ok(())
    }
}

impl Judge {
    /// What a config file says, and nothing else.
    fn by(catalogue: &Catalogue, config: ToolConfig) -> Self {
        Judge {
            catalogue: catalogue.with_overlay(config.overlay),
            settings: config.settings,
        }
    }

    /// For one project: what `config` says or else its own config file, without the rules that are not wanted.
    fn new(store: &Store, config: Option<&Judge>, args: &CheckArgs) -> Self {
        let own = store.surroundings();
        let (catalogue, settings) = config.map_or((own.catalogue, own.settings), |it| (&it.catalogue, &it.settings));
        let (catalogue, mut settings) = (catalogue.clone(), settings.clone());
        let is_off = |rule| (!args.only.is_empty() && !args.only.contains(&rule)) || args.skip.contains(&rule);
        let off = rules::ALL.iter().filter(|it| is_off(**it));
        settings.levels.extend(off.map(|it| (it.code, Level::Off)));
        Judge { catalogue, settings }
    }
}

/// Reads a config file that was named on the command line.
fn tool_config(path: &Path) -> Result<ToolConfig, String> {
    let shown = path.display();
    let bytes = fs::read(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let text = syntax::decode_utf8(&bytes);
    let tree = Tree::parse(&text);
    let place = |offset| {
        let place = LineIndex::new(&text).line_column(offset, Encoding::Utf32);
        format!("{shown}:{}:{}", place.line + 1, place.column + 1)
    };
    if let Some(error) = tree.errors().first() {
        return Err(format!(
            "{}: this is not JSON with comments",
            place(error.range.start())
        ));
    }
    let config = ToolConfig::read(&text, &tree);
    match config.problems.first() {
        Some(problem) => Err(format!("{}: {}", place(problem.range.start()), problem.message)),
        None => Ok(config),
    }
}

/// A folder that belongs to no project, whatever the current folder is to one.
fn nowhere(base: &Path) -> PathBuf {
    base.ancestors().last().unwrap_or(base).join("-")
}

/// The name that a connector file with this text should have.
fn file_name(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let type_ = connector::type_of(text, &Tree::parse(text)).map(|(type_, _)| type_);
    let stem = type_.filter(|it| !it.is_empty() && it.chars().all(is_plain));
    format!("{}.jsonc", stem.as_deref().unwrap_or("connector"))
}
