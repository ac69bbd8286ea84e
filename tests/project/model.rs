//! Whatever happens, and in whatever order: a workspace that was told of every change knows what one knows that starts
//! now, and it has named every file of which something is different.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base44_connectors_ls::analysis::{BackendCode, Role};
use base44_connectors_ls::connector;
use base44_connectors_ls::project::document::ContentChange;
use base44_connectors_ls::project::position::Encoding;
use base44_connectors_ls::project::{Affected, Store, Workspace};
use base44_connectors_ls::registry::Catalogue;
use base44_connectors_ls::syntax::Tree as SyntaxTree;
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::tree::Tree;

/// An editor with a workspace, over a real folder. After each step it holds against a workspace that starts now.
pub(crate) struct Session {
    pub(crate) tree: Tree,
    pub(crate) workspace: Workspace,
    folder: PathBuf,
    /// In the order in which they were opened.
    open: Vec<(PathBuf, String)>,
    /// What an editor shows of each file: looked up again only where the workspace says so.
    shown: BTreeMap<PathBuf, String>,
}

impl Session {
    /// An editor that has opened the whole tree.
    pub(crate) fn new(files: &[&str]) -> Session {
        Self::in_folder("", files)
    }

    /// An editor that has opened a folder of the tree.
    pub(crate) fn in_folder(folder: &str, files: &[&str]) -> Session {
        let tree = Tree::new(files);
        let mut session = Session {
            folder: tree.path(folder),
            tree,
            workspace: Workspace::new(Catalogue::embedded()),
            open: Vec::new(),
            shown: BTreeMap::new(),
        };
        let affected = session.workspace.set_folders(std::slice::from_ref(&session.folder));
        session.show(affected);
        let found = session.workspace.scan_all().read();
        let affected = session.workspace.merge(found);
        session.show(affected);
        session.verify();
        session
    }

    /// Changes the disk, and tells the workspace about these paths.
    pub(crate) fn disk(&mut self, change: impl FnOnce(&Tree), told: &[&str]) -> Vec<String> {
        change(&self.tree);
        let told: Vec<_> = told.iter().map(|it| self.tree.path(it)).collect();
        let affected = self.workspace.disk_changed(&told);
        self.settle(affected)
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) -> Vec<String> {
        self.disk(|tree| tree.write(path, text), &[path])
    }

    pub(crate) fn delete(&mut self, path: &str) -> Vec<String> {
        self.disk(|tree| tree.delete(path), &[path])
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) -> Vec<String> {
        self.disk(|tree| tree.rename(from, to), &[from, to])
    }

    pub(crate) fn open(&mut self, path: &str, text: &str) -> Vec<String> {
        let path = self.tree.path(path);
        self.open.push((path.clone(), text.to_owned()));
        let affected = self.workspace.open(&path, 1, text.to_owned());
        self.settle(affected)
    }

    /// Types a whole new text; the workspace finds out what is different.
    pub(crate) fn change(&mut self, path: &str, text: &str) -> Vec<String> {
        let path = self.tree.path(path);
        let open = self.open.iter_mut().find(|it| it.0 == path).unwrap();
        text.clone_into(&mut open.1);
        let version = self.workspace.document(&path).unwrap().version() + 1;
        let whole = |text: String| ContentChange { range: None, text };
        // What was there in between, and was never looked at, leaves no trace.
        let slip = whole(format!("{text}]"));
        self.workspace.splice(&path, version, [slip], Encoding::Utf16);
        let change = whole(text.to_owned());
        let affected = self.workspace.change(&path, version + 1, [change], Encoding::Utf16);
        self.settle(affected)
    }

    pub(crate) fn close(&mut self, path: &str) -> Vec<String> {
        let path = self.tree.path(path);
        self.open.retain(|it| it.0 != path);
        let affected = self.workspace.close(&path);
        self.settle(affected)
    }

    pub(crate) fn is_open(&self, path: &str) -> bool {
        self.workspace.document(&self.tree.path(path)).is_some()
    }

    /// The files that the index has under a type, in any project.
    pub(crate) fn of_type(&self, type_: &str) -> Vec<String> {
        let projects = self.workspace.projects();
        let around: Vec<_> = projects.map(Store::surroundings).collect();
        let files = around.iter().flat_map(|it| it.project.files_of_type(type_));
        files.map(|it| self.tree.relative(&it.path)).collect()
    }

    /// Shows what is affected, as an editor does, and checks that this was everything. Returns the paths.
    fn settle(&mut self, mut affected: Affected) -> Vec<String> {
        self.show(affected.clone());
        let found = self.workspace.scan_incomplete().read();
        let mut rest = self.workspace.merge(found);
        self.show(rest.clone());
        self.verify();
        affected.append(&mut rest);
        affected.iter().map(|it| self.tree.relative(it)).collect()
    }

    fn show(&mut self, affected: Affected) {
        for path in affected {
            match view(&self.workspace, &path) {
                Some(view) => drop(self.shown.insert(path, view)),
                None => drop(self.shown.remove(&path)),
            }
        }
    }

    #[track_caller]
    fn verify(&self) {
        let mut fresh = Workspace::new(Catalogue::embedded());
        fresh.set_folders(std::slice::from_ref(&self.folder));
        let found = fresh.scan_all().read();
        fresh.merge(found);
        for (path, text) in &self.open {
            fresh.open(path, 1, text.clone());
        }
        let found = fresh.scan_incomplete().read();
        fresh.merge(found);

        let roots = |it: &Workspace| {
            let projects = it
                .projects()
                .map(|it| format!("{:?} {}", it.location(), it.is_complete()));
            projects.collect::<Vec<_>>()
        };
        assert_eq!(roots(&self.workspace), roots(&fresh), "projects");
        assert_eq!(uses(&self.workspace), uses(&fresh), "what backend code asks for");
        let files = fresh.projects().flat_map(Store::files);
        let expected: BTreeMap<_, _> = files
            .map(|it| (it.path.clone(), view(&fresh, &it.path).unwrap()))
            .collect();
        assert_eq!(self.shown, expected, "what is shown, and what should be");
    }
}

/// The index of what each project's backend code asks for, and of what there is to ask for.
fn uses(workspace: &Workspace) -> Vec<String> {
    let of_project = |it: &Store| {
        let project = it.surroundings().project;
        let files_of = |type_| {
            project
                .backend_files_of_type(type_)
                .iter()
                .map(|it| it.path.clone())
                .collect::<Vec<_>>()
        };
        let files = ["slack", "googlesheets", "acme"].map(files_of);
        format!("{:?} {} {files:?}", project.types(), project.knows_all_uses())
    };
    workspace.projects().map(of_project).collect()
}

/// Everything that a file's findings can depend on, and the findings.
fn view(workspace: &Workspace, path: &Path) -> Option<String> {
    let file = workspace.file(path)?;
    let around = workspace.surroundings(path)?;
    match file.role {
        Role::Backend => {
            let code = BackendCode::read(path, &file.text);
            assert_eq!(around.project.backend_code(path), Some(&code), "{}", path.display());
        }
        _ => assert_eq!(file.tree, SyntaxTree::parse(&file.text), "{}", path.display()),
    }
    let type_ = connector::type_of(&file.text, &file.tree).filter(|_| file.role == Role::Connector);
    let twins = type_
        .map(|(type_, _)| around.project.files_of_type(&type_))
        .unwrap_or_default();
    let twins: Vec<_> = twins.iter().map(|it| (&it.path, &it.text)).collect();
    let levels: BTreeMap<_, _> = around.settings.levels.iter().collect();
    let acme = around.catalogue.service("acme").map(|it| &it.name);
    let found = workspace.diagnostics(path);
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.rule, it.severity, it.range, &it.message))
        .collect();
    let root = around.project.root();
    Some(format!(
        "{root:?} {:?} {:?} {twins:?} {levels:?} {acme:?} {found:?}",
        file.role, file.text
    ))
}

#[derive(Debug, Clone)]
enum Step {
    Write(&'static str, &'static str),
    Delete(&'static str),
    Move(&'static str, &'static str),
    Open(&'static str, &'static str),
    Change(&'static str, &'static str),
    Close(&'static str),
    /// Several files at once, as when a branch is checked out.
    Checkout(Vec<(&'static str, Option<&'static str>)>),
}

const CONNECTORS: &[&str] = &[
    "base44/connectors/a.jsonc",
    "base44/connectors/b.jsonc",
    "base44/connectors/config.json",
    "base44/connectors/.d.jsonc",
    "base44/connectors/sub/a.jsonc",
    "base44/conn/a.jsonc",
    "connectors/a.jsonc",
    "apps/x/base44/connectors/a.jsonc",
    "apps/x/base44/connectors/b.jsonc",
    ".hidden/base44/connectors/a.jsonc",
];

const BACKEND: &[&str] = &[
    "base44/functions/f/entry.ts",
    "base44/functions/f/lib/g.js",
    "base44/functions/f/node_modules/x/index.js",
    "base44/functions/generated/h.ts",
    "base44/shared/s.mjs",
    "base44/fn/f/entry.ts",
    "apps/x/base44/actors/a/entry.ts",
    ".hidden/base44/functions/f/entry.ts",
];

const CONFIGS: &[&str] = &[
    "base44/config.jsonc",
    "base44/config.json",
    "config.jsonc",
    "apps/x/base44/config.jsonc",
];

const TOOL_CONFIGS: &[&str] = &["base44/base44-connectors-ls.jsonc", "base44-connectors-ls.jsonc"];

const FOLDERS: &[&str] = &[
    "base44",
    "base44/connectors",
    "base44/conn",
    "base44/functions",
    "base44/functions/f",
    "connectors",
    "apps",
    "apps/x",
    "apps/y",
];

fn of(items: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(items)
}

/// A file and a text for it.
fn file() -> impl Strategy<Value = (&'static str, &'static str)> {
    let connector = of(&[
        r#"{ "type": "slack", "scopes": [] }"#,
        r#"{ "type": "googlesheets", "scopes": [] }"#,
        r#"{ "type": "acme", "scopes": ["a"] }"#,
        // Which services it belongs to is told in the order of those that the project has.
        r#"{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/drive.file"] }"#,
        r#"{ "type": "slack", "type": "gm"#,
        "",
    ]);
    let config = of(&[
        "{}",
        "{ connectorsDir: 'conn' }",
        "{ functionsDir: 'fn' }",
        "{ connectorsDir: '../connectors' }",
        "{ connectorsDir: 0 }",
    ]);
    let tool_config = of(&[
        "{}",
        r#"{ "rules": { "invalid-config": "off" } }"#,
        r#"{ "rules": { "invalid-config": "hint", "zzz": 1 }, "services": { "acme": { "name": "Acme" } } }"#,
    ]);
    let backend = of(&[
        "connectors.getConnection('slack')",
        "const A = 'googlesheets'; connectors.getConnection(A); connectors.getConnection('slakc')",
        "connectors.getConnection('acme'); connectors.getConnection('slack') // again",
        "connectors.getConnection(type)",
        "connectors.getConnection('sl",
        "",
    ]);
    prop_oneof![
        6 => (of(CONNECTORS), connector),
        5 => (of(BACKEND), backend),
        2 => (of(CONFIGS), config),
        2 => (of(TOOL_CONFIGS), tool_config),
    ]
}

fn path() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => file().prop_map(|it| it.0),
        1 => of(FOLDERS),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => file().prop_map(|(path, text)| Step::Write(path, text)),
        2 => path().prop_map(Step::Delete),
        1 => (path(), path()).prop_map(|(from, to)| Step::Move(from, to)),
        3 => file().prop_map(|(path, text)| Step::Open(path, text)),
        3 => file().prop_map(|(path, text)| Step::Change(path, text)),
        2 => file().prop_map(|(path, _)| Step::Close(path)),
        1 => prop::collection::vec((file(), any::<bool>()), 2..8)
            .prop_map(|it| Step::Checkout(it.into_iter().map(|((path, text), is)| (path, is.then_some(text))).collect())),
    ]
}

/// Does a step, if it is possible.
fn take(session: &mut Session, step: Step) {
    let exists = |session: &Session, path: &str| session.tree.path(path).exists();
    match step {
        Step::Write(path, text) => drop(session.write(path, text)),
        Step::Delete(path) if exists(session, path) => drop(session.delete(path)),
        Step::Move(from, to) if exists(session, from) && !exists(session, to) && !Path::new(to).starts_with(from) => {
            // A folder at the path of a file is possible, and its files then cannot be written any more.
            let keeps_kind = session.tree.path(from).is_dir() == FOLDERS.contains(&to);
            if keeps_kind {
                session.rename(from, to);
            }
        }
        Step::Open(path, text) if !session.is_open(path) => drop(session.open(path, text)),
        Step::Change(path, text) if session.is_open(path) => drop(session.change(path, text)),
        Step::Close(path) if session.is_open(path) => drop(session.close(path)),
        Step::Checkout(files) => {
            let told: Vec<_> = files.iter().map(|it| it.0).collect();
            let checkout = |tree: &Tree| {
                for (path, text) in &files {
                    match text {
                        Some(text) => tree.write(path, text),
                        None if tree.path(path).exists() => tree.delete(path),
                        None => {}
                    }
                }
            };
            session.disk(checkout, &told);
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_workspace_that_was_told_of_every_change_is_as_good_as_a_new_one(
        start in prop::collection::vec(file(), 0..8),
        folder in of(&["", "", "", "base44", "apps/x"]),
        steps in prop::collection::vec(step(), 1..20),
    ) {
        let files: Vec<_> = start.iter().map(|(path, text)| format!("{path}={text}")).collect();
        let ignored = ["base44/functions/.gitignore=generated/".to_owned()];
        let files: Vec<_> = files.into_iter().chain(ignored).collect();
        let folders = FOLDERS.iter().filter(|it| folder.starts_with(**it)).map(|it| format!("{it}/"));
        let files: Vec<_> = files.into_iter().chain(folders).collect();
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let mut session = Session::in_folder(folder, &files);
        for step in steps {
            take(&mut session, step);
        }
    }
}
