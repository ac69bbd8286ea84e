//! What a pull would do, in words.

use super::{Changed, Created, Deleted, PullPlan, Reason, Skipped, name_of};
use crate::base44::Rescope;
use crate::base44::inert::inert;
use crate::base44::report::{Explain, Page, scope_lines};
use crate::registry::Catalogue;

impl Explain for PullPlan {
    const TITLE: &str = "Pull from";
    const IN_STEP: &str = "The files already say what Base44 has. A pull would change nothing.";

    fn is_in_step(&self) -> bool {
        self.is_in_step()
    }

    fn explain(&self, page: &mut Page, catalogue: &Catalogue) {
        let PullPlan {
            created,
            changed,
            deleted,
            unchanged,
            skipped,
            directory: _,
            outside,
        } = self;
        if let Some(target) = outside {
            let target = inert(&target.to_string_lossy());
            page.paragraph(&format!(
                "The connectors directory leads out of this project, to {target}: what follows is done there."
            ));
        }
        if !deleted.is_empty() {
            page.heading(2, &format!("WOULD BE DELETED HERE: {}", deleted.len()));
            page.paragraph(
                "Base44 does not have these connectors. A copy of each file is kept. To have Base44 take them over instead, push.",
            );
            page.changes(&deleted_lines(deleted, catalogue));
        }
        if !changed.is_empty() {
            page.heading(2, &format!("Other scopes: {}", changed.len()));
            page.paragraph("Everything else in these files stays as it is. A copy of each file is kept.");
            page.changes(&changed_lines(changed, catalogue));
            for it in changed {
                warnings(it).for_each(|warning| page.paragraph(&warning));
            }
        }
        if !created.is_empty() {
            page.heading(2, &format!("New files: {}", created.len()));
            page.changes(&created_lines(created, catalogue));
        }
        if !skipped.is_empty() {
            page.heading(2, &format!("Left alone: {}", skipped.len()));
            skipped.iter().for_each(|it| page.paragraph(&why(it)));
        }
        if !unchanged.is_empty() {
            page.heading(2, &format!("Unchanged: {}", unchanged.len()));
            let names: Vec<_> = unchanged.iter().map(|it| inert(&name_of(it))).collect();
            page.paragraph(&names.join(", "));
        }
    }
}

fn deleted_lines(files: &[Deleted], catalogue: &Catalogue) -> Vec<String> {
    let lines = files.iter().flat_map(|it| {
        let head = format!("- {}", inert(&name_of(&it.path)));
        std::iter::once(head).chain(scope_lines(catalogue, '-', &it.connector, &it.scopes))
    });
    lines.collect()
}

fn changed_lines(files: &[Changed], catalogue: &Catalogue) -> Vec<String> {
    let lines = files.iter().flat_map(|it| {
        let Rescope { added, removed } = &it.rescope;
        let scopes = |sign, scopes| scope_lines(catalogue, sign, &it.connector, scopes);
        let head = format!("  {}", inert(&name_of(&it.path)));
        std::iter::once(head)
            .chain(scopes('+', added))
            .chain(scopes('-', removed))
    });
    lines.collect()
}

fn created_lines(files: &[Created], catalogue: &Catalogue) -> Vec<String> {
    let lines = files.iter().flat_map(|it| {
        let head = format!("+ {}", inert(&name_of(&it.path)));
        std::iter::once(head).chain(scope_lines(catalogue, '+', &it.connector, &it.scopes))
    });
    lines.collect()
}

/// What the user might not expect of a change.
fn warnings(changed: &Changed) -> impl Iterator<Item = String> {
    let name = inert(&name_of(&changed.path));
    let outside = changed.outside.as_ref().map(|target| {
        let target = inert(&target.to_string_lossy());
        format!("{name} leads out of this project, to {target}: that file would change.")
    });
    let comments = (!changed.lost_comments.is_empty()).then(|| {
        let comments: Vec<_> = changed.lost_comments.iter().map(|it| inert(it)).collect();
        let comments = comments.join("  ");
        format!("In {name} this goes with the scopes that it stands beside: {comments}")
    });
    outside.into_iter().chain(comments)
}

fn why(skipped: &Skipped) -> String {
    let name = inert(&name_of(&skipped.path));
    let type_ = inert(skipped.connector.as_deref().unwrap_or_default());
    match skipped.reason {
        Reason::Broken => format!("{name} has an error, so what it says is not certain. Mend it, then pull again."),
        Reason::Duplicate => format!("{name} is not the only file for {type_}. Leave one, then pull again."),
        Reason::Occupied => format!("{name} is in the way of the file for {type_}. Rename it, then pull again."),
        Reason::Unnameable => format!("Base44 has a connector {type_}, for which there can be no file."),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pretty_assertions::assert_eq;
    use serde_json::json;

    use crate::base44::{AppId, Connectors, LocalFile, LocalFiles, PullPlan, PullReport};
    use crate::registry::Catalogue;

    fn plan() -> PullPlan {
        let directory = PathBuf::from("/p/connectors");
        let file = |name: &str, text: &str, outside: Option<&str>| LocalFile {
            path: directory.join(name),
            text: text.into(),
            outside: outside.map(PathBuf::from),
        };
        let outlook = "{\"type\": \"outlook\", \"scopes\": [\n\"Mail.Read\",\n\"Calendars.Read\" // `why`\n]}";
        let local = LocalFiles {
            files: vec![
                file("acme.jsonc", r#"{"type": "acme", "scopes": ["all"]}"#, None),
                file("outlook.jsonc", outlook, Some("/shared/outlook.jsonc")),
                file("notion.jsonc", r#"{"type": "notion"}"#, None),
                file("zoom.jsonc", "{", None),
                file("a.jsonc", r#"{"type": "gmail"}"#, None),
                file("b.jsonc", r#"{"type": "gmail"}"#, None),
            ],
            directory,
            outside: Some("/shared".into()),
            unreadable: Vec::new(),
        };
        let owned = |scopes: &[&str]| scopes.iter().map(|&it| it.to_owned()).collect();
        let remote = Connectors::from([
            ("outlook".to_owned(), owned(&["mail.read", "Mail.Send"])),
            ("notion".to_owned(), owned(&[])),
            ("slack".to_owned(), owned(&["chat:write"])),
            ("zoom".to_owned(), owned(&[])),
        ]);
        PullPlan::new(&local, &remote, &Catalogue::embedded())
    }

    #[test]
    fn every_kind_of_change_has_its_section_and_deletions_come_first() {
        let (app, catalogue, plan) = (AppId::new("shop").unwrap(), Catalogue::embedded(), plan());
        let report = PullReport::new(&app, &plan, &catalogue);
        let plain = "\
Pull from the Base44 app shop
The connectors directory leads out of this project, to /shared: what follows is done there.

WOULD BE DELETED HERE: 1
Base44 does not have these connectors. A copy of each file is kept. To have Base44 take them over instead, push.

  - acme.jsonc
  -     all

Other scopes: 1
Everything else in these files stays as it is. A copy of each file is kept.

    outlook.jsonc
  +     Mail.Send: Send mail as the signed-in user
  -     Calendars.Read: Read events in the user's calendars

outlook.jsonc leads out of this project, to /shared/outlook.jsonc: that file would change.

In outlook.jsonc this goes with the scopes that it stands beside: // `why`

New files: 1
  + slack.jsonc
  +     chat:write: Post, edit and delete messages as the token's owner

Left alone: 3
a.jsonc is not the only file for gmail. Leave one, then pull again.

b.jsonc is not the only file for gmail. Leave one, then pull again.

zoom.jsonc has an error, so what it says is not certain. Mend it, then pull again.

Unchanged: 1
notion.jsonc
";
        assert_eq!(report.plain(), plain);
        let without_markup: String = report
            .markdown()
            .lines()
            .filter(|it| !it.starts_with("```"))
            .map(|it| it.trim_start_matches(['#', ' ']).to_owned() + "\n")
            .collect();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            without_markup.matches(r"\`").count(),
            2,
            "what a file says is no markup"
        );
        let without_markup = without_markup.replace('\\', "");
        assert_eq!(words(&without_markup), words(plain), "both say the same");
        assert_eq!(
            serde_json::to_value(report).unwrap(),
            json!({
                "app": "shop",
                "inStep": false,
                "directory": "/p/connectors",
                "outside": "/shared",
                "created": [{"file": "slack.jsonc", "type": "slack", "scopes": ["chat:write"]}],
                "changed": [{
                    "file": "outlook.jsonc",
                    "type": "outlook",
                    "added": ["Mail.Send"],
                    "removed": ["Calendars.Read"],
                    "lostComments": ["// `why`"],
                    "outside": "/shared/outlook.jsonc",
                }],
                "deleted": [{"file": "acme.jsonc", "type": "acme", "scopes": ["all"]}],
                "unchanged": ["notion.jsonc"],
                "skipped": [
                    {"file": "a.jsonc", "type": "gmail", "reason": "duplicate"},
                    {"file": "b.jsonc", "type": "gmail", "reason": "duplicate"},
                    {"file": "zoom.jsonc", "type": null, "reason": "broken"},
                ],
            })
        );
    }

    #[test]
    fn nothing_to_do_is_said_so() {
        let (app, catalogue) = (AppId::new("shop").unwrap(), Catalogue::embedded());
        let plan = PullPlan::new(&LocalFiles::default(), &Connectors::new(), &catalogue);
        assert_eq!(
            PullReport::new(&app, &plan, &catalogue).markdown(),
            "# Pull from the Base44 app shop\n\nThe files already say what Base44 has. A pull would change nothing.\n"
        );
    }
}
