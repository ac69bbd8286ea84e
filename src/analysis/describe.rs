//! Services, scopes and keys in words: what hover shows, and the documentation of completion items.

use super::page::{Line, Page};
use crate::registry::{Access, Auth, Base44Status, Coverage, Scope, Service, Token};

/// What a key is for; `None` for keys that the CLI does not read.
pub(super) fn key(key: &str) -> Option<Page> {
    let text = match key {
        "type" => "The service that this file connects, as Base44 calls it. A project has one connector file for each.",
        "scopes" => {
            "The OAuth scopes: what the app may do there, one string for each permission. Whoever connects the service is asked to \
             agree to all of them, and again when they change."
        }
        _ => return None,
    };
    let mut page = Page::default();
    page.paragraph(Line::default().code(key)).paragraph(line(text));
    Some(page)
}

/// What is known of a service, and `remarks` about it.
pub(super) fn service(service: &Service, remarks: Page) -> Page {
    let mut page = Page::default();
    page.paragraph(
        Line::default()
            .strong(service.name.as_ref())
            .text(" · ")
            .code(service.type_.as_ref()),
    );
    page.paragraph(sentence(&service.summary));
    page.item(line(match service.auth {
        Auth::Oauth => "Sign-in: OAuth; whoever connects it agrees to the scopes on the provider's page",
        Auth::Managed => "Sign-in: none; Base44 sets up the account itself",
    }));
    page.item(Line::default().text(scopes_known(service)));
    let asked: Vec<_> = service
        .connection_config
        .iter()
        .map(|it| it.label.unwrap_or(it.name))
        .collect();
    if !asked.is_empty() {
        page.item(Line::default().text(format!("Base44 also asks for: {}", asked.join(", "))));
    }
    if let Some(note) = service.note {
        page.paragraph(line(note));
    }
    page.append(remarks);
    page.append(source(service));
    page
}

/// What is known of a scope of `service`.
pub(super) fn scope(service: &Service, scope: &Scope) -> Page {
    let mut page = Page::default();
    page.paragraph(Line::default().strong(scope.summary.as_ref()));
    page.paragraph(
        Line::default()
            .code(scope.name.as_ref())
            .text(format!(" · {}", service.name)),
    );
    if let Some(deprecation) = scope.deprecated {
        let line = Line::default()
            .strong("Deprecated.")
            .text(format!(" {}", deprecation.note));
        page.paragraph(match deprecation.replacement {
            Some(replacement) => line.text(" Use instead: ").code(replacement),
            None => line,
        });
    }
    page.item(line(match scope.access {
        Access::Read => "Access: reads",
        Access::Write => "Access: changes things, or acts for the user",
        Access::Admin => "Access: administers the account or the organisation",
        Access::Identity => "Access: who the user is, or keeps the connection alive",
    }));
    if let Some(tier) = scope.tier {
        let provider = &service.provider.name;
        page.item(match service.tier_note(tier) {
            Some(note) => Line::default().text(format!("Risk, as {provider} has it: {tier} ({note})")),
            None => Line::default().text(format!("Risk, as {provider} has it: {tier}")),
        });
    }
    match scope.admin_consent {
        Some(true) => page.item(line("Consent: an administrator of the organisation has to agree")),
        Some(false) => page.item(line("Consent: every user can agree for themselves")),
        None => &mut page,
    };
    if !scope.tokens.is_empty() {
        let kinds: Vec<_> = scope.tokens.iter().map(|it| token(*it)).collect();
        page.item(Line::default().text(format!("Tokens: {}", kinds.join(", "))));
    }
    if !scope.includes.is_empty() {
        page.item(line("Includes: ").codes(&scope.includes, "and"));
    }
    if !scope.requires.is_empty() {
        page.item(line("Does nothing without: ").codes(&scope.requires, "and"));
    }
    if !scope.requires_one_of.is_empty() {
        page.item(line("Needs one of: ").codes(&scope.requires_one_of, "or"));
    }
    if !scope.conflicts.is_empty() {
        page.item(line("Harmful beside: ").codes(&scope.conflicts, "or"));
    }
    if let Some(status) = base44(service, scope) {
        page.item(Line::default().text(status));
    }
    if let Some(note) = scope.note {
        page.paragraph(line(note));
    }
    page.append(source(service));
    page
}

fn base44(service: &Service, scope: &Scope) -> Option<String> {
    let name = &service.name;
    Some(match scope.base44 {
        Some(Base44Status::Always) => "Base44 adds it by itself".to_owned(),
        Some(Base44Status::Listed) => format!("Base44 lists it for {name}"),
        Some(Base44Status::Seen) => format!("Not on Base44's list for {name}, but real connector files hold it"),
        Some(Base44Status::Declared) => "Declared in this project's configuration".to_owned(),
        None if service.documented_by_base44 => {
            format!("Not on Base44's list for {name}: it may be dropped without a word")
        }
        None => return None,
    })
}

fn token(token: Token) -> &'static str {
    match token {
        Token::User => "user (acts as the person who connected)",
        Token::Bot => "bot (acts as the app's bot)",
        Token::Delegated => "delegated (acts for the signed-in person)",
        Token::Application => "application (acts as the app itself)",
    }
}

fn scopes_known(service: &Service) -> String {
    let count = service.scopes.len();
    let date = service.date.map(|it| format!(" (list of {it})")).unwrap_or_default();
    let scopes = if count == 1 { "scope" } else { "scopes" };
    match service.coverage {
        Coverage::Complete => format!("Scopes: {count}, all that its provider documents{date}"),
        Coverage::Partial if count == 0 => format!("Scopes: none known here, but there may be some{date}"),
        Coverage::Partial => format!("Scopes: {count} {scopes} known here, and there may be others{date}"),
        Coverage::None => "Scopes: it takes none".to_owned(),
    }
}

fn source(service: &Service) -> Page {
    let mut page = Page::default();
    if let Some(url) = service.docs {
        page.paragraph(Line::default().link(format!("{}'s documentation", service.provider.name), url));
    }
    page
}

fn line(text: &str) -> Line {
    Line::default().text(text)
}

/// `text` with a full stop.
fn sentence(text: &str) -> Line {
    match text {
        "" => Line::default(),
        text if text.ends_with('.') => line(text),
        text => Line::default().text(format!("{text}.")),
    }
}
