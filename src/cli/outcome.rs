//! What a check found: all that a report can show, ready to be rendered in any format.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::checkout::Checkout;
use super::since::PermissionDiff;
use crate::analysis::{Change, Diagnostic, Fix, Severity};
use crate::project::position::{Encoding, LineColumn, LineIndex, Lines};
use crate::syntax::{TextRange, TextSize};

/// The result of checking some files.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Number of projects looked at.
    pub(crate) projects: usize,
    /// Number of connector files looked at, those included that the CLI ignores.
    pub(crate) files: usize,
    /// What was found, by the path as it is shown, then by position.
    pub(crate) findings: Vec<Finding>,
    /// The texts of all files that findings, their related places or their fixes point into.
    pub(crate) sources: Sources,
    /// What has changed in permissions, if that was asked for.
    pub(crate) permissions: Option<PermissionDiff>,
}

/// One diagnostic of one file.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// The file, absolute.
    pub(crate) path: PathBuf,
    /// What is wrong.
    pub(crate) diagnostic: Diagnostic,
    /// How it can be mended, best first.
    pub(crate) fixes: Vec<Fix>,
}

/// The texts of files, and where in them bytes are for people.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The absolute folder that shown paths are relative to.
    pub(crate) base: PathBuf,
    /// Where the service that runs the pipeline has put the repository.
    pub(crate) checkout: Checkout,
    /// The path shown as `-`: a text from standard input without a name of its own.
    pub(crate) unnamed: Option<PathBuf>,
    /// By absolute path.
    pub(crate) files: FxHashMap<PathBuf, Source>,
}

/// One text.
#[derive(Debug)]
pub(crate) struct Source {
    /// The whole text.
    pub(crate) text: Arc<str>,
    lines: OnceCell<LineIndex>,
}

/// A place as people count: both from 1, the column in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Place {
    /// The line.
    pub(crate) line: u32,
    /// The column.
    pub(crate) column: u32,
}

impl Place {
    /// The start of any text.
    pub(crate) const FIRST: Place = Place { line: 1, column: 1 };
}

impl Outcome {
    /// How many findings have this severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|it| it.diagnostic.severity == severity)
            .count()
    }

    /// The findings, one group per file.
    pub(crate) fn by_file(&self) -> impl Iterator<Item = &[Finding]> {
        self.findings.chunk_by(|a, b| a.path == b.path)
    }

    /// The findings, and then the changed permissions: for formats that have one list of remarks.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.remarks())
    }

    /// As [`all`](Self::all), in groups of one file each.
    pub(crate) fn all_by_file(&self) -> impl Iterator<Item = &[Finding]> {
        self.by_file().chain(self.remarks().chunk_by(|a, b| a.path == b.path))
    }

    fn remarks(&self) -> &[Finding] {
        self.permissions.as_ref().map_or(&[], |it| &it.remarks)
    }
}

impl Finding {
    /// Whether `--fix` takes care of it.
    pub(crate) fn is_fixable(&self) -> bool {
        self.fixes.iter().any(|fix| match fix.changes.as_slice() {
            [Change::Edit { path, .. }] => fix.safe && *path == self.path,
            _ => false,
        })
    }

    /// Its place in the text it is about, if that is known.
    pub(crate) fn places(&self, sources: &Sources) -> (Place, Place) {
        sources.places(&self.path, self.diagnostic.range)
    }
}

impl Sources {
    /// No texts; paths relative to `base`.
    pub(crate) fn in_folder(base: PathBuf) -> Self {
        Sources {
            base,
            checkout: Checkout::default(),
            unnamed: None,
            files: FxHashMap::default(),
        }
    }

    /// The path for people and machines: relative to the base, with `/`. What of it is not Unicode is U+FFFD.
    pub(crate) fn shown(&self, path: &Path) -> String {
        with_slashes(&self.relative(path))
    }

    /// The path as a service looks for it, with `/`: in its checkout of the repository, whatever the current folder is. That of a
    /// file elsewhere is [`shown`](Self::shown).
    pub(crate) fn shown_in_checkout(&self, path: &Path) -> String {
        with_slashes(&self.relative_in_checkout(path))
    }

    /// The path relative to the checkout, or else to the base.
    pub(crate) fn relative_in_checkout<'a>(&self, path: &'a Path) -> Cow<'a, Path> {
        match self.checkout.inside(path).filter(|_| !self.is_unnamed(path)) {
            Some(inside) => Cow::Borrowed(inside),
            None => self.relative(path),
        }
    }

    fn is_unnamed(&self, path: &Path) -> bool {
        self.unnamed.as_deref() == Some(path)
    }

    /// The path relative to the base.
    fn relative<'a>(&self, path: &'a Path) -> Cow<'a, Path> {
        match self.is_unnamed(path) {
            true => Cow::Borrowed(Path::new("-")),
            false => relative(path, &self.base),
        }
    }

    /// Where a range of a file starts and ends. A file that is not there (a fix makes it) has its start only.
    pub(crate) fn places(&self, path: &Path, range: TextRange) -> (Place, Place) {
        match self.files.get(path) {
            Some(source) => (source.place(range.start()), source.place(range.end())),
            None => (Place::FIRST, Place::FIRST),
        }
    }
}

impl Source {
    /// Takes a text; lines are looked for when first asked for.
    pub(crate) fn new(text: Arc<str>) -> Self {
        Source {
            text,
            lines: OnceCell::new(),
        }
    }

    /// The place of a byte offset.
    pub(crate) fn place(&self, offset: TextSize) -> Place {
        self.in_units(offset, Encoding::Utf32)
    }

    /// The place of a byte offset, its column in bytes.
    pub(crate) fn byte_place(&self, offset: TextSize) -> Place {
        self.in_units(offset, Encoding::Utf8)
    }

    /// The bytes of a line, counted from 1, without its line end and without the byte order mark.
    pub(crate) fn line(&self, line: u32) -> TextRange {
        let edge = |column| {
            let place = LineColumn {
                line: line.saturating_sub(1),
                column,
            };
            self.index().offset(place, Encoding::Utf8)
        };
        let start = if line <= 1 { self.mark() } else { edge(0) };
        TextRange::new(start, edge(u32::MAX))
    }

    fn in_units(&self, offset: TextSize, encoding: Encoding) -> Place {
        let place = self.index().line_column(offset, encoding);
        // Editors hide a byte order mark, so their columns begin behind it.
        let hidden = match place.line {
            0 => self.index().line_column(self.mark(), encoding).column,
            _ => 0,
        };
        Place {
            line: place.line.saturating_add(1),
            column: place.column.saturating_sub(hidden).saturating_add(1),
        }
    }

    /// The end of the byte order mark at the start of the text.
    fn mark(&self) -> TextSize {
        match self.text.starts_with(BYTE_ORDER_MARK) {
            true => TextSize::of(BYTE_ORDER_MARK),
            false => TextSize::default(),
        }
    }

    fn index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// One file's part of a fix that consists of edits only.
pub(crate) struct FileEdits<'a> {
    /// Absolute path.
    pub(crate) path: &'a Path,
    /// Ranges of the text as it is, with what replaces them; in file order.
    pub(crate) edits: Vec<(TextRange, &'a str)>,
}

/// A fix as edits of texts, making a file being an edit of nothing. `None`: it renames or deletes a file, which edits cannot say.
pub(crate) fn as_edits(fix: &Fix) -> Option<Vec<FileEdits<'_>>> {
    fix.changes
        .iter()
        .map(|change| match change {
            Change::Edit { path, edits } => Some(FileEdits {
                path,
                edits: edits.iter().map(|edit| (edit.range, edit.insert.as_str())).collect(),
            }),
            Change::Create { path, text } => Some(FileEdits {
                path,
                edits: vec![(TextRange::default(), text.as_str())],
            }),
            Change::Rename { .. } | Change::Delete { .. } => None,
        })
        .collect()
}

fn with_slashes(path: &Path) -> String {
    let shown = path.to_string_lossy();
    match std::path::MAIN_SEPARATOR {
        '/' => shown.into_owned(),
        separator => shown.replace(separator, "/"),
    }
}

/// `path` as seen from the folder `base`, both absolute. Stays absolute if there is no way (another drive).
fn relative<'a>(path: &'a Path, base: &Path) -> Cow<'a, Path> {
    if let Ok(below) = path.strip_prefix(base) {
        return match below.as_os_str().is_empty() {
            true => Cow::Owned(PathBuf::from(".")),
            false => Cow::Borrowed(below),
        };
    }
    let common = path
        .components()
        .zip(base.components())
        .take_while(|(a, b)| a == b)
        .count();
    if !path
        .components()
        .take(common)
        .any(|it| matches!(it, Component::RootDir))
    {
        return Cow::Borrowed(path);
    }
    let up = base.components().skip(common).map(|_| Component::ParentDir);
    Cow::Owned(up.chain(path.components().skip(common)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn seen_from(base: &str, path: &str, shown: &str) {
        let sources = Sources::in_folder(base.into());
        assert_eq!(sources.shown(Path::new(path)), shown);
    }

    #[cfg(unix)]
    #[test]
    fn paths_are_relative_to_the_base() {
        seen_from("/home/me", "/home/me/app/a.jsonc", "app/a.jsonc");
        seen_from("/home/me", "/home/you/a.jsonc", "../you/a.jsonc");
        seen_from("/home/me/x/y", "/tmp/a.jsonc", "../../../../tmp/a.jsonc");
        seen_from("/", "/tmp/a.jsonc", "tmp/a.jsonc");
        seen_from("/home/me", "/home/me", ".");
    }

    #[cfg(windows)]
    #[test]
    fn paths_are_relative_to_the_base_with_slashes_and_absolute_on_another_drive() {
        seen_from(r"C:\Users\me", r"C:\Users\me\app\a.jsonc", "app/a.jsonc");
        seen_from(r"c:\Users\me", r"C:\Users\you\a.jsonc", "../you/a.jsonc");
        seen_from(r"C:\Users\me", r"D:\app\a.jsonc", "D:/app/a.jsonc");
        seen_from(r"C:\Users\me", r"\\server\share\a.jsonc", "//server/share/a.jsonc");
    }

    #[test]
    fn in_a_pipeline_paths_are_relative_to_the_checkout() {
        let mut sources = Sources::in_folder("/srv/repo/packages/app".into());
        sources.checkout = Checkout::at("/srv/repo".into());
        let shown = |path| sources.shown_in_checkout(Path::new(path));
        assert_eq!(shown("/srv/repo/packages/app/a.jsonc"), "packages/app/a.jsonc");
        assert_eq!(shown("/srv/repo/b.jsonc"), "b.jsonc");
        assert_eq!(shown("/srv/repository/c.jsonc"), "../../../repository/c.jsonc");
        sources.unnamed = Some("/srv/repo/x".into());
        assert_eq!(sources.shown_in_checkout(Path::new("/srv/repo/x")), "-");
    }

    #[test]
    fn columns_count_scalar_values_or_bytes() {
        let source = Source::new("ä\r\n😀b".into());
        assert_eq!(source.place(8.into()), Place { line: 2, column: 2 });
        assert_eq!(source.byte_place(8.into()), Place { line: 2, column: 5 });
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let source = Source::new("\u{feff}{\n}".into());
        assert_eq!(source.place(0.into()), Place { line: 1, column: 1 });
        assert_eq!(source.place(3.into()), Place { line: 1, column: 1 });
        assert_eq!(source.byte_place(4.into()), Place { line: 1, column: 2 });
        assert_eq!(source.line(1), TextRange::new(3.into(), 4.into()));
    }
}
