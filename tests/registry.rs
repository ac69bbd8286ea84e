//! The catalogue as the rest of the program uses it: look-up, equal spellings, scopes across services, overlays.

#![expect(clippy::expect_used, reason = "in the helpers of tests")]

use base44_connectors_ls::registry::{
    Access, Base44Status, Catalogue, Coverage, Evidence, Found, Overlay, OverlayScope, OverlayService, Risk, Scope,
    Service, Spelling, Token,
};
use pretty_assertions::assert_eq;

const GOOGLE: &str = "https://www.googleapis.com/auth/";

#[test]
fn a_type_is_found_as_it_is_written() {
    let catalogue = Catalogue::embedded();
    assert_eq!(catalogue.service("googlecalendar").unwrap().name, "Google Calendar");
    for written in ["GoogleCalendar", "google_calendar", "", "googlecalendar "] {
        assert!(catalogue.service(written).is_none(), "{written}");
    }
}

#[test]
fn microsoft_ignores_case_and_its_own_prefix() {
    equal("outlook", "Mail.Read", "mail.read");
    equal("outlook", "Mail.Read", "https://graph.microsoft.com/Mail.Read");
    equal("outlook", "Mail.Read", "HTTPS://Graph.Microsoft.com/MAIL.READ");
    equal("one_drive", "offline_access", "Offline_Access");
    equal(
        "outlook",
        "https://outlook.office.com/SMTP.Send",
        "https://outlook.office.com/smtp.send",
    );
    exact("outlook", "Mail.Read");
}

#[test]
fn another_hosts_prefix_is_another_scope() {
    unknown("outlook", "https://outlook.office.com/Mail.Read");
    unknown("outlook", "http://graph.microsoft.com/Mail.Read");
    unknown("outlook", "https://graph.microsoft.com/");
    unknown(
        "outlook",
        "https://graph.microsoft.com/https://graph.microsoft.com/Mail.Read",
    );
}

#[test]
fn google_has_two_names_for_identity_and_nothing_else_is_equal() {
    for scope in ["email", "profile", "openid", &format!("{GOOGLE}userinfo.email")] {
        exact("googlecalendar", scope);
    }
    let google = &Catalogue::embedded().service("gmail").unwrap().provider.clone();
    assert_eq!(google.canonical(&format!("{GOOGLE}userinfo.email")), "email");
    assert_eq!(google.canonical(&format!("{GOOGLE}userinfo.profile")), "profile");
    unknown("gmail", "calendar.readonly");
    unknown("gmail", "gmail.readonly");
    unknown("gmail", "Email");
    unknown("gmail", &format!("{GOOGLE}gmail.readOnly"));
}

#[test]
fn other_providers_are_exact() {
    unknown("wrike", "default");
    unknown("slack", "chat:Write");
    unknown("slack", "chat:write ");
    unknown("github", "https://graph.microsoft.com/repo");
}

#[test]
fn a_scope_leads_to_all_its_services() {
    let catalogue = Catalogue::embedded();
    let types = |scope: &str| -> Vec<String> {
        catalogue
            .offering(scope)
            .map(|(service, _)| service.type_.to_string())
            .collect()
    };
    assert_eq!(types("chat:write"), ["slack", "slackbot"]);
    assert_eq!(
        types("https://graph.microsoft.com/calendars.read"),
        ["microsoft_teams", "outlook"]
    );
    assert_eq!(
        types(&format!("{GOOGLE}spreadsheets")),
        ["googlesheets", "googleslides"]
    );
    assert!(types("no:such:scope").is_empty());
}

#[test]
fn a_scope_of_an_api_without_a_connector_is_known_as_such() {
    let catalogue = Catalogue::embedded();
    let youtube = catalogue.other_api(&format!("{GOOGLE}youtube")).unwrap();
    assert_eq!(youtube.provider.name, "Google");
    assert!(youtube.apis.contains(&"YouTube Data API v3"), "{:?}", youtube.apis);
    assert!(catalogue.other_api(&format!("{GOOGLE}calendar")).is_none());
}

#[test]
fn the_facts_of_the_table_of_rules_are_there() {
    let gmail = |tail: &str| found("gmail", &format!("{GOOGLE}{tail}"));
    assert_eq!(gmail("gmail.metadata").conflicts.len(), 2);
    assert_eq!(gmail("gmail.readonly").risk(), Risk::Restricted);
    assert!(
        gmail("gmail.modify")
            .includes
            .contains(&&*format!("{GOOGLE}gmail.readonly"))
    );
    assert_eq!(found("slackbot", "chat:write.public").requires, ["chat:write"]);
    assert_eq!(
        found("salesforce", "full").requires_one_of,
        ["refresh_token", "offline_access"]
    );
    assert_eq!(found("box", "manage_legal_holds").requires, ["enterprise_content"]);
    assert_eq!(
        found("slack", "channels:write").counterparts,
        [("slackbot", "channels:manage")]
    );
    assert_eq!(found("slack", "stars:read").deprecated.unwrap().replacement, None);
    assert_eq!(
        found("linkedin", "r_liteprofile").deprecated.unwrap().replacement,
        Some("profile")
    );
    assert_eq!(found("outlook", "Place.Read.All").admin_consent, Some(true));
    assert_eq!(found("outlook", "Mail.Read").tokens, [Token::Delegated]);
    assert_eq!(found("slack", "admin.users:read").tokens, [Token::User]);
    assert_eq!(found("gmail", "email").base44, Some(Base44Status::Always));
    let config = catalogue_service("share_point").connection_config;
    assert_eq!(config[0].placeholder, Some("sites/mysite"));
}

#[test]
fn what_base44_keeps_is_known_even_if_the_provider_does_not_document_it() {
    for (type_, scope) in [
        ("slack", "chat:read"),
        ("googlecalendar", "https://www.googleapis.com/auth/tasks"),
        ("outlook", "RoleManagement.ReadWrite.Directory"),
        ("wix", "offline_access"),
        ("notion", "pages:write"),
        ("clickup", "task:read"),
        ("splitwise", "write:modify_expenses"),
    ] {
        let scope = found(type_, scope);
        assert!(
            !scope.documented_by_provider && scope.base44.is_some(),
            "{type_} {}",
            scope.name
        );
    }
}

#[test]
fn risk_is_ranked_as_a_reviewer_would() {
    assert!(Risk::Restricted > Risk::Admin && Risk::Admin > Risk::Write);
    assert!(Risk::Write > Risk::Read && Risk::Read > Risk::Identity);
    assert_eq!(found("gmail", "openid").risk(), Risk::Identity);
    assert_eq!(found("slack", "channels:history").risk(), Risk::Read);
    assert_eq!(found("slack", "chat:write").risk(), Risk::Write);
    assert_eq!(found("microsoft_teams", "Group.Read.All").risk(), Risk::Admin);
    assert_eq!(
        found("hubspot", "crm.objects.contacts.highly_sensitive.read").risk(),
        Risk::Restricted
    );
}

#[test]
fn an_overlay_adds_services_and_scopes() {
    let catalogue = Catalogue::embedded().with_overlay(Overlay {
        services: vec![
            OverlayService {
                type_: "acme".to_owned(),
                name: Some("Acme".to_owned()),
                coverage: Some(Coverage::Complete),
                scopes: vec![
                    own("things:write", None),
                    own("things:read", None),
                    own("all", Some(Access::Admin)),
                ],
                ..OverlayService::default()
            },
            OverlayService {
                type_: "gmail".to_owned(),
                scopes: vec![own("gmail.own", None)],
                ..OverlayService::default()
            },
        ],
    });
    let acme = catalogue.service("acme").unwrap();
    assert_eq!(
        (acme.name.as_ref(), acme.coverage, acme.evidence),
        ("Acme", Coverage::Complete, Evidence::Overlay)
    );
    let access: Vec<_> = acme.scopes.iter().map(|it| (it.name.as_ref(), it.access)).collect();
    assert_eq!(
        access,
        [
            ("all", Access::Admin),
            ("things:read", Access::Read),
            ("things:write", Access::Write)
        ]
    );
    assert_eq!(acme.suggest("thing.write").first().unwrap().name, "things:write");
    assert_eq!(catalogue.suggest_types("acmee").first().unwrap().type_, "acme");
    assert_eq!(catalogue.offering("things:read").count(), 1);

    let gmail = catalogue.service("gmail").unwrap();
    assert_eq!(
        gmail.find("gmail.own").unwrap().scope.base44,
        Some(Base44Status::Declared)
    );
    assert_eq!(
        gmail.find("https://mail.google.com/").unwrap().spelling,
        Spelling::Exact
    );
    assert_eq!(catalogue.services().len(), Catalogue::embedded().services().len() + 1);
}

#[test]
fn a_later_overlay_wins_and_leaves_the_rest() {
    let named = |name: &str| Overlay {
        services: vec![OverlayService {
            type_: "gmail".to_owned(),
            name: Some(name.to_owned()),
            ..OverlayService::default()
        }],
    };
    let live = Catalogue::embedded().with_overlay(named("Google Mail"));
    let own = live.with_overlay(named("Post"));
    let facts = |it: &Catalogue| it.service("gmail").map(|it| (it.name.to_string(), it.scopes.len()));
    assert_eq!(facts(&live), Some(("Google Mail".to_owned(), 19)));
    assert_eq!(facts(&own), Some(("Post".to_owned(), 19)));
    assert_eq!(facts(&Catalogue::embedded()), Some(("Gmail".to_owned(), 19)));
}

#[test]
fn a_declared_scope_makes_a_service_without_scopes_take_some() {
    let service = OverlayService {
        type_: "clickup".to_owned(),
        scopes: vec![own("x", None)],
        ..OverlayService::default()
    };
    let catalogue = Catalogue::embedded().with_overlay(Overlay {
        services: vec![service],
    });
    assert_eq!(catalogue.service("clickup").unwrap().coverage, Coverage::Partial);
}

fn own(name: &str, access: Option<Access>) -> OverlayScope {
    OverlayScope {
        name: name.to_owned(),
        summary: None,
        access,
    }
}

fn catalogue_service(type_: &str) -> Service {
    Catalogue::embedded()
        .service(type_)
        .expect("the service exists")
        .clone()
}

fn found(type_: &str, scope: &str) -> Scope {
    catalogue_service(type_)
        .find(scope)
        .expect("the scope exists")
        .scope
        .clone()
}

#[track_caller]
fn exact(type_: &str, scope: &str) {
    assert_eq!(look_up(type_, scope), Some((scope.to_owned(), Spelling::Exact)));
}

#[track_caller]
fn equal(type_: &str, scope: &str, written: &str) {
    assert_eq!(look_up(type_, written), Some((scope.to_owned(), Spelling::Equal)));
}

#[track_caller]
fn unknown(type_: &str, written: &str) {
    assert_eq!(look_up(type_, written), None);
}

fn look_up(type_: &str, written: &str) -> Option<(String, Spelling)> {
    let service = catalogue_service(type_);
    let Found { scope, spelling } = service.find(written)?;
    Some((scope.name.to_string(), spelling))
}
