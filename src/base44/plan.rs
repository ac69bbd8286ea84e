//! What a push would do: the project's connectors against those Base44 has. Nothing is read or run here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::inert::inert;
use crate::registry::{Base44Status, Catalogue, Service};

/// Connectors by `type`, with their scopes.
pub type Connectors = BTreeMap<String, Vec<String>>;

/// The service that Base44 runs by itself: it has no scopes, whatever a file says.
pub const STRIPE: &str = "stripe";

/// What a push would do. `Display` gives it as plain text, a sentence a line, for a message box;
/// [`PlanReport`](super::PlanReport) gives it whole.
///
/// As JSON: `{"new": {type: [scope]}, "rescoped": {type: {"added": [scope], "removed": [scope]}}, "unchanged": [type],
/// "removed": {type: [scope]}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Connectors of the project that Base44 does not have, with their scopes.
    pub new: Connectors,
    /// Connectors whose scopes change.
    pub rescoped: BTreeMap<String, Rescope>,
    /// Connectors that stay as they are.
    pub unchanged: BTreeSet<String>,
    /// Connectors of Base44 that the project does not have, with their scopes: a push deletes them.
    pub removed: Connectors,
}

/// How the scopes of a connector change. Never both empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rescope {
    /// Scopes that only the project has.
    pub added: Vec<String>,
    /// Scopes that only Base44 has.
    pub removed: Vec<String>,
}

impl Plan {
    /// Compares `local`, the project's connectors, with `remote`, those of Base44.
    ///
    /// Spellings that the provider takes for one scope are no difference, nor are scopes that Base44 adds by itself: `catalogue`
    /// knows both.
    #[must_use]
    pub fn new(local: &Connectors, remote: &Connectors, catalogue: &Catalogue) -> Self {
        let mut res = Self::default();
        for (name, scopes) in local {
            let Some(remote_scopes) = remote.get(name) else {
                res.new.insert(name.clone(), scopes.clone());
                continue;
            };
            let rescope = Rescope {
                added: only_in(scopes, remote_scopes, name, catalogue),
                removed: only_in(remote_scopes, scopes, name, catalogue),
            };
            if name == STRIPE || rescope == Rescope::default() {
                res.unchanged.insert(name.clone());
            } else {
                res.rescoped.insert(name.clone(), rescope);
            }
        }
        let only_remote = remote.iter().filter(|(name, _)| !local.contains_key(*name));
        res.removed
            .extend(only_remote.map(|(name, scopes)| (name.clone(), scopes.clone())));
        res
    }

    /// Whether Base44 has what the project has.
    #[must_use]
    pub fn is_in_step(&self) -> bool {
        self.new.is_empty() && self.rescoped.is_empty() && self.removed.is_empty()
    }

    /// The connectors a push would set: all of the project's.
    pub fn pushed(&self) -> impl Iterator<Item = &str> {
        let new = self.new.keys().chain(self.rescoped.keys());
        new.chain(&self.unchanged).map(String::as_str)
    }

    /// The connectors a push would set or remove.
    pub fn touched(&self) -> impl Iterator<Item = &str> {
        self.pushed().chain(self.removed.keys().map(String::as_str))
    }

    /// What Base44 has, read back from a plan for `local`: what is in step counts as being the same.
    #[must_use]
    pub fn remote(&self, local: &Connectors) -> Connectors {
        let mut res = self.removed.clone();
        for (name, scopes) in local {
            if self.unchanged.contains(name) {
                res.insert(name.clone(), scopes.clone());
            } else if let Some(Rescope { added, removed }) = self.rescoped.get(name) {
                let kept = scopes.iter().filter(|it| !added.contains(it));
                res.insert(name.clone(), kept.chain(removed).cloned().collect());
            }
        }
        res
    }

    /// What the button says that carries the plan out: `Push 3 connectors, remove hubspot`.
    #[must_use]
    pub fn button(&self) -> String {
        let mut res = match self.pushed().collect::<Vec<_>>().as_slice() {
            [one] => format!("Push {one}"),
            all => format!("Push {} connectors", all.len()),
        };
        match self.removed.keys().collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => res.extend([", remove ", one]),
            [one, other] => res.extend([", remove ", one, " and ", other]),
            all => res.push_str(&format!(", remove {} others", all.len())),
        }
        res
    }
}

/// The scopes of the connector `name` that only `these` have, as they are spelled there.
pub(super) fn only_in(these: &[String], those: &[String], name: &str, catalogue: &Catalogue) -> Vec<String> {
    let service = catalogue.service(name);
    let is_always = |scope: &str| {
        let known = service.and_then(|it| it.find(scope));
        known.is_some_and(|it| it.scope.base44 == Some(Base44Status::Always))
    };
    let those: BTreeSet<_> = those.iter().map(|it| canonical(service, it)).collect();
    let differing = these.iter().filter(|it| !is_always(it));
    let differing: BTreeMap<_, _> = differing
        .map(|it| (canonical(service, it), it))
        .filter(|(key, _)| !those.contains(key))
        .collect();
    differing.into_values().cloned().collect()
}

/// One and the same for all spellings that the provider of `service` takes for one scope.
pub(super) fn canonical<'s>(service: Option<&Service>, scope: &'s str) -> Cow<'s, str> {
    service.map_or(Cow::Borrowed(scope), |it| it.provider.canonical(scope))
}

/// Removals come first: they cannot be undone, and the end of a long message may be cut off. Each line is a sentence, because
/// some editors join the lines of a message.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_in_step() {
            return f.write_str("Base44 already has these connectors, with these scopes.\n");
        }
        for (name, scopes) in &self.removed {
            let (name, count) = (inert(name), count(name, scopes));
            writeln!(
                f,
                "Remove {name} ({count}): this project has no file for it, and the app loses its access."
            )?;
        }
        for (name, scopes) in &self.new {
            writeln!(
                f,
                "Add {} ({}){}.",
                inert(name),
                count(name, scopes),
                list(": ", scopes)
            )?;
        }
        for (name, Rescope { added, removed }) in &self.rescoped {
            let semicolon = if added.is_empty() || removed.is_empty() {
                ""
            } else {
                ";"
            };
            let (name, added, removed) = (inert(name), list(" add ", added), list(" drop ", removed));
            writeln!(
                f,
                "Change {name}:{added}{semicolon}{removed}. You will be asked for consent again."
            )?;
        }
        if !self.unchanged.is_empty() {
            writeln!(f, "Unchanged{}.", list(": ", &self.unchanged))?;
        }
        Ok(())
    }
}

/// `texts` after `label`; nothing at all if there are none.
fn list<'a>(label: &str, texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<_> = texts.into_iter().map(|it| inert(it)).collect();
    match texts.is_empty() {
        true => String::new(),
        false => format!("{label}{}", texts.join(", ")),
    }
}

fn count(name: &str, scopes: &[String]) -> String {
    match scopes.len() {
        0 if name == STRIPE => "run by Base44".to_owned(),
        0 => "no scopes".to_owned(),
        1 => "1 scope".to_owned(),
        n => format!("{n} scopes"),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Connectors, Plan};
    use crate::registry::Catalogue;

    fn connectors(text: &str) -> Connectors {
        text.lines()
            .filter_map(|line| line.trim().split_once(':'))
            .map(|(name, scopes)| {
                let scopes = scopes.split_whitespace().map(str::to_owned).collect();
                (name.to_owned(), scopes)
            })
            .collect()
    }

    fn plan(local: &str, remote: &str) -> Plan {
        Plan::new(&connectors(local), &connectors(remote), &Catalogue::embedded())
    }

    #[test]
    fn each_connector_is_added_changed_kept_or_removed() {
        let plan = plan(
            "slack: chat.write users.read
             gmail: gmail.modify gmail.send
             notion:
             stripe: whatever",
            "gmail: gmail.readonly gmail.send
             hubspot: oauth crm
             notion:
             stripe:",
        );
        let text = "\
Remove hubspot (2 scopes): this project has no file for it, and the app loses its access.
Add slack (2 scopes): chat.write, users.read.
Change gmail: add gmail.modify; drop gmail.readonly. You will be asked for consent again.
Unchanged: notion, stripe.
";
        assert_eq!(plan.to_string(), text);
        assert_eq!(plan.button(), "Push 4 connectors, remove hubspot");
    }

    #[test]
    fn order_repeats_and_what_base44_adds_by_itself_are_no_difference() {
        for (local, remote) in [
            ("slack: a b", "slack: b a"),
            ("slack: a a", "slack: a"),
            ("gmail: x", "gmail: x email"),
            ("gmail: x email", "gmail: x"),
            ("outlook: Mail.Read", "outlook: https://graph.microsoft.com/mail.read"),
            ("", ""),
        ] {
            let plan = plan(local, remote);
            assert!(plan.is_in_step(), "{local} / {remote}: {plan:?}");
            let text = "Base44 already has these connectors, with these scopes.\n";
            assert_eq!(plan.to_string(), text);
        }
        assert!(!plan("slack: email", "slack:").is_in_step());
    }

    #[test]
    fn types_are_told_apart_by_case_as_the_cli_does() {
        let plan = plan("Slack: a", "slack: a");
        assert_eq!(plan.button(), "Push Slack, remove slack");
    }

    #[test]
    fn the_button_names_what_is_removed_as_long_as_it_is_short() {
        let button = |remote: &str| plan("slack: a", remote).button();
        assert_eq!(button(""), "Push slack");
        assert_eq!(button("a:\nb:"), "Push slack, remove a and b");
        assert_eq!(button("a:\nb:\nc:"), "Push slack, remove 3 others");
    }

    #[test]
    fn a_scope_cannot_break_out_of_the_text() {
        let mut local = Connectors::new();
        local.insert("slack".into(), vec!["a`\nNothing is removed".into()]);
        let plan = Plan::new(&local, &Connectors::new(), &Catalogue::embedded());
        assert_eq!(plan.to_string(), "Add slack (1 scope): a` Nothing is removed.\n");
    }

    #[test]
    fn a_plan_read_backwards_gives_the_same_plan() {
        let catalogue = Catalogue::embedded();
        for (local, remote) in [
            ("slack: a b\ngmail: x", "gmail: y\nhubspot: oauth\nslack: b c"),
            ("gmail: x", "gmail: x email"),
            ("stripe:", "slack: a"),
            ("", ""),
        ] {
            let (local, plan) = (connectors(local), plan(local, remote));
            assert_eq!(Plan::new(&local, &plan.remote(&local), &catalogue), plan);
        }
    }
}
