//! Who runs the OAuth server, and which spellings of a scope it takes as the same.

use std::borrow::Cow;

/// The operator of an OAuth server. Several services can share one; most have their own.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its identifier (`google`); that of a service with its own provider is the service's type.
    pub id: Cow<'static, str>,
    /// Its name ("Google").
    pub name: Cow<'static, str>,
    /// What most of its scopes begin with, and people leave out (`https://www.googleapis.com/auth/`).
    pub prefix: Option<&'static str>,
    /// Whether it ignores case.
    pub(super) ignores_case: bool,
    /// A prefix that means the same as none.
    pub optional_prefix: Option<&'static str>,
    /// `(other, canonical)` names of one scope.
    pub(super) equal: &'static [(&'static str, &'static str)],
}

impl Provider {
    /// One and the same key for all spellings of a scope that the provider takes as equal.
    ///
    /// Microsoft ignores case and takes `https://graph.microsoft.com/Mail.Read` for `Mail.Read`; Google takes
    /// `…/auth/userinfo.email` for `email`. Everybody else is exact.
    #[must_use]
    pub fn canonical<'a>(&self, written: &'a str) -> Cow<'a, str> {
        let mut key = written;
        if let Some(prefix) = self.optional_prefix
            && let Some((head, tail)) = key.split_at_checked(prefix.len())
            && head.eq_ignore_ascii_case(prefix)
            && !tail.is_empty()
        {
            key = tail;
        }
        if let Some((_, canonical)) = self.equal.iter().find(|(other, _)| *other == key) {
            key = canonical;
        }
        if self.ignores_case && key.bytes().any(|it| it.is_ascii_uppercase()) {
            return Cow::Owned(key.to_ascii_lowercase());
        }
        Cow::Borrowed(key)
    }

    /// Whether every scope has one spelling only.
    pub(super) fn is_exact(&self) -> bool {
        !self.ignores_case && self.optional_prefix.is_none() && self.equal.is_empty()
    }
}
