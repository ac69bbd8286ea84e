//! Carrying out a pull: a copy of everything that goes, then one file after the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Changed, Created, Deleted, PullPlan, name_of};
use crate::base44::{Environment, Failure, moment};
use crate::disk;

/// What a pull did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The folder with the files as they were before they were overwritten or deleted; `None`: there were none.
    pub backup: Option<PathBuf>,
    /// Files that were made or edited.
    pub written: Vec<PathBuf>,
    /// Files that are gone.
    pub deleted: Vec<PathBuf>,
    /// Files that could not be written or deleted, and why: a clause. They are as they were.
    pub failed: Vec<(PathBuf, String)>,
}

impl PullPlan {
    /// Carries the plan out, after copying all that it overwrites or deletes into the user's state folder. Ask before this is run.
    /// Blocks for as long as the disk needs.
    ///
    /// # Errors
    /// [`Failure::FileChanged`] and [`Failure::NoBackup`]; then nothing at all was changed. A file that cannot be written
    /// is no error: see [`Applied::failed`].
    pub fn apply(&self, environment: &Environment) -> Result<Applied, Failure> {
        self.apply_but(&[], environment)
    }

    /// The same, but these changed files are only copied: somebody else is going to change them.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_but(&self, left: &[PathBuf], environment: &Environment) -> Result<Applied, Failure> {
        self.check()?;
        let mut res = Applied {
            backup: self.back_up(environment)?,
            ..Applied::default()
        };
        for Changed { path, old, new, .. } in self.changed.iter().filter(|it| !left.contains(&it.path)) {
            let done = disk::replace(path, old, new);
            note(done, path, &mut res.written, &mut res.failed);
        }
        for created @ Created { path, .. } in &self.created {
            let done = disk::create(path, &created.text());
            note(done, path, &mut res.written, &mut res.failed);
        }
        for Deleted { path, .. } in &self.deleted {
            note(fs::remove_file(path), path, &mut res.deleted, &mut res.failed);
        }
        Ok(res)
    }

    /// The files that would be overwritten or deleted, and what is in them.
    fn endangered(&self) -> impl Iterator<Item = (&Path, &str)> {
        let changed = self.changed.iter().map(|it| (it.path.as_path(), &*it.old));
        changed.chain(self.deleted.iter().map(|it| (it.path.as_path(), &*it.old)))
    }

    /// Whether everything still is as the plan was made for.
    fn check(&self) -> Result<(), Failure> {
        for (path, text) in self.endangered() {
            if !fs::read(path).is_ok_and(|it| it == text.as_bytes()) {
                return Err(Failure::FileChanged(path.to_owned()));
            }
        }
        match self.created.iter().find(|it| fs::symlink_metadata(&it.path).is_ok()) {
            Some(created) => Err(Failure::FileChanged(created.path.clone())),
            None => Ok(()),
        }
    }

    fn back_up(&self, environment: &Environment) -> Result<Option<PathBuf>, Failure> {
        if self.changed.is_empty() && self.deleted.is_empty() {
            return Ok(None);
        }
        let failure = |error: io::Error| Failure::NoBackup(error.to_string());
        let state = environment
            .state_folder()
            .ok_or_else(|| Failure::NoBackup("there is no home folder".to_owned()))?;
        let (backups, now) = (state.join("backups"), SystemTime::now());
        let folder = new_folder(&backups, &moment::stamp(now)).map_err(failure)?;
        for (path, text) in self.endangered() {
            disk::create(&folder.join(name_of(path)), text).map_err(failure)?;
        }
        // So that one can tell which project it was.
        let origin = format!("{}\n", self.directory.display());
        disk::create(&folder.join(ORIGIN), &origin).map_err(failure)?;
        tidy(&backups, &folder, now);
        Ok(Some(folder))
    }
}

fn note(outcome: io::Result<()>, path: &Path, done: &mut Vec<PathBuf>, failed: &mut Vec<(PathBuf, String)>) {
    match outcome {
        Ok(()) => done.push(path.to_owned()),
        Err(error) => failed.push((path.to_owned(), error.to_string())),
    }
}

/// In every backup: the folder that the files are of.
const ORIGIN: &str = "ORIGIN.txt";

/// So many backups are kept however old they are, and all that are not older than this.
const KEPT: usize = 50;
const KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Removes the oldest backups, where there are many. `new` stays, whatever the clock says.
fn tidy(backups: &Path, new: &Path, now: SystemTime) {
    let earliest = moment::stamp(now.checked_sub(KEPT_FOR).unwrap_or(SystemTime::UNIX_EPOCH));
    let entries = fs::read_dir(backups).into_iter().flatten().flatten();
    let mut ours: Vec<_> = entries
        .map(|it| it.path())
        // Not what somebody else has put there.
        .filter(|it| moment::begins_with_stamp(&name_of(it)) && it.join(ORIGIN).is_file())
        .collect();
    ours.sort();
    let surplus = ours.len().saturating_sub(KEPT);
    let old = |it: &&PathBuf| *it != new && name_of(it) < earliest;
    for folder in ours.iter().take(surplus).filter(old) {
        if let Err(error) = fs::remove_dir_all(folder) {
            tracing::warn!(%error, "the backup {} stays", folder.display());
        }
    }
}

/// A folder of this name, or of one that begins so, that was not there before.
fn new_folder(parent: &Path, name: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(parent)?;
    let names = std::iter::once(name.to_owned()).chain((2..100).map(|it| format!("{name}-{it}")));
    let mut taken = None;
    for name in names {
        let folder = parent.join(name);
        match private().create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
}

/// Makes folders that nobody else can look into: the files may be such.
fn private() -> fs::DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "elsewhere the home folder is private"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use pretty_assertions::assert_eq;

    use super::{Environment, Failure, PullPlan, moment};
    use crate::base44::{Connectors, LocalFile, LocalFiles};
    use crate::registry::Catalogue;

    /// A project with connector files, and a home folder.
    struct Project {
        root: tempfile::TempDir,
        home: tempfile::TempDir,
    }

    impl Project {
        fn new(files: &[(&str, &str)]) -> Self {
            let project = Self {
                root: tempfile::tempdir().unwrap(),
                home: tempfile::tempdir().unwrap(),
            };
            fs::create_dir(project.directory()).unwrap();
            for (name, text) in files {
                fs::write(project.path(name), text).unwrap();
            }
            project
        }

        fn directory(&self) -> PathBuf {
            self.root.path().join("connectors")
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory().join(name)
        }

        fn environment(&self) -> Environment {
            let home = self.home.path();
            [("HOME", home), ("USERPROFILE", home), ("LOCALAPPDATA", home)]
                .into_iter()
                .collect()
        }

        fn plan(&self, remote: &[(&str, &[&str])]) -> PullPlan {
            let file =
                |path: &PathBuf| LocalFile::new(self.root.path(), path, &Arc::from(fs::read_to_string(path).unwrap()));
            let local = LocalFiles {
                directory: self.directory(),
                outside: super::super::outside(self.root.path(), &self.directory()),
                files: paths(&self.directory()).iter().map(file).collect(),
                unreadable: Vec::new(),
            };
            let owned = |scopes: &[&str]| scopes.iter().map(|&it| it.to_owned()).collect();
            let remote: Connectors = remote
                .iter()
                .map(|(name, scopes)| ((*name).to_owned(), owned(scopes)))
                .collect();
            PullPlan::new(&local, &remote, &Catalogue::embedded())
        }

        fn backups(&self) -> Vec<PathBuf> {
            let backups = self.environment().state_folder().unwrap().join("backups");
            if backups.exists() { paths(&backups) } else { Vec::new() }
        }

        fn files(&self) -> Vec<(String, String)> {
            contents(&self.directory())
        }
    }

    fn paths(folder: &Path) -> Vec<PathBuf> {
        let mut res: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        res.sort();
        res
    }

    fn contents(folder: &Path) -> Vec<(String, String)> {
        let content = |path: &PathBuf| (super::name_of(path), fs::read_to_string(path).unwrap());
        paths(folder).iter().map(content).collect()
    }

    fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    const SLACK: &str = r#"{"type": "slack", /* chat */ "scopes": ["a", "b"]}"#;
    const HUBSPOT: &str = "{ type: 'hubspot' } // ours\n";
    const NOTION: &str = r#"{"type": "notion"}"#;

    #[test]
    fn what_goes_is_copied_first_and_what_is_right_is_not_touched() {
        let project = Project::new(&[
            ("hubspot.json", HUBSPOT),
            ("notion.jsonc", NOTION),
            ("slack.jsonc", SLACK),
        ]);
        let plan = project.plan(&[("notion", &[]), ("slack", &["b", "c"]), ("zoom", &["z"])]);
        let applied = plan.apply(&project.environment()).unwrap();
        assert_eq!(applied.failed, []);
        assert_eq!(
            project.files(),
            owned(&[
                ("notion.jsonc", NOTION),
                ("slack.jsonc", r#"{"type": "slack", /* chat */ "scopes": ["b", "c"]}"#),
                (
                    "zoom.jsonc",
                    "{\n  \"type\": \"zoom\",\n  \"scopes\": [\n    \"z\"\n  ]\n}"
                ),
            ])
        );
        let origin = format!("{}\n", project.directory().display());
        assert_eq!(
            contents(&applied.backup.unwrap()),
            owned(&[
                ("ORIGIN.txt", &origin),
                ("hubspot.json", HUBSPOT),
                ("slack.jsonc", SLACK)
            ])
        );
    }

    #[test]
    fn two_pulls_in_one_second_have_two_backups() {
        let project = Project::new(&[("slack.jsonc", SLACK)]);
        for scopes in [&["a"][..], &["b"], &["a"]] {
            let applied = project
                .plan(&[("slack", scopes)])
                .apply(&project.environment())
                .unwrap();
            assert_eq!(applied.written, [project.path("slack.jsonc")]);
        }
        assert_eq!(project.backups().len(), 3);
    }

    #[test]
    fn of_many_backups_the_oldest_go_but_none_of_late_and_nothing_that_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 60 * 60));
        let backup = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::write(path.join(super::ORIGIN), "").unwrap();
            path
        };
        // The newest is from a time when the clock was wrong.
        let new = backup("1970-01-01T00-00-00Z");
        let theirs = folder.path().join("1970-01-01T00-00-01Z");
        fs::create_dir(&theirs).unwrap();
        let mine = backup("before the big change");
        let old: Vec<_> = (0..60)
            .map(|it| backup(&moment::stamp(now - day * (200 - it))))
            .collect();
        let late = backup(&moment::stamp(now - day * 89));
        super::tidy(folder.path(), &new, now);
        // With the newest there are 62 of ours, so 12 too many; the newest is one of them, and stays.
        let gone = old.iter().position(|it| it.exists()).unwrap();
        assert_eq!(gone, 11);
        assert!(
            old[gone..]
                .iter()
                .chain([&new, &theirs, &mine, &late])
                .all(|it| it.exists())
        );

        for it in 0..60 {
            backup(&format!("{}-{it}", moment::stamp(now)));
        }
        super::tidy(folder.path(), &new, now);
        assert!(old.iter().all(|it| !it.exists()));
        assert!(late.exists(), "it is not old, however many there are");
    }

    #[cfg(unix)]
    #[test]
    fn a_backup_is_for_nobody_else_to_see() {
        use std::os::unix::fs::PermissionsExt as _;
        let project = Project::new(&[("slack.jsonc", SLACK)]);
        let applied = project.plan(&[]).apply(&project.environment()).unwrap();
        let backup = applied.backup.unwrap().metadata().unwrap();
        assert_eq!(backup.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn nothing_is_changed_if_any_file_is_no_longer_what_was_shown() {
        let files = [("hubspot.jsonc", HUBSPOT), ("slack.jsonc", SLACK)];
        for (name, text) in [("hubspot.jsonc", "{}"), ("slack.jsonc", "{}"), ("zoom.jsonc", "mine")] {
            let project = Project::new(&files);
            let plan = project.plan(&[("slack", &[]), ("zoom", &[])]);
            fs::write(project.path(name), text).unwrap();
            let before = project.files();
            let failure = plan.apply(&project.environment()).unwrap_err();
            assert_eq!(failure, Failure::FileChanged(project.path(name)));
            assert_eq!(project.files(), before);
            assert!(project.backups().is_empty());
        }
    }

    #[test]
    fn nothing_is_changed_if_there_can_be_no_copy() {
        let project = Project::new(&[("slack.jsonc", SLACK)]);
        let in_the_way = project.environment().state_folder().unwrap();
        fs::create_dir_all(in_the_way.parent().unwrap()).unwrap();
        fs::write(&in_the_way, "a file").unwrap();
        let failure = project.plan(&[]).apply(&project.environment()).unwrap_err();
        assert!(matches!(failure, Failure::NoBackup(_)), "{failure:?}");
        assert_eq!(project.files(), owned(&[("slack.jsonc", SLACK)]));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_project_is_named_and_when_deleted_its_target_stays() {
        let project = Project::new(&[]);
        let elsewhere = tempfile::tempdir().unwrap();
        let target = elsewhere.path().canonicalize().unwrap().join("shared.jsonc");
        fs::write(&target, SLACK).unwrap();
        std::os::unix::fs::symlink(&target, project.path("slack.jsonc")).unwrap();

        let plan = project.plan(&[("slack", &["a"])]);
        assert_eq!(plan.changed[0].outside, Some(target.clone()));
        let applied = plan.apply(&project.environment()).unwrap();
        assert!(project.path("slack.jsonc").is_symlink());
        let shared = r#"{"type": "slack", /* chat */ "scopes": ["a"]}"#;
        assert_eq!(fs::read_to_string(&target).unwrap(), shared);
        assert_eq!(
            contents(&applied.backup.unwrap())[1],
            ("slack.jsonc".to_owned(), SLACK.to_owned())
        );

        project.plan(&[]).apply(&project.environment()).unwrap();
        assert_eq!(project.files(), []);
        assert_eq!(fs::read_to_string(&target).unwrap(), shared);
    }

    #[cfg(unix)]
    #[test]
    fn a_connectors_directory_that_is_a_link_out_of_the_project_is_named() {
        let project = Project::new(&[]);
        assert_eq!(project.plan(&[("slack", &["a"])]).outside, None);
        let elsewhere = tempfile::tempdir().unwrap();
        fs::remove_dir(project.directory()).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), project.directory()).unwrap();
        let plan = project.plan(&[("slack", &["a"])]);
        assert_eq!(plan.outside, Some(elsewhere.path().canonicalize().unwrap()));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_written_is_named_and_the_others_are() {
        use std::os::unix::fs::PermissionsExt as _;
        let project = Project::new(&[("slack.jsonc", SLACK)]);
        fs::set_permissions(project.path("slack.jsonc"), fs::Permissions::from_mode(0o444)).unwrap();
        let plan = project.plan(&[("slack", &[]), ("zoom", &[])]);
        let applied = plan.apply(&project.environment()).unwrap();
        let write_protected = (project.path("slack.jsonc"), "it is write-protected".to_owned());
        assert_eq!(applied.failed, [write_protected]);
        assert_eq!(applied.written, [project.path("zoom.jsonc")]);
        assert_eq!(fs::read_to_string(project.path("slack.jsonc")).unwrap(), SLACK);
    }
}
