//! What is suggested for wrong scopes and types: one table, mostly of strings found in real code.

use base44_connectors_ls::registry::Catalogue;

/// How sure a suggestion is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sure {
    /// There is one answer.
    Yes,
    /// There are several, or it is a guess.
    No,
}
use Sure::{No, Yes};

/// `(type, written, the suggestions in their order, sure)`. Google's common prefix is written `~`.
#[rustfmt::skip]
const SCOPES: &[(&str, &str, &[&str], Sure)] = &[
    // --- separators
    ("slack", "chat.write", &["chat:write"], Yes),
    ("slack", "users.read", &["users:read"], Yes),
    ("slack", "users:read:email", &["users:read.email"], Yes),
    ("slackbot", "chat:write:public", &["chat:write.public"], Yes),
    ("slackbot", "chat:write:customize", &["chat:write.customize"], Yes),
    ("slackbot", "app_mentions.read", &["app_mentions:read"], Yes),
    ("slack", "incoming_webhook", &["incoming-webhook"], Yes),
    ("outlook", "offline.access", &["offline_access"], Yes),
    ("github", "public-repo", &["public_repo"], Yes),
    ("github", "repo_status", &["repo:status"], Yes),
    ("github", "repo:deployment", &["repo_deployment"], Yes),
    ("github", "user_email", &["user:email"], Yes),
    ("github", "read_org", &["read:org"], Yes),
    ("googlebigquery", "~bigquery.read_only", &["~bigquery.readonly"], Yes),
    ("googlebigquery", "~cloud-platform.readonly", &["~cloud-platform.read-only"], Yes),
    ("hubspot", "business_units.view.read", &["business_units_view.read"], Yes),
    ("hubspot", "collector_graphql_query_execute", &["collector.graphql_query.execute"], Yes),
    ("airtable", "block.manage", &["block:manage"], Yes),
    ("box", "root_read_write", &["root_readwrite"], Yes),
    // --- case
    ("salesforce", "Api", &["api"], Yes),
    ("salesforce", "Full", &["full"], Yes),
    ("salesforce", "Web", &["web"], Yes),
    ("salesforce", "RefreshToken", &["refresh_token"], Yes),
    ("salesforce", "OfflineAccess", &["offline_access"], Yes),
    ("wrike", "wsReadonly", &["wsReadOnly"], Yes),
    ("wrike", "wsreadonly", &["wsReadOnly"], Yes),
    ("wrike", "default", &["Default"], Yes),
    ("dropbox", "Team_data.member", &["team_data.member"], Yes),
    ("gmail", "~gmail.readOnly", &["~gmail.readonly"], Yes),
    // --- what stands around the tail of a URL
    ("googlecalendar", "calendar.readonly", &["~calendar.readonly"], Yes),
    ("google_analytics", "analytics.readonly", &["~analytics.readonly"], Yes),
    ("googledrive", "https://www.googleapis.com/auth/auth/drive.apps.readonly", &["~drive.apps.readonly"], Yes),
    ("googledrive", "http://www.googleapis.com/auth/drive.file", &["~drive.file"], Yes),
    ("googledrive", "~drive.file/", &["~drive.file"], Yes),
    ("googledrive", "auth/drive.file", &["~drive.file"], Yes),
    ("gmail", "https://mail.google.com", &["https://mail.google.com/"], Yes),
    ("outlook", "https://outlook.office.com/Mail.Read", &["Mail.Read"], Yes),
    // --- singular and plural
    ("slack", "channels:reads", &["channels:read"], Yes),
    ("slack", "file:write", &["files:write"], Yes),
    ("slack", "teams:read", &["team:read"], Yes),
    ("googledrive", "~drive.files", &["~drive.file"], Yes),
    ("googlecalendar", "~calendar.event", &["~calendar.events"], Yes),
    ("googlecalendar", "~calendar.event.readonly", &["~calendar.events.readonly"], Yes),
    ("googlesheets", "~spreadsheet", &["~spreadsheets"], Yes),
    ("googledocs", "~document", &["~documents"], Yes),
    ("googleslides", "~presentation", &["~presentations"], Yes),
    ("microsoft_teams", "Groups.Read.All", &["Group.Read.All"], Yes),
    ("outlook", "Calendar.Read", &["Calendars.Read"], Yes),
    ("outlook", "Contact.Read", &["Contacts.Read"], Yes),
    ("one_drive", "File.Read", &["Files.Read"], Yes),
    ("share_point", "Site.Read.All", &["Sites.Read.All"], Yes),
    ("microsoft_teams", "Chats.Read", &["Chat.Read"], Yes),
    ("discord", "guilds.member.read", &["guilds.members.read"], Yes),
    ("discord", "guild", &["guilds"], Yes),
    ("discord", "application.commands", &["applications.commands"], Yes),
    ("discord", "bots", &["bot"], Yes),
    ("github", "repos", &["repo"], Yes),
    ("github", "workflows", &["workflow"], Yes),
    ("github", "manage_runner:org", &["manage_runners:org"], Yes),
    ("hubspot", "crm.objects.feedback_submission.read", &["crm.objects.feedback_submissions.read"], Yes),
    ("hubspot", "crm.objects.contact.read", &["crm.objects.contacts.read"], Yes),
    ("hubspot", "settings.users.team.write", &["settings.users.teams.write"], Yes),
    ("airtable", "data.record:read", &["data.records:read"], Yes),
    ("airtable", "schema.base:read", &["schema.bases:read"], Yes),
    ("typeform", "form:read", &["forms:read"], Yes),
    ("box", "manage_webhooks", &["manage_webhook"], Yes),
    ("linkedin", "w_member_socials", &["w_member_social"], Yes),
    // --- verbs, and their place
    ("gmail", "~gmail.read", &["~gmail.readonly"], Yes),
    ("googledrive", "~drive.read", &["~drive.readonly"], Yes),
    ("googlecalendar", "~calendar.read", &["~calendar.readonly"], Yes),
    ("google_analytics", "~analytics.read", &["~analytics.readonly"], Yes),
    ("googlecalendar", "~calendar.addons.current.event.readonly", &["~calendar.addons.current.event.read"], Yes),
    ("github", "org:read", &["read:org"], Yes),
    ("discord", "incoming.webhook", &["webhook.incoming"], Yes),
    ("microsoft_teams", "Channel.Read.All", &["Channel.ReadBasic.All"], Yes),
    ("googlecalendar", "~calendar.write", &["~calendar", "~calendar.readonly", "~calendar.events"], No),
    ("hubspot", "cms.source_code.read_write", &[], No),
    ("hubspot", "timeline.read", &["timeline"], No),
    ("dropbox", "files.content.readwrite", &["files.content.write", "files.content.read"], No),
    ("dropbox", "sharing.readwrite", &["sharing.write", "sharing.read"], No),
    // --- letters
    ("dropbox", "fil_requests.read", &["file_requests.read"], Yes),
    ("linkedin", "r_organisation_social", &["r_organization_social"], Yes),
    ("slack", "chat:wrtie", &["chat:write"], Yes),
    ("googlecalendar", "~calender.events", &["~calendar.events"], Yes),
    ("hubspot", "crm.objects.contcats.read", &["crm.objects.contacts.read"], Yes),
    // --- words too few or too many
    ("google_classroom", "~classroom.coursework.readonly", &["~classroom.coursework.me.readonly", "~classroom.coursework.students.readonly"], No),
    ("google_classroom", "~classroom.student-submissions.readonly", &["~classroom.student-submissions.me.readonly", "~classroom.student-submissions.students.readonly"], No),
    ("gmail", "~gmail.settings", &["~gmail.settings.basic", "~gmail.settings.sharing"], No),
    ("github", "admin:repo", &["admin:repo_hook", "repo"], No),
    ("outlook", "Mail.ReadWrite.All", &["Mail.ReadWrite"], No),
    ("typeform", "offline_access", &["offline"], Yes),
    ("hubspot", "contacts.read", &["crm.objects.contacts.read", "crm.schemas.contacts.read"], No),
    ("linkedin", "r_1st_connections", &["r_1st_connections_size"], No),
    ("dropbox", "team_data.team", &["team_data.team_space"], No),
    ("tiktok", "user.info", &["user.info.basic", "user.info.profile", "user.info.stats"], No),
    // --- other words: nothing but knowledge helps
    ("googlesheets", "~sheets", &["~spreadsheets"], Yes),
    ("googledocs", "~docs", &["~documents"], Yes),
    ("googleslides", "~slides", &["~presentations"], Yes),
    ("gmail", "~gmail", &["~gmail.modify", "https://mail.google.com/"], No),
    ("google_search_console", "~searchconsole", &["~webmasters"], Yes),
    ("google_search_console", "~searchconsole.readonly", &["~webmasters.readonly"], Yes),
    ("google_classroom", "~classroom.students", &["~classroom.rosters"], Yes),
    ("googledrive", "~drive.folder", &["~drive.file"], Yes),
    ("googledrive", "~drive.resource", &["~drive.file"], Yes),
    ("discord", "guilds.read", &["guilds"], Yes),
    ("discord", "identity", &["identify"], Yes),
    ("discord", "identity.read", &["identify"], Yes),
    ("hubspot", "crm.objects.tickets.read", &["tickets"], No),
    ("hubspot", "crm.objects.tickets.write", &["tickets"], Yes),
    ("airtable", "workspace.shares:manage", &["workspacesAndBases.shares:manage"], Yes),
    ("airtable", "workspaces.and.bases:manage", &["workspacesAndBases:manage"], Yes),
    ("salesforce", "EinsteinGPT", &["einstein_gpt_api"], No),
    ("box", "gcm", &["enterprise_content"], Yes),
    ("linear", "issues:write", &["issues:create"], No),
    ("linear", "issues", &["issues:create"], No),
    ("linear", "comments", &["comments:create"], No),
    ("linear", "teams:read", &["read"], Yes),
    ("linear", "projects", &["read", "write"], No),
    ("tiktok", "user.info.open_id", &["user.info.basic"], Yes),
    ("tiktok", "video.post", &["video.publish"], Yes),
    // --- another service's word for the same
    ("slackbot", "channels:write", &["channels:manage"], Yes),
    ("slack", "channels:manage", &["channels:write"], Yes),
    // --- better nothing than nonsense
    ("slackbot", "chat:read", &[], No),
    ("stripe", "read_write", &[], No),
    ("tiktok", "video.insights", &[], No),
    ("tiktok", "video.info", &[], No),
    ("tiktok", "comment.list", &[], No),
    ("tiktok", "comment.list.manage", &[], No),
    ("tiktok", "research.adlib.advanced", &[], No),
    ("googlecalendar", "repo", &[], No),
    ("hubspot", "crm.objects.unicorns.read", &[], No),
    ("gmail", "", &[], No),
    ("gmail", "…", &[], No),
];

#[rustfmt::skip]
const TYPES: &[(&str, &[&str], Sure)] = &[
    ("google_calendar", &["googlecalendar"], Yes),
    ("google-drive", &["googledrive"], Yes),
    ("Google Calendar", &["googlecalendar"], Yes),
    ("Gmail", &["gmail"], Yes),
    ("gogglecalendar", &["googlecalendar"], Yes),
    ("slck", &["slack"], Yes),
    ("slakbot", &["slackbot"], Yes),
    ("slack_user", &["slack"], Yes),
    ("gcal", &["googlecalendar"], Yes),
    ("onedrive", &["one_drive"], Yes),
    ("sharepoint", &["share_point"], Yes),
    ("teams", &["microsoft_teams"], No),
    ("microsoft_outlook", &["outlook"], Yes),
    ("bigquery", &["googlebigquery"], Yes),
    ("googlanalytics", &["google_analytics"], Yes),
    ("googlesheet", &["googlesheets"], Yes),
    ("sheets", &["googlesheets"], Yes),
    ("hub-spot", &["hubspot"], Yes),
    ("twitter", &["x"], Yes),
    ("facebook", &["facebook_pages"], Yes),
    ("powerbi", &[], No),
    ("", &[], No),
];

#[test]
fn scopes() {
    let catalogue = Catalogue::embedded();
    let mut wrong = Vec::new();
    for (type_, written, expected, sure) in SCOPES {
        let service = catalogue.service(type_).unwrap();
        let written = long(written);
        assert!(service.find(&written).is_none(), "{written} is a scope of {type_}");
        let suggestions = service.suggest(&written);
        let got: Vec<String> = suggestions.iter().map(|it| it.name.to_string()).collect();
        let expected: Vec<String> = expected.iter().map(|it| long(it)).collect();
        let got_sure = if suggestions.confident() { Yes } else { No };
        if got != expected || got_sure != *sure {
            wrong.push(format!(
                "{type_} {written}: {got:?} {got_sure:?}, not {expected:?} {sure:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        SCOPES.len(),
        wrong.join("\n")
    );
}

#[test]
fn types() {
    let catalogue = Catalogue::embedded();
    let mut wrong = Vec::new();
    for (written, expected, sure) in TYPES {
        let suggestions = catalogue.suggest_types(written);
        let got: Vec<&str> = suggestions.iter().map(|it| it.type_.as_ref()).collect();
        let got_sure = if suggestions.confident() { Yes } else { No };
        if got != *expected || got_sure != *sure {
            wrong.push(format!("{written}: {got:?} {got_sure:?}, not {expected:?} {sure:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reading_never_leads_to_writing_while_there_is_something_to_read() {
    let catalogue = Catalogue::embedded();
    let github = catalogue.service("github").unwrap();
    let got: Vec<&str> = github.suggest("read:repo").iter().map(|it| it.name.as_ref()).collect();
    assert_eq!(got, ["read:repo_hook"]);
}

#[test]
fn a_known_scope_is_its_own_nearest() {
    for service in Catalogue::embedded().services() {
        for scope in service.scopes.iter() {
            let suggestions = service.suggest(&scope.name);
            assert!(
                suggestions.iter().any(|it| it.name == scope.name),
                "{} {}",
                service.type_,
                scope.name
            );
        }
    }
}

fn long(written: &str) -> String {
    written.replace('~', "https://www.googleapis.com/auth/")
}
