//! What is a change of permissions and what is none.

use std::fmt::Write as _;
use std::path::Path;

use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{ConnectorChange, Deed, Fate, Permissions, Place, changes};
use crate::analysis::{Role, SourceFile};
use crate::registry::Catalogue;
use crate::syntax::Tree;

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile {
        path: Path::new("/app/base44/connectors").join(name),
        text: text.into(),
        tree: Tree::parse(text),
        role: Role::Connector,
    }
}

/// A line per file: `name.jsonc text`; without a text, `type: scope scope`, the file being named after the type.
fn permissions(lines: &str) -> Permissions {
    let files: Vec<_> = lines
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|line| match line.split_once(".jsonc ") {
            Some((name, text)) => file(&format!("{name}.jsonc"), text),
            None => {
                let (type_, scopes) = line.split_once(':').unwrap();
                let scopes: Vec<_> = scopes.split_whitespace().collect();
                let text = serde_json::json!({ "type": type_, "scopes": scopes }).to_string();
                file(&format!("{type_}.jsonc"), &text)
            }
        })
        .collect();
    Permissions::read(&files)
}

fn diff(old: &str, new: &str) -> Vec<ConnectorChange> {
    changes(&permissions(old), &permissions(new), &Catalogue::embedded())
}

#[track_caller]
fn says(old: &str, new: &str, expected: &str) {
    let mut said = String::new();
    for change in diff(old, new) {
        writeln!(said, "{}", change.message()).unwrap();
        for scope in &change.scopes {
            writeln!(said, "  {}", scope.message(&change.service)).unwrap();
        }
    }
    let expected: Vec<_> = expected
        .lines()
        .map(|line| line.trim_start_matches("        "))
        .collect();
    assert_eq!(said.trim_end(), expected.join("\n").trim());
}

#[test]
fn services_and_scopes_come_and_go_the_riskiest_first() {
    says(
        "hubspot: oauth crm.objects.contacts.read
         slack: channels:read chat:write",
        "slack: chat:write reactions:read
         gmail: https://www.googleapis.com/auth/gmail.labels https://mail.google.com/ email
         googlecalendar: https://www.googleapis.com/auth/calendar.readonly",
        "
        Connects to Gmail (`gmail`), which is new: somebody has to give consent.
          Adds restricted Gmail access: use the whole mailbox, including IMAP/SMTP/POP and permanent deletion (`https://mail.google.com/`).
          Adds Gmail write access: list, create, rename and delete labels (`https://www.googleapis.com/auth/gmail.labels`).
        Connects to Google Calendar (`googlecalendar`), which is new: somebody has to give consent.
          Adds sensitive Google Calendar access: read every calendar the user can open, with events and settings (`https://www.googleapis.com/auth/calendar.readonly`).
        Asks Slack User (`slack`) for other permissions: consent is asked again.
          Adds Slack User read access: see emoji reactions and what they were put on (`reactions:read`).
          Removes Slack User read access: see public channels, their details and members (`channels:read`).
        Removes the connector to HubSpot (`hubspot`): the next push disconnects it.
          Removes HubSpot read access: read contact records (`crm.objects.contacts.read`).",
    );
}

#[test]
fn what_means_the_same_is_no_change() {
    for (old, new) in [
        ("", ""),
        (
            "slack: chat:write reactions:read",
            "slack: reactions:read chat:write chat:write",
        ),
        (
            "gmail: https://mail.google.com/",
            "gmail: https://mail.google.com/ email",
        ),
        ("outlook: Mail.Read", "outlook: https://graph.microsoft.com/mail.read"),
        ("stripe: read", "stripe:"),
        // Another file, single quotes, a comment.
        (
            "slack: chat:write",
            "team.jsonc { type: 'slack', /* … */ scopes: ['chat:write',] }",
        ),
        // Both files of a type count.
        (
            "slack: chat:write reactions:read",
            "slack: chat:write
             more.jsonc { \"type\": \"slack\", \"scopes\": [\"reactions:read\"] }",
        ),
    ] {
        assert_eq!(diff(old, new), [], "{old} / {new}");
    }
}

#[test]
fn a_scope_that_another_one_includes_opens_nothing() {
    says(
        "gmail: https://mail.google.com/",
        "gmail: https://www.googleapis.com/auth/gmail.send",
        "
        Asks Gmail (`gmail`) for other permissions: consent is asked again.
          Adds sensitive Gmail access: send messages as the user, with no access to the mailbox contents (`https://www.googleapis.com/auth/gmail.send`). `https://mail.google.com/` included it before.
          Removes restricted Gmail access: use the whole mailbox, including IMAP/SMTP/POP and permanent deletion (`https://mail.google.com/`).",
    );
    assert_eq!(
        diff(
            "gmail: https://mail.google.com/",
            "gmail: https://www.googleapis.com/auth/gmail.send"
        )[0]
        .added_rank(),
        None
    );
    says(
        "gmail: https://mail.google.com/ https://www.googleapis.com/auth/gmail.send",
        "gmail: https://mail.google.com/",
        "
        Asks Gmail (`gmail`) for other permissions: consent is asked again.
          Removes sensitive Gmail access: send messages as the user, with no access to the mailbox contents (`https://www.googleapis.com/auth/gmail.send`). `https://mail.google.com/` still includes it.",
    );
}

#[test]
fn what_is_not_known_is_said_to_be_so() {
    says(
        "",
        "intranet: a`b
         slack: chat.everything",
        "
        Connects to intranet (`intranet`), which is new: somebody has to give consent.
          Adds unknown intranet access: `a`b`.
        Connects to Slack User (`slack`), which is new: somebody has to give consent.
          Adds unknown Slack User access: `chat.everything`.",
    );
}

#[test]
fn a_file_that_cannot_be_read_removes_nothing() {
    for broken in [
        r#"slack.jsonc { "type": "slack", "scopes": ["chat:write" "#,
        r#"slack.jsonc { "scopes": ["chat:write"] }"#,
        r#"slack.jsonc { "type": 1, "scopes": ["chat:write"] }"#,
        r#"slack.jsonc { "type": "slack", "scopes": "chat:write" }"#,
        r#"slack.jsonc [{ "type": "slack", "scopes": [] }]"#,
        r#"moved.jsonc { "type": "slack", "scopes": [ "#,
    ] {
        assert_eq!(diff("slack: chat:write", broken), [], "{broken}");
        assert_eq!(permissions(broken).unreadable().len(), 1, "{broken}");
        // What could not be read then is new if it can be read now.
        let mended = diff(broken, "slack: chat:write");
        assert_eq!(mended[0].fate, Fate::Added, "{broken}");
    }
}

#[test]
fn a_change_knows_where_it_is() {
    let new = "{ \"type\": \"slack\", \"scopes\": [\"reactions:read\"] }";
    let found = changes(
        &permissions("slack: chat:write"),
        &Permissions::read([&file("team.jsonc", new)]),
        &Catalogue::embedded(),
    );
    let [change] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert!(change.place.path.ends_with("team.jsonc"));
    let at = |place: &Place| new.get(std::ops::Range::from(place.range));
    assert_eq!(at(&change.place), Some("\"slack\""));
    let [added, removed] = change.scopes.as_slice() else {
        panic!("{change:?}")
    };
    assert_eq!(added.place.as_ref().and_then(at), Some("\"reactions:read\""));
    assert_eq!(removed.place, None);
}

/// A change without its order; with `swapped`, as it would be the other way round.
fn bare(change: &ConnectorChange, swapped: bool) -> String {
    let fate = match (change.fate, swapped) {
        (Fate::Added, true) => Fate::Removed,
        (Fate::Removed, true) => Fate::Added,
        (fate, _) => fate,
    };
    let scopes = change.scopes.iter().map(|it| {
        let is_added = (it.deed == Deed::Added) != swapped;
        format!("{} {is_added} {:?}", it.scope, it.covered_by)
    });
    let mut scopes: Vec<_> = scopes.collect();
    scopes.sort();
    format!("{} {fate:?} {scopes:?}", change.type_)
}

fn any_project() -> impl Strategy<Value = String> {
    let catalogue = Catalogue::embedded();
    let types = ["gmail", "slack", "outlook", "hubspot", "stripe", "intranet"];
    let connectors = types.map(|type_| {
        let known = catalogue
            .service(type_)
            .map(|it| it.scopes.iter().map(|it| it.name.to_string()).collect());
        let mut scopes: Vec<String> = known.unwrap_or_default();
        scopes.truncate(12);
        scopes.extend(["made:up", "https://graph.microsoft.com/mail.read", "Mail.Read"].map(String::from));
        let line = vec(select(scopes), 0..5).prop_map(move |it| format!("{type_}: {}\n", it.join(" ")));
        proptest::option::of(line).prop_map(Option::unwrap_or_default)
    });
    connectors.prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(project in any_project()) {
        prop_assert_eq!(diff(&project, &project), []);
    }

    #[test]
    fn the_other_way_round_everything_that_came_goes(old in any_project(), new in any_project()) {
        let mut there: Vec<_> = diff(&old, &new).iter().map(|it| bare(it, false)).collect();
        let mut back: Vec<_> = diff(&new, &old).iter().map(|it| bare(it, true)).collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn the_riskiest_addition_comes_first(old in any_project(), new in any_project()) {
        let ranks: Vec<_> = diff(&old, &new).iter().map(ConnectorChange::added_rank).collect();
        prop_assert!(ranks.is_sorted_by(|a, b| a >= b), "{:?}", ranks);
    }
}
