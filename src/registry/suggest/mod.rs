//! What somebody probably meant: the nearest scopes of a service, the nearest types of the catalogue.
//!
//! A candidate that is far away is no suggestion: nothing is better than nonsense.

mod letters;
mod scopes;
mod types;

pub(super) use scopes::Candidates;

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

    fn none() -> Self {
        Self {
            ranked: Vec::new(),
            confident: false,
        }
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
    /// Two letters, or one and a verb.
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
    /// The farthest that is still offered beside the nearest one.
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

/// The nearest, by how they miss and then by `order`. `may_be_sure`: whether the first one may be taken without asking
/// at all.
fn rank<T, K: Ord>(
    mut near: Vec<(Miss, &T)>,
    order: impl Fn(&T) -> K,
    may_be_sure: impl Fn(&T) -> bool,
) -> Suggestions<&T> {
    if let Some(nearest) = near.iter().map(|(miss, _)| *miss).min() {
        near.retain(|(miss, _)| *miss <= nearest.company());
    }
    near.sort_by_cached_key(|(miss, it)| (*miss, order(it)));
    let confident = match near.as_slice() {
        [] => false,
        [(miss, only)] => *miss <= Miss::Verb && may_be_sure(only),
        [(miss, first), (next, _), ..] => *miss <= Miss::Letter && miss < next && may_be_sure(first),
    };
    let ranked = near
        .into_iter()
        .take(Suggestions::<T>::MOST)
        .map(|(_, it)| it)
        .collect();
    Suggestions { ranked, confident }
}
