//! What holds of every rule: its documentation is true, and its fixes do what they promise.

mod in_memory;

use std::collections::BTreeSet;

use base44_connectors_ls::analysis::rules::{self, Rule, Subject};
use base44_connectors_ls::analysis::{Diagnostic, Fix};
use base44_connectors_ls::connector::Connector;
use base44_connectors_ls::syntax::Tree;
use in_memory::InMemory;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const HEADINGS: [&str; 5] = [
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
];

#[test]
fn codes_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for rule in rules::ALL {
        assert!(seen.insert(rule.code), "{} is there twice", rule.code);
        let is_kebab = rule
            .code
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        assert!(is_kebab, "{}", rule.code);
    }
}

#[test]
fn every_page_has_all_headings_in_order() {
    for rule in rules::ALL {
        let headings: Vec<_> = rule.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", rule.code);
        let summary = rule.summary.chars().next().is_some_and(char::is_uppercase) && !rule.summary.ends_with('.');
        assert!(
            summary,
            "{}: the summary is a line without a full stop: {}",
            rule.code, rule.summary
        );
    }
}

#[test]
fn failing_examples_are_reported() {
    for rule in rules::ALL {
        let failing: Vec<_> = rules::examples(rule).into_iter().filter(|it| it.fails).collect();
        assert!(!failing.is_empty(), "{} has no failing example", rule.code);
        for example in failing {
            let found = findings(&InMemory::new(example.files.iter().copied()));
            assert!(
                found.iter().any(|it| it.rule == *rule),
                "{} is silent about {:#?}\n{found:#?}",
                rule.code,
                example.files
            );
        }
    }
}

#[test]
fn passing_examples_are_clean_of_every_rule() {
    for rule in rules::ALL {
        let passing: Vec<_> = rules::examples(rule).into_iter().filter(|it| !it.fails).collect();
        assert!(!passing.is_empty(), "{} has no passing example", rule.code);
        for example in passing {
            let found = findings(&InMemory::new(example.files.iter().copied()));
            assert!(found.is_empty(), "{}: {:#?}\n{found:#?}", rule.code, example.files);
        }
    }
}

/// A fix mends its finding, and is no reason for another one.
#[test]
fn after_a_fix_its_finding_is_gone_and_no_other_has_come() {
    let mut wrong = Vec::new();
    for (origin, project) in projects() {
        let before = findings(&project);
        for (file, diagnostic) in project.diagnostics() {
            for fix in project.fixes(file, &diagnostic) {
                let after = findings(&project.after(&fix));
                let mut complain =
                    |what: String| wrong.push(format!("{origin}: {} [{}]: {what}", fix.title, diagnostic.rule.code));
                let same = |it: &&Diagnostic| it.rule == diagnostic.rule && it.message == diagnostic.message;
                if before.iter().filter(same).count() <= after.iter().filter(same).count() {
                    complain("it is still there".to_owned());
                }
                for rule in rules::ALL
                    .iter()
                    .filter(|rule| !hidden_by(diagnostic.rule.code).contains(&rule.code))
                {
                    let of_rule = |all: &[Diagnostic]| all.iter().filter(|it| it.rule == *rule).count();
                    if of_rule(&before) < of_rule(&after) {
                        complain(format!("there is more of {} now", rule.code));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What can only be said once this has been mended.
fn hidden_by(code: &str) -> &'static [&'static str] {
    match code {
        // A connector without scopes asks for some.
        "syntax-error" | "missing-scopes" | "invalid-scopes" | "unknown-scope" | "deprecated-scope"
        | "missing-connector" => &["empty-scopes"],
        "unknown-property" => &["missing-scopes"],
        // Now the service is known.
        "missing-type" | "invalid-type" => &["file-name", "missing-scopes", "empty-scopes"],
        "unknown-type" => &["file-name", "missing-scopes", "empty-scopes", "wrong-service-scope"],
        // Now there is one file of this type.
        "duplicate-type" => &["file-name"],
        _ => &[],
    }
}

#[test]
fn safe_fixes_lead_to_an_end_without_syntax_errors() {
    for (origin, mut project) in projects() {
        let errors = |project: &InMemory| {
            findings(project)
                .iter()
                .filter(|it| it.rule.code == "syntax-error")
                .count()
        };
        let before = errors(&project);
        let mut rounds = 0;
        while let Some(fix) = first_safe_fix(&project) {
            project = project.after(&fix);
            rounds += 1;
            assert!(rounds < 100, "{origin}: {} again and again", fix.title);
            assert!(errors(&project) <= before, "{origin}: {} breaks the file", fix.title);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What makes a fix safe: the CLI reads the same from the file as before, if it could read it at all.
    #[test]
    fn safe_fixes_keep_what_a_file_means(text in document()) {
        let fixed = fixed(&text);
        let (before, after) = (Tree::parse(&text), Tree::parse(&fixed));
        prop_assert!(after.errors().len() <= before.errors().len(), "{}", fixed);
        if before.errors().is_empty() {
            prop_assert_eq!(meaning(&text, &before), meaning(&fixed, &after), "{}", fixed);
        }
    }

    /// Once all safe fixes have been applied, none is left.
    #[test]
    fn safe_fixes_come_to_an_end(text in document()) {
        let once = fixed(&text);
        prop_assert_eq!(fixed(&once), once);
    }
}

fn fixed(text: &str) -> String {
    let project = InMemory::new([("base44/connectors/slack.jsonc", text)]);
    project.files.values().map(|file| project.fixed(file)).collect()
}

/// What the CLI takes from a file, the scopes without repetitions and the blanks around them.
fn meaning(text: &str, tree: &Tree) -> (Option<String>, Option<BTreeSet<String>>) {
    let connector = Connector::read(text, tree);
    let type_ = connector.type_literal().map(|it| it.text(text).into_owned());
    let names = connector
        .scopes
        .map(|list| list.scopes.iter().map(|it| it.name.trim().to_owned()).collect());
    (type_, names)
}

/// Connector files as nobody should write them.
fn document() -> impl Strategy<Value = String> {
    let gap = select(&["", " ", "\n  ", "\r\n\t", " // 🎉\n", " /* c */ ", "\u{a0}", MARKED][..]);
    let key = select(
        &[
            r#""type""#,
            "type",
            r#"'t\x79pe'"#,
            r#""scopes""#,
            "scopes",
            "'Scopes'",
            "enabled",
        ][..],
    );
    let string = select(
        &[
            r#""slack""#,
            "'gmail'",
            r#""chat:write""#,
            r#"'chat:write'"#,
            r#""chat:\x77rite""#,
            r#"'it\'s "x"'"#,
            r#"" chat:write ""#,
            r#""a b""#,
            r#""""#,
            r#""users:read""#,
            "'a\\\nb'",
            "\"open",
            "slack",
            "+0x1F",
            ".5",
            "NaN",
            "null",
        ][..],
    );
    let list = vec((gap.clone(), string.clone(), gap.clone()), 0..6).prop_map(|elements| {
        let elements: Vec<_> = elements
            .iter()
            .map(|(before, element, after)| format!("{before}{element}{after}"))
            .collect();
        format!("[{}]", elements.join(","))
    });
    let value = prop_oneof![string.prop_map(str::to_owned), list];
    let member = (gap.clone(), key, gap.clone(), value, gap.clone())
        .prop_map(|(before, key, behind, value, after)| format!("{before}{key}:{behind}{value}{after}"));
    (vec(member, 0..6), select(&["", ","][..]), gap)
        .prop_map(|(members, comma, gap)| format!("{gap}{{{}{comma}{gap}}}", members.join(",")))
}

const MARKED: &str = "\n// base44-connectors-ls ignore duplicate-scope, json5-syntax, nothing: why\n";

#[test]
fn at_most_one_fix_is_preferred_and_none_does_nothing() {
    for (origin, project) in projects() {
        for (file, diagnostic) in project.diagnostics() {
            let fixes = project.fixes(file, &diagnostic);
            let preferred = fixes.iter().filter(|it| it.preferred).count();
            assert!(preferred <= 1, "{origin}: {diagnostic:#?}\n{fixes:#?}");
            for fix in fixes {
                assert!(!fix.changes.is_empty(), "{origin}: {fix:#?}");
                let texts = |project: &InMemory| -> Vec<_> {
                    project
                        .files
                        .values()
                        .map(|it| (it.path.clone(), it.text.clone()))
                        .collect()
                };
                assert_ne!(texts(&project), texts(&project.after(&fix)), "{origin}: {fix:#?}");
            }
        }
    }
}

#[test]
fn messages_are_short_sentences_on_one_line() {
    for (origin, project) in projects() {
        for (_, diagnostic) in project.diagnostics() {
            let message = &diagnostic.message;
            assert!(message.ends_with(['.', '?']), "{origin}: {message}");
            assert!(!message.contains(['\n', '\r']), "{origin}: {message}");
            assert!(message.len() < 300, "{origin}: {message}");
        }
    }
}

fn findings(project: &InMemory) -> Vec<Diagnostic> {
    project.diagnostics().into_iter().map(|(_, it)| it).collect()
}

fn first_safe_fix(project: &InMemory) -> Option<Fix> {
    project
        .diagnostics()
        .iter()
        .flat_map(|(file, diagnostic)| project.fixes(file, diagnostic))
        .find(|fix| fix.safe)
}

/// The failing examples of all rules, and files that are wrong in several ways at once.
fn projects() -> Vec<(String, InMemory)> {
    let failing = |rule: &'static Rule| {
        let examples = rules::examples(rule).into_iter().filter(|it| it.fails);
        examples.map(|example| (format!("example of {}", rule.code), InMemory::new(example.files)))
    };
    let documented = rules::ALL
        .iter()
        .filter(|it| it.subject != Subject::Config)
        .flat_map(|rule| failing(rule));
    let tangled = TANGLED.iter().flat_map(|text| {
        let ends = ["\n", "\r\n", "\r"];
        ends.map(|end| {
            (
                format!("{text:?} with {end:?}"),
                InMemory::new([("base44/connectors/slack.jsonc", text.replace('\n', end).as_str())]),
            )
        })
    });
    documented.chain(tangled).collect()
}

/// One line end each, so that all three can be put in.
const TANGLED: [&str; 9] = [
    "",
    "// 🎉\n",
    "{}",
    "{\n  type: 'slack',\n  'scopes': [\n    'chat:write', // 🎉\n    \"chat:write\",\n    null\n  ],\n  enabled: +0x1F,\n  Scopes: 'a b'\n}\n",
    "{\n  // base44-connectors-ls ignore duplicate-key, unkown-scope: 🎉\n  \"scopes\": [\"chat:write\"],\n  \"scopes\": \"chat:write channels:read\",\n  \"Type\": \"slack\"\n}",
    "[\n  {\n    \"type\": \"slack\",\n    \"scopes\": [[\"chat:write\", \"users:read\"], 5]\n  }, // 🎉\n]",
    "{\n\t\"type\": \"slack\"\n\t\"type\": \"gmail\",\n\t\"scopes\": [\"chat:write\" 'chat:write']\n",
    "{ \"type\": [\"slack\"], \"scopes\": null, \"x\": [ \"y\", ], }",
    "{ \"type\": \"gogglecalendar\", \"scopes\": [] }",
];
