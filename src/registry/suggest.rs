//! What somebody probably meant: the nearest scopes of a service, the nearest types of the catalogue.
//!
//! A scope that is far away is no suggestion. Nothing is better than nonsense, and a word that looks like reading
//! never leads to a scope for writing while there is one for reading.

use std::cmp::Reverse;

use super::grammar::{Form, Verb};
use super::{Access, Base44Status, Catalogue, Evidence, Scope, Service};

/// At most three candidates, the best first.
#[derive(Debug, Clone)]
pub struct Suggestions<T> {
    ranked: Vec<T>,
    confident: bool,
}

impl<T> Suggestions<T> {
    const MOST: usize = 3;

    /// The best candidate.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.ranked.first()
    }

    /// All candidates, the best first.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.ranked.iter()
    }

    /// Whether the first one is so near, and the others so far, that it can be taken without asking.
    #[must_use]
    pub fn confident(&self) -> bool {
        self.confident
    }

    /// Whether nothing is near.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranked.is_empty()
    }
}

impl<T> IntoIterator for Suggestions<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.into_iter()
    }
}

/// How a written string misses a name, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Miss {
    /// A mistake on record.
    Known,
    /// Separators, case, or what stands around the tail.
    Punctuation,
    /// Singular or plural, `read` or `readonly`, the place of the verb.
    Grammar,
    /// The order of the words.
    Order,
    /// One letter.
    Letter,
    /// A verb too many or too few, which agrees with the access.
    Verb,
    /// Two letters.
    TwoLetters,
    /// A verb too many or another one, which does not agree with the access.
    OtherVerb,
    /// One word too few.
    WordLess,
    /// One word too many.
    WordMore,
    /// The things that the name begins with are left out.
    Beginning,
}

impl Miss {
    /// The farthest that is offered beside a nearest one.
    fn company(self) -> Self {
        match self {
            Self::Known | Self::Punctuation | Self::Grammar | Self::Order => Self::Order,
            Self::Letter => Self::Letter,
            Self::Verb => Self::WordLess,
            Self::TwoLetters => Self::OtherVerb,
            Self::OtherVerb | Self::WordLess | Self::WordMore | Self::Beginning => Self::Beginning,
        }
    }
}

// --- scopes

/// The scopes of a service, prepared for [`Service::suggest`].
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    candidates: Vec<Candidate>,
    /// `(compact form of the mistake, position)`
    mistakes: Vec<(String, usize)>,
}

#[derive(Debug, Clone)]
struct Candidate {
    form: Form,
    bag: u32,
    /// Which letters and digits `form.compact` and `form.things` have.
    compact_letters: u64,
    thing_letters: u64,
    /// One bit per thing.
    things: u64,
}

impl Candidates {
    pub(super) fn of(scopes: &[Scope]) -> Self {
        let mistakes = scopes.iter().enumerate().flat_map(|(position, scope)| {
            let counterparts = scope.counterparts.iter().map(|(_, name)| name);
            scope
                .misspellings
                .iter()
                .chain(counterparts)
                .map(move |it| (Form::of(it).compact, position))
        });
        Self {
            mistakes: mistakes.collect(),
            candidates: scopes
                .iter()
                .map(|it| Candidate::of(Form::of(&it.name)))
                .collect(),
        }
    }
}

impl Candidate {
    fn of(form: Form) -> Self {
        Self {
            bag: form.bag(),
            compact_letters: letters(&form.compact),
            thing_letters: letters(&form.things),
            things: form
                .thing_hashes
                .iter()
                .fold(0, |bits, it| bits | 1 << (it % 64)),
            form,
        }
    }

    /// How `self`, as written, misses the candidate; `None`: it means something else.
    fn miss(&self, candidate: &Self, access: Access) -> Option<Miss> {
        let (written, name) = (&self.form, &candidate.form);
        if written.compact == name.compact {
            return Some(Miss::Punctuation);
        }
        let verbs = verbs(written.verb, name.verb, access);
        if self.bag == candidate.bag && !written.things.is_empty() {
            return match verbs {
                Verbs::Same if written.things == name.things => Some(Miss::Grammar),
                Verbs::Same => Some(Miss::Order),
                Verbs::Agree => Some(Miss::Verb),
                Verbs::Differ => Some(Miss::OtherVerb),
                Verbs::Widen => None,
            };
        }
        self.words_apart(candidate, verbs)
            .or_else(|| self.misspelt(candidate, verbs))
    }

    fn misspelt(&self, candidate: &Self, verbs: Verbs) -> Option<Miss> {
        let (written, name) = (&self.form, &candidate.form);
        let mut distance = None;
        if matches!(verbs, Verbs::Same | Verbs::Agree) {
            distance = letters_apart(
                &written.things,
                self.thing_letters,
                &name.things,
                candidate.thing_letters,
            );
        }
        if verbs == Verbs::Agree {
            distance = distance.map(|it| it + 1);
        }
        // The slip may be in the verb.
        if distance.is_none() && (written.verb.is_none() || written.verb == name.verb) {
            distance = letters_apart(
                &written.compact,
                self.compact_letters,
                &name.compact,
                candidate.compact_letters,
            );
        }
        Some(if distance? < 2 {
            Miss::Letter
        } else {
            Miss::TwoLetters
        })
    }

    /// Whether the one has all the things of the other, and one more.
    fn words_apart(&self, candidate: &Self, verbs: Verbs) -> Option<Miss> {
        let written = self.form.thing_hashes.as_slice();
        let name = candidate.form.thing_hashes.as_slice();
        if written.is_empty() || name.is_empty() {
            return None;
        }
        if matches!(verbs, Verbs::Same | Verbs::Agree) && self.things & !candidate.things == 0 {
            if written.len() + 1 == name.len() && contains(name, written) {
                return Some(Miss::WordLess);
            }
            if name.ends_with(written) {
                return Some(Miss::Beginning);
            }
        }
        let is_longer = written.len() == name.len() + 1 && candidate.things & !self.things == 0;
        (is_longer && verbs == Verbs::Same && contains(written, name)).then_some(Miss::WordMore)
    }
}

impl Service {
    /// The scopes of this service that a string, which is none of them, probably means.
    #[must_use]
    pub fn suggest(&self, written: &str) -> Suggestions<&Scope> {
        let prepared = self.candidates();
        let form = Candidate::of(Form::of(written));
        if form.form.compact.is_empty() {
            return Suggestions {
                ranked: Vec::new(),
                confident: false,
            };
        }
        let mut near: Vec<(Miss, &Scope)> = Vec::new();
        for (scope, candidate) in self.scopes.iter().zip(&prepared.candidates) {
            if let Some(miss) = form.miss(candidate, scope.access) {
                near.push((miss, scope));
            }
        }
        for (_, position) in prepared
            .mistakes
            .iter()
            .filter(|(mistake, _)| *mistake == form.form.compact)
        {
            if let Some(scope) = self.scopes.get(*position) {
                near.retain(|(_, it)| it.name != scope.name);
                near.push((Miss::Known, scope));
            }
        }
        let verb = form.form.verb;
        if near.iter().any(|(_, it)| !widens(verb, it)) {
            near.retain(|(_, it)| !widens(verb, it));
        }
        let key = |miss, scope: &Scope| {
            let listed = match scope.base44 {
                Some(Base44Status::Always | Base44Status::Listed | Base44Status::Declared) => 2,
                Some(Base44Status::Seen) => 1,
                None => 0,
            };
            (
                widens(verb, scope),
                miss,
                scope.deprecated.is_some(),
                Reverse(listed),
                scope.risk(),
                scope.name.len(),
            )
        };
        rank(near, key, |scope| {
            scope.deprecated.is_none() && !widens(verb, scope)
        })
    }
}

/// How the verbs of a written string and of a name go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verbs {
    Same,
    /// One is left out, or says the same in another word.
    Agree,
    Differ,
    /// Reading was written, and the name is for writing.
    Widen,
}

fn verbs(written: Option<Verb>, name: Option<Verb>, access: Access) -> Verbs {
    match (written, name) {
        _ if written == name => Verbs::Same,
        (Some(Verb::Read), Some(_)) => Verbs::Widen,
        (Some(_), Some(Verb::Read)) => Verbs::Differ,
        (Some(_), Some(_)) | (None, Some(_)) => Verbs::Agree,
        (Some(Verb::Read), None) if !matches!(access, Access::Read | Access::Identity) => {
            Verbs::Differ
        }
        (Some(_), None) => Verbs::Agree,
        (None, None) => Verbs::Same,
    }
}

/// Whether a scope opens more than a written verb asks for.
fn widens(verb: Option<Verb>, scope: &Scope) -> bool {
    verb == Some(Verb::Read)
        && matches!(scope.access, Access::Write | Access::Admin)
        && Form::of(&scope.name).verb != Some(Verb::Read)
}

// --- types

impl Catalogue {
    /// The services whose type somebody probably meant; by type, name ("Google Calendar") and other names (`gcal`).
    #[must_use]
    pub fn suggest_types(&self, written: &str) -> Suggestions<&Service> {
        let written = compact(written);
        let mut near = Vec::new();
        if !written.is_empty() {
            for service in self.services() {
                let names = [service.type_.as_ref(), service.name.as_ref()];
                let own = names
                    .into_iter()
                    .filter_map(|it| type_miss(&written, &compact(it), Miss::Punctuation));
                let other = service
                    .other_names
                    .iter()
                    .filter_map(|it| type_miss(&written, &compact(it), Miss::Known));
                if let Some(miss) = own.chain(other).min() {
                    near.push((miss, service));
                }
            }
        }
        let key = |miss, service: &Service| {
            (
                miss,
                service.evidence != Evidence::ConnectorsPage,
                service.type_.len(),
                service.type_.to_string(),
            )
        };
        rank(near, key, |_| true)
    }
}

fn type_miss(written: &str, name: &str, same: Miss) -> Option<Miss> {
    if written == name {
        return Some(same);
    }
    match letters_apart(written, letters(written), name, letters(name)) {
        Some(1) => return Some(Miss::Letter),
        Some(_) => return Some(Miss::TwoLetters),
        None => {}
    }
    // `sheets`, `googlecal`; but an `x` is in many names.
    let part = written.len() > 3 && (name.starts_with(written) || name.ends_with(written));
    let whole = name.len() > 3 && (written.starts_with(name) || written.ends_with(name));
    (part || whole).then_some(Miss::WordLess)
}

fn compact(name: &str) -> String {
    name.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|it| char::from(it.to_ascii_lowercase()))
        .collect()
}

// --- ranking and distance

/// The nearest in the order of their keys. `may_be_sure`: whether the first one may be taken without asking at all.
fn rank<T, K: Ord>(
    mut near: Vec<(Miss, &T)>,
    key: impl Fn(Miss, &T) -> K,
    may_be_sure: impl Fn(&T) -> bool,
) -> Suggestions<&T> {
    if let Some(nearest) = near.iter().map(|(miss, _)| *miss).min() {
        near.retain(|(miss, _)| *miss <= nearest.company());
    }
    near.sort_by_cached_key(|(miss, it)| key(*miss, it));
    let confident = match near.as_slice() {
        [] => false,
        [(miss, only)] => *miss <= Miss::Verb && may_be_sure(only),
        [(miss, first), rest @ ..] => {
            *miss <= Miss::Letter
                && rest.iter().all(|(other, _)| other > miss)
                && may_be_sure(first)
        }
    };
    let ranked = near
        .into_iter()
        .take(Suggestions::<T>::MOST)
        .map(|(_, it)| it)
        .collect();
    Suggestions { ranked, confident }
}

/// The letters that differ (inserted, left out, replaced, or two of them swapped), if they are so few that it looks like a slip.
fn letters_apart(one: &str, one_letters: u64, other: &str, other_letters: u64) -> Option<usize> {
    let allowed = match one.len().min(other.len()) {
        0..=2 => return None,
        3..=7 => 1,
        _ => 2,
    };
    // A slip changes at most one letter into another one.
    if one.len().abs_diff(other.len()) > allowed
        || (one_letters ^ other_letters).count_ones() as usize > 2 * allowed
    {
        return None;
    }
    Some(strsim::osa_distance(one, other)).filter(|it| *it <= allowed)
}

/// One bit for each letter and digit that occurs.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |bits, it| bits | 1 << (it % 64))
}

fn contains(all: &[u32], some: &[u32]) -> bool {
    some.iter().all(|it| all.contains(it))
}
