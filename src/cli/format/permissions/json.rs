//! Changed permissions as JSON. The shape is a promise to scripts: keys are added, never changed.

use serde::Serialize;

use crate::analysis::permissions::{ConnectorChange, Deed, Fate, Place as InFile, Rank, ScopeChange};
use crate::cli::outcome::{Place, Sources};
use crate::cli::since::{PermissionDiff, ProjectDiff};

/// With what the files were compared.
#[derive(Serialize)]
pub(in crate::cli::format) struct SinceJson<'a> {
    revision: &'a str,
    commit: &'a str,
    /// Files that could not be compared.
    unread: Vec<UnreadJson<'a>>,
}

#[derive(Serialize)]
struct UnreadJson<'a> {
    path: String,
    message: &'a str,
}

/// How what is asked of one service has changed.
#[derive(Serialize)]
pub(in crate::cli::format) struct ConnectorJson<'a> {
    /// The project's root.
    project: String,
    #[serde(rename = "type")]
    type_: &'a str,
    service: &'a str,
    /// `added`, `removed` or `rescoped`.
    change: &'static str,
    /// The highest risk of the scopes added, if there are any that open more.
    risk: Option<&'static str>,
    message: String,
    #[serde(flatten)]
    place: PlaceJson,
    scopes: Vec<ScopeJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeJson<'a> {
    scope: &'a str,
    /// `added` or `removed`.
    change: &'static str,
    risk: &'static str,
    summary: Option<&'a str>,
    covered_by: Option<&'a str>,
    message: String,
    /// `null`: it stands nowhere any more.
    place: Option<PlaceJson>,
}

/// Lines and columns count from 1, columns in Unicode scalar values. A file that has gone has its start only.
#[derive(Serialize)]
struct PlaceJson {
    path: String,
    start: Place,
    end: Place,
}

impl<'a> SinceJson<'a> {
    pub(in crate::cli::format) fn new(diff: &'a PermissionDiff, sources: &Sources) -> Self {
        SinceJson {
            revision: &diff.since,
            commit: &diff.commit,
            unread: diff
                .unread
                .iter()
                .map(|it| UnreadJson {
                    path: sources.shown(&it.path),
                    message: &it.message,
                })
                .collect(),
        }
    }
}

impl<'a> ConnectorJson<'a> {
    /// All changes, in order.
    pub(in crate::cli::format) fn all(diff: &'a PermissionDiff, sources: &'a Sources) -> impl Iterator<Item = Self> {
        diff.connectors()
            .map(|(project, change)| Self::new(project, change, sources))
    }

    fn new(project: &ProjectDiff, change: &'a ConnectorChange, sources: &Sources) -> Self {
        ConnectorJson {
            project: sources.shown(&project.root),
            type_: &change.type_,
            service: &change.service,
            change: match change.fate {
                Fate::Added => "added",
                Fate::Removed => "removed",
                Fate::Rescoped => "rescoped",
            },
            risk: change.added_rank().map(Rank::name),
            message: change.message(),
            place: match change.fate {
                Fate::Removed => PlaceJson::at_start(&change.place, sources),
                Fate::Added | Fate::Rescoped => PlaceJson::new(&change.place, sources),
            },
            scopes: change
                .scopes
                .iter()
                .map(|it| ScopeJson::new(it, &change.service, sources))
                .collect(),
        }
    }
}

impl<'a> ScopeJson<'a> {
    fn new(scope: &'a ScopeChange, service: &str, sources: &Sources) -> Self {
        ScopeJson {
            scope: &scope.scope,
            change: match scope.deed {
                Deed::Added => "added",
                Deed::Removed => "removed",
            },
            risk: scope.rank.name(),
            summary: scope.summary.as_deref(),
            covered_by: scope.covered_by.as_deref(),
            message: scope.message(service),
            place: scope.place.as_ref().map(|it| PlaceJson::new(it, sources)),
        }
    }
}

impl PlaceJson {
    fn new(place: &InFile, sources: &Sources) -> Self {
        let (start, end) = sources.places(&place.path, place.range);
        PlaceJson {
            path: sources.shown(&place.path),
            start,
            end,
        }
    }

    fn at_start(place: &InFile, sources: &Sources) -> Self {
        PlaceJson {
            path: sources.shown(&place.path),
            start: Place::FIRST,
            end: Place::FIRST,
        }
    }
}
