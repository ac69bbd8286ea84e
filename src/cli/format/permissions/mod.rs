//! Changed permissions in the formats that have more for them than a list of remarks.

mod human;
mod json;
mod markdown;

use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) use human::render as human;
pub(super) use json::{ConnectorJson, SinceJson};
pub(super) use markdown::render as markdown;

use crate::analysis::permissions::{Deed, Rank, ScopeChange};
use crate::cli::since::PermissionDiff;
use crate::cli::text::count;

/// `3 permissions added (1 restricted, 2 write), 1 removed`, each rank as `drawn`. Additions that another scope included before do
/// not count, nor do removals that another one still makes up for.
fn summary(diff: &PermissionDiff, drawn: impl Fn(Rank, String) -> String) -> String {
    let scopes = || {
        diff.connectors()
            .flat_map(|(_, it)| &it.scopes)
            .filter(|it| it.covered_by.is_none())
    };
    let of = |deed| scopes().filter(move |it: &&ScopeChange| it.deed == deed);
    let mut ranks = BTreeMap::new();
    for scope in of(Deed::Added) {
        *ranks.entry(Reverse(scope.rank)).or_insert(0) += 1;
    }
    let ranks: Vec<_> = ranks
        .into_iter()
        .map(|(Reverse(rank), number)| drawn(rank, format!("{number} {}", rank.name())))
        .collect();
    let added = match of(Deed::Added).count() {
        0 => "no permission added".to_owned(),
        number => format!("{} added ({})", count(number, "permission"), ranks.join(", ")),
    };
    match of(Deed::Removed).count() {
        0 => added,
        number => format!("{added}, {number} removed"),
    }
}
