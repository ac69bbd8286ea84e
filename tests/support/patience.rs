//! How long a test waits for what has to come.

use std::time::Duration;

/// Far above any real time on any machine: it turns a hang into a failure, and measures nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);
