//! (being built) The least that answers: what the tests of the transport need of the binary.

use lsp_types::{Hover, HoverParams, InitializeParams, InitializeResult, ServerInfo};
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::Result;

use super::capabilities::{ClientCaps, server_capabilities};

/// The language server.
pub(super) struct Server;

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult {
            capabilities: server_capabilities(&ClientCaps::new(&params)),
            server_info: Some(ServerInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    async fn hover(&self, _params: HoverParams) -> Result<Option<Hover>> {
        Ok(None)
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
