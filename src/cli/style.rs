//! The colours, in one place.

use anstyle::{AnsiColor, Style};

use crate::analysis::Severity;

/// Headings, and names that are looked for.
pub(crate) const STRONG: Style = Style::new().bold();

/// What one would type or what stands in a file.
pub(crate) const CODE: Style = AnsiColor::Cyan.on_default();

/// What is said beside the point.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// A line of a diff that goes.
pub(crate) const REMOVED: Style = AnsiColor::Red.on_default();

/// A line of a diff that comes.
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();

/// The style of a severity's name.
pub(crate) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::BrightRed.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Information => AnsiColor::BrightBlue.on_default().bold(),
        Severity::Hint => AnsiColor::BrightCyan.on_default().bold(),
    }
}
