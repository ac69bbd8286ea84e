//! Releases of a made-up version as GitHub serves them, from the loopback address.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::support::{Repository, printed};

/// The version that is the latest one.
pub(crate) const VERSION: &str = "0.1.0";

/// The archives of one release with their checksums, in a folder, and a server for them that runs as long as the tests.
pub(crate) struct Releases {
    folder: PathBuf,
    /// What the installers take for the page of releases.
    pub(crate) address: String,
}

impl Releases {
    pub(crate) fn new(repository: &Repository) -> Self {
        let folder = repository.beside("releases");
        pack(repository, &folder);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/releases", listener.local_addr().unwrap());
        let served = folder.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // Who hangs up has what it wanted.
                let _ = answer(connection, &served);
            }
        });
        Releases { folder, address }
    }

    /// Makes the archives others than those that the checksums are of.
    pub(crate) fn forge(&self) {
        for entry in fs::read_dir(&self.folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "tgz") {
                let mut archive = fs::OpenOptions::new().append(true).open(path).unwrap();
                archive.write_all(b"x").unwrap();
            }
        }
    }
}

fn pack(repository: &Repository, folder: &Path) {
    let script = r#"
        cd "$1"
        for target in x86_64-unknown-linux-musl aarch64-unknown-linux-musl x86_64-apple-darwin aarch64-apple-darwin; do
            archive=base44-connectors-ls-$target.tgz
            tar -czf "$archive" -C "$(dirname "$2")" base44-connectors-ls
            if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
        done
    "#;
    // A script in the place of the binary: packing that one four times takes long.
    let stand_in = repository.beside("stand-in").join("base44-connectors-ls");
    let binary = env!("CARGO_BIN_EXE_base44-connectors-ls");
    fs::write(&stand_in, format!("#!/bin/sh\nexec '{binary}' \"$@\"\n")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&stand_in, mode).unwrap();
    let output = Command::new("sh")
        .args(["-euc", script, "sh"])
        .args([folder, &stand_in])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", printed(&output));
}

/// `latest` leads to the version, and that has the files; there is nothing else.
fn answer(mut connection: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut request = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    request.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default();
    let mut header = String::new();
    while request.read_line(&mut header)? > 2 {
        header.clear();
    }
    let latest = path.strip_prefix("/releases/latest/download/");
    let file = path.strip_prefix(&format!("/releases/download/v{VERSION}/"));
    let (status, more, body) = match (latest, file.map(|it| fs::read(folder.join(it)))) {
        (Some(file), _) => (
            "302 Found",
            format!("Location: /releases/download/v{VERSION}/{file}\r\n"),
            Vec::new(),
        ),
        (None, Some(Ok(bytes))) => ("200 OK", String::new(), bytes),
        _ => ("404 Not Found", String::new(), b"Not Found".to_vec()),
    };
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    connection.write_all(&body)
}
