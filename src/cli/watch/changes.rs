//! Where changes come from: events of the operating system, many at once taken together; or a clock.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use rustc_hash::FxHashSet;

use crate::cli::args::Watch;
use crate::cli::console::Console;
use crate::cli::gather::{Change, Gathered};
use crate::cli::text::count;

/// After so much silence, what was being done is taken to be done: an editor writes a file in several steps, git many files.
const SILENCE: Duration = Duration::from_millis(30);

/// Somebody who never stops is listened to now and then.
const LONGEST: Duration = Duration::from_secs(1);

/// How often to look where nobody tells.
const INTERVAL: Duration = Duration::from_secs(1);

/// Where the system watches folders with all that is in them. Elsewhere each folder is a watch of its own, so that installed
/// packages and the like cost nothing.
const WATCHES_TREES: bool = cfg!(any(target_os = "macos", windows));

/// Tells what has changed.
pub(super) enum Changes {
    Events(Events),
    Clock,
}

/// Events in folders.
pub(super) struct Events {
    watcher: RecommendedWatcher,
    queue: Receiver<notify::Result<Event>>,
    folders: FxHashSet<PathBuf>,
}

/// What has happened until now.
#[derive(Default)]
struct Happened {
    paths: BTreeSet<PathBuf>,
    /// Something has happened that was not told.
    is_lost: bool,
}

impl Happened {
    fn is_nothing(&self) -> bool {
        self.paths.is_empty() && !self.is_lost
    }
}

impl Changes {
    /// Watches what a check has looked at. Where the operating system cannot, it is said, and a clock does.
    pub(super) fn start(way: Watch, gathered: &Gathered, console: Console) -> Self {
        if way == Watch::Poll {
            return Changes::Clock;
        }
        let (sender, queue) = mpsc::channel();
        let tell = move |event| {
            if !is_noise(&event) {
                // Nobody listens any more: the run is at its end.
                let _ = sender.send(event);
            }
        };
        match notify::recommended_watcher(tell) {
            Ok(watcher) => {
                let folders = FxHashSet::default();
                let mut changes = Changes::Events(Events {
                    watcher,
                    queue,
                    folders,
                });
                changes.follow(gathered, console);
                changes
            }
            Err(error) => {
                no_events(&error, console);
                Changes::Clock
            }
        }
    }

    /// Watches the folders that have become worth watching; returns them.
    pub(super) fn follow(&mut self, gathered: &Gathered, console: Console) -> Vec<PathBuf> {
        let Changes::Events(events) = self else {
            return Vec::new();
        };
        match events.follow(gathered.folders()) {
            Ok(new) => new,
            Err(error) => {
                no_events(&error, console);
                *self = Changes::Clock;
                Vec::new()
            }
        }
    }

    /// Waits until something has changed.
    pub(super) fn next(&mut self) -> Change {
        match self {
            Changes::Events(events) => events.next(),
            Changes::Clock => {
                thread::sleep(INTERVAL);
                Change::Anywhere
            }
        }
    }

    /// Whether there may be other folders to watch after this.
    pub(super) fn is_about_folders(&mut self, change: &Change) -> bool {
        let Changes::Events(events) = self else { return false };
        match change {
            Change::Anywhere => {
                events.folders.clear();
                true
            }
            // All of them: each that has been put in the place of another is to be watched anew.
            Change::At(paths) => paths.iter().filter(|it| events.concerns_folders(it)).count() > 0,
        }
    }

    /// `watching 12 folders`
    pub(super) fn describe(&self) -> String {
        match self {
            Changes::Events(events) => format!("watching {}", count(events.folders.len(), "folder")),
            Changes::Clock => "looking for changes every second".to_owned(),
        }
    }
}

impl Events {
    fn follow(&mut self, wanted: BTreeSet<PathBuf>) -> notify::Result<Vec<PathBuf>> {
        let is_inside = |it: &PathBuf| it.ancestors().skip(1).any(|above| wanted.contains(above));
        let (mode, wanted) = match WATCHES_TREES {
            true => (
                RecursiveMode::Recursive,
                wanted.iter().filter(|it| !is_inside(it)).cloned().collect(),
            ),
            false => (RecursiveMode::NonRecursive, wanted),
        };
        let gone: Vec<_> = self
            .folders
            .iter()
            .filter(|it| !wanted.contains(*it))
            .cloned()
            .collect();
        for folder in gone {
            self.folders.remove(&folder);
            // Mostly it is not there any more.
            drop(self.watcher.unwatch(&folder));
        }
        let mut new = Vec::new();
        for folder in wanted {
            if self.folders.contains(&folder) {
                continue;
            }
            match self.watcher.watch(&folder, mode) {
                Ok(()) => {
                    self.folders.insert(folder.clone());
                    new.push(folder);
                }
                // The limit of the system; with half of the folders watched, reports would be wrong.
                Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return Err(error),
                // It has gone, or may not be looked into: nothing in it concerns us.
                Err(_) => {}
            }
        }
        Ok(new)
    }

    /// Takes what happens together as one.
    fn next(&mut self) -> Change {
        let mut happened = Happened::default();
        while happened.is_nothing() {
            match self.queue.recv() {
                Ok(event) => self.take(event, &mut happened),
                // The watcher has died: what is known is looked at now and then.
                Err(_) => {
                    thread::sleep(INTERVAL);
                    happened.is_lost = true;
                }
            }
        }
        let begin = Instant::now();
        while begin.elapsed() < LONGEST
            && let Ok(event) = self.queue.recv_timeout(SILENCE)
        {
            self.take(event, &mut happened);
        }
        match happened.is_lost {
            true => Change::Anywhere,
            false => Change::At(happened.paths.into_iter().collect()),
        }
    }

    fn take(&self, event: notify::Result<Event>, happened: &mut Happened) {
        let Ok(event) = event else {
            happened.is_lost = true;
            return;
        };
        // Which projects there are may depend on what is ignored.
        let is_about_ignoring = |it: &PathBuf| it.file_name().is_some_and(|it| it == ".gitignore" || it == ".ignore");
        happened.is_lost |= event.need_rescan() || event.paths.iter().any(is_about_ignoring);
        happened
            .paths
            .extend(event.paths.into_iter().filter(|it| self.matters(it)));
    }

    /// Whether what happens at a path can mean anything: editors leave all kinds of files beside the one they write.
    fn matters(&self, path: &Path) -> bool {
        let is_json = |it: &str| {
            ["json", "jsonc", "json5"]
                .iter()
                .any(|known| it.eq_ignore_ascii_case(known))
        };
        let extension = path.extension().and_then(|it| it.to_str());
        extension.is_some_and(is_json) || self.folders.contains(path) || path.is_dir()
    }

    /// Whether something at this path can make other folders worth watching. If it is a folder, it is not known any more whether
    /// it and those in it are watched.
    fn concerns_folders(&mut self, path: &Path) -> bool {
        let is_folder = self.folders.contains(path) || path.is_dir();
        if is_folder {
            self.folders.retain(|it| !it.starts_with(path));
        }
        is_folder || path.file_stem().is_some_and(|it| it == "config")
    }
}

/// What is only looked at does not change; we ourselves look at files.
fn is_noise(event: &notify::Result<Event>) -> bool {
    const WRITTEN: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    event
        .as_ref()
        .is_ok_and(|it| matches!(it.kind, EventKind::Access(_)) && it.kind != WRITTEN)
}

fn no_events(error: &notify::Error, console: Console) {
    console.note(format_args!("the system does not tell what changes ({error})"));
}
