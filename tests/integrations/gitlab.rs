//! The job for GitLab, run by `gitlab-ci-local`.

use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;
use std::{env, fs};

use serde_json::Value;

use crate::releases::{Releases, VERSION};
use crate::support::{BROKEN, ROOT, Repository, SOUND, documented, path_with_binary, printed, tools, validate};

const JOB: &str = "integrations/gitlab/base44-connectors.yml";

#[test]
fn the_job_is_valid() {
    validate("vendor.gitlab-ci", &Path::new(ROOT).join(JOB));
    let folder = tempfile::tempdir().unwrap();
    let pipeline = folder.path().join("pipeline.yml");
    fs::write(&pipeline, documented("gitlab.rs")).unwrap();
    validate("vendor.gitlab-ci", &pipeline);
}

/// Runs the documented pipeline, whose job comes from our repository instead of the network. `path`: where it looks for programs.
/// `variables`: those of the pipeline, as `NAME=VALUE`.
fn run_with(repository: &Repository, path: &OsStr, variables: &[String]) -> Output {
    let documented = documented("gitlab.rs");
    let remote = documented
        .lines()
        .find(|line| line.trim_start().starts_with("- remote:"))
        .unwrap();
    assert!(remote.ends_with(JOB), "{remote}");
    repository.write(".gitlab-ci.yml", &documented.replace(remote, "  - local: job.yml"));
    let job = fs::read_to_string(Path::new(ROOT).join(JOB)).unwrap();
    // The job runs here and not in a container.
    let job: String = job
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("  image: "))
        .collect();
    repository.write("job.yml", &job);
    repository.git(&["remote", "add", "origin", "git@gitlab.example.test:ann/app.git"]);
    repository.commit();
    // It copies the repository for its containers with a program that not every machine has; there are none here.
    let rsync = repository.beside("bin").join("rsync");
    if !rsync.exists() {
        symlink("/usr/bin/true", rsync).unwrap();
    }
    let folders = [repository.beside("bin")].into_iter().chain(env::split_paths(path));
    let path = env::join_paths(folders).unwrap();
    repository
        .command(tools().join("node_modules/.bin/gitlab-ci-local"))
        .env("PATH", path)
        .args(["--force-shell-executor", "--home"])
        .arg(repository.beside("gitlab-home"))
        .args(variables.iter().flat_map(|it| ["--variable", it]))
        .arg("base44-connectors")
        .output()
        .unwrap()
}

/// With the program on the path, as in an image that has it.
fn run(repository: &Repository) -> Output {
    run_with(repository, &path_with_binary(), &[])
}

#[test]
fn where_the_program_is_missing_the_job_fetches_a_release_and_checks_it() {
    let without_binary = env::split_paths(&env::var_os("PATH").unwrap())
        .filter(|it| !it.join("base44-connectors-ls").exists())
        .collect::<Vec<_>>();
    let path = env::join_paths(without_binary).unwrap();
    let repository = Repository::new(BROKEN);
    let releases = Releases::new(&repository);
    let fetch = |version: &str| {
        let address = format!("BASE44_CONNECTORS_LS_RELEASES={}", releases.address);
        let version = format!("BASE44_CONNECTORS_LS_VERSION={version}");
        printed(&run_with(&repository, &path, &[address, version]))
    };
    assert!(fetch("latest").contains("error[unknown-scope]"), "{}", fetch("latest"));
    assert!(fetch(VERSION).contains("error[unknown-scope]"), "{}", fetch(VERSION));
    assert!(!fetch("9.9.9").contains("Checked"), "{}", fetch("9.9.9"));
    releases.forge();
    assert!(!fetch(VERSION).contains("Checked"), "{}", fetch(VERSION));
}

#[test]
fn findings_fail_the_job_and_are_reported() {
    let repository = Repository::new(BROKEN);
    let output = run(&repository);
    assert!(!output.status.success(), "{}", printed(&output));
    assert!(
        printed(&output).contains("error[unknown-scope]"),
        "{}",
        printed(&output)
    );
    let report: Value = serde_json::from_str(&repository.read("gl-code-quality-report.json")).unwrap();
    assert_eq!(report[0]["location"]["path"], "base44/connectors/slack.jsonc");
    assert!(
        repository
            .read("base44-connectors-junit.xml")
            .contains("failures=\"1\"")
    );
}

#[test]
fn flags_of_the_user_reach_the_check() {
    // A warning, and the documented job fails for those.
    let warned = SOUND.replace("\"chat:write\"", "\"chat:write\", \"chat:write\"");
    let output = run(&Repository::new(&warned));
    assert!(!output.status.success(), "{}", printed(&output));
    let output = run(&Repository::new(SOUND));
    assert!(output.status.success(), "{}", printed(&output));
}
