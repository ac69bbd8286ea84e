//! Changed permissions for people: a sentence each, the riskiest first.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::analysis::permissions::{ConnectorChange, Deed, Fate, Rank, ScopeChange};
use crate::cli::outcome::Sources;
use crate::cli::since::{PermissionDiff, ProjectDiff};
use crate::cli::style;
use crate::cli::text::visible;

/// Writes the section, and an empty line behind it.
pub(in crate::cli::format) fn render(diff: &PermissionDiff, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let strong = style::STRONG;
    let numbers = super::summary(diff, |rank, number| {
        let style = of_rank(rank);
        format!("{style}{number}{style:#}")
    });
    let since = visible(&diff.since);
    writeln!(out, "{strong}Permissions since {since}{strong:#}: {numbers}.\n")?;
    let names_projects = diff.projects.len() > 1;
    for ProjectDiff { root, fate, connectors } in &diff.projects {
        if names_projects || *fate == Fate::Removed {
            let state = match fate {
                Fate::Added => " (new)",
                Fate::Removed => " (gone)",
                Fate::Rescoped => "",
            };
            writeln!(out, "  {strong}{}{strong:#}{state}", visible(&sources.shown(root)))?;
        }
        for connector in connectors {
            render_connector(connector, out)?;
        }
        writeln!(out)?;
    }
    for unread in &diff.unread {
        let path = sources.shown(&unread.path);
        writeln!(out, "  {}: {}\n", visible(&path), visible(&unread.message))?;
    }
    Ok(())
}

fn render_connector(change: &ConnectorChange, out: &mut dyn Write) -> io::Result<()> {
    let (sign, style) = match change.fate {
        Fate::Added => ('+', style::ADDED),
        Fate::Removed => ('-', style::REMOVED),
        Fate::Rescoped => ('~', style::STRONG),
    };
    writeln!(out, "  {style}{sign}{style:#} {}", visible(&change.message()))?;
    for scope in &change.scopes {
        let ScopeChange { deed, rank, .. } = scope;
        let (sign, style) = match deed {
            Deed::Added => ('+', style::ADDED),
            Deed::Removed => ('-', style::REMOVED),
        };
        let tint = if scope.opens_more() {
            of_rank(*rank)
        } else {
            style::FAINT
        };
        let message = scope.message(&change.service);
        writeln!(out, "    {style}{sign}{style:#} {tint}{}{tint:#}", visible(&message))?;
    }
    Ok(())
}

fn of_rank(rank: Rank) -> Style {
    match rank {
        Rank::Restricted | Rank::Admin => AnsiColor::BrightRed.on_default().bold(),
        Rank::Sensitive | Rank::Unknown => AnsiColor::Yellow.on_default().bold(),
        Rank::Write | Rank::Read | Rank::Identity => Style::new(),
    }
}
