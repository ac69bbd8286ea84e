//! The pages of `docs/rules/` are what the rules say. `UPDATE_GOLDEN=1` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use base44_connectors_ls::analysis::{permissions, rules};
use base44_connectors_ls::cli::explain;

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
