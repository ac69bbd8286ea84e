//! The command line, end to end: the shipped binary in folders of its own.

mod support;
mod switches;
mod check;
mod fix;
mod input;
mod docs;
