//! `--list-services` and `--list-scopes`: what the catalogue knows.

use std::io::{self, Write};

use serde::Serialize;

use super::style;
use super::text::count;
use crate::registry::{Base44Status, Catalogue, Coverage, Scope, Service};

#[derive(Serialize)]
struct JsonService<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    name: &'a str,
    summary: &'a str,
    provider: &'a str,
    coverage: &'static str,
    scopes: usize,
    docs: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonScope<'a> {
    name: &'a str,
    summary: &'a str,
    access: &'static str,
    risk: &'static str,
    tier: Option<&'a str>,
    base44: Option<&'static str>,
    includes: &'a [&'a str],
    requires: &'a [&'a str],
    deprecated: Option<JsonDeprecation<'a>>,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonDeprecation<'a> {
    replacement: Option<&'a str>,
    note: &'a str,
}

/// Prints all services as one JSON array, sorted by type.
pub(super) fn services_json(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let services = catalogue.services().map(|it| JsonService {
        type_: &it.type_,
        name: &it.name,
        summary: &it.summary,
        provider: &it.provider.name,
        coverage: coverage(it.coverage),
        scopes: it.scopes.len(),
        docs: it.docs,
    });
    json(&services.collect::<Vec<_>>(), out)
}

/// Prints all services, one a line.
pub(super) fn services(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let types = catalogue.services().map(|it| it.type_.len()).max().unwrap_or_default();
    let names = catalogue
        .services()
        .map(|it| it.name.chars().count())
        .max()
        .unwrap_or_default();
    for service in catalogue.services() {
        let (code, faint) = (style::CODE, style::FAINT);
        let scopes = match service.coverage {
            Coverage::None => "no scopes".to_owned(),
            Coverage::Partial if service.scopes.is_empty() => "any scopes".to_owned(),
            _ => count(service.scopes.len(), "scope"),
        };
        let Service {
            type_, name, summary, ..
        } = service;
        writeln!(
            out,
            "{code}{type_:types$}{code:#}  {name:names$}  {faint}{scopes:>11}{faint:#}  {summary}"
        )?;
    }
    Ok(())
}

/// The scopes of a service that match every word, by name.
pub(super) fn matching<'a>(service: &'a Service, words: &[String]) -> Vec<&'a Scope> {
    let words: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
    let matches = |scope: &Scope| {
        let facts = [
            &*scope.name,
            &*scope.summary,
            scope.access.name(),
            scope.tier.unwrap_or_default(),
            scope.base44.map_or("", base44),
        ];
        let facts = facts.join("\n").to_lowercase();
        words.iter().all(|word| facts.contains(word.as_str()))
    };
    service.scopes.iter().filter(|scope| matches(scope)).collect()
}

/// Prints scopes as one JSON array.
pub(super) fn scopes_json(scopes: &[&Scope], out: &mut dyn Write) -> io::Result<()> {
    let scopes = scopes.iter().map(|it| JsonScope {
        name: &it.name,
        summary: &it.summary,
        access: it.access.name(),
        risk: it.risk().name(),
        tier: it.tier,
        base44: it.base44.map(base44),
        includes: &it.includes,
        requires: &it.requires,
        deprecated: it.deprecated.map(|it| JsonDeprecation {
            replacement: it.replacement,
            note: it.note,
        }),
        note: it.note,
    });
    json(&scopes.collect::<Vec<_>>(), out)
}

/// Prints scopes, one a line: the string, the kind of access, what Base44 does with it, what it allows.
pub(super) fn scopes(scopes: &[&Scope], out: &mut dyn Write) -> io::Result<()> {
    let widest = scopes.iter().map(|it| it.name.len()).max().unwrap_or_default();
    for scope in scopes {
        let (code, faint) = (style::CODE, style::FAINT);
        let (name, access, status) = (&scope.name, scope.access.name(), scope.base44.map_or("", base44));
        write!(
            out,
            "{code}{name:widest$}{code:#}  {access:8}  {faint}{status:8}{faint:#}  {}",
            scope.summary
        )?;
        if let Some(tier) = scope.tier {
            write!(out, " {faint}({tier}){faint:#}")?;
        }
        if let Some(deprecated) = scope.deprecated {
            match deprecated.replacement {
                Some(replacement) => write!(out, " (retired; use {code}{replacement}{code:#})")?,
                None => write!(out, " (retired)")?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn json(value: &impl Serialize, mut out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")
}

fn base44(status: Base44Status) -> &'static str {
    match status {
        Base44Status::Always => "always",
        Base44Status::Listed => "listed",
        Base44Status::Seen => "seen",
        Base44Status::Declared => "declared",
    }
}

fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Complete => "complete",
        Coverage::Partial => "partial",
        Coverage::None => "none",
    }
}
