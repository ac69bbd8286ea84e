//! How far it is, for somebody at a terminal.

use std::io::{self, IsTerminal as _};

use crate::base44::Stage;
use crate::cli::dialogue::say;

/// What is going on, on a line that goes when it is over. Nothing at all where standard error is no terminal.
pub(super) struct Progress {
    on_stage: Option<fn(Stage)>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Progress {
            on_stage: io::stderr()
                .is_terminal()
                .then_some(|stage| say(format_args!("\r{stage} …\x1b[K"))),
        }
    }

    pub(super) fn on_stage(&self) -> &(dyn Fn(Stage) + Send + Sync) {
        match &self.on_stage {
            Some(it) => it,
            None => &|_| {},
        }
    }

    pub(super) fn end(&self) {
        if self.on_stage.is_some() {
            say("\r\x1b[K");
        }
    }
}
