//! Has the CLI end with this process, however that ends.
//!
//! What is killed outright (`SIGKILL`) ends nothing any more. So every Node.js process of a run connects to a socket of ours, and
//! ends its process group when that closes. On Windows the job does this.

use std::path::Path;

use std::os::unix::net::UnixListener;

use super::Environment;

/// `environment` such that Node.js minds a socket in `folder`, which belongs to one run; and that socket, to be dropped after the run.
/// Where there can be none (no sockets on that file system, a path too long), there is none, and all the rest goes its way.
pub(super) fn tied(environment: &Environment, folder: &Path) -> (Environment, Option<UnixListener>) {
    let mut res = environment.clone();
    let script = folder.join("lifeline.cjs");
    let socket = std::fs::write(&script, SCRIPT).and_then(|()| UnixListener::bind(folder.join("alive")));
    match (socket, script.to_str()) {
        (Ok(socket), Some(script)) => {
            let own = environment.text("NODE_OPTIONS").unwrap_or_default();
            res.set(
                "NODE_OPTIONS",
                format!("{own} --require {}", quoted(script)).trim_start(),
            );
            (res, Some(socket))
        }
        (socket, _) => {
            tracing::warn!(error = ?socket.err(), "the CLI would outlive a server that is killed outright");
            (res, None)
        }
    }
}

/// Its relative names are those beside it.
const SCRIPT: &str = include_str!("lifeline.cjs");

/// As Node.js reads its options.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', r"\\").replace('"', r#"\""#))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use pretty_assertions::assert_eq;

    use super::{Environment, tied};

    #[test]
    fn the_users_own_options_stay_and_any_folder_will_do() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(r#"it's a "\ folder"#);
        std::fs::create_dir(&folder).unwrap();
        let path = std::env::var("PATH").unwrap();
        let variables = [("NODE_OPTIONS", "--title=mine"), ("PATH", &*path)];
        let environment: Environment = variables.into_iter().collect();
        let (environment, socket) = tied(&environment, &folder);
        assert!(socket.is_some());
        let node = || {
            let mut node = Command::new("node");
            node.args(["-p", "process.title"]).env_clear().envs(environment.iter());
            // It ends its group.
            std::os::unix::process::CommandExt::process_group(&mut node, 0);
            node.output().unwrap()
        };
        assert_eq!(String::from_utf8_lossy(&node().stdout), "mine\n");
        drop(socket);
        assert_eq!(node().status.code(), None, "what comes too late ends at once");
    }

    #[test]
    fn where_there_can_be_no_socket_the_environment_is_as_it_was() {
        let environment: Environment = [("NODE_OPTIONS", "--title=mine")].into_iter().collect();
        let (unchanged, socket) = tied(&environment, std::path::Path::new("/nowhere"));
        assert!(socket.is_none() && unchanged == environment);
    }
}
