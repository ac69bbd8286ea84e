//! Starts the language server in Zed: the one on the PATH, else the one of the npm package, which Zed installs.

use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree, serde_json::Value, settings::LspSettings};

const SERVER: &str = "base44-connectors-ls";

struct Base44Connectors;

impl zed::Extension for Base44Connectors {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let env = worktree.shell_env();
        if let Some(command) = worktree.which(SERVER) {
            return Ok(Command { command, args: Vec::new(), env });
        }
        let launcher = installed(id)?;
        Ok(Command { command: zed::node_binary_path()?, args: vec![launcher], env })
    }

    fn language_server_initialization_options(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(id.as_ref(), worktree)?.initialization_options)
    }
}

/// The launcher of the npm package, at its newest version; an older one where there is no network.
fn installed(id: &LanguageServerId) -> Result<String> {
    let present = zed::npm_package_installed_version(SERVER)?;
    match (zed::npm_package_latest_version(SERVER), &present) {
        (Ok(latest), _) if present.as_ref() != Some(&latest) => {
            zed::set_language_server_installation_status(id, &zed::LanguageServerInstallationStatus::Downloading);
            zed::npm_install_package(SERVER, &latest)?;
        }
        (Err(error), None) => return Err(error),
        _ => {}
    }
    let launcher = format!("node_modules/{SERVER}/bin/{SERVER}.js");
    let folder = std::env::current_dir().map_err(|error| error.to_string())?;
    Ok(folder.join(launcher).to_string_lossy().into_owned())
}

zed::register_extension!(Base44Connectors);
