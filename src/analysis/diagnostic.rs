//! What a rule says, and what can be done about it. Plain data: no protocol, no rendering.

use std::borrow::Cow;
use std::path::PathBuf;

use super::File;
use super::rules::Rule;
use crate::syntax::{TextEdit, TextRange};

/// How bad a finding is. Ordered from the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It does not work.
    Error,
    /// It will hardly do what was meant.
    Warning,
    /// Worth knowing.
    Information,
    /// Not worth a line in a list.
    Hint,
}

impl Severity {
    /// The severities from the worst to the mildest.
    pub const ALL: [Severity; 4] = [
        Severity::Error,
        Severity::Warning,
        Severity::Information,
        Severity::Hint,
    ];

    /// The name in config files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        }
    }
}

/// One finding of one rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that speaks.
    pub rule: &'static Rule,
    /// Its severity here, after the user's settings.
    pub severity: Severity,
    /// Bytes of the file's text.
    pub range: TextRange,
    /// One or two short sentences: what is wrong, and what to do.
    pub message: String,
    /// How an editor should draw the range.
    pub tag: Option<Tag>,
    /// Other places that belong to this finding.
    pub related: Vec<Related>,
}

/// How an editor should draw a range, besides underlining it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Faded: it has no effect.
    Unnecessary,
    /// Struck through: it has been retired.
    Deprecated,
}

/// A place in this or another file that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Absolute path.
    pub path: PathBuf,
    /// Bytes of that file's text.
    pub range: TextRange,
    /// What is there.
    pub message: Cow<'static, str>,
}

/// One way to mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as the user reads it in a menu.
    pub title: String,
    /// It may be applied without asking: it keeps what the file means, and neither removes nor widens a permission.
    pub safe: bool,
    /// It is the one obvious thing to do.
    pub preferred: bool,
    /// All of it, to be done as one.
    pub changes: Vec<Change>,
}

impl Fix {
    /// A fix that the user has to choose, one among others.
    pub(crate) fn new(title: impl Into<String>, changes: Vec<Change>) -> Self {
        Fix {
            title: title.into(),
            safe: false,
            preferred: false,
            changes,
        }
    }

    /// A fix that edits the text of `file`, to be chosen by the user.
    pub(crate) fn edit(file: &File<'_>, title: impl Into<String>, edits: Vec<TextEdit>) -> Self {
        let path = file.source.path.clone();
        Self::new(title, vec![Change::Edit { path, edits }])
    }

    /// See [`Fix::safe`].
    pub(crate) fn safe_if(self, safe: bool) -> Self {
        Fix { safe, ..self }
    }

    /// See [`Fix::preferred`].
    pub(crate) fn preferred_if(self, preferred: bool) -> Self {
        Fix { preferred, ..self }
    }
}

/// One step of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Edit the text of a file. The ranges are bytes of its text before the fix and do not overlap.
    Edit {
        /// Absolute path.
        path: PathBuf,
        /// In file order.
        edits: Vec<TextEdit>,
    },
    /// Make a file that does not exist yet.
    Create {
        /// Absolute path.
        path: PathBuf,
        /// Its whole text.
        text: String,
    },
    /// Rename or move a file. The new path does not exist yet.
    Rename {
        /// Absolute path.
        from: PathBuf,
        /// Absolute path.
        to: PathBuf,
    },
    /// Delete a file.
    Delete {
        /// Absolute path.
        path: PathBuf,
    },
}
