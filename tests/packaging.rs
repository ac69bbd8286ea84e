//! What a release hands out: archives, npm packages, and the list of platforms that all of them follow.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PROGRAM: &str = env!("CARGO_BIN_EXE_base44-connectors-ls");
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn the_npm_package_brings_the_program_of_this_platform() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    install(&project, packed(), &[]);

    let launcher = project.join("node_modules/.bin/base44-connectors-ls");
    let checked = Command::new(&launcher)
        .args(["--check", "examples/broken-app"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let direct = Command::new(PROGRAM)
        .args(["--check", "examples/broken-app"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(checked.stdout, direct.stdout);

    let served = run(Command::new("node")
        .arg("release/initialize.mjs")
        .arg(&launcher)
        .current_dir(ROOT));
    assert!(
        served.contains(&format!(
            "{VERSION}: initialized, found [\"unknown-scope\"], ended with 0"
        )),
        "{served}"
    );
}

/// On a machine that takes itself for Windows, the program of this one stands for the `.exe`.
#[test]
fn the_npm_launcher_starts_the_exe_of_windows() {
    const TARGET: &str = "x86_64-pc-windows-msvc";
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("base44-connectors-ls.exe");
    fs::copy(archive().with_file_name("base44-connectors-ls"), &program).unwrap();
    let archive = archive_of(TARGET, &program, folder.path());
    let tarballs = ["base44-connectors-ls", "win32-x64"].map(|it| npm_tarball(TARGET, &archive, it));
    let project = folder.path().join("project");
    install(&project, &tarballs, &["--force"]);

    let preload = folder.path().join("windows.cjs");
    let pretend = "for (const [key, value] of Object.entries({ platform: 'win32', arch: 'x64' }))
        Object.defineProperty(process, key, { value })";
    fs::write(&preload, pretend).unwrap();
    let version = run(Command::new("node")
        .arg("--require")
        .arg(preload)
        .arg(project.join("node_modules/base44-connectors-ls/bin/base44-connectors-ls.js"))
        .arg("--version"));
    assert!(
        version.starts_with(&format!("base44-connectors-ls {VERSION}")),
        "{version}"
    );
}

#[test]
fn the_npm_launcher_says_what_to_do_where_no_program_is() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    install(&project, &packed()[..1], &[]);
    let launcher = project.join("node_modules/base44-connectors-ls/bin/base44-connectors-ls.js");

    let missing = Command::new("node").arg(&launcher).arg("--check").output().unwrap();
    let said = String::from_utf8(missing.stderr).unwrap();
    assert_eq!(missing.status.code(), Some(2), "{said}");
    assert!(
        said.contains("is missing. Install again, with optional dependencies"),
        "{said}"
    );

    // A machine that there is no build for.
    let elsewhere = "Object.defineProperty(process, 'arch', { value: 'riscv64' })";
    let preload = folder.path().join("elsewhere.cjs");
    fs::write(&preload, elsewhere).unwrap();
    let unknown = Command::new("node")
        .arg("--require")
        .arg(preload)
        .arg(&launcher)
        .output()
        .unwrap();
    let said = String::from_utf8(unknown.stderr).unwrap();
    assert_eq!(unknown.status.code(), Some(2), "{said}");
    assert!(
        said.contains("on riscv64. Build it with `cargo install base44-connectors-ls`"),
        "{said}"
    );
}

#[test]
fn the_npm_launcher_ends_its_program_and_hands_on_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    install(&project, packed(), &[]);
    let launcher = project.join("node_modules/.bin/base44-connectors-ls");
    let version = Command::new(&launcher).arg("--version").output().unwrap();
    assert!(
        String::from_utf8(version.stdout)
            .unwrap()
            .starts_with(&format!("base44-connectors-ls {VERSION}"))
    );
    let usage = Command::new(&launcher).arg("--no-such-switch").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}

/// The packages that npm's launcher tries, by machine.
#[test]
fn the_npm_launcher_tells_glibc_from_musl() {
    let script = "const { candidates } = require('./npm/base44-connectors-ls/bin/base44-connectors-ls.js');
        console.log(JSON.stringify([
            candidates({ platform: 'linux', arch: 'x64', glibc: '2.36' }),
            candidates({ platform: 'linux', arch: 'arm64', glibc: undefined }),
            candidates({ platform: 'darwin', arch: 'arm64', glibc: undefined }),
            candidates({ platform: 'win32', arch: 'x64', glibc: undefined }),
        ]))";
    let printed = run(Command::new("node").args(["-e", script]).current_dir(ROOT));
    let names: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        names,
        json!([
            [
                "@base44-connectors-ls/linux-x64-glibc",
                "@base44-connectors-ls/linux-x64-musl"
            ],
            ["@base44-connectors-ls/linux-arm64-musl"],
            ["@base44-connectors-ls/darwin-arm64"],
            ["@base44-connectors-ls/win32-x64"],
        ])
    );
}

#[test]
fn every_platform_of_a_release_has_its_npm_package_in_this_version() {
    let manifest: Value = read_json("npm/base44-connectors-ls/package.json");
    assert_eq!(manifest["version"], VERSION);
    let expected: BTreeMap<String, String> = platforms()
        .iter()
        .map(|it| (format!("@base44-connectors-ls/{}", npm_name(it)), VERSION.to_owned()))
        .collect();
    assert_eq!(manifest["optionalDependencies"], json!(expected));
    assert_eq!(manifest.get("scripts"), None, "nothing runs at installation");
}

#[test]
fn the_archive_is_what_cargo_binstall_looks_for() {
    let archive = archive();
    let listed = run(Command::new("tar").arg("-tzf").arg(archive));
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let line = |key: &str| {
        let line = manifest
            .lines()
            .find_map(|it| it.strip_prefix(&format!("{key} = \"")))
            .unwrap();
        let filled = line
            .trim_end_matches('"')
            .replace("{ name }", "base44-connectors-ls")
            .replace("{ target }", &host());
        filled
            .replace("{ bin }{ binary-ext }", "base44-connectors-ls")
            .replace("{ archive-suffix }", ".tgz")
    };
    assert!(line("pkg-url").ends_with(&format!("/{}", archive.file_name().unwrap().to_str().unwrap())));
    assert_eq!(line("pkg-fmt"), "tgz");
    assert!(
        listed.lines().any(|it| it == line("bin-dir")),
        "no {} in\n{listed}",
        line("bin-dir")
    );
}

/// On Windows git is set up to write CRLF, and bash does not read that.
#[test]
fn a_checkout_on_windows_has_the_line_ends_that_were_committed() {
    let folder = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        run(git
            .current_dir(folder.path())
            .args(["-c", "core.autocrlf=true"])
            .args(args))
    };
    git(&["init", "--quiet"]);
    for name in [".gitattributes", "release/archive.sh"] {
        let copy = folder.path().join(name);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(Path::new(ROOT).join(name), copy).unwrap();
    }
    git(&["add", "."]);
    let script = folder.path().join("release/archive.sh");
    fs::remove_file(&script).unwrap();
    git(&["checkout-index", "--all"]);
    let committed = fs::read(Path::new(ROOT).join("release/archive.sh")).unwrap();
    assert_eq!(fs::read(script).unwrap(), committed);
}

/// A tag can be moved to other code; a commit cannot.
#[test]
fn every_action_of_a_workflow_is_pinned_by_commit() {
    for workflow in ["ci.yml", "release.yml"] {
        let text = fs::read_to_string(Path::new(ROOT).join(".github/workflows").join(workflow)).unwrap();
        let used: Vec<&str> = text
            .lines()
            .filter_map(|it| it.split_once("uses: "))
            .map(|it| it.1)
            .collect();
        assert!(!used.is_empty());
        for action in used {
            let commit = action.split_once('@').unwrap().1.split(' ').next().unwrap();
            let is_commit = commit.len() == 40 && commit.chars().all(|it| it.is_ascii_hexdigit());
            assert!(is_commit, "{workflow}: {action}");
        }
    }
}

/// `cargo publish` takes what the build needs, and nothing that is not ours to publish.
#[test]
fn the_crate_holds_what_the_build_needs() {
    let listed = run(Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(ROOT));
    let files: Vec<&str> = listed.lines().collect();
    for file in [
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "build.rs",
        "src/main.rs",
        "registry/services/slack.json",
    ] {
        assert!(files.contains(&file), "no {file}");
    }
    let is_foreign = |it: &&&str| {
        ["tests/", "editors/", "npm/", "release/"]
            .iter()
            .any(|folder| it.starts_with(folder))
    };
    assert_eq!(files.iter().find(is_foreign), None);
}

/// The npm packages, as tarballs: the launcher's first.
fn packed() -> &'static [PathBuf] {
    static PACKED: OnceLock<Vec<PathBuf>> = OnceLock::new();
    PACKED.get_or_init(|| {
        let platform = platforms()
            .into_iter()
            .find(|it| it["target"] == host())
            .expect("this platform is released");
        ["base44-connectors-ls", &npm_name(&platform)]
            .map(|it| npm_tarball(&host(), archive(), it))
            .to_vec()
    })
}

/// One of the npm packages that are made of a target's archive, packed beside it.
fn npm_tarball(target: &str, archive: &Path, package: &str) -> PathBuf {
    let folder = archive.parent().unwrap();
    let mut make = Command::new("node");
    make.arg("release/npm.mjs")
        .arg("--archives")
        .arg(folder)
        .arg("--out")
        .arg(folder.join("npm"));
    run(make.args(["--target", target]).current_dir(ROOT));
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination"]).arg(folder);
    folder.join(run(pack.current_dir(folder.join("npm").join(package))).trim())
}

/// Installs tarballs, and nothing else: no registry is asked.
fn install(project: &Path, tarballs: &[PathBuf], options: &[&str]) {
    fs::create_dir_all(project).unwrap();
    fs::write(project.join("package.json"), "{}").unwrap();
    let mut npm = Command::new("npm");
    npm.args(["install", "--offline", "--no-audit", "--no-fund", "--silent"])
        .args(options)
        .args(tarballs)
        .current_dir(project);
    run(&mut npm);
}

/// The archive of this platform, made once: compressing takes its time.
fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging");
        fs::create_dir_all(&folder).unwrap();
        // Without what only a debugger reads: most of it.
        let program = folder.join("base44-connectors-ls");
        run(Command::new("strip").arg("-o").arg(&program).arg(PROGRAM));
        archive_of(&host(), &program, &folder)
    })
}

fn archive_of(target: &str, program: &Path, folder: &Path) -> PathBuf {
    let mut archive = Command::new(Path::new(ROOT).join("release/archive.sh"));
    run(archive.arg(target).args([program, folder]));
    folder.join(format!("base44-connectors-ls-{target}.tgz"))
}

/// The triple that this test was built for.
fn host() -> String {
    let verbose = run(Command::new("rustc").arg("-vV"));
    verbose
        .lines()
        .find_map(|it| it.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

fn platforms() -> Vec<Value> {
    read_json("release/platforms.json").as_array().unwrap().clone()
}

/// `linux-x64-musl`.
fn npm_name(platform: &Value) -> String {
    let part = |key: &str| platform["npm"][key].as_str().map(str::to_owned);
    ["os", "cpu", "libc"]
        .into_iter()
        .filter_map(part)
        .collect::<Vec<_>>()
        .join("-")
}

fn read_json(relative: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(Path::new(ROOT).join(relative)).unwrap()).unwrap()
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let printed = String::from_utf8(stdout).unwrap();
    assert!(
        status.success(),
        "{command:?}: {status}\n{printed}\n{}",
        String::from_utf8_lossy(&stderr)
    );
    printed
}
