//! One project of 10,000 connectors, and a workspace of 500 projects: `cargo bench --bench project`.

#![expect(clippy::unwrap_used, reason = "without its files a benchmark has nothing to measure")]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use base44_connectors_ls::analysis::references;
use base44_connectors_ls::project::document::ContentChange;
use base44_connectors_ls::project::position::{Encoding, LineColumn};
use base44_connectors_ls::project::{Loaded, Workspace, discovery, load};
use base44_connectors_ls::registry::Catalogue;
use divan::{Bencher, black_box};
use tempfile::TempDir;

fn main() {
    divan::main();
}

const FILES: usize = 10_000;

/// A project of [`FILES`] connectors; every hundredth has a scope that is unknown. Its config file may declare their types.
fn big_project(declared: bool) -> TempDir {
    let dir = TempDir::new().unwrap();
    let connectors = dir.path().join("base44/connectors");
    fs::create_dir_all(&connectors).unwrap();
    fs::write(dir.path().join("base44/config.jsonc"), "{ \"name\": \"Big\" }\n").unwrap();
    let scopes = ["chat:write", "channels:read", "channels:history", "users:read"];
    let services =
        (0..FILES).map(|it| format!("\"slack-{it:05}\": {{ \"coverage\": \"complete\", \"scopes\": {scopes:?} }}"));
    let services = services.collect::<Vec<_>>().join(",\n");
    let config = format!("{{ \"services\": {{\n{services}\n}} }}\n");
    if declared {
        fs::write(dir.path().join("base44-connectors-ls.jsonc"), config).unwrap();
    }
    for number in 0..FILES {
        let last = if number % 100 == 0 { "users:raed" } else { "users:read" };
        let text = format!(
            "{{\n  \"type\": \"slack-{number:05}\",\n  \"scopes\": [\n    \"chat:write\",\n    \"channels:read\",\n    \"{last}\"\n  ]\n}}"
        );
        fs::write(connectors.join(format!("slack-{number:05}.jsonc")), text).unwrap();
    }
    dir
}

fn read(dir: &TempDir) -> Loaded {
    load(discovery::at(dir.path()).unwrap())
}

fn workspace(dir: &TempDir) -> Workspace {
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(read(dir));
    workspace
}

/// The floor: the bytes of all files, one after the other.
#[divan::bench]
fn cat(bencher: Bencher<'_, '_>) {
    let dir = big_project(true);
    bencher.bench(|| {
        let files = fs::read_dir(dir.path().join("base44/connectors")).unwrap();
        files
            .map(|it| fs::read(it.unwrap().path()).unwrap().len())
            .sum::<usize>()
    });
}

#[divan::bench]
fn loading(bencher: Bencher<'_, '_>) {
    let dir = big_project(true);
    bencher.bench(|| read(&dir));
}

#[divan::bench(args = [false, true])]
fn merging(bencher: Bencher<'_, '_>, declared: bool) {
    let dir = big_project(declared);
    bencher.with_inputs(|| read(&dir)).bench_values(|loaded| {
        let mut workspace = Workspace::new(Catalogue::embedded());
        workspace.insert(loaded);
        workspace
    });
}

#[divan::bench]
fn diagnostics_of_all_files(bencher: Bencher<'_, '_>) {
    let dir = big_project(true);
    let workspace = workspace(&dir);
    assert_eq!(found(&workspace), FILES / 100);
    bencher.bench(|| workspace.all_diagnostics().len());
}

fn found(workspace: &Workspace) -> usize {
    workspace.all_diagnostics().iter().map(|(_, found)| found.len()).sum()
}

/// A letter typed or deleted in a scope, and the findings of all that are concerned.
#[divan::bench(args = [false, true])]
fn keystroke(bencher: Bencher<'_, '_>, declared: bool) {
    let dir = big_project(declared);
    let mut workspace = workspace(&dir);
    let path = dir.path().join("base44/connectors/slack-05000.jsonc");
    keystrokes(bencher, &mut workspace, &path, 4);
}

/// A letter typed or deleted in the type. Where it is one of the project's services every other time, all connectors are
/// concerned.
#[divan::bench(args = [false, true])]
fn keystroke_in_the_type(bencher: Bencher<'_, '_>, declared: bool) {
    let dir = big_project(declared);
    let mut workspace = workspace(&dir);
    let path = dir.path().join("base44/connectors/slack-05000.jsonc");
    keystrokes(bencher, &mut workspace, &path, 1);
}

fn keystrokes(bencher: Bencher<'_, '_>, workspace: &mut Workspace, path: &Path, line: u32) {
    workspace.open(path, 0, fs::read_to_string(path).unwrap());
    let version = Cell::new(0);
    let workspace = std::cell::RefCell::new(workspace);
    bencher.bench_local(|| {
        version.set(version.get() + 1);
        let at = |column| LineColumn { line, column };
        let change = match version.get() % 2 {
            1 => ContentChange {
                range: Some((at(12), at(12))),
                text: "x".to_owned(),
            },
            _ => ContentChange {
                range: Some((at(12), at(13))),
                text: String::new(),
            },
        };
        let mut workspace = workspace.borrow_mut();
        let affected = workspace.change(path, version.get(), [change], Encoding::Utf16);
        affected.iter().map(|it| workspace.diagnostics(it).len()).sum::<usize>()
    });
}

/// A file changed on the disk, and the findings of all that are concerned.
#[divan::bench]
fn change_on_the_disk(bencher: Bencher<'_, '_>) {
    let dir = big_project(true);
    let workspace = std::cell::RefCell::new(workspace(&dir));
    let path = dir.path().join("base44/connectors/slack-05000.jsonc");
    let text = fs::read_to_string(&path).unwrap();
    let count = Cell::new(0);
    bencher.bench_local(|| {
        count.set(count.get() + 1);
        fs::write(&path, format!("{text}{}", " ".repeat(count.get() % 2))).unwrap();
        let mut workspace = workspace.borrow_mut();
        let affected = workspace.disk_changed(std::slice::from_ref(&path));
        affected.iter().map(|it| workspace.diagnostics(it).len()).sum::<usize>()
    });
}

/// 500 projects of 8 connectors, in a tree of 6,000 folders.
fn monorepo() -> TempDir {
    let dir = TempDir::new().unwrap();
    for number in 0..500 {
        let app = dir.path().join(format!("group-{:02}/app-{number:03}", number % 20));
        for folder in 0..7 {
            fs::create_dir_all(app.join(format!("src/part-{folder}"))).unwrap();
        }
        fs::create_dir_all(app.join("base44/connectors")).unwrap();
        fs::write(app.join("base44/config.jsonc"), "{ \"name\": \"App\" }\n").unwrap();
        for type_ in [
            "googlecalendar",
            "slack",
            "gmail",
            "github",
            "hubspot",
            "linear",
            "notion",
            "stripe",
        ] {
            let text = format!("{{\n  \"type\": \"{type_}\",\n  \"scopes\": []\n}}");
            fs::write(app.join(format!("base44/connectors/{type_}.jsonc")), text).unwrap();
        }
    }
    dir
}

#[divan::bench]
fn search_of_a_monorepo(bencher: Bencher<'_, '_>) {
    let dir = monorepo();
    bencher.bench(|| discovery::below(black_box(dir.path())).len());
}

#[divan::bench]
fn start_in_a_monorepo(bencher: Bencher<'_, '_>) {
    let dir = monorepo();
    bencher.bench(|| {
        let mut workspace = Workspace::new(Catalogue::embedded());
        workspace.set_folders(&[dir.path().to_path_buf()]);
        let found = workspace.scan_all().read();
        workspace.merge(found);
        found_in(&workspace)
    });
}

fn found_in(workspace: &Workspace) -> (usize, Vec<PathBuf>) {
    let roots = workspace.projects().map(|it| it.location().root.clone()).collect();
    (workspace.all_diagnostics().len(), roots)
}

/// A project of 2,000 functions of 120 lines; every fourth asks for a connector.
fn functions() -> TempDir {
    let dir = TempDir::new().unwrap();
    for number in 0..2_000 {
        let function = dir.path().join(format!("base44/functions/function-{number:04}"));
        fs::create_dir_all(&function).unwrap();
        let call = match number % 4 {
            0 => "base44.asServiceRole.connectors.getConnection(\"slack\")",
            _ => "base44.entities.Task.list()",
        };
        let line = "  const rows = items.filter((it) => /a'b/.test(it.name)).map((it) => `${it.id}: \"x\"`); // it's\n";
        let text = format!(
            "Deno.serve(async (req) => {{\n  const it = await {call};\n{}}});\n",
            line.repeat(118)
        );
        fs::write(function.join("entry.ts"), text).unwrap();
    }
    fs::create_dir_all(dir.path().join("base44/connectors")).unwrap();
    let slack = "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }";
    fs::write(dir.path().join("base44/connectors/slack.jsonc"), slack).unwrap();
    dir
}

/// The index of all functions, from the disk.
#[divan::bench]
fn loading_functions(bencher: Bencher<'_, '_>) {
    let dir = functions();
    bencher.bench(|| workspace(&dir));
}

/// A letter typed or deleted in a function, and the findings of all that are concerned.
#[divan::bench]
fn keystroke_in_a_function(bencher: Bencher<'_, '_>) {
    let dir = functions();
    let mut workspace = workspace(&dir);
    let path = dir.path().join("base44/functions/function-1000/entry.ts");
    keystrokes(bencher, &mut workspace, &path, 1);
}

/// All places where backend code asks for a type.
#[divan::bench]
fn references_of_a_type(bencher: Bencher<'_, '_>) {
    let dir = functions();
    let workspace = workspace(&dir);
    let project = workspace.projects().next().unwrap().surroundings().project;
    assert_eq!(references(project, "slack").len(), 500);
    bencher.bench_local(|| references(project, "slack").len());
}
