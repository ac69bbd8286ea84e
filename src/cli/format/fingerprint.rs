//! Names for findings that stay the same while the lines around them change: how services tell old findings from new ones.

use rustc_hash::FxHashMap;

use crate::cli::outcome::Finding;

/// Gives names to the findings of one report, in its order.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: FxHashMap<u64, u32>,
}

impl Fingerprints {
    /// A name made of the path, the rule and the message; of several equal ones, each gets its own.
    pub(super) fn of(&mut self, path: &str, finding: &Finding) -> String {
        let diagnostic = &finding.diagnostic;
        let hash = fnv1a([path, diagnostic.rule.code, &diagnostic.message]);
        let times = self.seen.entry(hash).or_default();
        *times += 1;
        match times {
            1 => format!("{hash:016x}"),
            _ => format!("{hash:016x}-{times}"),
        }
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn fnv1a<'a>(parts: impl IntoIterator<Item = &'a str>) -> u64 {
    let bytes = parts.into_iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
