//! The present against the past: which projects belong together, and what is to be reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Past, PastProject, real};
use crate::analysis::permissions::{self, ConnectorChange, Deed, Fate, Permissions, Rank, ScopeChange};
use crate::analysis::{Diagnostic, Role, Severity};
use crate::cli::gather::Gathered;
use crate::cli::outcome::Finding;
use crate::project::{Location, Store, discovery};
use crate::registry::Catalogue;
use crate::syntax::TextRange;

/// What has changed in permissions since a revision.
#[derive(Debug)]
pub(crate) struct PermissionDiff {
    /// The revision as it was typed.
    pub(crate) since: String,
    /// The commit it stands for.
    pub(crate) commit: String,
    /// The projects in which something has changed; the riskiest change first.
    pub(crate) projects: Vec<ProjectDiff>,
    /// Files that could not be compared, by path.
    pub(crate) unread: Vec<Unread>,
    /// The same as findings, for the formats that know nothing else; by path, then by position.
    pub(crate) remarks: Vec<Finding>,
}

/// What has changed in one project.
#[derive(Debug)]
pub(crate) struct ProjectDiff {
    /// Its root, absolute; that of the past if it has gone.
    pub(crate) root: PathBuf,
    /// What has become of it.
    pub(crate) fate: Fate,
    /// Never empty.
    pub(crate) connectors: Vec<ConnectorChange>,
}

/// A file whose permissions are not known.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Absolute path.
    pub(crate) path: PathBuf,
    /// A sentence.
    pub(crate) message: String,
}

impl PermissionDiff {
    /// All changed connectors with their projects.
    pub(crate) fn connectors(&self) -> impl Iterator<Item = (&ProjectDiff, &ConnectorChange)> {
        self.projects
            .iter()
            .flat_map(|project| project.connectors.iter().map(move |it| (project, it)))
    }
}

impl Past {
    /// Compares. Additions of the rank `fatal` or a higher one become errors.
    pub(crate) fn compare(&self, gathered: &Gathered, fatal: Option<Rank>) -> PermissionDiff {
        let pairs = Pairs::new(self, gathered);
        let mut diff = PermissionDiff {
            since: self.revision.clone(),
            commit: self.commit.clone(),
            projects: Vec::new(),
            unread: Vec::new(),
            remarks: Vec::new(),
        };
        for Present {
            store,
            permissions,
            past,
        } in &pairs.present
        {
            let catalogue = gathered.around(store).catalogue;
            let reports = |path: &Path| gathered.reports(store, path);
            let nothing = Permissions::default();
            let then = past.map_or(&nothing, |it| &it.permissions);
            // In a file that has gone, nothing can be new.
            diff.add_unread(then, permissions, |path| reports(path) && store.file(path).is_some());
            let mut connectors = permissions::changes(then, permissions, catalogue);
            connectors.retain(|it| reports(&it.place.path));
            let fate = past.map_or(Fate::Added, |_| Fate::Rescoped);
            diff.add_project(store.location(), fate, connectors);
        }
        for past in &pairs.gone {
            let nothing = Permissions::default();
            let connectors = permissions::changes(&past.permissions, &nothing, &Catalogue::embedded());
            diff.add_project(&past.location, Fate::Removed, connectors);
        }
        diff.finish(gathered, fatal);
        diff
    }
}

impl PermissionDiff {
    fn add_project(&mut self, location: &Location, fate: Fate, connectors: Vec<ConnectorChange>) {
        if !connectors.is_empty() {
            self.projects.push(ProjectDiff {
                root: location.root.clone(),
                fate,
                connectors,
            });
        }
    }

    /// Names the files that are broken at one of both times.
    fn add_unread(&mut self, then: &Permissions, now: &Permissions, reports: impl Fn(&Path) -> bool) {
        let is_broken = "This file cannot be read, so what it asks for is not compared.".to_owned();
        let was_broken = format!(
            "This file could not be read at `{}`: all that it asks for counts as new.",
            self.since
        );
        let now_broken = now.unreadable_unlike(then).map(|it| (it, &is_broken));
        let then_broken = then.unreadable_unlike(now).map(|it| (it, &was_broken));
        let unread = now_broken.chain(then_broken).filter(|(path, _)| reports(path));
        self.unread.extend(unread.map(|(path, message)| Unread {
            path: path.to_path_buf(),
            message: message.clone(),
        }));
    }

    fn finish(&mut self, gathered: &Gathered, fatal: Option<Rank>) {
        let risk = |it: &ProjectDiff| it.connectors.first().and_then(ConnectorChange::added_rank);
        self.projects
            .sort_by(|a, b| risk(b).cmp(&risk(a)).then_with(|| a.root.cmp(&b.root)));
        self.unread.sort_by(|a, b| a.path.cmp(&b.path));
        let unread = self.unread.iter().map(|it| {
            let (path, message) = (it.path.clone(), it.message.clone());
            finding(path, TextRange::default(), Severity::Information, message)
        });
        let changes = self.connectors().flat_map(|(_, change)| remarks(change, fatal));
        let mut remarks: Vec<_> = unread.chain(changes).collect();
        let sources = gathered.sources();
        remarks.sort_by_cached_key(|it| {
            (
                sources.shown(&it.path),
                it.diagnostic.range.start(),
                it.diagnostic.severity,
            )
        });
        self.remarks = remarks;
    }
}

/// A connector's changes, a finding each. Of a connector that has gone, its scopes are not worth a line.
fn remarks(change: &ConnectorChange, fatal: Option<Rank>) -> Vec<Finding> {
    let path = change.place.path.to_path_buf();
    let range = match change.fate {
        Fate::Removed => TextRange::default(),
        Fate::Added | Fate::Rescoped => change.place.range,
    };
    let head = finding(path.clone(), range, Severity::Information, change.message());
    let scopes = change
        .scopes
        .iter()
        .filter(|_| change.fate != Fate::Removed)
        .map(|scope| {
            let (path, range) = match &scope.place {
                Some(place) => (place.path.to_path_buf(), place.range),
                None => (path.clone(), range),
            };
            finding(path, range, severity(scope, fatal), scope.message(&change.service))
        });
    std::iter::once(head).chain(scopes).collect()
}

fn severity(scope: &ScopeChange, fatal: Option<Rank>) -> Severity {
    match scope.deed {
        Deed::Added if scope.opens_more() => match fatal.is_some_and(|it| scope.rank >= it) {
            true => Severity::Error,
            false => Severity::Information,
        },
        Deed::Added | Deed::Removed => Severity::Hint,
    }
}

fn finding(path: PathBuf, range: TextRange, severity: Severity, message: String) -> Finding {
    Finding {
        path,
        diagnostic: Diagnostic {
            rule: &permissions::RULE,
            severity,
            range,
            message,
            tag: None,
            related: Vec::new(),
        },
        fixes: Vec::new(),
    }
}

/// Which project of the present was which one of the past.
struct Pairs<'a> {
    present: Vec<Present<'a>>,
    gone: Vec<&'a PastProject>,
}

struct Present<'a> {
    store: &'a Store,
    permissions: Permissions,
    past: Option<&'a PastProject>,
}

impl<'a> Pairs<'a> {
    /// By root, and where that fails, by likeness: a folder may have been renamed.
    fn new(past: &'a Past, gathered: &'a Gathered) -> Self {
        let by_root: BTreeMap<_, _> = past.projects.iter().map(|it| (it.root.as_path(), it)).collect();
        let mut left: BTreeSet<_> = by_root.keys().copied().collect();
        let pair = |store: &'a Store| {
            let connectors = store.files().filter(|it| it.role == Role::Connector);
            Present {
                store,
                permissions: Permissions::read(connectors).beside(store.problems().map(|it| it.path.clone())),
                past: by_root.get(real(&store.location().root).as_path()).copied(),
            }
        };
        let mut present: Vec<_> = gathered.stores().map(pair).collect();
        for past in present.iter().filter_map(|it| it.past) {
            left.remove(past.root.as_path());
        }
        // One that is still there, only not in sight of this check, has not gone.
        left.retain(|root| discovery::at(root).is_none_or(|it| !it.is_certain()));
        for new in present.iter_mut().filter(|it| it.past.is_none()) {
            let likeness = |root: &&Path| {
                let (common, all) = by_root.get(root)?.permissions.in_common(&new.permissions);
                (2 * common >= all && common > 0).then_some(common)
            };
            let likest = left
                .iter()
                .copied()
                .max_by_key(likeness)
                .filter(|it| likeness(it).is_some());
            if let Some(root) = likest {
                left.remove(root);
                new.past = by_root.get(root).copied();
            }
        }
        let gone = left.into_iter().filter_map(|root| by_root.get(root).copied()).collect();
        Pairs { present, gone }
    }
}
