//! `--new` without a TYPE: asks which service the connector is for, and what the app may do there.

use std::io;

use super::dialogue::{ask, say};
use super::{list, text};
use crate::registry::{Catalogue, Coverage, Scope, Service};

/// What was chosen.
pub(super) struct Choice {
    /// The service's type.
    pub(super) type_: String,
    /// Its scopes.
    pub(super) scopes: Vec<String>,
}

/// Asks until there is a choice; `None`: there are no more answers.
///
/// # Errors
///
/// If the answers cannot be read.
pub(super) fn choose(catalogue: &Catalogue) -> io::Result<Option<Choice>> {
    let Some(service) = service(catalogue)? else {
        return Ok(None);
    };
    let Some(scopes) = scopes(service)? else {
        return Ok(None);
    };
    let type_ = service.type_.to_string();
    Ok(Some(Choice { type_, scopes }))
}

fn service(catalogue: &Catalogue) -> io::Result<Option<&Service>> {
    let mut shown: Vec<&Service> = Vec::new();
    let mut prompt = "For which service? Its name, or a part of it (Enter: all of them): ";
    loop {
        let Some(line) = ask(prompt)? else {
            return Ok(None);
        };
        shown = match picked(&line, &shown).as_deref() {
            Some([service]) => vec![*service],
            _ => services_like(catalogue, &line),
        };
        prompt = "Its number, or another name: ";
        match shown.as_slice() {
            [] => say("There is no such service.\n"),
            [service] => {
                say(format_args!("{} ({})\n", text::visible(&service.name), service.type_));
                return Ok(Some(service));
            }
            several => number(several.iter().map(|it| format!("{:20}  {}", it.type_, it.name))),
        }
    }
}

fn scopes(service: &Service) -> io::Result<Option<Vec<String>>> {
    let mut chosen: Vec<String> = Vec::new();
    if service.coverage == Coverage::None || service.scopes.is_empty() {
        return Ok(Some(chosen));
    }
    let mut shown = scopes_like(service, "", &chosen);
    loop {
        let mut lines = Vec::new();
        list::scopes(&shown, &mut lines)?;
        number(String::from_utf8_lossy(&lines).lines().map(str::to_owned));
        let Some(line) = ask("What may the app do? Numbers (1 3-5), words to look for others, or Enter when done: ")?
        else {
            return Ok(None);
        };
        if line.is_empty() {
            return Ok(Some(chosen));
        }
        match picked(&line, &shown) {
            Some(scopes) => {
                chosen.extend(scopes.iter().map(|it| it.name.to_string()));
                say(format_args!("Chosen: {}\n", chosen.join(", ")));
                shown = scopes_like(service, "", &chosen);
            }
            None => {
                shown = scopes_like(service, &line, &chosen);
                if shown.is_empty() {
                    say("There is no such scope.\n");
                    shown = scopes_like(service, "", &chosen);
                }
            }
        }
    }
}

/// As many as one can look over.
const MOST: usize = 15;

/// The service of this type, or else those whose name has this in it, or else those that are spelled nearly so.
fn services_like<'c>(catalogue: &'c Catalogue, typed: &str) -> Vec<&'c Service> {
    if let Some(service) = catalogue.service(typed) {
        return vec![service];
    }
    let wanted = typed.to_lowercase();
    let has = |name: &str| name.to_lowercase().contains(&wanted);
    let named = |it: &&Service| has(&it.type_) || has(&it.name) || it.other_names.iter().any(|it| has(it));
    let found: Vec<_> = catalogue.services().filter(named).collect();
    match found.is_empty() {
        true => catalogue.suggest_types(typed).iter().copied().collect(),
        false => found,
    }
}

/// The scopes that match these words and are not `chosen` yet, those first that are most likely wanted.
fn scopes_like<'s>(service: &'s Service, words: &str, chosen: &[String]) -> Vec<&'s Scope> {
    let words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
    let mut found = list::matching(service, &words);
    found.retain(|it| chosen.iter().all(|chosen| *chosen != *it.name));
    found.sort_by_key(|it| it.preference());
    found.truncate(MOST);
    found
}

/// Those of `shown` whose numbers are typed, counted from 1: `2`, `1 3-5`, `1,3`. `None`: these are no such numbers.
fn picked<T: Copy>(typed: &str, shown: &[T]) -> Option<Vec<T>> {
    let mut res = Vec::new();
    let parts = typed.split([' ', ',']).filter(|it| !it.is_empty());
    for part in parts {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        res.extend(shown.get(first.checked_sub(1)?..last)?);
    }
    (!res.is_empty()).then_some(res)
}

fn number(lines: impl Iterator<Item = String>) {
    for (index, line) in lines.enumerate() {
        say(format_args!("{:3}  {line}\n", index + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::{picked, services_like};
    use crate::registry::Catalogue;

    #[test]
    fn numbers_and_ranges_count_from_one() {
        let shown = ['a', 'b', 'c', 'd'];
        for (typed, expected) in [
            ("1", Some("a")),
            ("2 4", Some("bd")),
            ("1,3-4", Some("acd")),
            (" 4 ", Some("d")),
            ("0", None),
            ("5", None),
            ("3-9", None),
            ("3-1", None),
            ("read", None),
            ("1 read", None),
            ("-", None),
            ("", None),
        ] {
            let picked = picked(typed, &shown).map(|it| it.into_iter().collect::<String>());
            assert_eq!(picked.as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn a_service_is_found_by_type_by_a_part_of_its_name_and_in_spite_of_a_slip() {
        let catalogue = Catalogue::embedded();
        let found = |typed| {
            services_like(&catalogue, typed)
                .iter()
                .map(|it| it.type_.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("slack"), ["slack"]);
        assert_eq!(found("Google Cal"), ["googlecalendar"]);
        assert_eq!(found("hubsopt"), ["hubspot"]);
        assert_eq!(found("").len(), catalogue.services().len());
        assert_eq!(found("no such thing at all"), [""; 0]);
    }
}
