//! Refactorings of a scope list: what somebody may want done to it without anything being wrong.
//!
//! They are offered one by one and are no part of any fix: most of them change what the app asks for. A title says what will happen, with
//! numbers.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::rules::redundant_scope;
use super::wording::{all_of, code};
use super::{File, Role, ScopeEntry, scope_edits};
use crate::registry::{Access, Base44Status, Risk, Scope, Service};
use crate::syntax::edit::List;
use crate::syntax::{TextEdit, TextRange};

/// Something that can be done to the scopes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refactoring {
    /// Which: enough to find it again later.
    pub id: RefactoringId,
    /// What it does, as the user reads it in a menu.
    pub title: String,
    plan: Plan,
}

/// Which refactoring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RefactoringId {
    /// The scopes by name.
    Sort,
    /// The scopes by what they allow.
    Group,
    /// Without those that others include.
    Minimise,
    /// With all that read and that Base44 lists.
    AddReadOnly,
    /// Narrower scopes in the place of one.
    Narrow {
        /// The one.
        scope: String,
        /// The others, which it includes.
        to: Vec<String>,
    },
}

/// What is to be done; indices are those of the file's scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Plan {
    Order(Vec<usize>),
    Remove(Vec<usize>),
    Add(Vec<String>),
    Replace(usize, Vec<String>),
}

/// What can be done where `range` is selected, in bytes: something to the list if it touches it, something to a scope if it lies in one.
pub fn refactorings(file: &File<'_>, range: TextRange) -> Vec<Refactoring> {
    let touches_list = file
        .connector
        .property("scopes")
        .is_some_and(|it| it.member.range().intersect(range).is_some());
    if !touches_list || !is_orderly(file) {
        return Vec::new();
    }
    let selected = file.scopes.iter().find(|it| it.item.range().contains_range(range));
    let of_scope = selected.into_iter().flat_map(|it| narrow(file, it));
    let of_list = [minimise(file), add_read_only(file), sort(file), group(file)];
    of_scope.chain(of_list.into_iter().flatten()).collect()
}

/// The refactoring of this id as it would be done now; `None` if there is nothing to do any more.
pub fn refactoring(file: &File<'_>, id: &RefactoringId) -> Option<Refactoring> {
    if !is_orderly(file) {
        return None;
    }
    match id {
        RefactoringId::Sort => sort(file),
        RefactoringId::Group => group(file),
        RefactoringId::Minimise => minimise(file),
        RefactoringId::AddReadOnly => add_read_only(file),
        RefactoringId::Narrow { scope, .. } => narrow(file, file.first_of_name(scope)?)
            .into_iter()
            .find(|it| it.id == *id),
    }
}

impl Refactoring {
    /// The edits of the file that this was found in, in file order.
    pub fn edits(&self, file: &File<'_>) -> Vec<TextEdit> {
        let edit_list = |edit: &dyn Fn(&List<'_>) -> Vec<TextEdit>| file.scope_list().map(edit);
        let edits = match &self.plan {
            Plan::Order(order) => edit_list(&|list| list.reorder(order)),
            Plan::Remove(which) => edit_list(&|list| list.remove(which)),
            Plan::Add(scopes) => {
                let names: Vec<_> = scopes.iter().map(String::as_str).collect();
                file.target(file.source, file.service).map(|it| it.add(&names))
            }
            Plan::Replace(index, scopes) => file.scopes.get(*index).map(|entry| {
                let names: Vec<_> = scopes.iter().map(String::as_str).collect();
                scope_edits::replace_with_all(file, entry, &names)
            }),
        };
        edits.unwrap_or_default()
    }
}

/// Whether the list is one, holds nothing but strings, and no error lies in it.
fn is_orderly(file: &File<'_>) -> bool {
    let is_connector = matches!(file.source.role, Role::Connector | Role::Ignored(_));
    let list = file.connector.scopes.as_ref().filter(|_| is_connector);
    list.is_some_and(|it| it.others.is_empty() && !file.is_marred(it.array.range()))
}

fn sort(file: &File<'_>) -> Option<Refactoring> {
    let count = file.scopes.len();
    let key = |entry: &ScopeEntry<'_>| (entry.item.name.to_lowercase(), entry.item.name.clone().into_owned());
    Some(Refactoring {
        id: RefactoringId::Sort,
        title: format!("Sort {count} scopes by name"),
        plan: Plan::Order(order_by(file, key)?),
    })
}

fn group(file: &File<'_>) -> Option<Refactoring> {
    const GROUPS: [&str; 5] = ["sign-in", "read", "write", "admin", "unknown"];
    file.service?;
    let group = |entry: &ScopeEntry<'_>| match entry.known().map(|it| it.access) {
        Some(Access::Identity) => 0,
        Some(Access::Read) => 1,
        Some(Access::Write) => 2,
        Some(Access::Admin) => 3,
        None => 4,
    };
    let counted = GROUPS.iter().enumerate().filter_map(|(index, name)| {
        let count = file.scopes.iter().filter(|it| group(it) == index).count();
        (0 < count).then(|| format!("{count} {name}"))
    });
    let groups: Vec<_> = counted.collect();
    Some(Refactoring {
        id: RefactoringId::Group,
        title: format!("Group {} scopes by access: {}", file.scopes.len(), groups.join(", ")),
        plan: Plan::Order(order_by(file, group)?),
    })
}

/// The scopes' indices by `key`; `None` if that is the order they are in.
fn order_by<K: Ord>(file: &File<'_>, key: impl Fn(&ScopeEntry<'_>) -> K) -> Option<Vec<usize>> {
    let mut order: Vec<_> = file.scopes.iter().map(key).enumerate().collect();
    if order.is_sorted_by(|(_, a), (_, b)| a <= b) {
        return None;
    }
    order.sort_by(|(_, a), (_, b)| a.cmp(b));
    Some(order.into_iter().map(|(index, _)| index).collect())
}

fn minimise(file: &File<'_>) -> Option<Refactoring> {
    let included = redundant_scope::included(file);
    // What Base44 adds by itself would come back.
    let comes_back = |it: &&Scope| it.base44 == Some(Base44Status::Always);
    let known = included.iter().filter_map(|(entry, _)| entry.known());
    let known: Vec<_> = known.filter(|it| !comes_back(it)).collect();
    let title = match known.as_slice() {
        [] => return None,
        [one] => format!("Remove {}, which another scope includes", code(one.short_name())),
        all => format!(
            "Remove {} scopes that others include: {}",
            all.len(),
            all_of(all.iter().map(|it| it.short_name()))
        ),
    };
    let names: FxHashSet<_> = known.iter().map(|it| &it.name).collect();
    let is_redundant = |entry: &ScopeEntry<'_>| entry.known().is_some_and(|it| names.contains(&it.name));
    let indices = (0..).zip(&file.scopes).filter(|(_, it)| is_redundant(it));
    Some(Refactoring {
        id: RefactoringId::Minimise,
        title,
        plan: Plan::Remove(indices.map(|(index, _)| index).collect()),
    })
}

fn add_read_only(file: &File<'_>) -> Option<Refactoring> {
    let service = file.service.filter(|_| !file.is_broken())?;
    let scopes = missing_read_only(file, service);
    let what = match scopes.as_slice() {
        [] => return None,
        [one] => code(one.short_name()).to_string(),
        all => format!("{} scopes", all.len()),
    };
    let restricted = match scopes.iter().filter(|it| it.risk() == Risk::Restricted).count() {
        0 => String::new(),
        count => format!(" ({count} restricted)"),
    };
    Some(Refactoring {
        id: RefactoringId::AddReadOnly,
        title: format!(
            "Add all read-only access that Base44 lists for {}: {what}{restricted}",
            service.name
        ),
        plan: Plan::Add(scopes.into_iter().map(|it| it.name.to_string()).collect()),
    })
}

/// The scopes that only read, that Base44 lists, and that the file neither lists nor includes; none that another one of them includes, and
/// none that a scope of the file would harm.
fn missing_read_only<'a>(file: &File<'a>, service: &'a Service) -> Vec<&'a Scope> {
    let (mut included, mut harmed) = (FxHashSet::<&str>::default(), FxHashSet::<&str>::default());
    for (_, scope) in file.known_scopes().filter(|(entry, _)| file.is_first(entry)) {
        included.extend(redundant_scope::closure(service, scope).iter().map(|it| &*it.name));
        harmed.extend(scope.conflicts.iter().map(|it| &**it));
    }
    let is_wanted = |scope: &&Scope| {
        scope.access == Access::Read
            && matches!(scope.base44, Some(Base44Status::Listed | Base44Status::Declared))
            && is_current(scope)
            && file.listed(&scope.name).is_none()
            && !included.contains(&*scope.name)
            && !harmed.contains(&*scope.name)
    };
    broadest(service, service.scopes.iter().filter(is_wanted).collect())
}

/// Those that no other one includes. Of two that include each other, the first.
fn broadest<'a>(service: &'a Service, scopes: Vec<&'a Scope>) -> Vec<&'a Scope> {
    let mut includers: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, scope) in scopes.iter().enumerate() {
        for included in redundant_scope::closure(service, scope) {
            includers.entry(&included.name).or_default().push(index);
        }
    }
    let includes = |outer: usize, inner: usize| {
        let name = scopes.get(inner).map_or("", |it| &it.name);
        includers.get(name).is_some_and(|it| it.contains(&outer))
    };
    let is_broadest = |index: usize| {
        (0..scopes.len()).all(|other| !includes(other, index) || includes(index, other) && index < other)
    };
    let kept = scopes.iter().enumerate().filter(|(index, _)| is_broadest(*index));
    kept.map(|(_, scope)| *scope).collect()
}

fn is_current(scope: &Scope) -> bool {
    scope.deprecated.is_none() && !scope.is_out_of_reach()
}

/// So many narrower scopes are offered by themselves at the most.
const MOST_NARROWER: usize = 5;

/// Each of the narrower scopes that `entry` includes in its place, and all of them.
fn narrow(file: &File<'_>, entry: &ScopeEntry<'_>) -> Vec<Refactoring> {
    let (Some(service), Some(scope)) = (file.service, entry.known()) else {
        return Vec::new();
    };
    let same = file.known_scopes().filter(|(_, it)| it.name == scope.name);
    let (1, Some(index)) = (
        same.count(),
        file.scopes.iter().position(|it| it.item.range() == entry.item.range()),
    ) else {
        return Vec::new();
    };
    let may_be_dropped = |it: &Scope| service.documented_by_base44 && scope.base44.is_some() && it.base44.is_none();
    let mut narrower = redundant_scope::closure(service, scope);
    narrower.retain(|it| is_current(it) && !may_be_dropped(it) && file.listed(&it.name).is_none());
    // One step down first.
    narrower.sort_by_cached_key(|it| (Reverse(redundant_scope::closure(service, it).len()), it.preference()));
    let replaced = |to: &[&Scope], by: String| {
        let names: Vec<_> = to.iter().map(|it| it.name.to_string()).collect();
        Refactoring {
            id: RefactoringId::Narrow {
                scope: entry.item.name.to_string(),
                to: names.clone(),
            },
            title: format!("Replace {} with {by}", code(scope.short_name())),
            plan: Plan::Replace(index, names),
        }
    };
    let single = |it: &&Scope| {
        replaced(
            &[*it],
            format!("the narrower {}: {}", code(it.short_name()), it.label()),
        )
    };
    let mut found: Vec<_> = narrower.iter().take(MOST_NARROWER).map(single).collect();
    let all = broadest(service, narrower);
    if 1 < all.len() {
        found.push(replaced(
            &all,
            format!("{} narrower scopes that it includes", all.len()),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::analysis::testing::TestProject;
    use crate::syntax::{TextRange, apply};

    fn titles(fixture: &str) -> Vec<String> {
        let project = TestProject::new(fixture);
        let (source, offset) = project.at_cursor();
        let file = File::read(source, project.around());
        let found = refactorings(&file, TextRange::empty(offset));
        found.into_iter().map(|it| it.title).collect()
    }

    /// Does what begins with `title` at the cursor.
    #[track_caller]
    fn check(fixture: &str, title: &str, expected: &str) {
        let project = TestProject::new(fixture);
        let (source, offset) = project.at_cursor();
        let file = File::read(source, project.around());
        let found = refactorings(&file, TextRange::empty(offset));
        let titles: Vec<_> = found.iter().map(|it| &it.title).collect();
        let Some(wanted) = found.iter().find(|it| it.title.starts_with(title)) else {
            panic!("no {title:?} among {titles:#?}");
        };
        assert_eq!(apply(&source.text, &wanted.edits(&file)), expected);
        assert_eq!(
            refactoring(&file, &wanted.id).as_ref(),
            Some(wanted),
            "found again by its id"
        );
    }

    #[test]
    fn sorting_takes_comments_along() {
        check(
            r#"{
  "type": "slackbot",
  "scopes": [
    // who is there
    "users:read", /* 🎉 */
    "Team:read",
    "chat:write"$0 // to post
  ]
}"#,
            "Sort 3 scopes by name",
            r#"{
  "type": "slackbot",
  "scopes": [
    "chat:write", // to post
    "Team:read",
    // who is there
    "users:read" /* 🎉 */
  ]
}"#,
        );
    }

    #[test]
    fn grouping_keeps_the_order_within_a_group() {
        check(
            r#"{ "type": "slackbot", "scopes": ["chat:write", "nonsense", "users:read", "channels:read"$0] }"#,
            "Group 4 scopes by access: 2 read, 1 write, 1 unknown",
            r#"{ "type": "slackbot", "scopes": ["users:read", "channels:read", "chat:write", "nonsense"] }"#,
        );
    }

    #[test]
    fn minimising_drops_what_others_include_also_where_it_is_repeated() {
        check(
            r#"{ "type": "googlecalendar", "scopes": [
  "https://www.googleapis.com/auth/calendar.events.readonly",
  "https://www.googleapis.com/auth/calendar",$0
  "https://www.googleapis.com/auth/calendar.readonly", // kept?
  "https://www.googleapis.com/auth/calendar.events.readonly"
] }"#,
            "Remove 2 scopes that others include: `calendar.events.readonly` and `calendar.readonly`",
            "{ \"type\": \"googlecalendar\", \"scopes\": [\n  \"https://www.googleapis.com/auth/calendar\"\n] }",
        );
    }

    #[test]
    fn what_base44_adds_by_itself_is_not_taken_out() {
        let titles = titles(
            r#"{ "type": "googlecalendar", "scopes": ["email", "https://www.googleapis.com/auth/userinfo.email"$0] }"#,
        );
        assert!(titles.iter().all(|it| !it.starts_with("Remove")), "{titles:?}");
    }

    #[test]
    fn reading_is_added_without_what_is_included() {
        let before = r#"{ "type": "googlecalendar", "scopes": [$0] }"#;
        let [title] = titles(before).try_into().unwrap();
        assert_eq!(
            title,
            "Add all read-only access that Base44 lists for Google Calendar: `calendar.readonly`"
        );
        check(
            before,
            &title,
            r#"{ "type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar.readonly"] }"#,
        );
        // All of it is included in what is there.
        let all = r#"{ "type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar"$0] }"#;
        assert!(titles(all).iter().all(|it| !it.starts_with("Add")), "{:?}", titles(all));
    }

    #[test]
    fn nothing_is_added_that_a_scope_of_the_file_would_harm() {
        let fixture = r#"{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.metadata"$0] }"#;
        assert_eq!(titles(fixture), [""; 0]);
    }

    #[test]
    fn a_broad_scope_gives_way_to_narrower_ones() {
        let before = r#"{ type: 'googlecalendar', scopes: ['https://www.googleapis.com/auth/cal$0endar' /* all */] }"#;
        check(
            before,
            "Replace `calendar` with the narrower `calendar.readonly`: Read every calendar",
            r#"{ type: 'googlecalendar', scopes: ['https://www.googleapis.com/auth/calendar.readonly' /* all */] }"#,
        );
        let titles = titles(before);
        let narrower = titles.iter().filter(|it| it.contains(" with the narrower ")).count();
        assert_eq!(narrower, MOST_NARROWER);
        assert!(
            titles[narrower].ends_with(" narrower scopes that it includes"),
            "{titles:#?}"
        );
    }

    #[test]
    fn nothing_is_offered_where_it_does_not_belong() {
        for fixture in [
            // Beside the list.
            r#"{ "type": "slack$0", "scopes": ["users:read", "chat:write"] }"#,
            // No list of strings.
            r#"{ "type": "slack", "scopes": ["users:read", 1, "chat:write"$0] }"#,
            r#"{ "type": "slack", "scopes": "users:read chat:write"$0 }"#,
            // An error in it.
            r#"{ "type": "slack", "scopes": ["users:read" "chat:write"$0] }"#,
            r#"{ "type": "slack", "scopes": ["users:read", "chat:write"$0"#,
            // Nothing to do.
            r#"{ "type": "nonsense", "scopes": ["chat:write", "users:read"$0] }"#,
            r#"{ "type": "stripe", "scopes": [$0] }"#,
        ] {
            assert_eq!(titles(fixture), [""; 0], "{fixture}");
        }
    }

    #[test]
    fn an_error_elsewhere_is_no_obstacle() {
        let titles = titles(r#"{ "type": "nonsense" "scopes": ["b", "a"$0] }"#);
        assert_eq!(titles, ["Sort 2 scopes by name"]);
    }
}
