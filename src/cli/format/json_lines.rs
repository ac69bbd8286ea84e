//! One JSON object per finding and line, each as in `diagnostics` of the `json` format, which have a `code`; then one per changed
//! connector, as in `permissions`, which have a `change`.

use std::io::{self, Write};

use super::json;
use super::permissions::ConnectorJson;
use crate::cli::outcome::Outcome;

/// Writes the findings and the changed permissions, and nothing else.
pub(super) fn render(outcome: &Outcome, mut out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in json::diagnostics(outcome) {
        serde_json::to_writer(&mut out, &diagnostic)?;
        out.write_all(b"\n")?;
    }
    for change in outcome
        .permissions
        .iter()
        .flat_map(|it| ConnectorJson::all(it, &outcome.sources))
    {
        serde_json::to_writer(&mut out, &change)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
