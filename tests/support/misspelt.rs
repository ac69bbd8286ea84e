//! The project that tests open in an editor: one misspelt scope, and a file of the same content elsewhere.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

pub const PROJECT: &str = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"app\" }
//- base44/connectors/googlecalendar.jsonc
{
  \"type\": \"googlecalendar\",
  \"scopes\": [
    \"calendar.events\"
  ]
}
//- data/googlecalendar.json
{
  \"type\": \"googlecalendar\",
  \"scopes\": [
    \"calendar.events\"
  ]
}
";

pub const CALENDAR: &str = "base44/connectors/googlecalendar.jsonc";

/// The file of the same content that is no connector.
pub const ELSEWHERE: &str = "data/googlecalendar.json";

pub const FINDING: &str = "no scope `calendar.events`";

/// What the scope should be.
pub const SCOPE: &str = "https://www.googleapis.com/auth/calendar.events";

/// The project without its mistake.
pub fn fixed() -> String {
    PROJECT.replace("calendar.events", SCOPE)
}

/// The connector of [`fixed`].
pub fn fixed_connector() -> String {
    let project = fixed();
    let file = project.split("//- ").find(|it| it.starts_with(CALENDAR)).unwrap();
    file.split_once('\n').unwrap().1.to_owned()
}
