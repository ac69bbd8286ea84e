//! The nearest scopes of one service.
//!
//! A word that looks like reading never leads to a scope for writing while there is one for reading.

use super::letters::Word;
use super::{Miss, Suggestions, rank};
use crate::registry::grammar::{Form, Verb};
use crate::registry::{Access, Scope, Service};

/// The scopes of a service, prepared for [`Service::suggest`].
#[derive(Debug, Clone)]
pub(in crate::registry) struct Candidates {
    /// In the order of the scopes.
    names: Vec<Said>,
    /// `(compact form of a known mistake, position of the scope)`
    mistakes: Vec<(String, usize)>,
}

/// What a string says, ready to be compared.
#[derive(Debug, Clone)]
struct Said {
    compact: Word,
    things: Word,
    thing_hashes: Vec<u32>,
    /// One bit for each thing.
    thing_bits: u64,
    /// Equal for the same things in any order.
    bag: u32,
    verb: Option<Verb>,
}

/// How the verbs of a written string and of a name go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verbs {
    Same,
    /// One is left out, or says the same in another word.
    Agree,
    Differ,
    /// Reading was written, and the name says writing.
    Widen,
}

impl Service {
    /// The scopes of this service that somebody probably meant who wrote a string that is none of them.
    #[must_use]
    pub fn suggest(&self, written: &str) -> Suggestions<&Scope> {
        let written = Said::by(written);
        if written.compact.as_str().is_empty() {
            return Suggestions::none();
        }
        let candidates = self.candidates();
        let known = candidates.positions_of(written.compact.as_str());
        let mut near = Vec::new();
        let mut rest = Vec::with_capacity(self.scopes.len());
        for (position, (scope, name)) in self.scopes.iter().zip(&candidates.names).enumerate() {
            let verbs = written.verbs(name, scope.access);
            let miss = if known.contains(&position) {
                Some(Miss::Known)
            } else {
                written.words_apart(name, verbs)
            };
            match miss {
                Some(miss) => near.push((miss, scope, name)),
                None => rest.push((scope, name, verbs)),
            }
        }
        // Slips are offered beside nothing nearer than a slip.
        if near.iter().all(|(miss, ..)| *miss > Miss::Order) {
            let slips = rest
                .into_iter()
                .filter_map(|(scope, name, verbs)| Some((written.slips(name, verbs)?, scope, name)));
            near.extend(slips);
        }

        let widens = |scope: &Scope, name: &Said| {
            written.verb == Some(Verb::Read)
                && name.verb != Some(Verb::Read)
                && matches!(scope.access, Access::Write | Access::Admin)
        };
        let all_widen = near.iter().all(|(_, scope, name)| widens(scope, name));
        near.retain(|(_, scope, name)| all_widen || !widens(scope, name));

        let near = near.into_iter().map(|(miss, scope, _)| (miss, scope)).collect();
        rank(
            near,
            |scope| (scope.preference(), scope.name.len()),
            |scope| scope.deprecated.is_none() && !scope.is_out_of_reach() && !all_widen,
        )
    }
}

impl Candidates {
    pub(in crate::registry) fn of(scopes: &[Scope]) -> Self {
        let mistakes = (0..).zip(scopes).flat_map(|(position, scope)| {
            let counterparts = scope.counterparts.iter().map(|(_, name)| name);
            let mistakes = scope.misspellings.iter().chain(counterparts);
            mistakes.map(move |it| (Form::of(it).compact, position))
        });
        Self {
            mistakes: mistakes.collect(),
            names: scopes.iter().map(|it| Said::by(&it.name)).collect(),
        }
    }

    /// Positions of the scopes for which this is a known mistake.
    fn positions_of(&self, compact: &str) -> Vec<usize> {
        self.mistakes
            .iter()
            .filter(|(it, _)| it == compact)
            .map(|(_, position)| *position)
            .collect()
    }
}

impl Said {
    fn by(text: &str) -> Self {
        let Form {
            compact,
            things,
            thing_hashes,
            verb,
        } = Form::of(text);
        Self {
            compact: Word::new(compact),
            things: Word::new(things),
            thing_bits: thing_hashes.iter().fold(0, |bits, it| bits | 1 << (it % 64)),
            bag: thing_hashes.iter().fold(0, |sum, it| sum.wrapping_add(*it)),
            thing_hashes,
            verb,
        }
    }

    fn verbs(&self, name: &Self, access: Access) -> Verbs {
        let is_for_reading = matches!(access, Access::Read | Access::Identity);
        match (self.verb, name.verb) {
            (written, name) if written == name => Verbs::Same,
            (Some(Verb::Read), Some(_)) => Verbs::Widen,
            (Some(_), Some(Verb::Read)) => Verbs::Differ,
            (Some(verb), None) if is_for_reading != (verb == Verb::Read) => Verbs::Differ,
            _ => Verbs::Agree,
        }
    }

    /// How `self`, as written, misses a name of which it has all the words, or which has all of its words but a few.
    fn words_apart(&self, name: &Self, verbs: Verbs) -> Option<Miss> {
        if self.compact.as_str() == name.compact.as_str() {
            return Some(Miss::Punctuation);
        }
        let (written_things, things) = (self.thing_hashes.as_slice(), name.thing_hashes.as_slice());
        if written_things.is_empty() || things.is_empty() {
            return None;
        }
        if self.bag == name.bag {
            return match verbs {
                Verbs::Same if self.things.as_str() == name.things.as_str() => Some(Miss::Grammar),
                Verbs::Same => Some(Miss::Order),
                Verbs::Agree => Some(Miss::Verb),
                Verbs::Differ => Some(Miss::OtherVerb),
                Verbs::Widen => None,
            };
        }
        if matches!(verbs, Verbs::Same | Verbs::Agree) && self.thing_bits & !name.thing_bits == 0 {
            if written_things.len() + 1 == things.len() && contains(things, written_things) {
                return Some(Miss::WordLess);
            }
            if things.ends_with(written_things) {
                return Some(Miss::Beginning);
            }
        }
        let is_longer = written_things.len() == things.len() + 1 && name.thing_bits & !self.thing_bits == 0;
        (is_longer && verbs == Verbs::Same && contains(written_things, things)).then_some(Miss::WordMore)
    }

    /// How `self`, as written, misses a name that differs by a few letters.
    fn slips(&self, name: &Self, verbs: Verbs) -> Option<Miss> {
        let in_things = match verbs {
            Verbs::Same => self.things.slips(&name.things),
            Verbs::Agree => self.things.slips(&name.things).map(|it| it + 1),
            Verbs::Differ | Verbs::Widen => None,
        };
        // `chat:wrte`: the slip made the verb a thing.
        let in_verb = || self.verb.is_none().then(|| self.compact.slips(&name.compact)).flatten();
        let slips = in_things.or_else(in_verb)?;
        Some(if slips < 2 { Miss::Letter } else { Miss::TwoLetters })
    }
}

fn contains(all: &[u32], some: &[u32]) -> bool {
    some.iter().all(|it| all.contains(it))
}
