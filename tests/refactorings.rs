//! What holds of every refactoring, in every example and of every service.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod in_memory;

use std::collections::BTreeSet;

use base44_connectors_ls::analysis::{
    File, Refactoring, RefactoringId, SourceFile, as_base44, refactoring, refactorings, rules,
};
use base44_connectors_ls::connector::Connector;
use base44_connectors_ls::registry::{Access, Catalogue, Scope, Service};
use base44_connectors_ls::syntax::{TextEdit, TextRange, TextSize, Tree, apply};
use in_memory::InMemory;

const PATH: &str = "base44/connectors/connector.jsonc";

/// The examples of all rules, files that are wrong in several ways, and of every service its scopes in good and in bad order.
fn projects() -> Vec<InMemory> {
    let examples = rules::ALL.iter().flat_map(|rule| rules::examples(rule));
    let examples = examples.map(|it| InMemory::new(it.files));
    let texts = TANGLED.iter().map(|it| (*it).to_owned()).chain(of_services());
    let written = texts.flat_map(|text| ["\n", "\r\n"].map(|end| InMemory::new([(PATH, &*text.replace('\n', end))])));
    examples.chain(written).collect()
}

const TANGLED: [&str; 6] = [
    "{\n  type: 'slackbot', // 🎉\n  scopes: [\n    // above\n    'users:read', /* behind */\n\n    // of the list\n\n    'chat:write' // last\n    , 'nonsense' ],\n}\n",
    "{ \"scopes\": [ /* a */ \"users:read\" /* b */, \"chat:write\", // c\n \"channels:read\" ], \"type\": \"slackbot\" }",
    "[{ \"type\": \"slackbot\", \"scopes\": [\"users:read\", \"chat:write\",] // x\n}]",
    "\"type\": \"slackbot\", \"scopes\": [\"users:read\", \"chat:write\"]",
    "{ \"type\": \"slackbot\" \"scopes\": [\"users:read\", \"chat:write\"] } // tail",
    "{ \"type\": \"slackbot\", \"scopes\": [\"users:read\", \"chat:write\", \"users:read\", \"\", \"a b\"]",
];

fn of_services() -> impl Iterator<Item = String> {
    let catalogue = Catalogue::embedded();
    let texts: Vec<_> = catalogue
        .services()
        .flat_map(|service| {
            let names: Vec<&str> = service.scopes.iter().map(|it| &*it.name).collect();
            let reversed: Vec<&str> = names.iter().rev().copied().collect();
            let alone = service
                .scopes
                .iter()
                .filter(|it| !it.includes.is_empty())
                .map(|it| vec![&*it.name]);
            let lists = [Vec::new(), names.clone(), reversed].into_iter().chain(alone);
            lists.map(|list| written(service, &list)).collect::<Vec<_>>()
        })
        .collect();
    texts.into_iter()
}

/// A file of these scopes, each with its comment.
fn written(service: &Service, scopes: &[&str]) -> String {
    let lines: String = scopes
        .iter()
        .enumerate()
        .map(|(nth, it)| format!("    \"{it}\", // no. {nth}\n"))
        .collect();
    format!(
        "{{\n  \"type\": \"{}\",\n  \"scopes\": [\n{lines}  ]\n}}\n",
        service.type_
    )
}

/// Everything that is offered for the list, its first scope and its last one, each once.
fn offered(file: &File<'_>) -> Vec<Refactoring> {
    let len = TextSize::of(file.text());
    let ends = [file.scopes.first(), file.scopes.last()];
    let scopes = ends.into_iter().flatten().map(|it| it.item.range());
    let places = [TextRange::up_to(len)].into_iter().chain(scopes);
    let mut found: Vec<Refactoring> = Vec::new();
    for place in places {
        for it in refactorings(file, place) {
            if !found.contains(&it) {
                found.push(it);
            }
        }
    }
    found
}

/// The scopes of a text, repetitions included, in the spelling of the catalogue.
fn scopes(service: Option<&Service>, text: &str) -> Vec<String> {
    let tree = Tree::parse(text);
    let canonical = |name: &str| match service.and_then(|it| it.find(name)) {
        Some(found) => found.scope.name.to_string(),
        None => name.to_owned(),
    };
    let connector = Connector::read(text, &tree);
    connector
        .scopes
        .into_iter()
        .flat_map(|it| it.scopes)
        .map(|it| canonical(&it.name))
        .collect()
}

fn comments(text: &str) -> BTreeSet<String> {
    let tree = Tree::parse(text);
    tree.comments()
        .map(|it| text.get(std::ops::Range::from(it.range)).unwrap().to_owned())
        .collect()
}

/// Calls `check` with every refactoring of every file, and the text after it.
fn each(mut check: impl FnMut(&File<'_>, &Refactoring, &str)) {
    for project in projects() {
        for source in project.files.values() {
            let file = File::read(source, project.around());
            for it in offered(&file) {
                let edits = it.edits(&file);
                assert!(!edits.is_empty(), "{}: does nothing to\n{}", it.title, source.text);
                check(&file, &it, &apply(&source.text, &edits));
            }
        }
    }
}

#[test]
fn no_syntax_error_comes() {
    each(|file, it, after| {
        let errors = Tree::parse(after).errors();
        assert!(
            errors.len() <= file.errors.len(),
            "{}: {errors:?} in\n{after}",
            it.title
        );
    });
}

#[test]
fn comments_go_with_their_scopes_only() {
    each(|file, it, after| {
        let lost: Vec<_> = comments(file.text()).difference(&comments(after)).cloned().collect();
        let most = match it.id {
            // Those of the scopes that are taken out.
            RefactoringId::Minimise => scopes(file.service, file.text()).len() - scopes(file.service, after).len(),
            _ => 0,
        };
        assert!(
            lost.len() <= most,
            "{}: lost {lost:?}\n{}\n{after}",
            it.title,
            file.text()
        );
    });
}

#[test]
fn it_is_found_again_by_its_id_and_done_once() {
    each(|file, it, after| {
        assert_eq!(refactoring(file, &it.id).as_ref(), Some(it));
        let project = InMemory::new([(PATH, after)]);
        let source = only(&project);
        let again = refactoring(&File::read(source, project.around()), &it.id);
        assert_eq!(again, None, "{}\n{after}", it.title);
    });
}

fn only(project: &InMemory) -> &SourceFile {
    project.files.values().next().unwrap()
}

#[test]
fn the_scopes_are_what_the_title_says() {
    each(|file, it, after| {
        let service = file.service;
        let (old, new) = (scopes(service, file.text()), scopes(service, after));
        let (old_set, new_set): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
        let known = |name: &String| service.unwrap().find(name).unwrap().scope;
        match &it.id {
            RefactoringId::Sort | RefactoringId::Group => {
                let sorted = |mut list: Vec<String>| {
                    list.sort();
                    list
                };
                assert!(it.title.contains(&old.len().to_string()), "{}", it.title);
                assert_eq!(sorted(old), sorted(new));
            }
            RefactoringId::Minimise => {
                assert!(new_set.is_subset(&old_set));
                let kept: Vec<&Scope> = new_set.iter().filter_map(|it| Some(service?.find(it)?.scope)).collect();
                for gone in old_set.difference(&new_set) {
                    let gone = known(gone);
                    assert!(
                        kept.iter().any(|it| includes(service.unwrap(), it, gone)),
                        "{}: {}",
                        it.title,
                        gone.name
                    );
                }
                let count = old_set.len() - new_set.len();
                assert!(
                    count == 1 && it.title.contains("another scope") || it.title.contains(&format!(" {count} scopes ")),
                    "{}",
                    it.title
                );
            }
            RefactoringId::AddReadOnly => {
                assert!(old_set.is_subset(&new_set));
                for added in new_set.difference(&old_set) {
                    assert_eq!(known(added).access, Access::Read, "{}: {added}", it.title);
                    assert!(known(added).base44.is_some(), "{}: {added}", it.title);
                }
            }
            RefactoringId::Narrow { scope, to } => {
                let to: BTreeSet<_> = to.iter().collect();
                let expected: BTreeSet<_> = old_set
                    .iter()
                    .copied()
                    .filter(|it| known(it).name != known(scope).name)
                    .chain(to)
                    .collect();
                assert_eq!(new_set, expected, "{}", it.title);
            }
        }
    });
}

fn includes(service: &Service, outer: &Scope, inner: &Scope) -> bool {
    let mut open = vec![outer];
    let mut seen = BTreeSet::new();
    while let Some(scope) = open.pop() {
        for name in &scope.includes {
            if *name == inner.name {
                return true;
            }
            if seen.insert(*name) {
                open.extend(service.find(name).map(|it| it.scope));
            }
        }
    }
    false
}

/// What is added is no reason for complaint, in a file that was empty.
#[test]
fn added_scopes_are_clean() {
    for service in Catalogue::embedded().services() {
        let path = format!("base44/connectors/{}.jsonc", service.type_);
        let text = written(service, &[]);
        let project = InMemory::new([(&*path, &*text)]);
        let source = only(&project);
        let file = File::read(source, project.around());
        let Some(it) = refactoring(&file, &RefactoringId::AddReadOnly) else {
            continue;
        };
        let after = apply(&text, &it.edits(&file));
        let project = InMemory::new([(&*path, &*after)]);
        let found: Vec<_> = project
            .diagnostics()
            .into_iter()
            .map(|(_, it)| (it.rule.code, it.severity))
            .collect();
        assert!(found.is_empty(), "{}: {found:?}\n{after}", it.title);
    }
}

#[test]
fn none_is_a_part_of_the_safe_fixes() {
    let text = "{ \"type\": \"slackbot\", \"scopes\": [\"users:read\", \"chat:write\", \"channels:read\"] }";
    let project = InMemory::new([("base44/connectors/slackbot.jsonc", text)]);
    assert_eq!(project.fixed(only(&project)), text);
}

/// As Base44 writes it: no comment is lost, the scopes stay in their order, and it is done once.
#[test]
fn as_base44_writes_it_nothing_is_lost() {
    let mut written = 0;
    for project in projects() {
        for source in project.files.values() {
            let file = File::read(source, project.around());
            let Ok(edits) = as_base44(&file) else { continue };
            written += 1;
            let after = apply(&source.text, &edits);
            assert_eq!(Tree::parse(&after).errors(), []);
            assert_eq!(comments(&source.text), comments(&after), "{after}");
            assert_eq!(scopes(None, &source.text), scopes(None, &after), "{after}");
            let project = InMemory::new([(PATH, &*after)]);
            let again = as_base44(&File::read(only(&project), project.around()));
            assert_eq!(again, Ok(Vec::<TextEdit>::new()), "{after}");
        }
    }
    assert!(written > 100, "{written}");
}
