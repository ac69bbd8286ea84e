//! `--authorize`: the consent that one connector needs.

use std::io;

use serde::Serialize;

use super::plan::print_json;
use super::project::Project;
use super::{Desk, Done, ERRORS, INTERRUPTED, LEFT_TO_DO, Stop};
use crate::base44::{Granted, Initiated, WebUrl, asked_for, needs_consent};
use crate::cli::text::visible;
use crate::cli::{dialogue, ended};

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    authorized: bool,
    /// Where to consent.
    url: Option<&'a str>,
    message: &'a str,
}

pub(super) fn run(desk: &Desk<'_>, type_: &str) -> Done {
    let Project { local, catalogue, .. } = &Project::right(desk)?;
    let connectors = local.connectors();
    let scopes = connectors
        .get(type_)
        .ok_or_else(|| Stop::errors(format!("the project has no connector `{type_}`")))?;
    if !needs_consent(catalogue, type_) {
        let why = format!("{type_} needs no authorization: Base44 sets it up when you push");
        return Err(Stop::errors(why));
    }
    let cli = desk.cli()?;
    let question = format!(
        "Authorize {type_} for the Base44 app {} with {}, in place of what Base44 asks for now",
        cli.app().as_str(),
        asked_for(scopes)
    );
    let agreed = desk.agrees(&question, false)?;
    if agreed != Some(true) {
        return Ok(desk.declined(agreed, &format!("--authorize {type_}")));
    }
    let mut prompt = "Consent in the browser, on";
    loop {
        let initiated = desk.wait(cli.initiate(type_, scopes, &desk.control()))?;
        let page = match initiated {
            Initiated::Authorized => break,
            Initiated::NeedsAuthorization(page) => page,
            Initiated::Unclear => {
                let why = format!("Base44 neither says that {type_} is authorized, nor names a page to consent on");
                return Err(Stop::errors(why));
            }
        };
        // Whoever reads JSON has nobody to wait for.
        if !dialogue::can_ask() || desk.args.json || !consented(desk, prompt, &page)? {
            return Ok(tell_page(desk, type_, &page));
        }
        prompt = "Base44 is still waiting for your consent, to all that is asked for, on";
    }
    let granted = match desk.wait(cli.remote_state(&desk.control())) {
        Ok(remote) => Granted::of(type_, scopes, &remote, catalogue),
        Err(stop) if stop.code == INTERRUPTED => return Err(stop),
        Err(Stop { why, .. }) => {
            desk.console.error(visible(&why));
            Granted::Unknown
        }
    };
    Ok(tell_authorized(desk, type_, &granted))
}

/// Whether the user says that they have consented; no if there is nobody any more.
fn consented(desk: &Desk<'_>, prompt: &str, page: &WebUrl) -> Result<bool, Stop> {
    let page = visible(page.as_str());
    let prompt = format!("{prompt}\n    {page}\nEnter when you have done so: ");
    Ok(desk.answer(move || dialogue::ask(prompt))?.is_some())
}

fn tell_page(desk: &Desk<'_>, type_: &str, page: &WebUrl) -> u8 {
    let document = Document {
        type_,
        authorized: false,
        url: Some(page.as_str()),
        message: &format!("{type_} waits for your consent on this page:"),
    };
    ended(tell(desk, &document), LEFT_TO_DO, desk.console)
}

fn tell_authorized(desk: &Desk<'_>, type_: &str, granted: &Granted) -> u8 {
    let document = Document {
        type_,
        authorized: true,
        url: None,
        message: &granted.sentence(type_),
    };
    let code = if *granted == Granted::All { 0 } else { ERRORS };
    ended(tell(desk, &document), code, desk.console)
}

fn tell(desk: &Desk<'_>, document: &Document<'_>) -> io::Result<()> {
    if desk.args.json {
        return print_json(document, desk.console);
    }
    desk.console.print(|out| {
        writeln!(out, "{}", visible(document.message))?;
        match document.url {
            Some(url) => writeln!(out, "    {}", visible(url)),
            None => Ok(()),
        }
    })
}
