//! Changed permissions for a comment on a pull request: what a reviewer has to decide about comes first.

use std::io::{self, Write};

use crate::analysis::permissions::{ConnectorChange, Deed, Fate, Rank, ScopeChange};
use crate::cli::format::markdown::{Room, escaped, left_out, message};
use crate::cli::outcome::Sources;
use crate::cli::since::{PermissionDiff, ProjectDiff};

/// Writes a section: numbers, a table for each project with the rows that there is `room` for, and what follows from it.
pub(in crate::cli::format) fn render(
    diff: &PermissionDiff,
    sources: &Sources,
    room: &mut Room,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n### Permissions since <code>{}</code>\n", escaped(&diff.since))?;
    let numbers = super::summary(diff, |rank, number| match is_grave(rank) {
        true => format!("**{number}**"),
        false => number,
    });
    writeln!(out, "{}.", first_upper(&numbers))?;
    let names_projects = diff.projects.len() > 1;
    for (index, project) in diff.projects.iter().enumerate() {
        let (heading, consequences) = (heading(project, names_projects, sources), consequences(project));
        if !room.takes(&format!("{heading}{TABLE}{consequences}")) {
            left_out(diff.projects.len() - index, "project", out)?;
            break;
        }
        out.write_all(heading.as_bytes())?;
        table(project, room, out)?;
        out.write_all(consequences.as_bytes())?;
    }
    if !diff.unread.is_empty() {
        writeln!(out)?;
    }
    let unread = diff.unread.iter().map(|unread| {
        let path = sources.shown(&unread.path);
        format!("- <code>{}</code>: {}\n", escaped(&path), message(&unread.message))
    });
    lines(unread.collect(), "file", room, out)
}

/// The project's name, where there are several or it has gone.
fn heading(project: &ProjectDiff, is_one_of_several: bool, sources: &Sources) -> String {
    if !is_one_of_several && project.fate != Fate::Removed {
        return String::new();
    }
    let state = match project.fate {
        Fate::Added => " (new)",
        Fate::Removed => " (gone)",
        Fate::Rescoped => "",
    };
    format!(
        "\n#### <code>{}</code>{state}\n",
        escaped(&sources.shown(&project.root))
    )
}

const TABLE: &str = "\n| | Risk | Service | What it allows | Scope |\n| --- | --- | --- | --- | --- |\n";

fn table(project: &ProjectDiff, room: &mut Room, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(TABLE.as_bytes())?;
    // A scope of any connector that adds comes before what goes.
    let mut rows: Vec<_> = project
        .connectors
        .iter()
        .flat_map(|it| it.scopes.iter().map(move |scope| (it, scope)))
        .collect();
    rows.sort_by_key(|(_, scope)| (scope.deed, scope.covered_by.is_some(), std::cmp::Reverse(scope.rank)));
    let rows = rows.into_iter().map(|(connector, scope)| row(connector, scope));
    let without_scopes = project.connectors.iter().filter(|it| it.scopes.is_empty());
    let rows = rows.chain(without_scopes.map(row_without_scopes));
    lines(rows.collect(), "change", room, out)
}

/// The first of the lines, as many as there is room for, and how many there are more.
fn lines(lines: Vec<String>, noun: &str, room: &mut Room, out: &mut dyn Write) -> io::Result<()> {
    let shown = lines.iter().take_while(|it| room.takes(it)).count();
    for line in lines.iter().take(shown) {
        out.write_all(line.as_bytes())?;
    }
    left_out(lines.len() - shown, noun, out)
}

fn row_without_scopes(connector: &ConnectorChange) -> String {
    let sign = if connector.fate == Fate::Removed { '−' } else { '+' };
    format!("| {sign} | | {} | asks for no scopes | |\n", service(connector))
}

fn row(connector: &ConnectorChange, scope: &ScopeChange) -> String {
    let sign = match scope.deed {
        Deed::Added => '+',
        Deed::Removed => '−',
    };
    let name = scope.rank.name();
    let risk = match is_grave(scope.rank) && scope.opens_more() {
        true => format!("⚠️ **{name}**"),
        false => name.to_owned(),
    };
    let summary = escaped(scope.summary.as_deref().unwrap_or("nothing is known of it"));
    let covered = match (&scope.covered_by, scope.deed) {
        (None, _) => String::new(),
        (Some(other), Deed::Added) => format!(" (<code>{}</code> included it before)", escaped(other)),
        (Some(other), Deed::Removed) => format!(" (<code>{}</code> still includes it)", escaped(other)),
    };
    format!(
        "| {sign} | {risk} | {} | {summary}{covered} | <code>{}</code> |\n",
        service(connector),
        escaped(&scope.scope),
    )
}

/// The service, marked if the whole connector has come or gone.
fn service(connector: &ConnectorChange) -> String {
    let state = match connector.fate {
        Fate::Added => " (new)",
        Fate::Removed => " (gone)",
        Fate::Rescoped => "",
    };
    format!("{}{state}", escaped(&connector.service))
}

/// What the next push does, a line for each kind.
fn consequences(project: &ProjectDiff) -> String {
    let kinds = [
        (Fate::Added, "Consent is needed for the new"),
        (Fate::Rescoped, "Consent is asked again for"),
        (Fate::Removed, "The next push disconnects"),
    ];
    let line = |(fate, text)| {
        let those = project.connectors.iter().filter(|it| it.fate == fate);
        let names: Vec<_> = those.map(|it| format!("**{}**", escaped(&it.service))).collect();
        (!names.is_empty()).then(|| format!("- {text} {}.\n", names.join(", ")))
    };
    let lines: String = kinds.into_iter().filter_map(line).collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\n{lines}"),
    }
}

/// Whether it is to catch the eye.
fn is_grave(rank: Rank) -> bool {
    rank >= Rank::Unknown
}

fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
