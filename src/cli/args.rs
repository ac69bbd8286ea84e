//! The command line: what can be asked for, its help, and which combinations make no sense.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgGroup, ArgMatches, CommandFactory, FromArgMatches, Parser, ValueEnum};

use super::format::Format;
use crate::analysis::nearest;
use crate::analysis::rules::{self, Rule};

/// What a command line asks for.
#[derive(Debug)]
pub(crate) enum Request {
    /// Serve an editor on standard input and output.
    Serve,
    /// Check files.
    Check(Box<CheckArgs>),
    /// Print the documentation of a rule, or the list of rules.
    Explain {
        /// The rule's code as it was typed.
        code: Option<String>,
        /// As Markdown, not laid out for a terminal.
        markdown: bool,
    },
    /// Print the services of the catalogue.
    ListServices {
        /// As JSON.
        json: bool,
    },
    /// Print the scopes of a service.
    ListScopes {
        /// The service's type as it was typed.
        service: String,
        /// Words that a scope has to match.
        words: Vec<String>,
        /// As JSON.
        json: bool,
    },
    /// Write a connector file.
    New {
        /// The service's type as it was typed.
        service: String,
        /// Scopes as they were typed.
        scopes: Vec<String>,
    },
    /// Print the JSON Schema of a connector file.
    Schema,
    /// Print the version, and the date of the catalogue.
    Version,
}

/// A request with what holds for all of them.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// What to do.
    pub(crate) request: Request,
    /// Whether to use colours.
    pub(crate) color: Color,
    /// The file that the log goes to.
    pub(crate) log: Option<PathBuf>,
}

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

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads a command line, program name first.
///
/// # Errors
///
/// What is to be printed instead of running: an explanation of what is wrong with it, or the help that it asks for.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let matches = Switches::command().try_get_matches_from(args)?;
    let switches = Switches::from_arg_matches(&matches)?;
    switches.invocation(&matches)
}

const USAGE: &str = "base44-connectors-ls [--stdio]
       base44-connectors-ls --check [PATH]... [OPTIONS]
       base44-connectors-ls --explain [CODE]
       base44-connectors-ls --list-services | --list-scopes TYPE [WORD]...
       base44-connectors-ls --new TYPE [SCOPE]...";

const AFTER_HELP: &str = "\
Examples:
  base44-connectors-ls --check
      Check all projects at, above and below the current folder
  base44-connectors-ls --check base44/connectors/slack.jsonc --format concise
      Check one file, one line per finding
  base44-connectors-ls --check --output sarif=connectors.sarif
      Show the findings, and write them to a file for code scanning
  base44-connectors-ls --list-scopes gmail read
      What can be put into the `scopes` of a Gmail connector to read mail?

Exit codes of --check:
  0  no errors
  1  errors (with --error-on-warnings: or warnings)
  2  it could not run: wrong usage, a path that cannot be read, nothing to check";

/// Language server and checker for Base44 connector files
///
/// Without a switch it serves an editor: the Language Server Protocol on standard input and output.
#[derive(Debug, Parser)]
#[command(
    name = "base44-connectors-ls",
    override_usage = USAGE,
    after_help = AFTER_HELP,
    disable_version_flag = true,
    disable_help_flag = true,
    group = ArgGroup::new("mode").multiple(false)
)]
struct Switches {
    /// Serve the Language Server Protocol on standard input and output; also without any switch
    #[arg(long, group = "mode", help_heading = "What to do")]
    stdio: bool,

    /// Check the files, folders or projects named by PATH, or those around the current folder
    #[arg(long, group = "mode", help_heading = "What to do")]
    check: bool,

    /// Print the documentation of a rule, or the list of all rules
    #[arg(long, group = "mode", help_heading = "What to do", value_name = "CODE", num_args = 0..=1)]
    explain: Option<Option<String>>,

    /// Print the services that a connector can be for
    #[arg(long, group = "mode", help_heading = "What to do")]
    list_services: bool,

    /// Print the scopes of a service: all, or those that match every WORD (in name, summary or kind of access)
    #[arg(long, group = "mode", help_heading = "What to do", num_args = 1.., value_names = ["TYPE", "WORD"])]
    list_scopes: Option<Vec<String>>,

    /// Write a connector file for a service, with these scopes, into the project of the current folder
    #[arg(long, group = "mode", help_heading = "What to do", num_args = 1.., value_names = ["TYPE", "SCOPE"])]
    new: Option<Vec<String>>,

    /// Print the JSON Schema of a connector file, for editors that run no language server
    #[arg(long, group = "mode", help_heading = "What to do")]
    schema: bool,

    /// Print the version, and the date of the built-in catalogue of services
    #[arg(long, short = 'V', group = "mode", help_heading = "What to do")]
    version: bool,

    /// Print this help
    #[arg(long, short, action = clap::ArgAction::HelpShort, help_heading = "What to do")]
    help: Option<bool>,

    /// With --check: connector files, connectors folders, or folders with projects
    #[arg(value_name = "PATH", help_heading = "Checking")]
    paths: Vec<PathBuf>,

    /// How to print the result; --list-services and --list-scopes know `human` and `json`
    #[arg(long, help_heading = "Checking", value_enum, default_value = "human")]
    format: Format,

    /// Write the result to a file, too (repeatable)
    #[arg(long, help_heading = "Checking", value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<Output>,

    /// Exit with 1 for warnings, too
    #[arg(long, help_heading = "Checking")]
    error_on_warnings: bool,

    /// Report errors only
    #[arg(long, short, help_heading = "Checking", conflicts_with = "error_on_warnings")]
    quiet: bool,

    /// Apply the fixes that neither remove nor widen a permission, and report what is left
    #[arg(long, help_heading = "Checking")]
    fix: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, help_heading = "Checking", conflicts_with_all = ["fix", "format"])]
    diff: bool,

    /// Where the file that comes from standard input belongs (with `-` as PATH)
    #[arg(long, help_heading = "Checking", value_name = "PATH")]
    stdin_path: Option<PathBuf>,

    /// Use this config file, not the projects' own
    #[arg(long, help_heading = "Checking", value_name = "FILE")]
    config: Option<PathBuf>,

    /// Use no config file
    #[arg(long, help_heading = "Checking", conflicts_with = "config")]
    no_config: bool,

    /// Report only this rule (repeatable, or separated by commas)
    #[arg(long, help_heading = "Checking", value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    only: Vec<&'static Rule>,

    /// Do not report this rule (repeatable, or separated by commas)
    #[arg(long, help_heading = "Checking", value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    skip: Vec<&'static Rule>,

    /// Exit with 0 where there is nothing to check
    #[arg(long, help_heading = "Checking")]
    allow_empty: bool,

    /// When to use colours
    #[arg(
        long,
        help_heading = "General",
        value_name = "WHEN",
        value_enum,
        default_value = "auto"
    )]
    color: Color,

    /// Write a log to this file (the environment variable BASE44_CONNECTORS_LS_LOG sets the level)
    #[arg(long, help_heading = "General", value_name = "FILE")]
    log: Option<PathBuf>,

    /// The editor's process; `initialize` tells it, too.
    #[arg(long = "clientProcessId", hide = true)]
    client_process_id: Option<String>,

    #[arg(long, hide = true)]
    node_ipc: bool,

    #[arg(long, hide = true, num_args = 0..=1)]
    pipe: Option<Option<String>>,

    #[arg(long, hide = true, num_args = 0..=1)]
    socket: Option<Option<String>>,
}

/// The arguments that only `--check` understands, by their clap identifier.
const CHECK_ONLY: [&str; 11] = [
    "output",
    "error_on_warnings",
    "quiet",
    "fix",
    "diff",
    "stdin_path",
    "config",
    "no_config",
    "only",
    "skip",
    "allow_empty",
];

impl Switches {
    fn invocation(self, matches: &ArgMatches) -> Result<Invocation, clap::Error> {
        if self.node_ipc || self.pipe.is_some() || self.socket.is_some() {
            return Err(wrong(
                "the server speaks on standard input and output only; start it with `--stdio`",
            ));
        }
        let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        if !self.check {
            if let Some(path) = self.paths.first() {
                let path = path.display();
                return Err(wrong(format!(
                    "unexpected argument '{path}'; to check it: --check {path}"
                )));
            }
            if let Some(id) = CHECK_ONLY.into_iter().find(|id| given(id)) {
                let switch = id.replace('_', "-");
                return Err(wrong(format!("--{switch} goes with --check")));
            }
        }
        let (color, log) = (self.color, self.log.clone());
        let format = given("format").then_some(self.format);
        let request = self.request(format)?;
        Ok(Invocation { request, color, log })
    }

    /// `format`: as it was typed; `None` if it was not.
    fn request(self, format: Option<Format>) -> Result<Request, clap::Error> {
        let one_of = |what: &str, wanted: Format| match format {
            None | Some(Format::Human) => Ok(false),
            Some(format) if format == wanted => Ok(true),
            Some(_) => Err(wrong(format!("{what} prints `human` or `{}`", wanted.name()))),
        };
        if self.check {
            return self.check_args().map(|args| Request::Check(Box::new(args)));
        }
        if let Some(code) = self.explain {
            return Ok(Request::Explain {
                code,
                markdown: one_of("--explain", Format::Markdown)?,
            });
        }
        if self.list_services {
            return Ok(Request::ListServices {
                json: one_of("--list-services", Format::Json)?,
            });
        }
        if let Some(words) = self.list_scopes {
            let json = one_of("--list-scopes", Format::Json)?;
            let mut words = words.into_iter();
            let service = words.next().unwrap_or_default();
            return Ok(Request::ListScopes {
                service,
                words: words.collect(),
                json,
            });
        }
        if format.is_some() {
            return Err(wrong(
                "--format goes with --check, --explain, --list-services or --list-scopes",
            ));
        }
        if let Some(words) = self.new {
            let mut words = words.into_iter();
            let service = words.next().unwrap_or_default();
            return Ok(Request::New {
                service,
                scopes: words.collect(),
            });
        }
        Ok(match (self.schema, self.version) {
            (true, _) => Request::Schema,
            (_, true) => Request::Version,
            _ => Request::Serve,
        })
    }
}

impl Switches {
    fn check_args(self) -> Result<CheckArgs, clap::Error> {
        let args = CheckArgs {
            paths: self.paths,
            format: self.format,
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
        };
        match args.reads_stdin() {
            true if args.paths.len() > 1 => Err(wrong("`-` is checked alone, without other paths")),
            true if args.fix == FixMode::Write => {
                Err(wrong("--fix cannot write to standard input; --diff shows the fixes"))
            }
            false if args.stdin_path.is_some() => Err(wrong("--stdin-path goes with `-` as PATH")),
            _ => Ok(args),
        }
    }
}

fn wrong(message: impl std::fmt::Display) -> clap::Error {
    Switches::command().error(ErrorKind::ArgumentConflict, message)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Invocation, String> {
        let args = line.split_whitespace().map(OsString::from);
        parse(std::iter::once(OsString::from("base44-connectors-ls")).chain(args)).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn request(line: &str) -> Request {
        parsed(line).unwrap().request
    }

    #[track_caller]
    fn check(line: &str) -> CheckArgs {
        match request(line) {
            Request::Check(args) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn refused(line: &str, because: &str) {
        let message = parsed(line).unwrap_err();
        assert!(message.contains(because), "{message}");
    }

    #[test]
    fn the_definition_holds_together() {
        Switches::command().debug_assert();
    }

    #[test]
    fn without_a_switch_it_serves() {
        assert!(matches!(request(""), Request::Serve));
        assert!(matches!(request("--stdio"), Request::Serve));
        assert!(matches!(request("--stdio --clientProcessId=4711"), Request::Serve));
    }

    #[test]
    fn paths_may_stand_anywhere_behind_check() {
        let args = check("--check a --format concise b");
        assert_eq!(args.paths, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(args.format, Format::Concise);
    }

    #[test]
    fn outputs_and_rules_repeat() {
        let args = check("--check --output json=a=b.json --output concise=c --only unused-suppression,syntax-error");
        assert_eq!(
            args.outputs[0],
            Output {
                format: Format::Json,
                path: "a=b.json".into()
            }
        );
        assert_eq!(args.outputs[1].format, Format::Concise);
        assert_eq!(args.only.len(), 2);
    }

    #[test]
    fn the_words_of_list_scopes_may_be_none() {
        match request("--list-scopes slack --format json") {
            Request::ListScopes { service, words, json } => {
                assert_eq!((service.as_str(), words.len(), json), ("slack", 0, true));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn wrong_usage_is_explained() {
        refused("--chekc", "--check");
        refused("--check --format jsn", "json");
        refused("--check --explain", "cannot be used with");
        refused("slack.jsonc", "to check it: --check slack.jsonc");
        refused("--quiet", "--quiet goes with --check");
        refused("--list-services --format sarif", "prints `human` or `json`");
        refused("--format json", "--format goes with");
        refused("--check --output json", "FORMAT=FILE");
        refused("--check --output jso=x", "did you mean `json`?");
        refused("--check --only unknown-scop", "did you mean `unknown-scope`?");
        refused("--check --quiet --error-on-warnings", "cannot be used with");
        refused("--check - a.jsonc", "checked alone");
        refused("--check - --fix", "--diff shows the fixes");
        refused("--check --stdin-path a.jsonc", "goes with `-`");
        refused("--check --fix --diff", "cannot be used with");
        refused("--check --config a --no-config", "cannot be used with");
        refused("--pipe=/tmp/x", "--stdio");
        refused("--node-ipc", "--stdio");
    }
}
