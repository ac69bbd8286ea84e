//! `--authorize`: the consent that one connector needs.

use serde::Serialize;

use super::plan::print_json;
use super::{Desk, Done, LEFT_TO_DO, Stop};
use crate::base44::{Initiated, WebUrl};
use crate::cli::text::{count, visible};
use crate::cli::{dialogue, ended};

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    authorized: bool,
    /// Where to consent.
    url: Option<&'a str>,
}

pub(super) fn run(desk: &Desk<'_>, type_: &str) -> Done {
    desk.check()?;
    let connectors = desk.files()?.connectors();
    let scopes = connectors
        .get(type_)
        .ok_or_else(|| Stop::errors(format!("the project has no connector `{type_}`")))?;
    let cli = desk.cli()?;
    let question = format!(
        "Authorize {type_} for the Base44 app {} with {}, in place of what Base44 asks for now",
        cli.app().as_str(),
        count(scopes.len(), "scope")
    );
    let agreed = desk.agrees(&question, false)?;
    if agreed != Some(true) {
        return Ok(desk.declined(agreed, &format!("--authorize {type_}")));
    }
    loop {
        let initiated = desk.wait(cli.initiate(type_, scopes, &desk.control()))?;
        let page = match &initiated {
            Initiated::Authorized => None,
            Initiated::NeedsAuthorization(page) => Some(page),
            Initiated::Unclear => {
                let why = format!("Base44 neither says that {type_} is authorized, nor names a page to consent on");
                return Err(Stop::errors(why));
            }
        };
        // Whoever reads JSON has nobody to wait for.
        let waits = page.filter(|_| dialogue::can_ask() && !desk.args.json);
        if let Some(page) = waits {
            let page = page.as_str().to_owned();
            let prompt = format!("Consent in the browser, on\n    {page}\nEnter when you have done so: ");
            if desk.answer(move || dialogue::ask(prompt))?.is_some() {
                continue;
            }
        }
        return Ok(tell(desk, type_, page));
    }
}

/// `page`: where to consent, if that is still to be done.
fn tell(desk: &Desk<'_>, type_: &str, page: Option<&WebUrl>) -> u8 {
    let document = Document {
        type_,
        authorized: page.is_none(),
        url: page.map(WebUrl::as_str),
    };
    let printed = match desk.args.json {
        true => print_json(&document, desk.console),
        false => desk.console.print(|out| match document.url {
            None => writeln!(out, "{type_} is authorized."),
            Some(url) => writeln!(
                out,
                "{type_} waits for your consent on this page:\n    {}",
                visible(url)
            ),
        }),
    };
    ended(printed, page.map_or(0, |_| LEFT_TO_DO), desk.console)
}
