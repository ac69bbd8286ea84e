//! Changed permissions for a comment on a pull request: what a reviewer has to decide about comes first.

use std::io::{self, Write};

use crate::analysis::permissions::{ConnectorChange, Deed, Fate, Rank, ScopeChange};
use crate::cli::format::markdown::{escaped, message};
use crate::cli::outcome::Sources;
use crate::cli::since::{PermissionDiff, ProjectDiff};

/// Writes a section: numbers, a table for each project, and what follows from it.
pub(in crate::cli::format) fn render(diff: &PermissionDiff, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### Permissions since <code>{}</code>\n", escaped(&diff.since))?;
    let numbers = super::summary(diff, |rank, number| match is_grave(rank) {
        true => format!("**{number}**"),
        false => number,
    });
    writeln!(out, "{}.", first_upper(&numbers))?;
    let names_projects = diff.projects.len() > 1;
    for project in &diff.projects {
        if names_projects || project.fate == Fate::Removed {
            let state = match project.fate {
                Fate::Added => " (new)",
                Fate::Removed => " (gone)",
                Fate::Rescoped => "",
            };
            writeln!(
                out,
                "\n#### <code>{}</code>{state}",
                escaped(&sources.shown(&project.root))
            )?;
        }
        table(project, out)?;
        consequences(project, out)?;
    }
    if !diff.unread.is_empty() {
        writeln!(out)?;
    }
    for unread in &diff.unread {
        let path = sources.shown(&unread.path);
        writeln!(out, "- <code>{}</code>: {}", escaped(&path), message(&unread.message))?;
    }
    Ok(())
}

fn table(project: &ProjectDiff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n| | Risk | Service | What it allows | Scope |\n| --- | --- | --- | --- | --- |"
    )?;
    // A scope of any connector that adds comes before what goes.
    let mut rows: Vec<_> = project
        .connectors
        .iter()
        .flat_map(|it| it.scopes.iter().map(move |scope| (it, scope)))
        .collect();
    rows.sort_by_key(|(_, scope)| (scope.deed, scope.covered_by.is_some(), std::cmp::Reverse(scope.rank)));
    for (connector, scope) in rows {
        row(connector, scope, out)?;
    }
    for connector in project.connectors.iter().filter(|it| it.scopes.is_empty()) {
        let sign = if connector.fate == Fate::Removed { '−' } else { '+' };
        writeln!(out, "| {sign} | | {} | asks for no scopes | |", service(connector))?;
    }
    Ok(())
}

fn row(connector: &ConnectorChange, scope: &ScopeChange, out: &mut dyn Write) -> io::Result<()> {
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
    writeln!(
        out,
        "| {sign} | {risk} | {} | {summary}{covered} | <code>{}</code> |",
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
fn consequences(project: &ProjectDiff, out: &mut dyn Write) -> io::Result<()> {
    let named = |fate| {
        let those = project.connectors.iter().filter(move |it| it.fate == fate);
        let names: Vec<_> = those.map(|it| format!("**{}**", escaped(&it.service))).collect();
        names.join(", ")
    };
    let lines = [
        (Fate::Added, "Consent is needed for the new"),
        (Fate::Rescoped, "Consent is asked again for"),
        (Fate::Removed, "The next push disconnects"),
    ];
    let lines = lines.map(|(fate, text)| (named(fate), text));
    for (index, (names, text)) in lines.iter().filter(|it| !it.0.is_empty()).enumerate() {
        let gap = if index == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- {text} {names}.")?;
    }
    Ok(())
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
