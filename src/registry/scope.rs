//! One OAuth permission string, and what is known of it.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde::Deserialize;

use super::label;

/// One OAuth permission string of one service.
///
/// It is unpacked from the form that `build.rs` gives it, hence [`Deserialize`]: the order of the fields is that of `build/pack.rs`.
///
/// Two services may have a scope of the same name with different facts (Base44 lists it for one of them only).
#[derive(Debug, Clone, Deserialize)]
pub struct Scope {
    /// The string as it belongs into a connector file.
    #[serde(borrow)]
    pub name: Cow<'static, str>,
    /// What it allows, in a few words: "Read messages in public channels".
    #[serde(borrow)]
    pub summary: Cow<'static, str>,
    /// What kind of access it gives.
    pub access: Access,
    /// The provider's own risk class (`restricted`, `vetted` …); [`Service::tier_note`](super::Service::tier_note) explains it.
    pub tier: Option<&'static str>,
    /// Whether an administrator has to agree; `None`: not known.
    pub admin_consent: Option<bool>,
    /// The kinds of token that can hold it; empty: the provider makes no difference.
    pub tokens: Vec<Token>,
    /// What Base44 is known to do with it; `None`: nothing is known.
    pub base44: Option<Base44Status>,
    /// `false`: the provider's own list of this service's scopes does not have it, yet Base44 lists, adds or keeps it.
    pub documented_by_provider: bool,
    /// Scopes of the same service that this one makes redundant.
    pub includes: Vec<&'static str>,
    /// Scopes of the same service without which this one does nothing; all of them are needed.
    pub requires: Vec<&'static str>,
    /// Scopes of the same service of which this one needs at least one.
    pub requires_one_of: Vec<&'static str>,
    /// Scopes of the same service that this one harms: this one is to be removed.
    pub conflicts: Vec<&'static str>,
    /// `(type, scope)`: the scope with the same purpose in another service, where the name differs.
    pub counterparts: Vec<(&'static str, &'static str)>,
    /// The provider has retired it.
    pub deprecated: Option<Deprecation>,
    /// Wrong strings that people write for it and that its spelling does not explain.
    pub misspellings: Vec<&'static str>,
    /// Something its user should know, in full sentences.
    pub note: Option<&'static str>,
}

/// What kind of access a scope gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Access {
    /// Looks at data.
    Read,
    /// Creates, changes or deletes data, or acts for the user.
    Write,
    /// Administers the account or the organisation.
    Admin,
    /// Signs the user in, or keeps the connection alive.
    Identity,
}

impl Access {
    /// The word for it (`read`), in texts and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
            Access::Admin => "admin",
            Access::Identity => "identity",
        }
    }
}

/// How much a scope opens, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Who the user is.
    Identity,
    /// Reading.
    Read,
    /// Changing.
    Write,
    /// Administration, or an administrator has to agree.
    Admin,
    /// The provider's strictest class.
    Restricted,
}

impl Risk {
    /// The word for it (`restricted`), in texts and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Risk::Identity => "identity",
            Risk::Read => "read",
            Risk::Write => "write",
            Risk::Admin => "admin",
            Risk::Restricted => "restricted",
        }
    }
}

/// A kind of access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Token {
    /// Acts as the person who connected (Slack).
    User,
    /// Acts as the app's bot (Slack).
    Bot,
    /// Acts for the signed-in person, within that person's rights (Microsoft).
    Delegated,
    /// Acts as the app itself, with no person (LinkedIn).
    Application,
}

/// What Base44 is known to do with a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Base44Status {
    /// Base44 adds it by itself, so it comes back with every pull (inferred from real files).
    Always,
    /// Base44's documentation lists it for this service.
    Listed,
    /// Real connector files hold it.
    Seen,
    /// The project's own configuration declares it.
    Declared,
}

/// A scope that its provider has retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Deprecation {
    /// The scope of the same service to use instead, if there is one.
    pub replacement: Option<&'static str>,
    /// Why, and what to do.
    pub note: &'static str,
}

impl Scope {
    /// How much it opens: its access, raised by the provider's strictest tiers and by admin consent.
    #[must_use]
    pub fn risk(&self) -> Risk {
        match self.access {
            _ if matches!(self.tier, Some("restricted" | "highly-sensitive")) => Risk::Restricted,
            _ if self.admin_consent == Some(true) => Risk::Admin,
            Access::Admin => Risk::Admin,
            Access::Write => Risk::Write,
            Access::Read => Risk::Read,
            Access::Identity => Risk::Identity,
        }
    }

    /// The order in which to offer scopes, best first: those within reach before those that are not, current before retired,
    /// what Base44 is known to grant first, less access first.
    #[must_use]
    pub fn preference(&self) -> impl Ord + Copy + use<> {
        let known_to_base44 = match self.base44 {
            Some(Base44Status::Always | Base44Status::Listed | Base44Status::Declared) => 2,
            Some(Base44Status::Seen) => 1,
            None => 0,
        };
        (
            self.is_out_of_reach(),
            self.deprecated.is_some(),
            Reverse(known_to_base44),
            self.risk(),
        )
    }

    /// Whether the provider gives it to no connector: its tier is for other kinds of token, or no longer given out.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        matches!(
            self.tier,
            Some("downscope-only" | "client-credentials" | "unavailable" | "closed")
        )
    }

    /// The summary in at most five words, for an inlay hint: "Read messages in public channels".
    #[must_use]
    pub fn label(&self) -> String {
        label::label(&self.summary)
    }

    /// The part of the name that tells it apart: `calendar.events` of `https://www.googleapis.com/auth/calendar.events`.
    /// Names that are no URL are short already.
    #[must_use]
    pub fn short_name(&self) -> &str {
        short_name(&self.name)
    }
}

/// See [`Scope::short_name`]; for any written string.
pub(super) fn short_name(name: &str) -> &str {
    let Some((_, rest)) = name.split_once("://") else {
        return name;
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.strip_prefix("auth/").unwrap_or(path).trim_end_matches('/');
    if path.is_empty() { host } else { path }
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn the_short_name_is_what_tells_a_url_apart() {
        assert_eq!(
            short_name("https://www.googleapis.com/auth/calendar.events"),
            "calendar.events"
        );
        assert_eq!(short_name("https://mail.google.com/"), "mail.google.com");
        assert_eq!(short_name("https://www.google.com/calendar/feeds/"), "calendar/feeds");
        assert_eq!(short_name("https://graph.microsoft.com/Mail.Read"), "Mail.Read");
        assert_eq!(short_name("chat:write"), "chat:write");
    }
}
