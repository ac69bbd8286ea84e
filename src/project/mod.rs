//! Where connector files are: discovery, what is read from the disk, open buffers over it, and the index of types.
//!
//! The only module that reads a workspace's files. What it holds is plain data for `analysis`.

mod backend;
pub mod discovery;
pub mod document;
mod file_tree;
mod folders;
mod new_connector;
mod paths;
pub mod position;
mod read;
mod scan;
mod store;
mod uses;
mod workspace;

pub use discovery::{Location, Selection, SelectionError, Target};
pub use file_tree::FileTree;
pub use folders::folders_in_sight;
pub use new_connector::{CannotAdd, NewConnector};
pub use paths::{normalized, resolved};
pub(crate) use read::in_parallel;
pub use read::{Loaded, Problem, is_on_disk, load};
pub use scan::{Scan, Scanned};
pub use store::Store;
pub use workspace::{Affected, Workspace};
