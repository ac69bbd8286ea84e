//! What a pull would change in a project: its connector files against the connectors Base44 has. Nothing is changed or run here.
//!
//! The CLI's own pull writes a file anew when its scopes differ, without its comments and unknown keys, and deletes files
//! without asking. Here only the scopes that differ are edited; what cannot be edited with certainty is left alone and named.

mod files;
mod scopes;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};

pub use self::files::Applied;
pub(super) use self::scopes::is_type;
use self::scopes::{Scopes, lost_comments, read, with, without};
use super::plan::{Connectors, Rescope, STRIPE, only_in};
use crate::disk;
use crate::registry::Catalogue;

/// The connector files of a project, as they are on the disk.
#[derive(Clone, Debug, Default)]
pub struct LocalFiles {
    /// The connectors directory. It need not exist.
    pub directory: PathBuf,
    /// Where that really is, if that was found to be outside the project.
    pub outside: Option<PathBuf>,
    /// The files in it that the CLI reads.
    pub files: Vec<LocalFile>,
    /// Those of them that cannot be read.
    pub unreadable: Vec<PathBuf>,
}

/// One connector file.
#[derive(Clone, Debug)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub text: Arc<str>,
    /// Where it really is, if that was found to be outside the project: it, or a folder above it, is a link.
    pub outside: Option<PathBuf>,
}

impl LocalFiles {
    /// The connectors that the files define, as far as they can be read; of two for one type, the last.
    #[must_use]
    pub fn connectors(&self) -> Connectors {
        let connector = |it: &LocalFile| match read(&it.text) {
            (Some(type_), Some(scopes)) => Some((type_, scopes)),
            _ => None,
        };
        self.files.iter().filter_map(connector).collect()
    }
}

impl LocalFile {
    /// The file at `path` of the project at `root`, with `text` in it. Asks the disk where that leads.
    #[must_use]
    pub fn new(root: &Path, path: &Path, text: &Arc<str>) -> Self {
        Self {
            path: path.to_owned(),
            text: Arc::clone(text),
            outside: outside(root, path),
        }
    }

    /// The type of the connector, if it says one.
    #[must_use]
    pub fn connector(&self) -> Option<String> {
        read(&self.text).0
    }
}

/// Where `path` really is, if that is outside the project at `root`. Asks the disk.
#[must_use]
pub fn outside(root: &Path, path: &Path) -> Option<PathBuf> {
    let real = |path: &Path| disk::real(path).unwrap_or_else(|_| path.to_owned());
    let target = real(path);
    (!target.starts_with(real(root))).then_some(target)
}

/// What a pull would do.
///
/// As JSON: `{"directory", "outside", "created": [{"file", "type", "scopes"}], "changed": [{"file", "type", "added", "removed", "lostComments",
/// "outside"}], "deleted": [{"file", "type", "scopes"}], "unchanged": [file], "skipped": [{"file", "type", "reason"}]}`, where
/// a `file` is a name in the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullPlan {
    /// The connectors directory.
    pub directory: PathBuf,
    /// Where that really is, if that is outside the project: then all that follows is done there.
    pub outside: Option<PathBuf>,
    /// Files to make.
    pub created: Vec<Created>,
    /// Files whose scopes change.
    pub changed: Vec<Changed>,
    /// Files to delete: Base44 has no such connector.
    pub deleted: Vec<Deleted>,
    /// Files that stay, because they say what Base44 has.
    #[serde(serialize_with = "names")]
    pub unchanged: Vec<PathBuf>,
    /// Files that are left alone although they may not say what Base44 has.
    pub skipped: Vec<Skipped>,
}

/// A file to make, just as the CLI would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Created {
    /// Where.
    #[serde(rename = "file", serialize_with = "name")]
    pub path: PathBuf,
    /// The connector's `type`.
    #[serde(rename = "type")]
    pub connector: String,
    /// The connector's scopes.
    pub scopes: Vec<String>,
}

/// A file whose scopes change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// The file.
    #[serde(rename = "file", serialize_with = "name")]
    pub path: PathBuf,
    /// The connector's `type`.
    #[serde(rename = "type")]
    pub connector: String,
    /// Scopes that come and go.
    #[serde(flatten)]
    pub rescope: Rescope,
    /// Comments behind scopes that go, which go with them.
    pub lost_comments: Vec<String>,
    /// Where the file really is, if that is outside the project.
    pub outside: Option<PathBuf>,
    /// The text as it is.
    #[serde(skip)]
    pub old: Arc<str>,
    /// The text as it would be.
    #[serde(skip)]
    pub new: String,
}

/// A file to delete. Of a link, that is the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// The file.
    #[serde(rename = "file", serialize_with = "name")]
    pub path: PathBuf,
    /// The connector's `type`.
    #[serde(rename = "type")]
    pub connector: String,
    /// The connector's scopes.
    pub scopes: Vec<String>,
    /// The text as it is.
    #[serde(skip)]
    pub old: Arc<str>,
}

/// A file that is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file.
    #[serde(rename = "file", serialize_with = "name")]
    pub path: PathBuf,
    /// The type in question, as far as it is known.
    #[serde(rename = "type")]
    pub connector: Option<String>,
    /// Why.
    pub reason: Reason,
}

/// Why a file is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// The CLI could not read it as a connector, or it is not UTF-8.
    Broken,
    /// Another file has the same type.
    Duplicate,
    /// It stands where the file of another connector would have to be made.
    Occupied,
    /// It cannot be made: what Base44 calls the connector is no name for a file.
    Unnameable,
}

impl PullPlan {
    /// Compares `local`, the project's files, with `remote`, the connectors of Base44.
    ///
    /// Spellings that the provider takes for one scope, scopes that Base44 adds by itself and the order of scopes are no
    /// difference: such a file stays as it is. `catalogue` knows both.
    #[must_use]
    pub fn new(local: &LocalFiles, remote: &Connectors, catalogue: &Catalogue) -> Self {
        let mut res = Self {
            directory: local.directory.clone(),
            outside: local.outside.clone(),
            ..Self::default()
        };
        let mut by_type: BTreeMap<String, Vec<(&LocalFile, Scopes)>> = BTreeMap::new();
        for path in &local.unreadable {
            res.skip(path, None, Reason::Broken);
        }
        for file in &local.files {
            match read(&file.text) {
                (Some(connector), scopes) => by_type.entry(connector).or_default().push((file, scopes)),
                (None, _) => res.skip(&file.path, None, Reason::Broken),
            }
        }
        for (connector, files) in &by_type {
            match files.as_slice() {
                [(file, Some(scopes))] => res.compare(file, connector, scopes, remote.get(connector), catalogue),
                [(file, None)] => res.skip(&file.path, Some(connector), Reason::Broken),
                several => several
                    .iter()
                    .for_each(|(file, _)| res.skip(&file.path, Some(connector), Reason::Duplicate)),
            }
        }
        let paths = local.files.iter().map(|it| &it.path).chain(&local.unreadable);
        let mut taken: BTreeSet<_> = paths.map(|it| name_of(it).to_lowercase()).collect();
        for (connector, scopes) in remote.iter().filter(|(it, _)| !by_type.contains_key(*it)) {
            res.create(connector, scopes, &mut taken);
        }
        res.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        res
    }

    /// Whether nothing would change.
    #[must_use]
    pub fn is_in_step(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty() && self.deleted.is_empty()
    }

    /// The same, but with the files that it would delete left alone.
    #[must_use]
    pub fn keeping_files(mut self) -> Self {
        let kept = self.deleted.drain(..).map(|it| it.path);
        self.unchanged.extend(kept);
        self.unchanged.sort();
        self
    }

    /// What the button says that carries the plan out: `Write 2 files, delete hubspot.jsonc`.
    #[must_use]
    pub fn button(&self) -> String {
        let written = self.created.iter().map(|it| &it.path);
        let written: Vec<_> = written.chain(self.changed.iter().map(|it| &it.path)).collect();
        let deleted: Vec<_> = self.deleted.iter().map(|it| &it.path).collect();
        match (written.is_empty(), deleted.is_empty()) {
            (_, true) => format!("Write {}", files(&written)),
            (true, false) => format!("Delete {}", files(&deleted)),
            (false, false) => format!("Write {}, delete {}", files(&written), files(&deleted)),
        }
    }

    fn compare(
        &mut self,
        file: &LocalFile,
        connector: &str,
        scopes: &[String],
        remote: Option<&Vec<String>>,
        catalogue: &Catalogue,
    ) {
        let Some(remote) = remote else {
            return self.deleted.push(Deleted {
                path: file.path.clone(),
                connector: connector.to_owned(),
                scopes: scopes.to_vec(),
                old: Arc::clone(&file.text),
            });
        };
        let rescope = Rescope {
            added: only_in(remote, scopes, connector, catalogue),
            removed: only_in(scopes, remote, connector, catalogue),
        };
        if connector == STRIPE || rescope == Rescope::default() {
            return self.unchanged.push(file.path.clone());
        }
        let without = without(&file.text, &rescope.removed, catalogue.service(connector));
        let new = with(&without, &rescope.added);
        self.changed.push(Changed {
            path: file.path.clone(),
            connector: connector.to_owned(),
            rescope,
            lost_comments: lost_comments(&file.text, &new),
            outside: file.outside.clone(),
            old: Arc::clone(&file.text),
            new,
        });
    }

    /// `taken`: the names of files in the directory, in lower case, as some file systems know no other.
    fn create(&mut self, connector: &str, scopes: &[String], taken: &mut BTreeSet<String>) {
        if !is_type(connector) {
            let path = self.directory.clone();
            return self.skip(&path, Some(connector), Reason::Unnameable);
        }
        let path = self.directory.join(format!("{connector}.jsonc"));
        if taken.insert(name_of(&path).to_lowercase()) {
            self.created.push(Created {
                path,
                connector: connector.to_owned(),
                scopes: scopes.to_vec(),
            });
        } else if self.skipped.iter().all(|it| it.path != path) {
            self.skip(&path, Some(connector), Reason::Occupied);
        }
    }

    fn skip(&mut self, path: &Path, connector: Option<&str>, reason: Reason) {
        self.skipped.push(Skipped {
            path: path.to_owned(),
            connector: connector.map(str::to_owned),
            reason,
        });
    }
}

impl Created {
    /// The text of the file: byte for byte that of the CLI's own pull.
    #[must_use]
    pub fn text(&self) -> String {
        #[derive(Serialize)]
        struct File<'a> {
            r#type: &'a str,
            scopes: &'a [String],
        }
        let file = File {
            r#type: &self.connector,
            scopes: &self.scopes,
        };
        // Strings alone are always JSON.
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }
}

/// The file's name.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// `a.jsonc`, `a.jsonc and b.jsonc`, `3 files`.
fn files(paths: &[&PathBuf]) -> String {
    match paths {
        [one] => name_of(one),
        [one, other] => format!("{} and {}", name_of(one), name_of(other)),
        all => format!("{} files", all.len()),
    }
}

fn name<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&name_of(path))
}

fn names<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|it| name_of(it)))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Connectors, LocalFile, LocalFiles, PullPlan, Reason, name_of};
    use crate::registry::Catalogue;

    fn local(files: &[(&str, &str)]) -> LocalFiles {
        let directory = std::path::PathBuf::from("/p/connectors");
        let file = |(name, text): &(&str, &str)| LocalFile {
            path: directory.join(name),
            text: (*text).into(),
            outside: None,
        };
        LocalFiles {
            files: files.iter().map(file).collect(),
            directory,
            ..LocalFiles::default()
        }
    }

    fn remote(connectors: &[(&str, &[&str])]) -> Connectors {
        let owned = |scopes: &[&str]| scopes.iter().map(|&it| it.to_owned()).collect();
        connectors
            .iter()
            .map(|(name, scopes)| ((*name).to_owned(), owned(scopes)))
            .collect()
    }

    fn plan(files: &[(&str, &str)], connectors: &[(&str, &[&str])]) -> PullPlan {
        PullPlan::new(&local(files), &remote(connectors), &Catalogue::embedded())
    }

    /// What becomes of a file of the connector `type_`, and which comments do not survive it.
    #[track_caller]
    fn pulled(text: &str, type_: &str, scopes: &[&str]) -> (String, Vec<String>) {
        let plan = plan(&[("it.jsonc", text)], &[(type_, scopes)]);
        assert_eq!(
            (plan.created.len(), plan.deleted.len(), plan.skipped.len()),
            (0, 0, 0),
            "{plan:?}"
        );
        match plan.changed.as_slice() {
            [] => (text.to_owned(), Vec::new()),
            [changed] => (changed.new.clone(), changed.lost_comments.clone()),
            _ => panic!("one file: {plan:?}"),
        }
    }

    fn left_alone(plan: &PullPlan) -> Vec<(String, Option<&str>, Reason)> {
        let skipped = plan.skipped.iter();
        skipped
            .map(|it| (name_of(&it.path), it.connector.as_deref(), it.reason))
            .collect()
    }

    #[test]
    fn only_the_scopes_that_differ_are_edited() {
        let text = "\u{feff}// Ours 😀\r\n{\r\n\t// why\r\n\tscopes: [\r\n\t\t// reading\r\n\t\t'a', // daily\r\n\t\t'b',\r\n\r\n\t\t// writing\r\n\t\t'c',\r\n\t],\r\n\townKey: 0x1F, /* kept */\r\n\t'type': 'slack',\r\n}\r\n// end";
        let (new, lost) = pulled(text, "slack", &["d", "b", "c"]);
        assert_eq!(
            new,
            text.replace("\t\t'a', // daily\r\n", "")
                .replace("'c',\r\n", "'c',\r\n\t\t'd',\r\n")
        );
        assert_eq!(lost, ["// daily"]);
    }

    #[test]
    fn comments_on_lines_of_their_own_stay_even_if_all_scopes_go() {
        let text = "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    // reading\n    \"a\",\n    /* and\n       more */\n    \"b\"\n  ]\n}\n";
        let (new, lost) = pulled(text, "slack", &[]);
        assert_eq!(
            new,
            "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    // reading\n    /* and\n       more */\n  ]\n}\n"
        );
        assert_eq!(lost, [""; 0]);
    }

    #[test]
    fn a_comment_that_stands_there_twice_and_goes_once_is_named_once() {
        let text = "{\"type\": \"slack\", \"scopes\": [\n  \"a\", // x\n  \"b\" // x\n]}";
        let (new, lost) = pulled(text, "slack", &["b"]);
        assert_eq!(new, "{\"type\": \"slack\", \"scopes\": [\n  \"b\" // x\n]}");
        assert_eq!(lost, ["// x"]);
    }

    #[test]
    fn a_file_that_says_the_same_in_other_words_is_not_touched() {
        for (text, type_, scopes) in [
            (r#"{"type":"slack","scopes":["b","a","a"]}"#, "slack", &["a", "b"][..]),
            (r#"{"type":"gmail","scopes":["x"]}"#, "gmail", &["x", "email"]),
            (r#"{"type":"gmail","scopes":["x","email"]}"#, "gmail", &["x"]),
            (
                r#"{"type":"outlook","scopes":["mail.read"]}"#,
                "outlook",
                &["https://graph.microsoft.com/Mail.Read"],
            ),
            (r#"{"type":"notion"}"#, "notion", &[]),
            (r#"{"type":"stripe","scopes":["whatever"]}"#, "stripe", &[]),
        ] {
            let plan = plan(&[("it.jsonc", text)], &[(type_, scopes)]);
            assert!(plan.is_in_step(), "{text}: {plan:?}");
            assert_eq!(plan.unchanged.len(), 1, "{text}");
        }
    }

    #[test]
    fn every_spelling_of_a_scope_goes_with_it() {
        let text = r#"{"type": "outlook", "scopes": ["Mail.Send", "mail.send", "Mail.Read"]}"#;
        let (new, _) = pulled(text, "outlook", &["Mail.Read"]);
        assert_eq!(new, r#"{"type": "outlook", "scopes": ["Mail.Read"]}"#);
    }

    #[test]
    fn scopes_come_into_a_file_that_has_none_and_into_the_list_that_counts() {
        for (text, expected) in [
            (r#"{"type": "slack"}"#, r#"{"type": "slack", "scopes": ["a", "b"]}"#),
            (
                r#"{"type": "slack", "scopes": []}"#,
                r#"{"type": "slack", "scopes": ["a", "b"]}"#,
            ),
            (
                r#"{"scopes": ["x"], "type": "slack", "scopes": ["a"]}"#,
                r#"{"scopes": ["x"], "type": "slack", "scopes": ["a", "b"]}"#,
            ),
        ] {
            assert_eq!(pulled(text, "slack", &["a", "b"]).0, expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_keeps_nobody_from_pulling() {
        let files = [
            ("a.jsonc", r#"{"type": "slack", "scopes": ["x"#),
            ("b.jsonc", r#"{"type": "gmail", "scopes": "x"}"#),
            ("c.jsonc", "{}"),
            ("d.jsonc", "{\"type\": \"notion\", \"x\": \"\u{fffd}\"}"),
            ("zoom.jsonc", "[]"),
        ];
        let mut local = local(&files);
        local.unreadable.push("/p/connectors/e.jsonc".into());
        let remote = remote(&[("slack", &["y"]), ("gmail", &["y"]), ("hubspot", &["oauth"])]);
        let plan = PullPlan::new(&local, &remote, &Catalogue::embedded());
        assert_eq!(
            left_alone(&plan),
            [
                ("a.jsonc".to_owned(), Some("slack"), Reason::Broken),
                ("b.jsonc".to_owned(), Some("gmail"), Reason::Broken),
                ("c.jsonc".to_owned(), None, Reason::Broken),
                ("d.jsonc".to_owned(), Some("notion"), Reason::Broken),
                ("e.jsonc".to_owned(), None, Reason::Broken),
                ("zoom.jsonc".to_owned(), None, Reason::Broken),
            ]
        );
        assert_eq!(plan.button(), "Write hubspot.jsonc");
    }

    #[test]
    fn of_two_files_for_one_type_none_is_touched() {
        let one = r#"{"type": "slack", "scopes": ["a"]}"#;
        for connectors in [&[("slack", &["b"][..])][..], &[]] {
            let plan = plan(&[("a.jsonc", one), ("b.json", one)], connectors);
            assert!(plan.is_in_step());
            assert_eq!(
                left_alone(&plan),
                [
                    ("a.jsonc".to_owned(), Some("slack"), Reason::Duplicate),
                    ("b.json".to_owned(), Some("slack"), Reason::Duplicate),
                ]
            );
        }
    }

    #[test]
    fn a_new_file_never_takes_the_name_of_another() {
        let other = r#"{"type": "notion"}"#;
        let connectors = [("notion", &[][..]), ("slack", &["a"])];
        let created = |plan: &PullPlan| plan.created.iter().map(|it| name_of(&it.path)).collect::<Vec<_>>();
        assert_eq!(created(&plan(&[("x.jsonc", other)], &connectors)), ["slack.jsonc"]);
        // To a file system without case they are one.
        for name in ["slack.jsonc", "Slack.jsonc"] {
            let plan = plan(&[(name, other)], &connectors);
            assert!(plan.is_in_step());
            assert_eq!(
                left_alone(&plan),
                [("slack.jsonc".to_owned(), Some("slack"), Reason::Occupied)]
            );
        }
        assert_eq!(created(&plan(&[], &[("Slack", &[]), ("slack", &[])])), ["Slack.jsonc"]);
        // It is named once, and once mended it may well be that of Slack.
        let broken = plan(&[("slack.jsonc", "{")], &[("slack", &[])]);
        assert_eq!(left_alone(&broken), [("slack.jsonc".to_owned(), None, Reason::Broken)]);
    }

    #[test]
    fn a_type_that_would_leave_the_folder_makes_no_file() {
        for type_ in ["../x", "a/b", "", ".", "a b"] {
            let plan = plan(&[], &[(type_, &[])]);
            assert!(plan.is_in_step(), "{type_}");
            assert_eq!(plan.skipped[0].reason, Reason::Unnameable);
        }
    }

    #[test]
    fn the_button_names_what_is_lost_and_files_can_be_kept() {
        let plan = plan(
            &[
                ("a.jsonc", r#"{"type": "acme"}"#),
                ("slack.jsonc", r#"{"type": "slack"}"#),
            ],
            &[("slack", &["x"]), ("zoom", &[])],
        );
        assert_eq!(plan.button(), "Write zoom.jsonc and slack.jsonc, delete a.jsonc");
        let keeping = plan.keeping_files();
        assert_eq!(keeping.button(), "Write zoom.jsonc and slack.jsonc");
        assert_eq!(keeping.unchanged.len(), 1);
    }
}
