//! Language server and checker for Base44 connector files: the architecture page.
//!
//! A connector file names a service (`"type": "slack"`) and the OAuth permissions (`"scopes"`) that a Base44 app asks for. One
//! library reads such files and says what is wrong with them; two fronts, [`lsp`] and [`cli`], bring that to an editor and
//! to a pipeline. They call the same functions, so they say the same.
//!
//! # The map
//!
//! ```text
//! syntax      text -> (tree, errors). Knows no connector.
//! registry    the catalogue of services and scopes. Knows no file. Its data is the folder `registry/`.
//! connector   tree -> the typed view: type, scopes, everything optional, everything with its range.
//! analysis    (file, surroundings) -> findings, fixes, completion, hover. `analysis/rules`: one file per rule.
//! project     where connector files and backend code are: discovery, open buffers over the disk, the index of types and uses.
//! disk        writing files so that nothing is lost, and where a path leads.
//! base44      running the user's own `base44` CLI: which program, with what, and what its answer means.
//! lsp         the only place that knows the protocol.        cli    --check and the other switches.
//! ```
//!
//! Who may know whom: `syntax`, `registry` and `disk` know nobody; `connector` <- `analysis` <- `project` <- {`lsp`, `cli`};
//! `disk` <- `project`; {`registry`, `connector`, `disk`} <- `base44` <- {`lsp`, `cli`}. `tests/tidy.rs` holds the arrows.
//!
//! # Invariants
//!
//! Mostly about what is absent.
//!
//! - Analysis does no I/O, is not async, and cannot fail. The parser returns a tree and errors, never a `Result`; the tree's tokens
//!   put together are the text, and after any edit tree and errors equal those of a fresh parse.
//! - Positions are byte ranges ([`syntax::TextRange`]). They become lines and columns once, at the edge, in the client's encoding.
//! - No type of the protocol leaves `lsp`; rendering for a terminal stays in `cli`. A rule never knows who asks.
//! - A fix is computed from the text as it is when the user asks, never from what a diagnostic carried along.
//! - Every rule has documentation with an example that fails and one that passes; the tests run them, `--explain` prints them.
//! - Nothing in a workspace decides which program runs unless the user trusts the workspace, and nothing runs unasked.
//!
//! # Four ways through the house
//!
//! 1. *A keystroke*: a frame arrives, its handler is polled at once and in order: lock, splice the buffer, unlock. Whoever locks
//!    next to look at something has the text put together and what the edits touched parsed again, once for a whole burst. The
//!    publisher re-checks this file and those that share its old or new type, and sends what differs from what the editor shows.
//! 2. *A completion*: lock, ask the tree what the cursor stands in, unlock; items with an explicit range.
//! 3. *A push*: an action runs a command; the project must be clean and saved; the plan is shown and confirmed; the CLI runs in a
//!    process group of its own; its answer becomes messages, consent pages and diagnostics.
//! 4. *`--check`*: paths to projects to files, read in parallel; the same analysis; one renderer per format; an exit code. `--since`
//!    puts the files of a commit through the same discovery and compares what both ask for; `--watch` goes round with what changed.

// Helpers of the tests that stand in `tests/` name this crate from the outside, and serve the tests inside, too.
#[cfg(test)]
extern crate self as base44_connectors_ls;

pub mod syntax;
pub mod registry;
pub mod connector;
pub mod analysis;
pub mod project;
pub mod disk;
pub mod base44;
pub mod lsp;
pub mod cli;
