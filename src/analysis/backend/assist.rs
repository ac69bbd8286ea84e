//! Help inside the string of a `getConnection("…")`: what can be put there, and what is there.

use super::super::completion::{CompletionItem, ItemId, ItemKind};
use super::super::describe;
use super::super::hover::Hover;
use super::super::page::{Line, Page};
use super::super::{SourceFile, Surroundings};
use super::{Form, Use};
use crate::registry::Service;
use crate::syntax::{TextRange, TextSize};

/// The types that can be asked for at `offset`: those that the project connects to, then all others.
pub(in crate::analysis) fn completions(
    source: &SourceFile,
    around: Surroundings<'_>,
    offset: TextSize,
) -> Vec<CompletionItem> {
    let Some(found) = use_at(source, around, offset).filter(|it| it.content.contains_inclusive(offset)) else {
        return Vec::new();
    };
    let connected = around.project.types();
    let services = around.catalogue.services().map(|it| &*it.type_);
    let others = services.filter(|it| !connected.contains(it));
    let typed = TextRange::new(found.content.start(), offset);
    let (before, after) = quotes(source, found);
    let item = |(rank, type_): (usize, &str)| {
        let service = around.catalogue.service(type_);
        let name = service.map_or("", |it| &it.name);
        let state = match rank < connected.len() {
            true => "connected",
            false => "not connected yet",
        };
        CompletionItem {
            label: type_.to_owned(),
            hint: name.to_owned(),
            detail: [name, state]
                .map(str::to_owned)
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            kind: ItemKind::Type,
            sort: format!("{rank:04}"),
            filter: filter(type_, service),
            text: format!("{before}{type_}{after}"),
            snippet: false,
            insert: typed,
            replace: found.content,
            additional: Vec::new(),
            deprecated: false,
            preselect: false,
            id: ItemId::Service(type_.to_owned()),
        }
    };
    connected.iter().copied().chain(others).enumerate().map(item).collect()
}

/// What the type at `offset` is, and which file connects it.
pub(in crate::analysis) fn hover(source: &SourceFile, around: Surroundings<'_>, offset: TextSize) -> Option<Hover> {
    let found = use_at(source, around, offset).filter(|it| !it.type_.is_empty())?;
    let mut page = Page::default();
    let files = around.project.files_of_type(&found.type_);
    let names: Vec<_> = files.iter().filter_map(|it| it.path.file_name()?.to_str()).collect();
    page.paragraph(match names.is_empty() {
        true => Line::default().text("This project has no connector of this type."),
        false => Line::default().text("Connected by ").codes(&names, "and").text("."),
    });
    let page = match around.catalogue.service(&found.type_) {
        Some(service) => describe::service(service, page),
        None => {
            let mut unknown = Page::default();
            unknown.paragraph(
                Line::default()
                    .code(&*found.type_)
                    .text(" is no service that we know of."),
            );
            unknown.append(page);
            unknown
        }
    };
    Some(Hover {
        range: found.range,
        page,
    })
}

fn use_at<'a>(source: &SourceFile, around: Surroundings<'a>, offset: TextSize) -> Option<&'a Use> {
    around.project.backend_code(&source.path)?.use_at(offset)
}

/// What is missing before and behind the type.
fn quotes(source: &SourceFile, found: &Use) -> (&'static str, &'static str) {
    let written = source.text.get(std::ops::Range::from(found.range)).unwrap_or_default();
    match found.form {
        Form::Quoted => ("", ""),
        Form::Unclosed if written.starts_with('\'') => ("", "'"),
        Form::Unclosed => ("", "\""),
        Form::Missing => {
            let count = |quote| memchr::memchr_iter(quote, source.text.as_bytes()).count();
            match count(b'"') < count(b'\'') {
                true => ("'", "'"),
                false => ("\"", "\""),
            }
        }
    }
}

fn filter(type_: &str, service: Option<&Service>) -> String {
    match service {
        Some(service) => [type_, &service.name, &service.other_names.join(" "), &service.summary].join(" "),
        None => type_.to_owned(),
    }
}

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a range that cuts a character in two is to fail the test"
)]
mod tests;
