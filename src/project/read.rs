//! Reading a project from the disk: which files there are, as the CLI finds them, and their texts, as the CLI decodes them.

use std::fs::{self, File, FileType};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::backend;
use super::discovery::Location;
use crate::analysis::{BackendCode, IgnoredReason, Role, SourceFile};
use crate::connector;
use crate::syntax::{Tree, decode_utf8};

/// A project as it is on the disk.
#[derive(Debug)]
pub struct Loaded {
    /// Where it is.
    pub location: Location,
    pub(super) files: Vec<ReadFile>,
    pub(super) problems: Vec<Problem>,
    pub(super) passed_over: Vec<Problem>,
    /// Whether `files` are all its files, and not just those that say how to look at the others.
    pub(super) complete: bool,
    /// Whether a search finds it. Otherwise it is known because a file of it is open.
    pub(super) sought: bool,
}

/// Something the CLI would read and cannot, or that we do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Absolute path of a file or folder.
    pub path: PathBuf,
    /// What is wrong with it: a clause that follows the path.
    pub message: String,
}

/// A file and what the index wants to know of it.
#[derive(Debug)]
pub(super) struct ReadFile {
    pub(super) source: SourceFile,
    pub(super) type_: Option<Box<str>>,
    /// What it asks for, if it is backend code.
    pub(super) code: Option<BackendCode>,
}

/// Whether the file at `path` holds `text`, so that the CLI would read what the editor shows. An editor may keep a byte order
/// mark to itself.
#[must_use]
pub fn is_on_disk(path: &Path, text: &str) -> bool {
    fn bare(text: &str) -> &str {
        text.strip_prefix('\u{feff}').unwrap_or(text)
    }
    self::text(path, SIZE_LIMIT).is_ok_and(|it| bare(&it) == bare(text))
}

/// Reads a project: every file that concerns us, in parallel where there are many.
///
/// Blocks for as long as the disk needs. Never fails: what cannot be read is in [`Loaded::problems`].
#[must_use]
pub fn load(location: Location) -> Loaded {
    load_parts(location, true)
}

/// The same, with the backend code or without.
pub(super) fn load_parts(location: Location, backend: bool) -> Loaded {
    let Listing {
        mut files,
        mut problems,
        mut passed_over,
    } = list(&location);
    if backend {
        files.extend(backend::list(&location).into_iter().map(|path| (path, Role::Backend)));
    }
    let read = in_parallel(files, |(path, role)| ReadFile::read(path, role));
    let mut files = Vec::with_capacity(read.len());
    for file in read {
        match file {
            Ok(file) => files.extend(file),
            Err(problem) => problems.push(problem),
        }
    }
    problems.sort_unstable();
    passed_over.sort_unstable();
    Loaded {
        location,
        files,
        problems,
        passed_over,
        complete: true,
        sought: true,
    }
}

impl Loaded {
    /// What could not be read, by path.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What has the name of a connector file and is none, by path: the CLI passes over it without a word.
    #[must_use]
    pub fn passed_over(&self) -> &[Problem] {
        &self.passed_over
    }

    /// Just the config files of a project: enough to look at a single file of it as the whole project would.
    pub(super) fn head(location: Location) -> Loaded {
        let paths: Vec<_> = location.config.iter().cloned().chain(location.tool_configs()).collect();
        let files = paths
            .into_iter()
            .filter_map(|path| Some((location.role(&path)?, path)))
            .filter(|(_, path)| path.is_file())
            .filter_map(|(role, path)| ReadFile::read(path, role).ok().flatten())
            .collect();
        Loaded {
            location,
            files,
            problems: Vec::new(),
            passed_over: Vec::new(),
            complete: false,
            sought: false,
        }
    }
}

impl Problem {
    pub(super) fn new(path: PathBuf, error: &io::Error) -> Problem {
        Problem {
            path,
            message: format!("cannot be read: {error}"),
        }
    }
}

impl ReadFile {
    /// Reads a regular file; `None` if it has gone since it was listed.
    pub(super) fn read(path: PathBuf, role: Role) -> Result<Option<ReadFile>, Problem> {
        if role == Role::Connector
            && let Some(why) = unreadable_name(&path)
        {
            let message = format!("has {why} in its name, so the CLI cannot read it: rename it");
            return Err(Problem { path, message });
        }
        match text(&path, size_limit(role)) {
            Ok(text) => Ok(Some(ReadFile::new(path, role, text))),
            Err(error) if has_gone(&error, &path) => Ok(None),
            // Nothing of ours depends on it but what is said of uses.
            Err(_) if role == Role::Backend => Ok(Some(ReadFile {
                code: Some(BackendCode::unreadable()),
                ..ReadFile::new(path, role, "".into())
            })),
            Err(error) => Err(Problem::new(path, &error)),
        }
    }

    pub(super) fn new(path: PathBuf, role: Role, text: Arc<str>) -> ReadFile {
        let (tree, code) = match role {
            Role::Backend => (Tree::parse(""), Some(BackendCode::read(&path, &text))),
            _ => (Tree::parse(&text), None),
        };
        let type_ = type_of(role, &text, &tree);
        ReadFile {
            source: SourceFile { path, text, tree, role },
            type_,
            code,
        }
    }
}

/// Whether what could not be read is no more, as it may be with what was listed a moment ago. A link that leads nowhere is still there.
pub(super) fn has_gone(error: &io::Error, path: &Path) -> bool {
    error.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err()
}

/// What in the name of a file keeps the CLI from reading it, which lists it and then does not find it.
fn unreadable_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?;
    // Its search takes `\` for an escape.
    if name.as_encoded_bytes().contains(&b'\\') {
        return Some("a backslash");
    }
    // Node.js puts U+FFFD in the place of what is not Unicode.
    name.to_str().is_none().then_some("something that is not Unicode")
}

fn size_limit(role: Role) -> u64 {
    match role {
        Role::Backend => backend::SIZE_LIMIT,
        _ => SIZE_LIMIT,
    }
}

/// The type under which the index has a file: none for files that the CLI does not read.
pub(super) fn type_of(role: Role, text: &str, tree: &Tree) -> Option<Box<str>> {
    match role {
        Role::Connector => connector::type_of(text, tree).map(|(type_, _)| type_.into()),
        Role::Ignored(_) | Role::ToolConfig | Role::ProjectConfig | Role::Backend => None,
    }
}

/// The text of a regular file of at most `limit` bytes, decoded as the CLI does: what is not UTF-8 becomes U+FFFD, and a byte order mark stays.
pub(super) fn text(path: &Path, limit: u64) -> io::Result<Arc<str>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let too_large = || {
        io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {} MiB", limit >> 20),
        )
    };
    if length > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    // The length may be a lie (`/proc`), so the limit is asked for again.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(decode_utf8(&bytes).into())
}

/// Maps many items on all cores, and few on this one: starting threads costs more than reading a handful of files.
pub(crate) fn in_parallel<T: Send, U: Send>(items: Vec<T>, map: impl Fn(T) -> U + Sync + Send) -> Vec<U> {
    match items.len() < FEW {
        true => items.into_iter().map(map).collect(),
        false => items.into_par_iter().map(map).collect(),
    }
}

#[derive(Default)]
struct Listing {
    files: Vec<(PathBuf, Role)>,
    problems: Vec<Problem>,
    passed_over: Vec<Problem>,
}

fn list(location: &Location) -> Listing {
    let mut listing = Listing::default();
    // A folder that cannot be reached counts as missing, as it does for the CLI; one that can and does not open is an error.
    match fs::metadata(&location.connectors_dir) {
        Ok(it) if it.is_dir() => listing.visit(&location.connectors_dir, location),
        Ok(_) => {
            let message = "is not a folder, so the CLI finds no connectors".to_owned();
            listing.problems.push(Problem {
                path: location.connectors_dir.clone(),
                message,
            });
        }
        Err(_) if location.connectors_dir.is_symlink() => {
            listing.pass_over(
                &location.connectors_dir,
                "is a link that leads nowhere, so the CLI finds no connectors",
            );
        }
        Err(_) => {}
    }
    let default_dir = location.default_connectors_dir();
    let of_default_dir = location.role(&default_dir.join("connector.json"));
    if of_default_dir == Some(Role::Ignored(IgnoredReason::OtherDirectory)) && default_dir.is_dir() {
        listing.visit(&default_dir, location);
    }
    for path in location.config.iter().cloned().chain(location.tool_configs()) {
        if let Some(role @ (Role::ProjectConfig | Role::ToolConfig)) = location.role(&path)
            && path.is_file()
        {
            listing.files.push((path, role));
        }
    }
    listing
}

impl Listing {
    fn visit(&mut self, dir: &Path, location: &Location) {
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if has_gone(&error, dir) => return,
            Err(error) => return self.problems.push(Problem::new(dir.to_path_buf(), &error)),
        };
        for entry in entries {
            let (path, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok(it) => it,
                Err(error) => return self.problems.push(Problem::new(dir.to_path_buf(), &error)),
            };
            let role = location.role(&path);
            if kind.is_dir() {
                if role == Some(Role::Connector) {
                    self.pass_over(&path, "is a folder, so the CLI does not read it");
                }
                // Worth a look if a file in there would be one that the CLI does not read.
                if let Some(Role::Ignored(_)) = location.role(&path.join("connector.json")) {
                    self.visit(&path, location);
                }
            } else if let Some(role @ (Role::Connector | Role::Ignored(_))) = role {
                match no_file(kind, &path) {
                    None => self.files.push((path, role)),
                    Some(why) if role == Role::Connector => self.pass_over(&path, why),
                    Some(_) => {}
                }
            }
        }
    }

    fn pass_over(&mut self, path: &Path, message: &str) {
        self.passed_over.push(Problem {
            path: path.to_path_buf(),
            message: message.to_owned(),
        });
    }
}

/// Why the CLI would not read what is no folder; `None`: it is a regular file or leads to one.
pub(super) fn no_file(kind: FileType, path: &Path) -> Option<&'static str> {
    if kind.is_file() {
        return None;
    }
    match fs::metadata(path) {
        Ok(target) if target.is_file() => None,
        Ok(target) if target.is_dir() => Some("is a link to a folder, so the CLI does not read it"),
        Err(_) if kind.is_symlink() => Some("is a link that leads nowhere, so the CLI does not read it"),
        _ => Some("is no regular file, so the CLI does not read it"),
    }
}

pub(super) const SIZE_LIMIT: u64 = 64 << 20;
const FEW: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_gone_since_it_was_listed_is_no_problem_but_a_link_that_leads_nowhere_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("slack.jsonc");
        for role in [Role::Connector, Role::Backend] {
            assert!(ReadFile::read(path.clone(), role).unwrap().is_none());
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere", &path).unwrap();
            let problem = ReadFile::read(path.clone(), Role::Connector).unwrap_err();
            assert_eq!(problem.path, path);
        }
    }
}
