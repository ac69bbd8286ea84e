//! The command line: `--check` and the other switches that print something and end.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use crate::base44::{self, Environment};
use crate::project::{Workspace, discovery, load};
use crate::registry::{Catalogue, Coverage, Service};

mod args;
mod check;
mod checkout;
mod choose;
mod console;
mod dialogue;
pub mod explain;
mod fix;
mod format;
mod gather;
mod list;
mod log;
mod markdown;
mod new;
mod outcome;
mod progress;
mod remote;
pub mod schema;
mod since;
mod style;
mod text;
mod verdicts;
mod watch;

use args::{Invocation, Request, SchemaOf};
use console::Console;

/// What is left to do when the command line has been obeyed as far as it can be from here.
#[derive(Debug)]
pub enum Next {
    /// Nothing: end the process with this code.
    Exit(ExitCode),
    /// Serve an editor on standard input and output.
    Serve,
}

/// It could not run.
const FAILED: u8 = 2;

/// Obeys a command line, program name first.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> Next {
    let invocation = match args::parse(args) {
        Ok(invocation) => invocation,
        Err(answer) => {
            // The help, or what is wrong; where nobody reads it, there is nothing else to do.
            let _ = answer.print();
            return Next::Exit(ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(FAILED)));
        }
    };
    let Invocation {
        request,
        color,
        log,
        cache,
    } = invocation;
    let console = Console::new(color);
    let serves = matches!(request, Request::Serve);
    if (serves || log.is_some())
        && let Err(error) = log::start(log.as_deref())
    {
        let path = log.unwrap_or_default();
        console.error(format_args!("cannot write the log to {}: {error}", path.display()));
        return Next::Exit(ExitCode::from(FAILED));
    }
    if serves {
        if io::stdin().is_terminal() {
            console.note("this is a language server, waiting for an editor on standard input; see --help for what else it can do");
        }
        return Next::Serve;
    }
    let catalogue = match cache {
        true => base44::catalogue(&Environment::of_process()),
        false => Catalogue::embedded(),
    };
    Next::Exit(ExitCode::from(obey(request, &catalogue, console)))
}

/// Returns the exit code.
fn obey(request: Request, catalogue: &Catalogue, console: Console) -> u8 {
    let printed = match request {
        Request::Serve => Ok(()),
        Request::Check(args) => return check::run(&args, catalogue, console),
        Request::Remote(deed, args) => return remote::run(deed, &args, catalogue, console),
        Request::Explain {
            code: None,
            markdown: false,
        } => console.print(explain::print_list),
        Request::Explain {
            code: None,
            markdown: true,
        } => console.print(|out| out.write_all(explain::index().as_bytes())),
        Request::Explain {
            code: Some(code),
            markdown,
        } => {
            let Some(rule) = explain::by_code(&code) else {
                console.error(text::visible(&args::unknown_rule(&code)));
                return FAILED;
            };
            console.print(|out| match markdown {
                true => out.write_all(explain::page(rule).as_bytes()),
                false => explain::print_page(rule, out),
            })
        }
        Request::ListServices { json } => console.print(|out| match json {
            true => list::services_json(&catalogue_here(catalogue), out),
            false => list::services(&catalogue_here(catalogue), out),
        }),
        Request::New {
            service: Some(service),
            scopes,
        } => return new(catalogue, &service, &scopes, console),
        Request::New { service: None, .. } => return new_by_asking(catalogue, console),
        Request::Schema(SchemaOf::CheckOutput) => console.print(|out| out.write_all(schema::CHECK_OUTPUT.as_bytes())),
        Request::Schema(SchemaOf::Connector) => console.print(|mut out| {
            serde_json::to_writer_pretty(&mut out, &schema::schema(&catalogue_here(catalogue)))?;
            writeln!(out)
        }),
        Request::ListScopes { service, words, json } => return list_scopes(catalogue, &service, &words, json, console),
        Request::Version => console.print(|out| {
            let (version, edition) = (env!("CARGO_PKG_VERSION"), catalogue.edition());
            writeln!(out, "base44-connectors-ls {version} ({edition})")
        }),
    };
    ended(printed, 0, console)
}

/// What is known of services in the current folder: with what its project declares, if it is in one.
fn catalogue_here(catalogue: &Catalogue) -> Catalogue {
    let location = env::current_dir().ok().and_then(|folder| discovery::locate(&folder));
    let mut workspace = Workspace::new(catalogue.clone());
    if let Some(location) = location {
        workspace.insert(load(location));
    }
    let project = workspace.projects().next();
    project.map_or_else(|| catalogue.clone(), |store| store.surroundings().catalogue.clone())
}

/// The service of a type that was typed, or what to say where there is none.
fn service<'c>(catalogue: &'c Catalogue, type_: &str) -> Result<&'c Service, String> {
    catalogue.service(type_).ok_or_else(|| {
        let hint = match catalogue.suggest_types(type_).first() {
            Some(service) => format!("did you mean `{}`?", service.type_),
            None => "--list-services lists them".to_owned(),
        };
        format!("there is no service `{type_}`; {hint}")
    })
}

fn new(catalogue: &Catalogue, type_: &str, scopes: &[String], console: Console) -> u8 {
    match new::write(catalogue, type_, scopes) {
        Err(message) => {
            console.error(text::visible(&message));
            FAILED
        }
        Ok(written) => {
            if written.lacks_scopes {
                console.note(format_args!(
                    "it asks for no scopes yet; --list-scopes {type_} lists what there is"
                ));
            }
            ended(
                console.print(|out| writeln!(out, "{}", text::visible(&written.path))),
                0,
                console,
            )
        }
    }
}

fn new_by_asking(catalogue: &Catalogue, console: Console) -> u8 {
    if !dialogue::can_ask() {
        console.error("there is no terminal to ask you on: --new TYPE [SCOPE]...");
        return FAILED;
    }
    match choose::choose(&catalogue_here(catalogue)) {
        Ok(Some(choice)) => new(catalogue, &choice.type_, &choice.scopes, console),
        Ok(None) => {
            console.note("nothing was written");
            FAILED
        }
        Err(error) => {
            console.error(format_args!("cannot read the answer: {error}"));
            FAILED
        }
    }
}

fn list_scopes(catalogue: &Catalogue, type_: &str, words: &[String], json: bool, console: Console) -> u8 {
    let catalogue = catalogue_here(catalogue);
    let service = match service(&catalogue, type_) {
        Ok(service) => service,
        Err(message) => {
            console.error(text::visible(&message));
            return FAILED;
        }
    };
    let scopes = list::matching(service, words);
    if scopes.is_empty() {
        let name = &service.name;
        match service.coverage {
            Coverage::None => console.note(format_args!("{name} takes no scopes: leave `scopes` empty")),
            _ if service.scopes.is_empty() => console.note(format_args!("no scopes of {name} are known here")),
            _ => console.note(format_args!("no scope of {name} matches")),
        }
    }
    let printed = console.print(|out| match json {
        true => list::scopes_json(&scopes, out),
        false => list::scopes(&scopes, out),
    });
    ended(printed, 0, console)
}

/// The exit code of a run whose result has been printed, or not.
fn ended(printed: io::Result<()>, code: u8, console: Console) -> u8 {
    match printed {
        Ok(()) => code,
        Err(error) => {
            console.error(format_args!("cannot write to standard output: {error}"));
            FAILED
        }
    }
}
