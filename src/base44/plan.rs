//! What a push would do: the project's connectors against those Base44 has. Nothing is read or run here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::registry::{Base44Status, Catalogue};

/// Connectors by `type`, with their scopes.
pub type Connectors = BTreeMap<String, Vec<String>>;

/// The service that Base44 runs by itself: it has no scopes, whatever a file says.
pub const STRIPE: &str = "stripe";

/// What a push would do. `Display` gives it in Markdown, for the user to agree to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

    /// The plan as plain text, a sentence a line, for a message box.
    #[must_use]
    pub fn plain(&self) -> impl fmt::Display {
        PlainText(self)
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
fn only_in(these: &[String], those: &[String], name: &str, catalogue: &Catalogue) -> Vec<String> {
    let service = catalogue.service(name);
    let key = |scope| service.map_or(Cow::Borrowed(scope), |it| it.provider.canonical(scope));
    let is_always = |scope: &str| {
        let known = service.and_then(|it| it.find(scope));
        known.is_some_and(|it| it.scope.base44 == Some(Base44Status::Always))
    };
    let those: BTreeSet<_> = those.iter().map(|it| key(it.as_str())).collect();
    let differing = these.iter().filter(|it| !is_always(it));
    let differing: BTreeMap<_, _> = differing
        .map(|it| (key(it.as_str()), it))
        .filter(|(key, _)| !those.contains(key))
        .collect();
    differing.into_values().cloned().collect()
}

/// In Markdown, as a list.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &Style::Markdown)
    }
}

struct PlainText<'a>(&'a Plan);

impl fmt::Display for PlainText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, &Style::Plain)
    }
}

/// How names and deeds are set off.
enum Style {
    Markdown,
    Plain,
}

impl Plan {
    /// Removals come first: they cannot be undone, and the end of a long message may be cut off. Each line is a sentence,
    /// because some editors join the lines of a message.
    fn write(&self, f: &mut fmt::Formatter<'_>, style: &Style) -> fmt::Result {
        if self.is_in_step() {
            return f.write_str("Base44 already has these connectors, with these scopes.\n");
        }
        for (name, scopes) in &self.removed {
            let (deed, name, count) = (style.deed("Remove"), style.code(name), count(name, scopes));
            let why = "this project has no file for it, and the app loses its access";
            writeln!(f, "{deed} {name} ({count}): {why}.")?;
        }
        for (name, scopes) in &self.new {
            let (deed, count) = (style.deed("Add"), count(name, scopes));
            writeln!(f, "{deed} {} ({count}){}.", style.code(name), style.list(": ", scopes))?;
        }
        for (name, Rescope { added, removed }) in &self.rescoped {
            let (deed, name) = (style.deed("Change"), style.code(name));
            let semicolon = if added.is_empty() || removed.is_empty() {
                ""
            } else {
                ";"
            };
            let (added, removed) = (style.list(" add ", added), style.list(" drop ", removed));
            writeln!(
                f,
                "{deed} {name}:{added}{semicolon}{removed}. You will be asked for consent again."
            )?;
        }
        if !self.unchanged.is_empty() {
            let names: Vec<String> = self.unchanged.iter().cloned().collect();
            writeln!(f, "{}{}.", style.deed("Unchanged"), style.list(": ", &names))?;
        }
        Ok(())
    }
}

impl Style {
    fn deed(&self, word: &str) -> String {
        match self {
            Self::Markdown if word == "Unchanged" => format!("- {word}"),
            Self::Markdown => format!("- **{word}**"),
            Self::Plain => word.to_owned(),
        }
    }

    /// `text`, which comes from a file or a server and can hold anything: nothing of it may end the code, or the line.
    fn code(&self, text: &str) -> String {
        let safe = |it: char| match it {
            '`' => '\'',
            it if it.is_control() => ' ',
            it => it,
        };
        let safe: String = text.chars().map(safe).collect();
        match self {
            Self::Markdown => format!("`{safe}`"),
            Self::Plain => safe,
        }
    }

    /// `texts` after `label`; nothing at all if there are none.
    fn list(&self, label: &str, texts: &[String]) -> String {
        if texts.is_empty() {
            return String::new();
        }
        let codes: Vec<String> = texts.iter().map(|it| self.code(it)).collect();
        format!("{label}{}", codes.join(", "))
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
- **Remove** `hubspot` (2 scopes): this project has no file for it, and the app loses its access.
- **Add** `slack` (2 scopes): `chat.write`, `users.read`.
- **Change** `gmail`: add `gmail.modify`; drop `gmail.readonly`. You will be asked for consent again.
- Unchanged: `notion`, `stripe`.
";
        assert_eq!(plan.to_string(), text);
        assert_eq!(plan.plain().to_string(), text.replace("- ", "").replace(['*', '`'], ""));
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
        local.insert("slack".into(), vec!["a`\n# Nothing is removed".into()]);
        let plan = Plan::new(&local, &Connectors::new(), &Catalogue::embedded());
        assert_eq!(
            plan.to_string(),
            "- **Add** `slack` (1 scope): `a' # Nothing is removed`.\n"
        );
    }
}
