//! `--explain`: what a rule is about. The pages of `docs/rules/` are made from the same text.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::markdown;
use super::style;
use crate::analysis::permissions;
use crate::analysis::rules::{self, Rule, Subject};

/// The rule of a code; that of `--since`, which is no rule like the others, included.
pub(super) fn by_code(code: &str) -> Option<&'static Rule> {
    rules::by_code(code).or_else(|| Some(&permissions::RULE).filter(|it| it.code == code))
}

/// The page of a rule, in Markdown.
pub fn page(rule: &Rule) -> String {
    let Rule {
        code,
        severity,
        summary,
        docs,
        ..
    } = rule;
    let (severity, docs) = (severity.name(), docs.trim());
    let page = format!("# {code}\n\n{summary}. Severity: {severity}.\n\n{docs}\n");
    match rule.subject {
        Subject::Revision => page,
        _ => page + &settings(code),
    }
}

fn settings(code: &str) -> String {
    format!(
        "\n## Settings\n\
         In `base44-connectors-ls.jsonc`, set it to `off`, `hint`, `information`, `warning` or `error`:\n\n\
         ```jsonc\n{{ \"rules\": {{ \"{code}\": \"off\" }} }}\n```\n\n\
         In a connector file, a comment above a line silences it for that line:\n\n\
         ```jsonc\n// base44-connectors-ls ignore {code}: why\n```\n"
    )
}

/// The page that lists the rules, in Markdown.
pub fn index() -> String {
    let mut out = String::from(
        "# Rules\n\nWhat `base44-connectors-ls` reports, in the editor and with `--check`.\n\n\
         | rule | severity | when |\n| --- | --- | --- |\n",
    );
    for rule in rules::ALL {
        let Rule {
            code,
            severity,
            summary,
            ..
        } = rule;
        // Writing to a string does not fail.
        let _ = writeln!(out, "| [`{code}`]({code}.md) | {} | {summary} |", severity.name());
    }
    out
}

/// Prints a page for a terminal.
pub(super) fn print_page(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    markdown::print(&page(rule), out)
}

/// Prints all rules, one a line.
pub(super) fn print_list(out: &mut dyn Write) -> io::Result<()> {
    let widest = rules::ALL.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
    for rule in rules::ALL {
        let (code, severity) = (rule.code, rule.severity.name());
        let (strong, tint) = (style::STRONG, style::severity(rule.severity));
        writeln!(
            out,
            "{strong}{code:widest$}{strong:#}  {tint}{severity:11}{tint:#}  {}",
            rule.summary
        )?;
    }
    Ok(())
}
