//! The rules: one file each, with its documentation, severity, check and fix together.
//!
//! To add one, write `rules/my_rule.rs` with a `pub static RULE`, and name it in [`ALL`]; the tests run the examples of its
//! documentation, `--explain` prints it, and `docs/rules/` is made from it.

use super::{Diagnostic, File, Fix, Report, Role, Settings, Severity};
use crate::syntax::TextRange;

macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*
        /// Every rule, in the order of the documentation.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules![
    syntax_error,
    json5_syntax,
    duplicate_key,
    missing_type,
    invalid_type,
    unknown_type,
    missing_scopes,
    invalid_scopes,
    unknown_property,
    file_name,
    duplicate_scope,
    unneeded_scopes,
    empty_scopes,
    duplicate_type,
    ignored_file,
    missing_connector,
    unused_connector,
    unknown_scope,
    wrong_service_scope,
    malformed_scope,
    scope_spelling,
    unlisted_scope,
    missing_companion_scope,
    conflicting_scopes,
    redundant_scope,
    deprecated_scope,
    unused_suppression,
    invalid_config,
];

/// One thing that can be wrong with a connector.
pub struct Rule {
    /// The stable name: `unknown-scope`.
    pub code: &'static str,
    /// The severity where the user sets none.
    pub severity: Severity,
    /// One line: what is wrong when it speaks.
    pub summary: &'static str,
    /// The documentation page in Markdown, without its title. See [`examples`] for its fenced blocks.
    pub docs: &'static str,
    /// The files it looks at.
    pub subject: Subject,
    /// Reports what is wrong with a file.
    pub check: fn(&File<'_>, &mut Report<'_>),
    /// The ways to mend what it reported at a range, best first.
    pub fix: fn(&File<'_>, TextRange) -> Vec<Fix>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl Rule {
    /// The address of the rule's page.
    pub fn url(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.code)
    }
}

/// The kind of file that a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Files that the CLI reads as connectors.
    Connector,
    /// Files that look like connectors and that the CLI does not read.
    Ignored,
    /// The project's config file and ours.
    Config,
    /// The code of the app's backend.
    Backend,
    /// The suppression comments of any file: the rule is reported by the engine itself.
    Suppression,
    /// Two states of a project: `--check --since` reports it itself.
    Revision,
}

impl Subject {
    pub(super) fn of(role: Role) -> Subject {
        match role {
            Role::Connector => Subject::Connector,
            Role::Ignored(_) => Subject::Ignored,
            Role::ToolConfig | Role::ProjectConfig => Subject::Config,
            Role::Backend => Subject::Backend,
        }
    }
}

/// What a user can set a rule to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported with this severity, wherever the rule's own would differ.
    At(Severity),
}

impl Level {
    /// The level of a name in a config file: `off` or a severity.
    pub fn parse(name: &str) -> Option<Level> {
        match name {
            "off" => Some(Level::Off),
            _ => Severity::ALL.into_iter().find(|it| it.name() == name).map(Level::At),
        }
    }
}

/// The rule of a code.
pub fn by_code(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.code == code)
}

pub(super) fn apply_levels(settings: &Settings, found: &mut Vec<Diagnostic>) {
    if settings.levels.is_empty() {
        return;
    }
    found.retain_mut(|diagnostic| match settings.levels.get(diagnostic.rule.code) {
        Some(Level::Off) => false,
        Some(Level::At(severity)) => {
            diagnostic.severity = *severity;
            true
        }
        None => true,
    });
}

/// One example of a rule's documentation: a small project.
#[derive(Debug)]
pub struct Example {
    /// The rule reports something in it; otherwise it is clean of every rule.
    pub fails: bool,
    /// Paths relative to the project root with `/`, and texts.
    pub files: Vec<(&'static str, &'static str)>,
}

/// The examples of a rule's documentation.
///
/// They are its fenced blocks that name a path (```` ```jsonc base44/connectors/slack.jsonc ````). Those below `## Example` make up
/// one project that fails, those below `## Use instead` one that passes; a `### …` heading starts the next project.
pub fn examples(rule: &'static Rule) -> Vec<Example> {
    let mut out: Vec<Example> = Vec::new();
    let (mut fails, mut fresh) = (None, true);
    let mut block: Option<(&str, usize)> = None;
    let mut offset = 0;
    for line in rule.docs.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim_end();
        if let Some((path, body)) = block {
            if trimmed == "```" {
                block = None;
                let (Some(fails), Some(text)) = (fails, rule.docs.get(body..start)) else {
                    continue;
                };
                if path.is_empty() {
                    continue;
                }
                let text = text.strip_suffix('\n').unwrap_or(text);
                match out.last_mut() {
                    Some(example) if !fresh => example.files.push((path, text)),
                    _ => out.push(Example {
                        fails,
                        files: vec![(path, text)],
                    }),
                }
                fresh = false;
            }
        } else if let Some(info) = trimmed.strip_prefix("```") {
            block = Some((info.split_once(' ').map_or("", |(_, path)| path.trim()), offset));
        } else if let Some(heading) = trimmed.strip_prefix("## ") {
            fails = match heading {
                "Example" => Some(true),
                "Use instead" => Some(false),
                _ => None,
            };
            fresh = true;
        } else if trimmed.starts_with("### ") {
            fresh = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Severity;
    use crate::analysis::testing::TestProject;
    use crate::registry::{Base44Status, Catalogue, Coverage};

    /// A file of this type with these scopes, as Base44 writes it.
    fn connector(type_: &str, scopes: &[&str]) -> String {
        let scopes: Vec<_> = scopes.iter().map(|it| format!("\n    {it:?}")).collect();
        format!(
            "{{\n  \"type\": {type_:?},\n  \"scopes\": [{}\n  ]\n}}",
            scopes.join(",")
        )
    }

    fn worst(type_: &str, scopes: &[&str]) -> Option<(Severity, String)> {
        let found = TestProject::new(&connector(type_, scopes)).everything();
        let worst = found.iter().min_by_key(|it| it.severity)?;
        Some((worst.severity, format!("{type_} {scopes:?}: {}", worst.message)))
    }

    #[test]
    fn no_scope_of_the_catalogue_is_an_error_in_its_service() {
        for service in Catalogue::embedded().services() {
            let names: Vec<_> = service.scopes.iter().map(|it| it.name.as_ref()).collect();
            for scopes in names.chunks(1).chain([names.as_slice()]) {
                if let Some((Severity::Error, message)) = worst(&service.type_, scopes) {
                    panic!("{message}");
                }
            }
        }
    }

    #[test]
    fn what_base44_lists_adds_or_keeps_is_not_even_a_warning() {
        for service in Catalogue::embedded().services() {
            let of_base44 = service
                .scopes
                .iter()
                .filter(|it| it.base44.is_some() && it.deprecated.is_none());
            for scope in of_base44.filter(|_| service.coverage != Coverage::None) {
                let mut scopes = vec![scope.name.as_ref()];
                scopes.extend(&scope.requires);
                scopes.extend(scope.requires_one_of.first());
                if let Some((Severity::Error | Severity::Warning, message)) = worst(&service.type_, &scopes) {
                    panic!("{message}");
                }
            }
        }
    }

    #[test]
    fn what_base44_adds_by_itself_is_not_spoken_of() {
        for service in Catalogue::embedded().services() {
            let added = service
                .scopes
                .iter()
                .filter(|it| it.base44 == Some(Base44Status::Always));
            let names: Vec<_> = added.map(|it| it.name.as_ref()).collect();
            if !names.is_empty() {
                assert_eq!(worst(&service.type_, &names), None);
            }
        }
    }

    #[test]
    fn pairs_of_real_files_are_at_most_information() {
        const GOOGLE: &str = "https://www.googleapis.com/auth";
        let google = |tail: &str| format!("{GOOGLE}/{tail}");
        for (type_, scopes) in [
            ("googledrive", [google("drive"), google("drive.file")]),
            ("googledrive", [google("drive"), google("drive.readonly")]),
            ("googlecalendar", [google("calendar"), google("calendar.events")]),
            ("googlecalendar", [google("calendar"), google("tasks")]),
            ("gmail", [google("gmail.modify"), google("gmail.readonly")]),
            ("gmail", ["email".to_owned(), google("userinfo.email")]),
            ("outlook", ["Mail.ReadWrite".to_owned(), "Mail.Read".to_owned()]),
            (
                "outlook",
                [
                    "User.Read".to_owned(),
                    "https://graph.microsoft.com/Mail.Send".to_owned(),
                ],
            ),
            (
                "one_drive",
                ["Files.ReadWrite.All".to_owned(), "Files.ReadWrite".to_owned()],
            ),
            ("slackbot", ["channels:read".to_owned(), "channels:manage".to_owned()]),
            ("salesforce", ["api".to_owned(), "refresh_token".to_owned()]),
        ] {
            let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
            if let Some((Severity::Error | Severity::Warning, message)) = worst(type_, &scopes) {
                panic!("{message}");
            }
        }
    }
}
