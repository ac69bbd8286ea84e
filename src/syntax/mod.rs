//! Text to tree and errors.
