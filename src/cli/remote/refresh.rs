//! `--refresh`: Base44's list of services into the cache.

use std::path::Path;

use serde::Serialize;

use super::plan::print_json;
use super::{Desk, Done};
use crate::base44::AvailableService;
use crate::cli::ended;
use crate::cli::text::{count, visible};
use crate::registry::Catalogue;

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    date: &'a str,
    /// How many services Base44 offers.
    services: usize,
    /// The types among them that the built-in catalogue does not have.
    new: Vec<&'a str>,
    /// Where the list is kept.
    cache: &'a Path,
}

pub(super) fn run(desk: &Desk<'_>) -> Done {
    let cli = desk.cli()?;
    let list = desk.wait(cli.live_list(&desk.control()))?;
    let cache = list.keep(&desk.environment)?;
    let built_in = Catalogue::embedded();
    let is_new = |it: &&AvailableService| built_in.service(&it.integration_type).is_none();
    let document = Document {
        date: &list.date,
        services: list.services.len(),
        new: list
            .services
            .iter()
            .filter(is_new)
            .map(|it| it.integration_type.as_str())
            .collect(),
        cache: &cache,
    };
    let printed = match desk.args.json {
        true => print_json(&document, desk.console),
        false => desk.console.print(|out| {
            let new = match document.new.as_slice() {
                [] => "none of them new".to_owned(),
                new => format!("new: {}", new.join(", ")),
            };
            writeln!(out, "Base44 offers {}; {new}.", count(document.services, "service"))?;
            writeln!(out, "Kept in {}", visible(&cache.to_string_lossy()))
        }),
    };
    Ok(ended(printed, 0, desk.console))
}
