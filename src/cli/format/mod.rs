//! The output formats of `--check`: one file each, all rendering the same outcome.

use std::io::{self, Write};

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::outcome::Outcome;
use super::text::count;
use crate::analysis::Severity;

mod azure;
mod checkstyle;
mod concise;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod json_lines;
mod junit;
mod markdown;
mod permissions;
mod rdjson;
mod sarif;
mod xml;
#[cfg(test)]
mod tests;

/// How an outcome is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people: the source, what is wrong with it, what to do.
    Human,
    /// One line per finding.
    Concise,
    /// One JSON object.
    Json,
    /// One JSON object per finding.
    JsonLines,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for build servers.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Reviewdog's diagnostic format.
    Rdjson,
    /// Logging commands of Azure Pipelines.
    Azure,
    /// For a comment on a pull request.
    Markdown,
}

impl Format {
    /// All formats, in the order of the help.
    pub(crate) const ALL: [Format; 12] = [
        Format::Human,
        Format::Concise,
        Format::Json,
        Format::JsonLines,
        Format::Github,
        Format::Gitlab,
        Format::Sarif,
        Format::Junit,
        Format::Checkstyle,
        Format::Rdjson,
        Format::Azure,
        Format::Markdown,
    ];

    /// The name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::JsonLines => "json-lines",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Checkstyle => "checkstyle",
            Format::Rdjson => "rdjson",
            Format::Azure => "azure",
            Format::Markdown => "markdown",
        }
    }

    /// The format of a name.
    pub(crate) fn by_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether it shows how findings can be mended; working that out takes time.
    pub(crate) fn shows_fixes(self) -> bool {
        matches!(
            self,
            Format::Human | Format::Json | Format::JsonLines | Format::Sarif | Format::Rdjson
        )
    }

    /// Whether ANSI styles are in what is written; the writer takes them out where they are not wanted.
    pub(crate) fn has_styles(self) -> bool {
        matches!(self, Format::Human | Format::Concise)
    }

    /// Writes `outcome`. `width`: the columns of the terminal, if it goes to one.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub(crate) fn render(self, outcome: &Outcome, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Human => human::render(outcome, width, out),
            Format::Concise => concise::render(outcome, out),
            Format::Json => json::render(outcome, out),
            Format::JsonLines => json_lines::render(outcome, out),
            Format::Github => github::render(outcome, out),
            Format::Gitlab => gitlab::render(outcome, out),
            Format::Sarif => sarif::render(outcome, out),
            Format::Junit => junit::render(outcome, out),
            Format::Checkstyle => checkstyle::render(outcome, out),
            Format::Rdjson => rdjson::render(outcome, out),
            Format::Azure => azure::render(outcome, out),
            Format::Markdown => markdown::render(outcome, out),
        }
    }
}

/// `12 files in 2 projects`
fn checked(outcome: &Outcome) -> String {
    format!(
        "{} in {}",
        count(outcome.files, "file"),
        count(outcome.projects, "project")
    )
}

/// `3 errors, 1 warning`, each number as `drawn`.
fn numbers(outcome: &Outcome, drawn: impl Fn(Severity, String) -> String) -> String {
    let nouns = ["error", "warning", "note", "hint"];
    let found: Vec<_> = Severity::ALL
        .into_iter()
        .zip(nouns)
        .map(|(severity, noun)| (severity, outcome.count(severity), noun))
        .filter(|(_, number, _)| *number > 0)
        .map(|(severity, number, noun)| drawn(severity, count(number, noun)))
        .collect();
    match found.is_empty() {
        true => "no problems".to_owned(),
        false => found.join(", "),
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}
