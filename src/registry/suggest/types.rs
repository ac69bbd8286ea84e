//! The nearest types: by type, by name ("Google Calendar"), by other names (`gcal`).

use super::letters::Word;
use super::{Miss, Suggestions, rank};
use crate::registry::{Catalogue, Evidence, Service};

impl Catalogue {
    /// The services that somebody probably meant who wrote a type that there is not.
    #[must_use]
    pub fn suggest_types(&self, written: &str) -> Suggestions<&Service> {
        let written = compact(written);
        if written.as_str().is_empty() {
            return Suggestions::none();
        }
        let near = self
            .services()
            .filter_map(|it| Some((nearest_name(&written, it)?, it)))
            .collect();
        let order = |it: &Service| {
            (
                it.evidence != Evidence::ConnectorsPage,
                it.type_.len(),
                it.type_.clone(),
            )
        };
        rank(near, order, |_| true)
    }
}

fn nearest_name(written: &Word, service: &Service) -> Option<Miss> {
    let own = [service.type_.as_ref(), service.name.as_ref()];
    let own = own.into_iter().filter_map(|it| miss(written, it, Miss::Punctuation));
    let other = service
        .other_names
        .iter()
        .filter_map(|it| miss(written, it, Miss::Known));
    own.chain(other).min()
}

fn miss(written: &Word, name: &str, same: Miss) -> Option<Miss> {
    let name = compact(name);
    let (one, other) = (written.as_str(), name.as_str());
    if one == other {
        return Some(same);
    }
    if let Some(slips) = written.slips(&name) {
        return Some(if slips == 1 { Miss::Letter } else { Miss::TwoLetters });
    }
    // `sheets`, `googlecal`, `outlookcalendar`; but an `x` is in many words.
    let is_part = one.len() > 3 && (other.starts_with(one) || other.ends_with(one));
    let is_more = other.len() > 3 && (one.starts_with(other) || one.ends_with(other));
    (is_part || is_more).then_some(Miss::WordLess)
}

fn compact(name: &str) -> Word {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    Word::new(letters.map(|it| char::from(it.to_ascii_lowercase())).collect())
}
