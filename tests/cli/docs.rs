//! The pages that are made from the code: `docs/rules/` and `docs/completion.md`. `UPDATE_GOLDEN=1` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use base44_connectors_ls::analysis::{permissions, rules};
use base44_connectors_ls::cli::explain;
use serde::Deserialize;

#[test]
fn the_rule_pages_are_in_step_with_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut expected: BTreeMap<_, _> = rules::ALL
        .iter()
        .copied()
        .chain([&permissions::RULE])
        .map(|rule| (format!("{}.md", rule.code), explain::page(rule)))
        .collect();
    expected.insert("README.md".to_owned(), explain::index());
    if env::var_os("UPDATE_GOLDEN").is_some() {
        // Pages of rules that are no more go, too.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, page) in &expected {
            fs::write(folder.join(name), page).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        found.insert(name, fs::read_to_string(entry.path()).unwrap().replace("\r\n", "\n"));
    }
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected), "run it with UPDATE_GOLDEN=1");
    for (name, page) in &expected {
        assert!(
            found[name] == *page,
            "docs/rules/{name} is out of date: run this test with UPDATE_GOLDEN=1"
        );
    }
}

const COMPLETION: &str = "\
# Completion

A scope is found by its whole name, by the tail of a long URL (`cal.ev`), and by its access and words of its summary (`read cal`). What matches
and what comes first is for the editor to say:

- VS Code and Helix take the letters in order and put the best match first.
- Neovim with `fuzzy` in `completeopt` takes them in order, too, and keeps our order: what Base44 lists first, then what reads before what writes.
  Without `fuzzy` it goes by the beginning: of the tail, or of the URL once that has been begun.
- In Neovim and Helix, a blank closes the list. Ask for it again behind the last word.

No list comes up by itself behind a string just closed, a comma or a bracket: who presses Enter there wants a new line, and not a permission.

## In broken documents

The cursor is `▌`. Made from the documents that the tests run.
";

/// The tests of the completion prove that this is what happens.
#[test]
fn the_page_of_broken_documents_is_in_step_with_the_tests() {
    #[derive(Deserialize)]
    struct Case {
        about: String,
        before: String,
        accept: String,
        after: String,
    }
    let cases = include_str!("../../src/analysis/completion/broken.json");
    let cases: Vec<Case> = serde_json::from_str(cases).unwrap();
    let mut page = COMPLETION.to_owned();
    let mut about = String::new();
    for case in cases {
        if about != case.about {
            about = case.about;
            page += &format!("\n### {about}\n");
        }
        let drawn = |text: &str| text.replace("$0", "▌").replace('\u{feff}', "<BOM>");
        let (before, after) = (drawn(&case.before), drawn(&case.after));
        page += &format!("\n```text\n{before}\n```\n`{}`\n```text\n{after}\n```\n", case.accept);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/completion.md");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(
        found == page,
        "docs/completion.md is out of date: run this test with UPDATE_GOLDEN=1"
    );
}
