//! What the real CLI (`base44` 0.1.18) says of 215 connectors folders: `tests/data/cli-cases.jsonl`, one case a line.
//!
//! `{"case", "verdict", "message", "files": [{"path", …}]}`; in `message`, `<DIR>` stands for the folder. A file has one of
//! `text`; `bytes`, where every character below U+0100 is one byte; `link`, the target of a symbolic link;
//! or `parts`, strings and repetitions: `unit` comes `count` times, with its number for `#`, and with `between` in between.

#![allow(dead_code, reason = "each test program uses a part of it")]

use serde::Deserialize;

/// A folder and the CLI's verdict.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    #[serde(rename = "case")]
    pub(crate) name: String,
    pub(crate) verdict: Verdict,
    /// What it reads, or what it complains about.
    pub(crate) message: String,
    pub(crate) files: Vec<File>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Accept,
    Reject,
}

/// A file or symbolic link; `path` is relative to the folder.
#[derive(Debug, Deserialize)]
pub(crate) struct File {
    pub(crate) path: String,
    #[serde(flatten)]
    pub(crate) content: Content,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    Text(String),
    Bytes(String),
    Link(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Part {
    Text(String),
    Repeat {
        unit: String,
        between: String,
        count: usize,
    },
}

/// All cases.
pub(crate) fn all() -> Vec<Case> {
    let lines = include_str!("../data/cli-cases.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

impl Case {
    /// The content of the files that the CLI reads.
    pub(crate) fn read_files(&self) -> Vec<Vec<u8>> {
        let read = self.files.iter().filter(|file| file.may_be_read());
        read.filter_map(|file| self.read(&file.content, 8)).collect()
    }

    /// The bytes of a file, `None` if it is a link that leads nowhere.
    fn read(&self, content: &Content, links: usize) -> Option<Vec<u8>> {
        let Content::Link(target) = content else {
            return content.bytes();
        };
        let target = self.files.iter().find(|file| file.path == *target)?;
        self.read(&target.content, links.checked_sub(1)?)
    }
}

impl Content {
    /// The bytes of the file, `None` if it is a link.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.chars().map(|c| u8::try_from(c).unwrap()).collect(),
            Self::Link(_) => return None,
            Self::Parts(parts) => parts.iter().map(Part::text).collect::<String>().into_bytes(),
        })
    }
}

impl File {
    /// Whether the CLI reads a file with this path.
    pub(crate) fn may_be_read(&self) -> bool {
        let extension = self.path.ends_with(".json") || self.path.ends_with(".jsonc");
        extension && !self.path.starts_with('.') && !self.path.contains('/')
    }
}

impl Part {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Repeat { unit, between, count } => {
                let units: Vec<String> = (0..*count).map(|nth| unit.replace('#', &nth.to_string())).collect();
                units.join(between)
            }
        }
    }
}
