//! A project whose file names and contents are what formats stumble over.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{folder, run, write};

/// Names of connector files, each with something that means something in a format.
const NAMES: [&str; 5] = [
    "ev\"i'l <b>&amp; ]]> |a| `b` 😀.jsonc",
    "100%25 %0A ::error file=x::, a=b;c].jsonc",
    "##vso[task.complete result=Failed;].jsonc",
    "[x](y) *z* _w_ #1 @me.jsonc",
    "世界/café 🎉.jsonc",
];

/// Names that only some systems allow.
const NAMES_OF_UNIX: [&str; 3] = ["new\nline.jsonc", "\x1b[31mred\x07.jsonc", "tab\tand\rreturn.jsonc"];

/// Every line but the last has a finding whose message repeats what stands in the file.
pub(crate) const TEXT: &str = r###"{ "type": "slack", // 😀
  /* 世界 */ "]]><x a='1'>&amp;": 1, "a|b": "::error::x", "100%0A %25": 2, "😀\n\u0007\u001b[31m": 3,
  "`tick`": 4, "##vso[task.complete result=Failed;]done": 5, "[x](javascript:y) <img src=x> *b*": 6,
  "scopes": ["chat.write", "a\"b'c", "😀\u2028", "channels:read", "channels:read", "https://www.googleapis.com/auth/gmail.send"]
}
"###;

/// A project in a folder of its own, with the hostile files, and one other folder `else where` beside it.
pub(crate) fn project() -> TempDir {
    let folder = folder("//- app/base44/config.jsonc\n{}\n//- else where/empty\n");
    let connectors = folder.path().join("app/base44/connectors");
    let unix: &[&str] = if cfg!(unix) { &NAMES_OF_UNIX } else { &[] };
    for name in NAMES.iter().chain(unix) {
        write(&connectors.join(name), TEXT);
    }
    // A project somewhere below a folder whose name is not Unicode.
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let below = folder.path().join("app").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
        write(&below.join("base44/config.jsonc"), "{}\n");
        write(&below.join("base44/connectors/slack.jsonc"), TEXT);
    }
    folder
}

/// From where, and with which paths, a project is checked: all of them see the same files under other names.
pub(crate) fn ways(root: &Path) -> Vec<(PathBuf, Vec<String>)> {
    let absolute = root.join("app").to_str().unwrap().to_owned();
    vec![
        (root.join("app"), vec![]),
        (root.to_owned(), vec![]),
        (root.join("app/base44/connectors"), vec![]),
        (root.join("else where"), vec!["../app/base44/connectors".to_owned()]),
        (root.join("else where"), vec![absolute]),
    ]
}

/// The report of a check in a format.
pub(crate) fn report(folder: &Path, paths: &[String], format: &str) -> String {
    let paths = paths.iter().map(String::as_str);
    let args: Vec<_> = ["--check", "--format", format].into_iter().chain(paths).collect();
    run(folder, &args).exits(1).stdout
}

/// The findings as `--format json` tells them.
pub(crate) fn findings(folder: &Path, paths: &[String]) -> Vec<Value> {
    let report: Value = serde_json::from_str(&report(folder, paths, "json")).unwrap();
    let findings = report["diagnostics"].as_array().unwrap().clone();
    assert!(findings.len() > 50, "the project is not hostile enough: {findings:#?}");
    findings
}
