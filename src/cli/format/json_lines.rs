//! One JSON object per finding and line, each as in `diagnostics` of the `json` format.

use std::io::{self, Write};

use super::json;
use crate::cli::outcome::Outcome;

/// Writes the findings, and nothing else.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in json::diagnostics(outcome) {
        serde_json::to_writer(&mut out, &diagnostic)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
