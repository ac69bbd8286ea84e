//! How `--check` is to go, and the switches that say it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args as _, Command, ValueEnum};

use crate::analysis::nearest;
use crate::analysis::permissions::Rank;
use crate::analysis::rules::{self, Rule};
use crate::cli::format::Format;
use crate::cli::since::Revision;

/// How `--check` is to go.
#[derive(Debug)]
pub(crate) struct CheckArgs {
    /// Files and folders as they were typed; none: the projects around the current folder.
    pub(crate) paths: Vec<PathBuf>,
    /// What goes to standard output.
    pub(crate) format: Format,
    /// What else is written, and where to.
    pub(crate) outputs: Vec<Output>,
    /// Warnings fail the check, too.
    pub(crate) error_on_warnings: bool,
    /// Only errors are reported.
    pub(crate) quiet: bool,
    /// Finding nothing to check is fine.
    pub(crate) allow_empty: bool,
    /// What to do with the safe fixes.
    pub(crate) fix: FixMode,
    /// Where the text from standard input belongs.
    pub(crate) stdin_path: Option<PathBuf>,
    /// Which config file counts.
    pub(crate) config: ConfigChoice,
    /// If not empty, the only rules that are reported.
    pub(crate) only: Vec<&'static Rule>,
    /// Rules that are not reported.
    pub(crate) skip: Vec<&'static Rule>,
    /// The revision with which permissions are compared.
    pub(crate) since: Option<Revision>,
    /// Added permissions of this rank or a higher one fail the check.
    pub(crate) fail_on_risk: Option<Rank>,
    /// Check again whenever something changes, and how that is found out.
    pub(crate) watch: Option<Watch>,
}

/// One report in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its format.
    pub(crate) format: Format,
    /// The file, made or overwritten.
    pub(crate) path: PathBuf,
}

/// What to do with the safe fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FixMode {
    /// Nothing.
    None,
    /// Apply them.
    Write,
    /// Show what applying them would change.
    Diff,
}

/// How changes are found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Watch {
    /// The operating system tells.
    Events,
    /// By looking every second.
    Poll,
}

/// Which of our config files counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConfigChoice {
    /// That of each project.
    Own,
    /// None at all.
    None,
    /// This one, for all projects.
    File(PathBuf),
}

impl CheckArgs {
    /// Whether the one file to check comes from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path == "-")
    }

    /// All formats that are written.
    pub(crate) fn formats(&self) -> impl Iterator<Item = Format> {
        std::iter::once(self.format).chain(self.outputs.iter().map(|it| it.format))
    }
}

/// The switches that only `--check` understands.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Checking")]
pub(super) struct CheckSwitches {
    /// Write the result to a file, too (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<Output>,

    /// Exit with 1 for warnings, too
    #[arg(long)]
    error_on_warnings: bool,

    /// Report errors only
    #[arg(long, short, conflicts_with = "error_on_warnings")]
    quiet: bool,

    /// Apply the fixes that neither remove nor widen a permission, and report what is left
    #[arg(long)]
    fix: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    diff: bool,

    /// Where the file that comes from standard input belongs (with `-` as PATH)
    #[arg(long, value_name = "PATH")]
    stdin_path: Option<PathBuf>,

    /// Use this config file, not the projects' own
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Use no config file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,

    /// Report only this rule (repeatable, or separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    only: Vec<&'static Rule>,

    /// Do not report this rule (repeatable, or separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    skip: Vec<&'static Rule>,

    /// Exit with 0 where there is nothing to check
    #[arg(long)]
    allow_empty: bool,

    /// Show, too, which permissions the files ask for now and did not at a git revision, and the other way round, the riskiest
    /// first. REF: compare with that revision; REF...: with the commit where HEAD left it (for a branch that has moved on)
    #[arg(long, value_name = "REF", value_parser = Revision::parse, allow_hyphen_values = true, conflicts_with = "diff")]
    since: Option<Revision>,

    /// Exit with 1 if --since shows an added permission of this risk or a higher one: identity, read, write, unknown,
    /// sensitive, admin, restricted
    #[arg(long, value_name = "RISK", value_parser = rank, requires = "since")]
    fail_on_risk: Option<Rank>,

    /// Check again whenever something changes, until interrupted. HOW: events of the operating system, or `poll`, which looks
    /// every second, for network drives and containers
    #[arg(long, value_name = "HOW", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "events", conflicts_with_all = ["fix", "diff"])]
    watch: Option<Watch>,
}

impl CheckSwitches {
    /// Their names, without the dashes.
    pub(super) fn names() -> impl Iterator<Item = String> {
        let command = Self::augment_args(Command::new(""));
        let names: Vec<String> = command
            .get_arguments()
            .filter_map(|it| it.get_long().map(str::to_owned))
            .collect();
        names.into_iter()
    }

    /// What they ask for, of these paths and with this format on standard output.
    ///
    /// # Errors
    /// A sentence: what does not go together.
    pub(super) fn args(self, paths: Vec<PathBuf>, format: Format) -> Result<CheckArgs, &'static str> {
        let args = CheckArgs {
            paths,
            format,
            outputs: self.output,
            error_on_warnings: self.error_on_warnings,
            quiet: self.quiet,
            allow_empty: self.allow_empty,
            fix: match (self.fix, self.diff) {
                (true, _) => FixMode::Write,
                (_, true) => FixMode::Diff,
                _ => FixMode::None,
            },
            stdin_path: self.stdin_path,
            config: match (self.config, self.no_config) {
                (Some(path), _) => ConfigChoice::File(path),
                (None, true) => ConfigChoice::None,
                (None, false) => ConfigChoice::Own,
            },
            only: self.only,
            skip: self.skip,
            since: self.since,
            fail_on_risk: self.fail_on_risk,
            watch: self.watch,
        };
        match args.reads_stdin() {
            true if args.paths.len() > 1 => Err("`-` is checked alone, without other paths"),
            true if args.fix == FixMode::Write => Err("--fix cannot write to standard input; --diff shows the fixes"),
            true if args.watch.is_some() => Err("--watch watches files, and standard input is none"),
            true if args.since.is_some() && args.stdin_path.is_none() => {
                Err("--since compares files: with `-`, --stdin-path has to say which one it is")
            }
            false if args.stdin_path.is_some() => Err("--stdin-path goes with `-` as PATH"),
            _ if share_a_file(&args.outputs) => Err("each --output needs a file of its own"),
            _ => Ok(args),
        }
    }
}

fn share_a_file(outputs: &[Output]) -> bool {
    let path = |it: &Output| std::path::absolute(&it.path).unwrap_or_else(|_| it.path.clone());
    let files: BTreeSet<_> = outputs.iter().map(path).collect();
    files.len() < outputs.len()
}

fn output(written: &str) -> Result<Output, String> {
    let (format, path) = written
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("write it as FORMAT=FILE, for example `sarif=connectors.sarif`")?;
    let format = Format::by_name(format).ok_or_else(|| {
        let names = Format::ALL.map(Format::name);
        match nearest(format, names) {
            Some(name) => format!("no format `{format}`; did you mean `{name}`?"),
            None => format!("no format `{format}`; there are {}", names.join(", ")),
        }
    })?;
    Ok(Output {
        format,
        path: path.into(),
    })
}

fn rank(name: &str) -> Result<Rank, String> {
    let ranks = Rank::ALL.into_iter();
    ranks.clone().find(|it| it.name() == name).ok_or_else(|| {
        let names: Vec<_> = ranks.map(Rank::name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn rule(code: &str) -> Result<&'static Rule, String> {
    rules::by_code(code).ok_or_else(|| unknown_rule(code))
}

/// What to say of a code that no rule has.
pub(crate) fn unknown_rule(code: &str) -> String {
    match nearest(code, rules::ALL.iter().map(|rule| rule.code)) {
        Some(known) => format!("there is no rule `{code}`; did you mean `{known}`?"),
        None => format!("there is no rule `{code}`; --explain lists them"),
    }
}
