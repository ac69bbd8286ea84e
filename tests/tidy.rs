//! The house rules that a compiler does not check: who may know whom, module docs, and generated files in step with the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What each module of the crate may use. `main.rs` may use everything; nothing may use `main.rs`.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("syntax", &[][..]),
        ("registry", &[]),
        ("connector", &["syntax"]),
        ("analysis", &["connector", "registry", "syntax"]),
        ("project", &["analysis", "connector", "disk", "registry", "syntax"]),
        ("disk", &[]),
        ("base44", &["connector", "disk", "registry", "syntax"]),
        ("lsp", ALL_BELOW_THE_FRONTS),
        ("cli", ALL_BELOW_THE_FRONTS),
    ])
}

const ALL_BELOW_THE_FRONTS: &[&str] = &[
    "analysis",
    "base44",
    "connector",
    "disk",
    "project",
    "registry",
    "syntax",
];

/// Words that only these modules may contain: the protocol, the disk, the terminal.
const RESERVED: &[(&str, &[&str])] = &[
    ("lsp_types", &["lsp"]),
    ("tower_lsp", &["lsp"]),
    // The standard streams of `lsp` are files to it, and no others.
    ("std::fs", &["project", "disk", "base44", "cli", "lsp"]),
    ("std::process", &["base44", "cli", "lsp"]),
    ("tokio::", &["lsp", "base44"]),
    // `base44` takes the colours out of what the CLI says.
    ("anstream", &["cli", "base44"]),
    ("annotate_snippets", &["cli"]),
];

#[test]
fn modules_know_only_those_below_them() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let Some(module) = module_of(&path) else {
            continue;
        };
        let may_use = allowed
            .get(module.as_str())
            .unwrap_or_else(|| panic!("{module}: a new module; say here whom it may know"));
        for (number, line) in code_lines(&text) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if used != module && allowed.contains_key(used.as_str()) && !may_use.contains(&used.as_str()) {
                    wrong.push(format!("{}:{number}: `{module}` may not know `{used}`", path.display()));
                }
            }
            for (word, owners) in RESERVED {
                if line.contains(word) && !owners.contains(&module.as_str()) {
                    wrong.push(format!("{}:{number}: `{word}` belongs to {owners:?}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = ["src", "tests", "benches"]
        .into_iter()
        .flat_map(sources)
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "without a `//!` line at the top: {silent:?}");
}

#[test]
fn every_rule_file_is_a_rule() {
    let listed: Vec<_> = base44_connectors_ls::analysis::rules::ALL
        .iter()
        .map(|rule| rule.code.replace('-', "_"))
        .collect();
    let mut missing = Vec::new();
    for (path, _) in sources("src/analysis/rules") {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if stem != "mod" && !listed.contains(&stem) {
            missing.push(stem);
        }
    }
    assert!(
        missing.is_empty(),
        "not in `rules::ALL`, or its code is not its file name: {missing:?}"
    );
}

#[test]
fn no_trailing_blanks_and_a_final_newline() {
    let mut wrong = Vec::new();
    for (path, text) in ["src", "tests", "benches"].into_iter().flat_map(sources) {
        if !text.ends_with('\n') || text.ends_with("\n\n") {
            wrong.push(format!("{}: must end with one newline", path.display()));
        }
        for (index, line) in text.lines().enumerate() {
            if line.ends_with([' ', '\t']) {
                wrong.push(format!("{}:{}: trailing blanks", path.display(), index + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A promise counts only with the test that holds it.
#[test]
fn every_test_that_the_page_on_safety_names_is_there() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/safety.md")).unwrap();
    let code: String = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|(_, text)| text)
        .collect();
    let named = page
        .lines()
        .filter(|it| it.starts_with("| "))
        .filter_map(|it| it.rsplit(" | ").next());
    let names: Vec<_> = named.flat_map(|it| it.split('`').skip(1).step_by(2)).collect();
    assert!(names.len() > 50, "the table is not understood: {names:?}");
    let missing: Vec<_> = names.iter().filter(|it| !code.contains(&format!("fn {it}("))).collect();
    assert!(missing.is_empty(), "no such test: {missing:#?}");
}

/// The Rust files below a folder of the project, with their text.
#[expect(clippy::unwrap_used, reason = "a file that cannot be read is to fail the test")]
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                out.push((path.strip_prefix(ROOT).unwrap().to_owned(), text));
            }
        }
    }
    out.sort();
    out
}

/// The top-level module that a file of `src` is part of; none for the crate roots.
fn module_of(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").ok()?.components().next()?;
    let name = Path::new(first.as_os_str()).file_stem()?.to_str()?.to_owned();
    (!matches!(name.as_str(), "main" | "lib")).then_some(name)
}

/// The lines that are code of the crate, numbered from 1; comments and unit tests are left out.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .take_while(|(_, line)| *line != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}
