//! Fixtures for the tests of analysis: small projects written as text, with the findings drawn below the lines they are about.
//!
//! ```text
//! //- base44/connectors/slack.jsonc
//! { "type": "slack", "scopes": ["chat.write"] }
//! //                            ^^^^^^^^^^^^ error[unknown-scope]: Slack has no scope
//! ```
//!
//! A `//- path` line starts a file; without one the fixture is `base44/connectors/<type>.jsonc`. Annotations stay part of the text,
//! since JSONC has comments. Carets mark the columns (in characters) of the first line of a range; an empty range has one caret. The message
//! after the colon is optional and may be a prefix. `$0` marks the cursor.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use self::in_memory::InMemory;
use super::{Diagnostic, Fix, Project as _, SourceFile, Surroundings};
use crate::connector;
use crate::syntax::{TextSize, Tree};

#[path = "../../tests/in_memory/mod.rs"]
mod in_memory;

/// A project in memory, with a cursor.
pub(crate) struct TestProject {
    project: InMemory,
    /// The file and the byte offset of `$0`, if the fixture has one.
    pub(crate) cursor: Option<(PathBuf, TextSize)>,
}

impl TestProject {
    /// Reads a fixture.
    pub(crate) fn new(fixture: &str) -> Self {
        Self::with_connectors_dir(fixture, "base44/connectors")
    }

    /// Reads a fixture as a project that keeps its connectors in this folder, relative to the root.
    pub(crate) fn with_connectors_dir(fixture: &str, connectors_dir: &str) -> Self {
        let mut project = InMemory::empty(connectors_dir);
        let mut cursor = None;
        for (relative, mut text) in split(fixture) {
            let path = project.root().join(&relative);
            if let Some(at) = text.find("$0") {
                text.replace_range(at..at + 2, "");
                cursor = Some((path.clone(), TextSize::try_from(at).unwrap()));
            }
            project.write(&relative, &text);
            assert!(project.has_file(&path), "{relative} is nothing to this project");
        }
        TestProject { project, cursor }
    }

    /// What surrounds every file of the project.
    pub(crate) fn around(&self) -> Surroundings<'_> {
        self.project.around()
    }

    /// All files, by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.project.files.values()
    }

    /// The file that `$0` is in, and where.
    pub(crate) fn at_cursor(&self) -> (&SourceFile, TextSize) {
        let (path, offset) = self.cursor.as_ref().expect("a fixture with $0");
        (&self.project.files[path], *offset)
    }

    /// The findings of one file.
    pub(crate) fn diagnostics(&self, path: &Path) -> Vec<Diagnostic> {
        super::diagnostics(&self.project.files[path], self.around())
    }

    /// All findings in all files.
    pub(crate) fn everything(&self) -> Vec<Diagnostic> {
        self.project.diagnostics().into_iter().map(|(_, it)| it).collect()
    }

    /// All findings of one rule.
    pub(crate) fn all(&self, code: &str) -> Vec<Diagnostic> {
        let mut found = self.everything();
        found.retain(|it| it.rule.code == code);
        found
    }

    /// The text of a file, by its path relative to the root.
    pub(crate) fn text(&self, relative: &str) -> &str {
        &self.project.files[&self.project.root().join(relative)].text
    }

    /// The fixes of everything that `code` reports, in order.
    pub(crate) fn fixes(&self, code: &str) -> Vec<Fix> {
        let found = self.project.diagnostics();
        let of_rule = found.iter().filter(|(_, it)| it.rule.code == code);
        of_rule.flat_map(|(file, it)| self.project.fixes(file, it)).collect()
    }

    /// Applies a fix, as an editor would.
    pub(crate) fn apply(&mut self, fix: &Fix) {
        self.project = self.project.after(fix);
    }

    /// The project as a fixture again.
    fn render(&self) -> String {
        match self.files().collect::<Vec<_>>().as_slice() {
            [only] => only.text.to_string(),
            files => files.iter().fold(String::new(), |mut out, file| {
                let relative = file.path.strip_prefix(self.project.root()).unwrap().to_str().unwrap();
                writeln!(out, "//- {}\n{}", relative.replace('\\', "/"), file.text).unwrap();
                out
            }),
        }
    }
}

/// Asserts that the findings of a fixture are exactly those drawn in it.
#[track_caller]
pub(crate) fn check(fixture: &str) {
    check_with(fixture, |_| true);
}

/// As [`check`], looking only at the findings of one rule.
#[track_caller]
pub(crate) fn check_rule(code: &str, fixture: &str) {
    check_with(fixture, |it| it.rule.code == code);
}

#[track_caller]
fn check_with(fixture: &str, keep: impl Fn(&Diagnostic) -> bool) {
    let project = TestProject::new(fixture);
    let (mut missing, mut unexpected) = (String::new(), String::new());
    for file in project.files() {
        let mut expected = annotations(&file.text);
        for diagnostic in project.diagnostics(&file.path).iter().filter(|it| keep(it)) {
            let found = drawn(&file.text, diagnostic);
            match expected.iter().position(|it| it.matches(&found)) {
                Some(index) => drop(expected.remove(index)),
                None => writeln!(unexpected, "{}:{found}", file.path.display()).unwrap(),
            }
        }
        for annotation in expected {
            writeln!(missing, "{}:{annotation}", file.path.display()).unwrap();
        }
    }
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "expected but not reported:\n{missing}\nreported but not expected:\n{unexpected}"
    );
}

/// Asserts that `code` offers a fix titled `title` (once), and what the project is after it.
#[track_caller]
pub(crate) fn check_fix(code: &str, before: &str, title: &str, after: &str) {
    let mut project = TestProject::new(before);
    let fixes = project.fixes(code);
    let titles: Vec<_> = fixes.iter().map(|fix| fix.title.as_str()).collect();
    let fix = fixes
        .iter()
        .find(|fix| fix.title == title)
        .unwrap_or_else(|| panic!("no fix {title:?} among {titles:#?}"));
    project.apply(fix);
    let after = TestProject::new(after);
    pretty_assertions::assert_str_eq!(project.render(), after.render());
}

/// Asserts the titles of all the fixes that `code` offers in a fixture.
#[track_caller]
pub(crate) fn check_titles(code: &str, fixture: &str, titles: &[&str]) {
    let fixes = TestProject::new(fixture).fixes(code);
    let found: Vec<_> = fixes.iter().map(|fix| fix.title.as_str()).collect();
    pretty_assertions::assert_eq!(found, titles);
}

/// A finding as it is drawn: line from 1, column in characters from 0.
struct Drawn {
    line: usize,
    column: usize,
    width: usize,
    label: String,
}

impl Drawn {
    fn matches(&self, found: &Drawn) -> bool {
        (self.line, self.column, self.width) == (found.line, found.column, found.width)
            && found.label.starts_with(&self.label)
    }
}

impl std::fmt::Display for Drawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}+{} {}", self.line, self.column, self.width, self.label)
    }
}

fn annotations(text: &str) -> Vec<Drawn> {
    let mut out = Vec::new();
    let mut line_above = 0;
    for (index, line) in text.split('\n').enumerate() {
        let comment = line.trim_start();
        let carets = comment
            .strip_prefix("//")
            .map(str::trim_start)
            .filter(|it| it.starts_with('^'));
        let Some(carets) = carets else {
            line_above = index + 1;
            continue;
        };
        let width = carets.chars().take_while(|&c| c == '^').count();
        let column = line.chars().count() - carets.chars().count();
        let label = carets.trim_start_matches('^').trim().to_owned();
        out.push(Drawn {
            line: line_above,
            column,
            width,
            label,
        });
    }
    out
}

fn drawn(text: &str, diagnostic: &Diagnostic) -> Drawn {
    let (before, rest) = text.split_at(diagnostic.range.start().into());
    let (inside, _) = rest.split_at(diagnostic.range.len().into());
    let first_line = inside.split('\n').next().unwrap_or_default();
    Drawn {
        line: before.matches('\n').count() + 1,
        column: before.chars().rev().take_while(|&c| c != '\n').count(),
        width: first_line.trim_end_matches('\r').chars().count().max(1),
        label: format!(
            "{}[{}]: {}",
            diagnostic.severity.name(),
            diagnostic.rule.code,
            diagnostic.message
        ),
    }
}

fn split(fixture: &str) -> Vec<(String, String)> {
    // A raw string that begins with a line break is easier to read.
    let fixture = match fixture.trim_start() {
        files if files.starts_with("//- ") => files,
        _ => fixture,
    };
    let mut files: Vec<(String, String)> = Vec::new();
    for line in fixture.split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(path) => files.push((path.trim().to_owned(), String::new())),
            None => match files.last_mut() {
                Some((_, text)) => text.push_str(line),
                None => files.push((String::new(), line.to_owned())),
            },
        }
    }
    for (path, text) in &mut files {
        if path.is_empty() {
            let type_ = connector::type_of(text, &Tree::parse(text)).map_or("connector".to_owned(), |(it, _)| it);
            *path = format!("base44/connectors/{type_}.jsonc");
        }
    }
    files
}
