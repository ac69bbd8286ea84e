//! The files of `registry/` against their JSON Schema, against themselves, and against what is known to exist.

#![expect(clippy::expect_used, reason = "in the helpers of tests")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use base44_connectors_ls::registry::{Catalogue, Coverage, Evidence, Service, Spelling};
use pretty_assertions::assert_eq;
use regex::Regex;
use serde_json::Value;

/// The services of Base44's connectors page, with how many scopes each one has here.
#[rustfmt::skip]
const ON_THE_PAGE: [(&str, usize); 33] = [
    ("airtable", 26), ("box", 27), ("clickup", 2), ("discord", 32), ("dropbox", 35), ("github", 53), ("gmail", 19),
    ("google_analytics", 14), ("google_classroom", 29), ("google_search_console", 11), ("googlebigquery", 15),
    ("googlecalendar", 29), ("googledocs", 11), ("googledrive", 24), ("googlesheets", 12), ("googleslides", 12),
    ("hubspot", 214), ("linear", 12), ("linkedin", 42), ("microsoft_teams", 134), ("notion", 13), ("one_drive", 26),
    ("outlook", 65), ("salesforce", 36), ("share_point", 32), ("slack", 115), ("slackbot", 82), ("splitwise", 6),
    ("stripe", 0), ("tiktok", 24), ("typeform", 14), ("wix", 128), ("wrike", 18),
];

/// The newer types, of Base44's SDK or of real files only.
#[rustfmt::skip]
const NEWER: [(&str, usize); 23] = [
    ("asana", 1), ("bamboohr", 0), ("calendly", 5), ("contentful", 1), ("databricks", 2), ("facebook_pages", 6),
    ("gitlab", 5), ("google_contacts", 8), ("googleads", 5), ("googlemeet", 7), ("googletasks", 6), ("hugging_face", 2),
    ("instagram", 3), ("jira", 5), ("mailchimp", 0), ("meta_ads", 7), ("microsoft_powerpoint", 6), ("omnisend", 2),
    ("quickbooks", 4), ("snowflake", 0), ("square", 5), ("supabase", 6), ("x", 0),
];

#[test]
fn every_file_has_the_form_that_its_schema_says() {
    for (folder, schema) in [
        ("services", "service.schema.json"),
        ("providers", "provider.schema.json"),
    ] {
        let schema = read(&registry().join(schema));
        let shared = read(&registry().join("service.schema.json"));
        let shared = jsonschema::Registry::new()
            .add("registry:/service.schema.json", &shared)
            .unwrap()
            .prepare()
            .unwrap();
        let validator = jsonschema::options()
            .with_base_uri("registry:/")
            .with_registry(&shared)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        for path in files(folder) {
            let errors: Vec<String> = validator
                .iter_errors(&read(&path))
                .map(|it| format!("{}: {it}", it.instance_path()))
                .collect();
            assert_eq!(errors, Vec::<String>::new(), "{}", path.display());
        }
    }
}

#[test]
fn all_services_are_there_with_their_scopes() {
    let counts = |wanted: &dyn Fn(&Service) -> bool| -> Vec<(String, usize)> {
        let catalogue = Catalogue::embedded();
        let services = catalogue.services().filter(|it| wanted(it));
        services.map(|it| (it.type_.to_string(), it.scopes.len())).collect()
    };
    let expected = |list: &[(&str, usize)]| -> Vec<(String, usize)> {
        list.iter()
            .map(|(type_, count)| ((*type_).to_owned(), *count))
            .collect()
    };
    assert_eq!(
        counts(&|it| it.evidence == Evidence::ConnectorsPage),
        expected(&ON_THE_PAGE)
    );
    assert_eq!(counts(&|it| it.evidence != Evidence::ConnectorsPage), expected(&NEWER));
}

/// `registry_real_world.txt`: type, status, scope, for every string that Base44's documentation lists, that Base44 adds by
/// itself, or that real connector files held when the catalogue was made. None of them may ever become unknown;
/// when Base44 lists one that was only seen, change its status there, too.
#[test]
fn every_string_of_the_real_world_is_known() {
    let catalogue = Catalogue::embedded();
    let mut lost = Vec::new();
    for line in include_str!("registry_real_world.txt").lines() {
        let [type_, status, scope] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let found = catalogue.service(type_).and_then(|it| it.find(scope));
        let known = found.is_some_and(|it| {
            let status_now = format!("{:?}", it.scope.base44).to_lowercase();
            it.spelling == Spelling::Exact && status_now == format!("some({status})")
        });
        if !known {
            lost.push(line);
        }
    }
    assert_eq!(lost, Vec::<&str>::new());
}

#[test]
fn every_documented_scope_matches_its_pattern() {
    for service in Catalogue::embedded().services() {
        let Some(pattern) = service.pattern else {
            continue;
        };
        let pattern = Regex::new(pattern).unwrap();
        for scope in service.scopes.iter().filter(|it| it.documented_by_provider) {
            assert!(pattern.is_match(&scope.name), "{} {}", service.type_, scope.name);
        }
    }
}

#[test]
fn scopes_are_sorted_and_no_two_are_one_to_the_provider() {
    for service in Catalogue::embedded().services() {
        let names: Vec<&str> = service.scopes.iter().map(|it| it.name.as_ref()).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{}", service.type_);
        let mut spellings: HashMap<String, &str> = HashMap::new();
        // Google hands out `email` and `userinfo.email`, and Base44's files hold both.
        for name in names.into_iter().filter(|it| !it.contains("/auth/userinfo.")) {
            let other = spellings.insert(service.provider.canonical(name).into_owned(), name);
            assert_eq!(other, None, "{}: the same as {name}", service.type_);
        }
    }
}

#[test]
fn references_lead_to_scopes_of_the_same_service() {
    for service in Catalogue::embedded().services() {
        for scope in service.scopes.iter() {
            let replacement = scope.deprecated.and_then(|it| it.replacement);
            let lists = [
                &scope.includes,
                &scope.requires,
                &scope.requires_one_of,
                &scope.conflicts,
            ];
            for other in lists.into_iter().flatten().chain(&replacement) {
                let found = service.find(other);
                assert!(
                    found.is_some_and(|it| it.spelling == Spelling::Exact),
                    "{} {other}",
                    service.type_
                );
                assert_ne!(*other, scope.name, "{}", service.type_);
            }
        }
    }
}

#[test]
fn counterparts_lead_to_each_other() {
    let catalogue = Catalogue::embedded();
    for service in catalogue.services() {
        for scope in service.scopes.iter() {
            for (type_, other) in &scope.counterparts {
                let there = catalogue.service(type_).and_then(|it| it.find(other)).unwrap();
                assert!(
                    there.scope.counterparts.contains(&(&*service.type_, &*scope.name)),
                    "{type_} {other}"
                );
            }
        }
    }
}

#[test]
fn what_a_scope_includes_says_everything_and_goes_in_no_circle() {
    for service in Catalogue::embedded().services() {
        for scope in service.scopes.iter() {
            for included in &scope.includes {
                let included = service.find(included).unwrap().scope;
                for inner in &included.includes {
                    assert_ne!(*inner, scope.name, "{}: a circle", service.type_);
                    // `full` of Salesforce names the everyday scopes only.
                    assert!(
                        scope.includes.contains(inner) || scope.name == "full",
                        "{}: {} includes {}, so it includes {inner}",
                        service.type_,
                        scope.name,
                        included.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_replacement_is_not_retired_itself() {
    for service in Catalogue::embedded().services() {
        for scope in service.scopes.iter() {
            if let Some(replacement) = scope.deprecated.and_then(|it| it.replacement) {
                assert!(
                    service.find(replacement).unwrap().scope.deprecated.is_none(),
                    "{}",
                    scope.name
                );
            }
        }
    }
}

#[test]
fn tiers_that_are_explained_are_all_explained() {
    for service in Catalogue::embedded().services() {
        let used: BTreeSet<&str> = service.scopes.iter().filter_map(|it| it.tier).collect();
        if service.tiers.is_empty() {
            continue;
        }
        for tier in used {
            assert!(service.tier_note(tier).is_some(), "{}: {tier}", service.type_);
        }
    }
}

#[test]
fn known_mistakes_are_no_scopes() {
    for service in Catalogue::embedded().services() {
        for mistake in service.scopes.iter().flat_map(|it| &it.misspellings) {
            assert!(service.find(mistake).is_none(), "{}: {mistake}", service.type_);
        }
    }
}

#[test]
fn services_without_scopes_know_only_what_real_files_hold() {
    for service in Catalogue::embedded()
        .services()
        .filter(|it| it.coverage == Coverage::None)
    {
        assert!(
            service.scopes.iter().all(|it| !it.documented_by_provider),
            "{}",
            service.type_
        );
    }
}

#[test]
fn scopes_of_other_apis_belong_to_no_service() {
    let catalogue = Catalogue::embedded();
    let google = read(&registry().join("providers/google.json"));
    let others = google["other_scopes"].as_object().unwrap();
    for (name, apis) in others {
        let offered: Vec<_> = catalogue.offering(name).map(|(service, _)| &service.type_).collect();
        assert!(
            offered.is_empty(),
            "{name}: delete it in providers/google.json, {offered:?} has it now"
        );
        let found = catalogue.other_api(name).unwrap();
        assert_eq!(serde_json::to_value(&found.apis).unwrap(), *apis);
    }
    let names: BTreeMap<_, _> = others.iter().collect();
    assert!(
        others.keys().eq(names.into_keys()),
        "providers/google.json: sort other_scopes"
    );
}

/// The build script packs the files, and the program unpacks them: nothing may change on the way.
#[test]
fn the_tables_say_what_the_files_say() {
    let catalogue = Catalogue::embedded();
    for path in files("services") {
        let file = read(&path);
        let service = catalogue.service(file["type"].as_str().unwrap()).unwrap();
        assert_eq!(file["name"], *service.name);
        assert_eq!(file["summary"], *service.summary);
        assert_eq!(text(&file["docs"]), service.docs);
        assert_eq!(file["coverage"], format!("{:?}", service.coverage).to_lowercase());
        assert_eq!(list(&file["sources"]), service.sources);
        if let Some(pattern) = text(&file["pattern"]) {
            assert_eq!(service.pattern, Some(pattern));
        }
        let empty = serde_json::Map::new();
        let scopes = file["scopes"].as_object().unwrap_or(&empty);
        assert_eq!(scopes.len(), service.scopes.len());
        for (name, fact) in scopes {
            let scope = service.find(name).unwrap().scope;
            assert_eq!(fact["summary"], *scope.summary);
            assert_eq!(fact["access"], format!("{:?}", scope.access).to_lowercase());
            assert_eq!(text(&fact["tier"]), scope.tier);
            assert_eq!(fact["admin_consent"].as_bool(), scope.admin_consent);
            assert_eq!(fact["documented"] != false, scope.documented_by_provider);
            assert_eq!(list(&fact["includes"]), scope.includes);
            assert_eq!(list(&fact["requires"]), scope.requires);
            assert_eq!(list(&fact["requires_one_of"]), scope.requires_one_of);
            assert_eq!(list(&fact["conflicts"]), scope.conflicts);
            assert_eq!(list(&fact["misspellings"]), scope.misspellings);
            assert_eq!(text(&fact["note"]), scope.note);
            assert_eq!(
                text(&fact["deprecated"]["replacement"]),
                scope.deprecated.and_then(|it| it.replacement)
            );
            assert_eq!(text(&fact["deprecated"]["note"]), scope.deprecated.map(|it| it.note));
            let tokens: Vec<String> = scope.tokens.iter().map(|it| format!("{it:?}").to_lowercase()).collect();
            assert!(
                list(&fact["tokens"]) == tokens || tokens == ["delegated"],
                "{name}: {tokens:?}"
            );
        }
    }
}

#[test]
fn the_date_is_the_newest_of_all_files() {
    let newest = files("services")
        .iter()
        .map(|it| read(it)["date"].as_str().unwrap().to_owned())
        .max()
        .unwrap();
    assert_eq!(Catalogue::embedded().date(), newest);
}

fn registry() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("registry")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(registry().join(folder)).expect("the folder is there");
    entries.map(|it| it.expect("it can be read").path()).collect()
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn list(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
