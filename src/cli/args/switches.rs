//! The switches as they are typed, their help, and which of them go together.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgGroup, ArgMatches, CommandFactory as _, Parser};

use super::check::CheckSwitches;
use super::remote::RemoteSwitches;
use super::{Color, Invocation, Request, SchemaOf};
use crate::cli::format::Format;

/// Language server and checker for Base44 connector files
///
/// Without a switch it serves an editor: the Language Server Protocol on standard input and output.
#[derive(Debug, Parser)]
#[command(
    name = "base44-connectors-ls",
    max_term_width = 80,
    override_usage = USAGE,
    after_help = AFTER_HELP,
    disable_version_flag = true,
    disable_help_flag = true,
    group = ArgGroup::new("mode").multiple(false)
)]
pub(super) struct Switches {
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

    /// Write a connector file for a service, with these scopes, into the project of the current folder; without TYPE, it asks
    #[arg(long, group = "mode", help_heading = "What to do", num_args = 0.., value_names = ["TYPE", "SCOPE"])]
    new: Option<Vec<String>>,

    /// With --new: scopes, separated by commas
    #[arg(
        long,
        help_heading = "What to do",
        value_name = "SCOPE",
        value_delimiter = ',',
        requires = "new"
    )]
    scopes: Vec<String>,

    #[command(flatten)]
    remote: RemoteSwitches,

    /// Print the JSON Schema of a connector file, for editors that run no language server; or of what --check --format json prints
    #[arg(
        long,
        group = "mode",
        help_heading = "What to do",
        value_name = "OF",
        value_enum,
        num_args = 0..=1,
        default_missing_value = "connector"
    )]
    schema: Option<SchemaOf>,

    /// Print the version, and the date of the built-in catalogue of services
    #[arg(long, short = 'V', group = "mode", help_heading = "What to do")]
    version: bool,

    /// Print this help
    #[arg(long, short, action = clap::ArgAction::HelpShort, help_heading = "What to do")]
    help: Option<bool>,

    /// With --check: connector files, connectors folders, or folders with projects; with --plan, --push, --pull, --authorize and
    /// --refresh: one project
    #[arg(value_name = "PATH", help_heading = "Checking")]
    paths: Vec<PathBuf>,

    /// How to print the result; all but --check know `human` and `json` (--explain: `markdown`)
    #[arg(long, help_heading = "Checking", value_enum, default_value = "human")]
    format: Format,

    #[command(flatten)]
    checking: CheckSwitches,

    /// When to use colours
    #[arg(
        long,
        help_heading = "General",
        value_name = "WHEN",
        value_enum,
        default_value = "auto"
    )]
    color: Color,

    /// Leave out the list of services that --refresh has kept: go by what is built in
    #[arg(long, help_heading = "General")]
    no_cache: bool,

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

impl Switches {
    pub(super) fn invocation(self, matches: &ArgMatches) -> Result<Invocation, clap::Error> {
        if self.node_ipc || self.pipe.is_some() || self.socket.is_some() {
            return Err(wrong(
                "the server speaks on standard input and output only; start it with `--stdio`",
            ));
        }
        let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        if let Some(contradiction) = self.remote.contradiction() {
            return Err(wrong(contradiction));
        }
        if !self.check {
            if self.remote.deed().is_none()
                && let Some(path) = self.paths.first()
            {
                return Err(wrong(unexpected(&path.display().to_string())));
            }
            if let Some(switch) = CheckSwitches::names().find(|it| given(&it.replace('-', "_"))) {
                return Err(wrong(format!("--{switch} goes with --check")));
            }
        }
        let (color, log, cache) = (self.color, self.log.clone(), !self.no_cache);
        let format = given("format").then_some(self.format);
        let request = self.request(format)?;
        Ok(Invocation {
            request,
            color,
            log,
            cache,
        })
    }

    /// `format`: as it was typed; `None` if it was not.
    fn request(self, format: Option<Format>) -> Result<Request, clap::Error> {
        let one_of = |what: &str, wanted: Format| match format {
            None | Some(Format::Human) => Ok(false),
            Some(format) if format == wanted => Ok(true),
            Some(_) => Err(wrong(format!("{what} prints `human` or `{}`", wanted.name()))),
        };
        if self.check {
            let args = self.checking.args(self.paths, self.format);
            return args.map(|it| Request::Check(Box::new(it))).map_err(wrong);
        }
        if let Some(deed) = self.remote.deed() {
            let json = one_of("it", Format::Json)?;
            let args = self.remote.args(self.paths, json);
            return args.map(|it| Request::Remote(deed, it)).map_err(wrong);
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
                "--format goes with --check, --explain, --list-services, --list-scopes, --plan, --push, --pull, --authorize or --refresh",
            ));
        }
        if let Some(words) = self.new {
            let mut words = words.into_iter();
            let service = words.next();
            if service.is_none() && !self.scopes.is_empty() {
                return Err(wrong("--scopes goes with --new TYPE"));
            }
            let scopes = words.chain(self.scopes).collect();
            return Ok(Request::New { service, scopes });
        }
        Ok(match (self.schema, self.version) {
            (Some(of), _) => Request::Schema(of),
            (_, true) => Request::Version,
            _ => Request::Serve,
        })
    }
}

/// What to say of a word without a switch in front: other programs have commands, ours has switches.
fn unexpected(word: &str) -> String {
    let switch = Switches::command()
        .get_arguments()
        .any(|it| it.get_long() == Some(word));
    match switch {
        true => format!("unexpected argument '{word}'; did you mean --{word}?"),
        false => format!("unexpected argument '{word}'; to check it: --check {word}"),
    }
}

fn wrong(message: impl std::fmt::Display) -> clap::Error {
    Switches::command().error(ErrorKind::ArgumentConflict, message)
}

const USAGE: &str = "base44-connectors-ls [--stdio]
       base44-connectors-ls --check [PATH]... [OPTIONS]
       base44-connectors-ls --explain [CODE]
       base44-connectors-ls --list-services | --list-scopes TYPE [WORD]...
       base44-connectors-ls --new [TYPE [SCOPE]...]
       base44-connectors-ls --plan | --push | --pull | --refresh [PATH]
       base44-connectors-ls --authorize TYPE [PATH]";

const AFTER_HELP: &str = "\
Examples:
  base44-connectors-ls --check
      Check all projects at, above and below the current folder
  base44-connectors-ls --check base44/connectors/slack.jsonc --format concise
      Check one file, one line per finding
  base44-connectors-ls --check --output sarif=connectors.sarif
      Show the findings, and write them to a file for code scanning
  base44-connectors-ls --check --since origin/main... --format markdown
      What a pull request asks for that the main branch does not, to be posted as a comment
  base44-connectors-ls --list-scopes gmail read
      What can be put into the `scopes` of a Gmail connector to read mail?

Exit codes of --check:
  0  no errors
  1  errors (with --error-on-warnings: or warnings; with --fail-on-risk: or added permissions)
  2  it could not run: wrong usage, a path or revision that cannot be read, nothing to check

Exit codes of --plan, --push, --pull, --authorize and --refresh:
  0  project and app are in step, or were brought in step
  1  errors: in the files, or Base44 did not take or give something
  2  it could not run: wrong usage, no project, no base44 CLI, not logged in, no answer
  3  something is left to do: a plan with changes, a question answered with no, a consent to give";
