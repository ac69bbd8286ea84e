//! One difference in permissions, how much a reviewer should mind it, and the sentence to say it with.

use std::cmp::Reverse;

use super::Place;
use crate::analysis::wording::code;
use crate::registry::{Risk, Scope};

/// How what is asked of one service has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorChange {
    /// The connector's `type`.
    pub type_: String,
    /// What people call the service.
    pub service: String,
    /// What has become of the connector.
    pub fate: Fate,
    /// What is asked for now and was not, or the other way round; the riskiest addition first. All scopes of a connector that
    /// has come or gone; may be empty then.
    pub scopes: Vec<ScopeChange>,
    /// The value of `type`: as it is now, or as it was in a file that has gone.
    pub place: Place,
}

/// What has become of a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Added,
    /// It has gone: the next push disconnects it.
    Removed,
    /// It asks for other scopes: consent is asked again.
    Rescoped,
}

/// A scope that has come or gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeChange {
    /// Which of both.
    pub deed: Deed,
    /// The string, as it is or was spelt.
    pub scope: String,
    /// What it allows, in a few words; `None`: nothing is known of it.
    pub summary: Option<String>,
    /// How much it opens.
    pub rank: Rank,
    /// The scope of the same connector that included it before (of an addition) or still does (of a removal), so that it makes no
    /// difference.
    pub covered_by: Option<String>,
    /// Where it stands; `None`: nowhere any more.
    pub place: Option<Place>,
}

/// Whether something has come or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
}

/// How closely a reviewer should look at a permission, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Who the user is.
    Identity,
    /// Reading.
    Read,
    /// Changing.
    Write,
    /// Nothing is known of it.
    Unknown,
    /// The provider calls it sensitive.
    Sensitive,
    /// Administration, or an administrator has to agree.
    Admin,
    /// The provider's strictest class.
    Restricted,
}

impl ConnectorChange {
    /// One sentence about the connector as a whole.
    pub fn message(&self) -> String {
        let (service, type_) = (&self.service, code(&self.type_));
        match self.fate {
            Fate::Added => format!("Connects to {service} ({type_}), which is new: somebody has to give consent."),
            Fate::Removed => format!("Removes the connector to {service} ({type_}): the next push disconnects it."),
            Fate::Rescoped => format!("Asks {service} ({type_}) for other permissions: consent is asked again."),
        }
    }

    /// The riskiest addition that makes a difference.
    pub fn added_rank(&self) -> Option<Rank> {
        let added = self.scopes.iter().filter(|it| it.opens_more());
        added.map(|it| it.rank).max()
    }

    /// Sorts the riskiest first.
    pub(super) fn weight(&self) -> impl Ord + use<> {
        let lost = self.scopes.iter().map(|it| it.rank).max();
        (Reverse(self.added_rank()), Reverse(lost), self.type_.clone())
    }
}

impl ScopeChange {
    /// Whether it gives access that was not there.
    pub fn opens_more(&self) -> bool {
        self.deed == Deed::Added && self.covered_by.is_none()
    }

    /// The sentence for a reviewer; `service` is what people call it.
    pub fn message(&self, service: &str) -> String {
        let verb = match self.deed {
            Deed::Added => "Adds",
            Deed::Removed => "Removes",
        };
        let access = self.rank.access(service);
        let scope = code(&self.scope);
        let what = match &self.summary {
            Some(summary) if !summary.is_empty() => format!("{} ({scope})", lower_first(summary)),
            _ => scope.to_string(),
        };
        match &self.covered_by {
            None => format!("{verb} {access}: {what}."),
            Some(other) => {
                let included = match self.deed {
                    Deed::Added => "included it before",
                    Deed::Removed => "still includes it",
                };
                format!("{verb} {access}: {what}. {} {included}.", code(other))
            }
        }
    }

    /// Sorts additions first, and the riskiest of them before all.
    pub(super) fn weight(&self) -> impl Ord + use<> {
        (
            self.deed,
            self.covered_by.is_some(),
            Reverse(self.rank),
            self.scope.clone(),
        )
    }
}

impl Rank {
    /// The names, the least first.
    pub const ALL: [Rank; 7] = [
        Rank::Identity,
        Rank::Read,
        Rank::Write,
        Rank::Unknown,
        Rank::Sensitive,
        Rank::Admin,
        Rank::Restricted,
    ];

    /// The word for it, in texts and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Rank::Identity => "identity",
            Rank::Read => "read",
            Rank::Write => "write",
            Rank::Unknown => "unknown",
            Rank::Sensitive => "sensitive",
            Rank::Admin => "admin",
            Rank::Restricted => "restricted",
        }
    }

    /// `None`: a string that is no scope of its service, as far as is known.
    pub(super) fn of(scope: Option<&Scope>) -> Self {
        let Some(scope) = scope else { return Rank::Unknown };
        match scope.risk() {
            Risk::Restricted => Rank::Restricted,
            Risk::Admin => Rank::Admin,
            _ if scope.tier == Some("sensitive") => Rank::Sensitive,
            Risk::Write => Rank::Write,
            Risk::Read => Rank::Read,
            Risk::Identity => Rank::Identity,
        }
    }

    /// `restricted Gmail access`, `Slack write access`.
    fn access(self, service: &str) -> String {
        match self {
            Rank::Restricted | Rank::Sensitive | Rank::Unknown => format!("{} {service} access", self.name()),
            Rank::Admin | Rank::Write | Rank::Read | Rank::Identity => format!("{service} {} access", self.name()),
        }
    }
}

/// As it stands behind a colon. Words in capitals stay.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}
