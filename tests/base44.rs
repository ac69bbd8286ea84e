//! The real `base44` CLI, run as the server runs it, against an API on this machine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use base44_connectors_ls::base44::{
    CancellationToken, Cli, Connectors, Control, Effect, Environment, Failure, Initiated, LocalFile, LocalFiles,
    Origin, Outcome, Plan, Pushed, Search, Versions, WebUrl,
};
use base44_connectors_ls::registry::Catalogue;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tempfile::TempDir;

use support::api::{Answer, Api, KEY, real_cli};
use support::patience::PATIENCE;

/// A linked project on disk, the API its app is on, and what the CLI logged.
struct Project {
    folder: TempDir,
    api: Api,
    environment: Environment,
    connectors: Connectors,
    command: Vec<String>,
    cancel: CancellationToken,
    deadline: Option<Duration>,
    log: Mutex<Vec<String>>,
}

static VERSIONS: LazyLock<Versions> = LazyLock::new(Versions::default);

impl Project {
    fn new(connectors: &[(&str, &[&str])]) -> Self {
        let api = Api::start();
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("base44/config.jsonc"), "{}");
        write(&folder.path().join("base44/.app.jsonc"), r#"{"id": "app"}"#);
        std::fs::create_dir(folder.path().join("base44/connectors")).unwrap();
        let res = Self {
            environment: api.env().into_iter().collect(),
            folder,
            api,
            connectors: connectors
                .iter()
                .map(|(name, scopes)| ((*name).to_owned(), scopes.iter().map(|&it| it.to_owned()).collect()))
                .collect(),
            command: vec!["node".into(), real_cli().display().to_string()],
            cancel: CancellationToken::new(),
            // However busy the machine is: those that are about a deadline set their own.
            deadline: Some(Duration::from_secs(300)),
            log: Mutex::default(),
        };
        for file in res.local().files {
            write(&file.path, &file.text);
        }
        res
    }

    /// The connector files, as they were read.
    fn local(&self) -> LocalFiles {
        let file = |(name, scopes): (&String, &Vec<String>)| LocalFile {
            path: self.directory().join(format!("{name}.jsonc")),
            text: json!({"type": name, "scopes": scopes}).to_string().into(),
            outside: None,
        };
        LocalFiles {
            directory: self.directory(),
            files: self.connectors.iter().map(file).collect(),
            ..LocalFiles::default()
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn directory(&self) -> PathBuf {
        self.path().join("base44/connectors")
    }

    fn on_line(&self) -> impl Fn(&str) + Send + Sync {
        |line| self.log.lock().unwrap().push(line.to_owned())
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    fn control<'a>(&'a self, on_line: &'a (dyn Fn(&str) + Send + Sync)) -> Control<'a> {
        Control {
            on_line,
            on_stage: &|_| {},
            cancel: &self.cancel,
            // A slow machine is no reason to give up, but where a test is about that.
            deadline: self.deadline.or(Some(PATIENCE)),
        }
    }

    async fn cli(&self) -> Result<Cli, Failure> {
        let search = Search {
            trusted: true,
            setting: &self.command,
            project: self.path(),
            workspace: self.path(),
        };
        let on_line = self.on_line();
        Cli::find(&search, &self.environment, &VERSIONS, &self.control(&on_line)).await
    }

    async fn plan(&self) -> Result<Plan, Failure> {
        let on_line = self.on_line();
        self.cli()
            .await?
            .plan(&self.local(), &Catalogue::embedded(), &self.control(&on_line))
            .await
    }

    async fn push_as(&self, agreed: &Plan) -> Result<Pushed, Failure> {
        let on_line = self.on_line();
        let control = self.control(&on_line);
        self.cli()
            .await?
            .push(&self.local(), agreed, &Catalogue::embedded(), &control)
            .await
    }

    /// Pushes, agreeing to whatever it does. (The plan is made here, to save a run of the CLI.)
    async fn push(&self) -> Result<Pushed, Failure> {
        let agreed = Plan::new(&self.connectors, &self.api.connectors(), &Catalogue::embedded());
        self.push_as(&agreed).await
    }

    async fn initiate(&self, name: &str) -> Result<Initiated, Failure> {
        let on_line = self.on_line();
        let scopes = self.connectors.get(name).unwrap();
        self.cli().await?.initiate(name, scopes, &self.control(&on_line)).await
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The outcomes by connector, in the order of the CLI.
fn outcomes(pushed: &Pushed) -> Vec<(&str, &Outcome)> {
    pushed
        .results
        .iter()
        .map(|it| (it.connector.as_str(), &it.outcome))
        .collect()
}

/// An answer to a PUT that changes nothing.
fn refusal(error: &str, message: &str) -> Answer {
    Answer::Json(
        200,
        json!({
            "redirect_url": null, "connection_id": null, "already_authorized": false,
            "error": error, "error_message": message, "other_user_email": "ann@example.org",
        }),
    )
}

fn consent_page(name: &str) -> WebUrl {
    WebUrl::parse(&format!("https://consent.example/{name}?state=secret-state")).unwrap()
}

#[tokio::test]
async fn push_sets_every_connector_and_says_how_each_ended() {
    let project = Project::new(&[
        ("github", &["repo"]),
        ("gmail", &["gmail.send"]),
        ("slack", &["chat:write"]),
        ("stripe", &[]),
    ]);
    project.api.connector("slack", &["chat:write"]);
    let bad = json!({"message": "Unknown scope: repo"});
    project.api.on("PUT github", Answer::Json(400, bad));

    let pushed = project.push().await.unwrap();
    let error = "Error setting connector: Unknown scope: repo";
    assert_eq!(
        outcomes(&pushed),
        [
            ("github", &Outcome::Failed(error.into())),
            (
                "gmail",
                &Outcome::NeedsAuthorization {
                    page: Some(consent_page("gmail"))
                }
            ),
            ("slack", &Outcome::Synced),
            (
                "stripe",
                &Outcome::Provisioned {
                    claim: WebUrl::parse("https://stripe.example/claim")
                }
            ),
        ]
    );
    // The pages wait; Stripe is there at once.
    let there: Vec<_> = pushed.remote.unwrap().into_keys().collect();
    assert_eq!(there, ["slack", "stripe"]);
    assert_eq!(
        project.api.changes(),
        [
            "PUT github repo",
            "PUT gmail gmail.send",
            "PUT slack chat:write",
            "POST payments/stripe/install"
        ]
    );
}

#[tokio::test]
async fn push_removes_what_the_plan_says_and_nothing_else() {
    let project = Project::new(&[("slack", &["chat:write"])]);
    project
        .api
        .connector("slack", &["chat:write"])
        .connector("hubspot", &["oauth"]);

    let plan = project.plan().await.unwrap();
    assert_eq!(plan.button(), "Push slack, remove hubspot");
    assert_eq!(project.api.changes(), [""; 0], "a plan changes nothing");

    let pushed = project.push_as(&plan).await.unwrap();
    assert_eq!(
        outcomes(&pushed),
        [("slack", &Outcome::Synced), ("hubspot", &Outcome::Removed)]
    );
    assert_eq!(project.api.changes(), ["PUT slack chat:write", "DELETE hubspot"]);
    assert!(project.plan().await.unwrap().is_in_step());
}

#[tokio::test]
async fn a_plan_that_no_longer_holds_is_not_carried_out() {
    let project = Project::new(&[("slack", &["chat:write"])]);
    let agreed = project.plan().await.unwrap();
    project.api.connector("hubspot", &["oauth"]);

    let failure = project.push_as(&agreed).await.unwrap_err();
    let Failure::PlanChanged(plan) = failure else {
        panic!("{failure:?}")
    };
    assert_eq!(plan.button(), "Push slack, remove hubspot");
    assert_eq!(project.api.changes(), [""; 0]);
}

#[tokio::test]
async fn pushing_nothing_is_refused_before_anything_is_asked() {
    let project = Project::new(&[]);
    let failure = project.push().await.unwrap_err();
    assert_eq!(failure, Failure::NothingToPush(project.directory()));

    let mut project = Project::new(&[]);
    project.connectors.insert("slack".into(), Vec::new());
    std::fs::remove_dir(project.directory()).unwrap();
    let failure = project.push().await.unwrap_err();
    assert_eq!(failure, Failure::NothingToPush(project.directory()));
    assert_eq!(project.api.log(), [""; 0]);
}

/// The CLI itself would read what is there by then: another scope, and for want of a file a removal.
#[tokio::test]
async fn what_was_agreed_to_is_pushed_whatever_becomes_of_the_files_meanwhile() {
    let project = Project::new(&[("gmail", &["gmail.send"]), ("slack", &["chat:write"])]);
    project.api.connector("gmail", &["gmail.send"]).connector("slack", &[]);
    let agreed = project.plan().await.unwrap();
    std::fs::remove_file(project.directory().join("gmail.jsonc")).unwrap();
    write(
        &project.directory().join("slack.jsonc"),
        r#"{"type": "slack", "scopes": ["admin"]}"#,
    );
    project.push_as(&agreed).await.unwrap();
    assert_eq!(project.api.changes(), ["PUT gmail gmail.send", "PUT slack chat:write"]);
}

/// Seen from where the CLI stands, a relative name leads elsewhere; and what is missing there is removed.
#[cfg(unix)]
#[tokio::test]
async fn a_folder_for_temporary_files_may_be_named_from_where_the_server_stands() {
    let mut project = Project::new(&[("slack", &["a"])]);
    project.api.connector("slack", &["a"]).connector("zoom", &["z"]);
    let here = std::env::current_dir().unwrap();
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(project.path().strip_prefix("/").unwrap());
    project.environment.set("TMPDIR", relative);
    let pushed = project.push().await.unwrap();
    assert_eq!(
        outcomes(&pushed),
        [("slack", &Outcome::Synced), ("zoom", &Outcome::Removed)]
    );
}

#[tokio::test]
async fn exit_code_zero_does_not_mean_success() {
    let project = Project::new(&[("gmail", &["a"]), ("slack", &["b"])]);
    let forbidden = Answer::Json(403, json!({"message": "Upgrade your plan"}));
    project
        .api
        .on("PUT gmail", forbidden.clone())
        .on("PUT slack", forbidden);
    let pushed = project.push().await.unwrap();
    for (connector, outcome) in outcomes(&pushed) {
        assert!(outcome.is_failure(), "{connector}: {outcome:?}");
        assert!(outcome.to_string().contains("Upgrade your plan"), "{outcome}");
    }
    assert_eq!(pushed.results.len(), 2);
}

#[tokio::test]
async fn a_connector_of_another_user_says_whose_it_is() {
    let project = Project::new(&[("slack", &["a"])]);
    project.api.on("PUT slack", refusal("different_user", ""));
    let pushed = project.push().await.unwrap();
    let error = "Already connected by ann@example.org";
    assert_eq!(outcomes(&pushed), [("slack", &Outcome::Failed(error.into()))]);
}

#[tokio::test]
async fn an_error_reported_as_synced_is_found_out_and_authorizing_names_it() {
    let project = Project::new(&[("slack", &["a"])]);
    project
        .api
        .on("PUT slack", refusal("quota_exceeded", "Too many connectors"));

    let pushed = project.push().await.unwrap();
    let unconfirmed = Outcome::Unconfirmed {
        missing: vec!["a".into()],
        extra: vec![],
    };
    assert_eq!(outcomes(&pushed), [("slack", &unconfirmed)]);

    let failure = project.initiate("slack").await.unwrap_err().to_string();
    assert!(failure.contains("Too many connectors"), "{failure}");
}

#[tokio::test]
async fn scopes_that_base44_drops_in_silence_are_named() {
    let project = Project::new(&[("slack", &["chat:write", "search:read"])]);
    project.api.connector("slack", &["chat:write"]);
    let mut synced = refusal("", "");
    if let Answer::Json(_, body) = &mut synced {
        body["error"] = Value::Null;
        body["already_authorized"] = true.into();
    }
    project.api.on("PUT slack", synced);
    let pushed = project.push().await.unwrap();
    let message = pushed.results[0].outcome.to_string();
    assert!(message.contains("Base44 does not have search:read"), "{message}");
}

/// The CLI asks for the list once more, after the plan, and removes what it finds there and not in the folder.
#[tokio::test]
async fn a_connector_that_comes_to_base44_just_before_it_is_removed_is_no_silent_loss() {
    let project = Project::new(&[("slack", &["a"])]);
    project.api.connector("slack", &["a"]).connector("hubspot", &["oauth"]);
    let item = |name: &str, scope: &str| json!({"integration_type": name, "status": "active", "scopes": [scope]});
    let list = [item("hubspot", "oauth"), item("slack", "a"), item("zoom", "z")];
    project
        .api
        .after(1, "GET list", Answer::Json(200, json!({"integrations": list})));
    let pushed = project.push().await.unwrap();
    assert_eq!(
        outcomes(&pushed),
        [
            ("slack", &Outcome::Synced),
            // Of this the list above says that it is there still.
            ("hubspot", &Outcome::StillThere),
            ("zoom", &Outcome::RemovedUnplanned)
        ]
    );
    assert!(pushed.results[1..].iter().all(|it| it.outcome.is_failure()));
}

#[tokio::test]
async fn a_refused_request_is_told_with_its_status_and_changes_nothing() {
    for (status, words) in [
        (401, "key"),
        (403, "HTTP 403"),
        (404, "HTTP 404"),
        (422, "HTTP 422"),
        (500, "HTTP 500"),
    ] {
        let project = Project::new(&[("slack", &["a"])]);
        project
            .api
            .on("GET list", Answer::Json(status, json!({"message": "No"})));
        let failure = project.push().await.unwrap_err();
        let Failure::Reported(document) = &failure else {
            panic!("{failure:?}")
        };
        assert_eq!(document.status_code, Some(status));
        assert!(failure.to_string().contains(words), "{failure}");
        assert_eq!(project.api.changes(), [""; 0]);
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_a_failure() {
    let project = Project::new(&[("slack", &["a"])]);
    project
        .api
        .on("GET list", Answer::Text(200, "<html>maintenance</html>"));
    let failure = project.push().await.unwrap_err();
    assert!(matches!(failure, Failure::Reported(_)), "{failure:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_failure() {
    let project = Project::new(&[("slack", &["a"])]);
    project.api.on("GET list", Answer::Close);
    let failure = project.push().await.unwrap_err().to_string();
    assert!(failure.contains("fetch failed"), "{failure}");
}

#[tokio::test]
async fn whatever_keeps_a_connector_from_being_set_is_told_and_the_rest_goes_on() {
    let project = Project::new(&[
        ("a", &["x"]),
        ("b", &["x"]),
        ("c", &["x"]),
        ("d", &["x"]),
        ("e", &["x"]),
        ("f", &["x"]),
        ("slack", &["x"]),
    ]);
    let statuses = [("a", 400), ("b", 401), ("c", 403), ("d", 422), ("e", 500)];
    for (name, status) in statuses {
        let refused = json!({ "message": format!("No {status}") });
        project.api.on(&format!("PUT {name}"), Answer::Json(status, refused));
    }
    project.api.on("PUT f", Answer::Close);
    let pushed = project.push().await.unwrap();
    for (name, outcome) in outcomes(&pushed) {
        assert_eq!(outcome.is_failure(), name != "slack", "{name}: {outcome:?}");
    }
    for ((_, status), result) in statuses.iter().zip(&pushed.results) {
        // Of a 401 the CLI has words of its own.
        let words = if *status == 401 {
            "Error setting connector".to_owned()
        } else {
            format!("No {status}")
        };
        assert!(result.outcome.to_string().contains(&words), "{}", result.outcome);
    }
}

#[tokio::test]
async fn a_connector_that_is_never_answered_fails_and_the_rest_goes_on() {
    let project = Project::new(&[("gmail", &["x"]), ("slack", &["x"])]);
    project.api.on("PUT gmail", Answer::Hang);
    let pushed = project.push().await.unwrap();
    let message = pushed.results[0].outcome.to_string();
    assert!(message.contains("timed out"), "{message}");
    assert_eq!(
        pushed.results[1].outcome,
        Outcome::NeedsAuthorization {
            page: Some(consent_page("slack"))
        }
    );
}

#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    let project = Project::new(&[("slack", &["a"])]);
    project.api.connector("slack", &["a"]);
    project.api.on("GET list", Answer::Late(Duration::from_secs(2)));
    assert!(project.plan().await.unwrap().is_in_step());
}

#[tokio::test]
async fn a_server_that_asks_for_patience_is_given_no_more_than_the_deadline() {
    let mut project = Project::new(&[("slack", &["a"])]);
    project.api.on("GET list", Answer::Busy(3600));
    project.cli().await.unwrap();
    let after = Duration::from_secs(3);
    project.deadline = Some(after);
    let failure = project.plan().await.unwrap_err();
    let effect = Effect::Reads;
    assert_eq!(failure, Failure::TimedOut { after, effect });
    project.api.wait_for_silence();
}

#[tokio::test]
async fn a_push_whose_server_goes_away_half_way_says_what_failed_and_that_the_rest_is_unknown() {
    let project = Project::new(&[("a", &["x"]), ("b", &["x"])]);
    project.api.on("PUT b", Answer::Hang);
    let plan = project.plan().await.unwrap();
    let stop = async {
        project.api.seen("PUT b").await;
        project.api.stop();
    };
    let (pushed, ()) = tokio::join!(project.push_as(&plan), stop);
    let pushed = pushed.unwrap();
    let message = pushed.results[1].outcome.to_string();
    assert!(message.contains("fetch failed"), "{message}");
    assert!(pushed.remote.is_err(), "what Base44 has now cannot be asked");
}

#[tokio::test]
async fn a_stripe_that_cannot_be_asked_about_stops_the_plan_before_it_could_remove_stripe() {
    let project = Project::new(&[("slack", &["a"])]);
    project.api.connector("slack", &["a"]).stripe(true);
    let error = Answer::Json(403, json!({ "message": "No" }));
    project.api.on("GET payments/stripe/status", error);
    let failure = project.plan().await.unwrap_err();
    assert!(matches!(failure, Failure::Reported(_)), "{failure:?}");
    assert_eq!(project.api.changes(), [""; 0]);
}

#[tokio::test]
async fn a_login_that_cannot_be_renewed_ends_the_run_and_begins_no_other() {
    for answer in [
        Answer::Json(400, json!({ "error": "invalid_grant" })),
        Answer::Json(500, json!({ "error": "down" })),
        Answer::Close,
    ] {
        let mut project = Project::new(&[("slack", &["a"])]);
        project.environment.remove("BASE44_API_KEY");
        let login = json!({
            "accessToken": "old", "refreshToken": "r", "expiresAt": 1, "email": "a@example.org", "name": "A",
        });
        write(&project.api.home().join(".base44/auth/auth.json"), &login.to_string());
        project.api.on("POST /oauth/token", answer);
        project
            .api
            .on("GET list", Answer::Json(401, json!({ "message": "Unauthorized" })));
        // Whatever the reason, the CLI deletes the login, and asks with what it had.
        let failure = project.plan().await.unwrap_err().to_string();
        assert!(
            failure.contains("HTTP 401") && failure.contains("logging in"),
            "{failure}"
        );
        let renewals = project.api.changes();
        assert!(
            !renewals.is_empty() && renewals.iter().all(|it| it == "POST /oauth/token"),
            "no other login is begun: {renewals:?}"
        );
        // From then on it is known beforehand.
        let log = project.api.log();
        assert_eq!(project.plan().await, Err(Failure::NotLoggedIn));
        assert_eq!(project.api.log(), log);
    }
}

#[tokio::test]
async fn pushes_of_two_projects_at_once_do_not_touch_each_other() {
    let one = Project::new(&[("gmail", &["x"]), ("slack", &["x"])]);
    let other = Project::new(&[("notion", &[])]);
    one.api.connector("gmail", &["x"]).connector("slack", &["x"]);
    other.api.connector("notion", &[]).connector("hubspot", &["oauth"]);
    let (first, second) = tokio::join!(one.push(), other.push());
    assert!(first.unwrap().results.iter().all(|it| it.outcome == Outcome::Synced));
    assert!(second.unwrap().results.iter().all(|it| !it.outcome.is_failure()));
    assert_eq!(one.api.changes(), ["PUT gmail x", "PUT slack x"]);
    assert_eq!(other.api.changes(), ["PUT notion", "DELETE hubspot"]);
}

#[tokio::test]
async fn authorizing_gives_a_page_and_later_says_that_it_is_done() {
    let project = Project::new(&[("slack", &["chat:write", "users:read"])]);
    project.api.connector("hubspot", &["oauth"]);

    let page = consent_page("slack");
    assert_eq!(project.initiate("slack").await, Ok(Initiated::NeedsAuthorization(page)));
    project.api.consent("slack");
    assert_eq!(project.initiate("slack").await, Ok(Initiated::Authorized));
    // Nothing else is touched.
    assert_eq!(project.api.changes(), ["PUT slack chat:write users:read"; 2]);
}

#[tokio::test]
async fn the_live_list_of_services_is_read() {
    let project = Project::new(&[]);
    project.api.available("slack", "Slack").available("notion", "Notion");
    let on_line = project.on_line();
    let cli = project.cli().await.unwrap();
    let services = cli.list_available(&project.control(&on_line)).await.unwrap();
    let names: Vec<_> = services.iter().map(|it| it.display_name.as_deref().unwrap()).collect();
    assert_eq!(names, ["Slack", "Notion"]);
}

#[tokio::test]
async fn the_projects_own_cli_is_found_and_runs() {
    let mut project = Project::new(&[("slack", &["a"])]);
    project.command.clear();
    let bin = project.path().join("node_modules/.bin");
    std::fs::create_dir_all(&bin).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(real_cli(), bin.join("base44")).unwrap();
    let cli = project.cli().await.unwrap();
    assert_eq!(cli.program().origin, Origin::Project);
    assert_eq!(cli.program().executable, bin.join("base44"));
}

#[tokio::test]
async fn a_hanging_server_ends_at_the_deadline_and_the_cli_with_it() {
    let mut project = Project::new(&[("slack", &["a"])]);
    project.api.on("GET list", Answer::Hang);
    project.cli().await.unwrap();
    let after = Duration::from_secs(3);
    project.deadline = Some(after);
    let failure = project.plan().await.unwrap_err();
    let effect = Effect::Reads;
    assert_eq!(failure, Failure::TimedOut { after, effect });
    project.api.wait_for_silence();
}

#[tokio::test]
async fn cancelling_a_push_half_way_stops_it_and_says_that_some_is_done() {
    let project = Project::new(&[("a", &["x"]), ("b", &["x"]), ("c", &["x"])]);
    project.api.on("PUT b", Answer::Hang);
    let plan = project.plan().await.unwrap();

    let cancel = async {
        project.api.seen("PUT b").await;
        project.cancel.cancel();
    };
    let (pushed, ()) = tokio::join!(project.push_as(&plan), cancel);
    let failure = pushed.unwrap_err();
    assert_eq!(failure, Failure::Cancelled(Effect::Writes));
    assert!(failure.to_string().contains("What was done by then stays done"));
    project.api.wait_for_silence();
    assert_eq!(project.api.changes(), ["PUT a x", "PUT b x"]);
}

#[tokio::test]
async fn nothing_is_started_once_cancelled() {
    let project = Project::new(&[("slack", &["a"])]);
    project.cli().await.unwrap();
    project.cancel.cancel();
    assert_eq!(project.plan().await, Err(Failure::Cancelled(Effect::Reads)));
    assert_eq!(project.api.log(), [""; 0]);
}

#[tokio::test]
async fn dropping_the_task_kills_the_cli() {
    let project = Project::new(&[("slack", &["a"])]);
    project.api.on("GET list", Answer::Hang);
    tokio::select! {
        res = project.plan() => panic!("{res:?}"),
        () = project.api.seen("GET list") => {}
    }
    project.api.wait_for_silence();
}

#[tokio::test]
async fn a_dot_env_file_around_the_project_or_the_temporary_folder_changes_nothing() {
    let mut project = Project::new(&[("slack", &["chat:write"])]);
    let trap = Api::start();
    let temporary = tempfile::tempdir().unwrap();
    let ran = temporary.path().join("ran");
    write(
        &temporary.path().join("trap.js"),
        &format!("require('fs').writeFileSync({:?}, '')", ran.display().to_string()),
    );
    let text = format!(
        "BASE44_API_URL={url}\nBASE44_PROJECTS_BASE44_API_URL={url}\nBASE44_APP_ID=trap\n\
         BASE44_API_KEY=b44k_trap\nNODE_OPTIONS=--require={script}\n",
        url = trap.url(),
        script = temporary.path().join("trap.js").display(),
    );
    write(&project.path().join(".env"), &text);
    write(&project.path().join(".env.local"), &text);
    write(&temporary.path().join(".env"), &text);
    write(&temporary.path().join("config.json"), "{}");

    // Logged in by the stored login, so that a key of the trap would show.
    project.environment.remove("BASE44_API_KEY");
    project.environment.set("TMPDIR", temporary.path());
    project.environment.set("TEMP", temporary.path());
    let expires = 4_000_000_000_000_u64;
    let login = json!({
        "accessToken": "stored", "refreshToken": "r", "expiresAt": expires, "email": "a@example.org", "name": "A",
    });
    let auth = project.api.home().join(".base44/auth/auth.json");
    write(&auth, &login.to_string());

    project.push().await.unwrap();
    assert_eq!(project.api.changes(), ["PUT slack chat:write"]);
    for request in project.api.requests() {
        assert!(request.path.starts_with("/api/apps/app/"), "{}", request.path);
        assert_eq!(request.headers["authorization"], "Bearer stored");
        assert!(!request.headers.contains_key("api_key"));
    }
    assert_eq!(trap.log(), [""; 0]);
    assert!(!ran.exists());
}

#[tokio::test]
async fn the_log_holds_no_secrets() {
    let project = Project::new(&[("slack", &["a"])]);
    project.push().await.unwrap();
    let log = project.log();
    assert!(log.contains("slack: https://consent.example/slack?…"), "{log}");
    assert!(!log.contains("secret-state") && !log.contains(KEY), "{log}");
}

#[tokio::test]
async fn a_login_that_begins_all_the_same_ends_the_run_and_its_code_stays_out_of_the_log() {
    let mut project = Project::new(&[("slack", &["a"])]);
    project.environment.remove("BASE44_API_KEY");
    // Looks like a token; the CLI finds no name in it, and would have the user log in.
    project
        .environment
        .set("BASE44_ACCESS_TOKEN", "eyJhbGciOiJub25lIn0.e30.x");
    project.environment.set("BASE44_REFRESH_TOKEN", "refresh");
    assert_eq!(project.plan().await, Err(Failure::NotLoggedIn));
    project.api.wait_for_silence();
    assert!(!project.log().contains("SECRET-CODE"), "{}", project.log());
}

/// Programs of our own in place of the CLI.
#[cfg(unix)]
mod scripts {
    use std::io::Read as _;

    use pretty_assertions::assert_eq;

    use super::*;

    impl Project {
        /// Makes `script` the CLI. It appends its arguments to the file `calls`, and finds the project in `$0`'s folder.
        fn with_script(mut self, script: &str) -> Self {
            let path = self.path().join("cli");
            let text = format!("#!/bin/sh\nhere=${{0%/*}}\necho \"$@\" >>\"$here/calls\"\n{script}\n");
            write(&path, &text);
            // Not executed itself: a file just written may still be open in a child of another test.
            self.command = vec!["sh".into(), path.display().to_string()];
            self
        }

        fn calls(&self) -> String {
            std::fs::read_to_string(self.path().join("calls")).unwrap_or_default()
        }
    }

    #[tokio::test]
    async fn not_logged_in_nothing_is_started() {
        let mut project = Project::new(&[("slack", &["a"])]).with_script("echo 0.1.18");
        project.environment.remove("BASE44_API_KEY");
        let failure = project.push().await.unwrap_err();
        assert_eq!(failure, Failure::NotLoggedIn);
        assert!(failure.to_string().contains("npx base44 login"), "{failure}");
        assert_eq!(project.calls(), "");
        assert_eq!(project.api.log(), [""; 0]);
    }

    #[tokio::test]
    async fn an_old_version_is_refused_before_it_can_push() {
        for version in ["0.0.48", "0.1.5", "0.1.14", "0.1.15-beta.1"] {
            let project = Project::new(&[("slack", &["a"])]).with_script(&format!("echo {version}"));
            let failure = project.push().await.unwrap_err();
            assert!(matches!(failure, Failure::TooOld { .. }), "{failure:?}");
            let message = failure.to_string();
            assert!(
                message.contains(version) && message.contains("base44@latest"),
                "{message}"
            );
            assert_eq!(project.calls(), "--version\n");
        }
    }

    #[tokio::test]
    async fn the_version_is_asked_once_per_program() {
        let project = Project::new(&[]).with_script("echo 0.1.15");
        project.cli().await.unwrap();
        project.cli().await.unwrap();
        assert_eq!(project.calls(), "--version\n");
    }

    #[tokio::test]
    async fn a_program_that_is_not_the_cli_is_told_by_its_version() {
        let project = Project::new(&[]).with_script("echo 'not a command'; exit 3");
        let failure = project.cli().await.unwrap_err().to_string();
        assert!(failure.contains("not a command"), "{failure}");
    }

    #[tokio::test]
    async fn children_of_the_cli_end_with_it() {
        // A pipe ends when the last process that holds it has ended: here the script, and its child, which
        // does not care for SIGTERM, and also holds the pipes to this process.
        for end in ["cancel", "drop", "exit"] {
            let end_of_script = if end == "exit" { "echo 0.1.15" } else { "wait" };
            let project = Project::new(&[]).with_script(&format!(
                "exec 3>\"$here/pipe\"; (trap '' TERM; exec sleep 100) & echo >&3; {end_of_script}"
            ));
            let pipe = project.path().join("pipe");
            let mkfifo = std::process::Command::new("mkfifo").arg(&pipe).status();
            assert!(mkfifo.unwrap().success());

            let (started, has_started) = tokio::sync::oneshot::channel();
            let all_ended = tokio::task::spawn_blocking(move || {
                let mut pipe = std::fs::File::open(pipe).unwrap();
                pipe.read_exact(&mut [0]).unwrap();
                started.send(()).unwrap();
                pipe.read_to_end(&mut Vec::new()).unwrap();
            });
            let has_started = async {
                has_started.await.unwrap();
                if end == "cancel" {
                    project.cancel.cancel();
                }
                if end != "drop" {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                biased;
                cli = project.cli() => assert_eq!(cli.is_ok(), end == "exit"),
                () = has_started => assert_eq!(end, "drop"),
            }
            let ended = tokio::time::timeout(PATIENCE, all_ended).await;
            assert!(ended.is_ok(), "a process is left over after {end}");
        }
    }

    #[tokio::test]
    async fn a_child_that_never_stops_printing_can_be_cancelled() {
        let project = Project::new(&[]).with_script("while :; do echo y >&2; done");
        let on_line = |_: &str| project.cancel.cancel();
        let search = Search {
            trusted: true,
            setting: &project.command,
            project: project.path(),
            workspace: project.path(),
        };
        let (environment, versions) = (&project.environment, Versions::default());
        let cli = Cli::find(&search, environment, &versions, &project.control(&on_line)).await;
        assert_eq!(cli.unwrap_err(), Failure::Cancelled(Effect::Reads));
    }

    #[tokio::test]
    async fn endless_output_is_cut_off() {
        for script in ["exec yes", "exec yes a line as long as those of a log >&2"] {
            let project = Project::new(&[]).with_script(script);
            assert_eq!(project.cli().await.unwrap_err(), Failure::TooMuchOutput);
        }
    }

    /// What a push has done until the CLI crashes, stays done.
    #[tokio::test]
    async fn a_command_that_breaks_off_says_whether_it_may_have_changed_something() {
        for (script, reason) in [
            ("echo oh >&2; exit 7", "ended with exit code 7 and gave no answer: oh"),
            ("echo '<html>'", "cannot be read: <html>"),
            ("exec yes", "far more than an answer"),
        ] {
            let project = Project::new(&[("slack", &["a"])]);
            let cli = real_cli();
            let script = format!(
                "case \"$*\" in *push*|*initiate*) {script};; *) exec node '{}' \"$@\";; esac",
                cli.display()
            );
            let project = project.with_script(&script);
            for failure in [
                project.push().await.unwrap_err(),
                project.initiate("slack").await.unwrap_err(),
            ] {
                let text = failure.to_string();
                assert!(text.contains(reason), "{text}");
                assert!(text.contains("What was done by then stays done"), "{text}");
            }
        }
        let project = Project::new(&[("slack", &["a"])]).with_script("exit 7");
        let text = project.cli().await.unwrap_err().to_string();
        assert!(!text.contains("stays done"), "{text}");
    }

    /// It would wait for the registry, for minutes where that does not answer.
    #[tokio::test]
    async fn the_update_check_is_not_made() {
        use std::os::unix::fs::PermissionsExt as _;
        let mut project = Project::new(&[("slack", &["a"])]);
        let bin = project.path().join("bin");
        let npm = bin.join("npm");
        write(&npm, "#!/bin/sh\ntouch \"$0.ran\"\n");
        std::fs::set_permissions(&npm, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = project.environment.text("PATH").unwrap().to_owned();
        project.environment.set("PATH", format!("{}:{path}", bin.display()));
        project.plan().await.unwrap();
        assert!(!bin.join("npm.ran").exists());
    }

    #[tokio::test]
    async fn a_home_folder_that_cannot_be_written_is_a_failure_in_words() {
        let mut project = Project::new(&[("slack", &["a"])]);
        project.environment.set("HOME", "/dev/null/home");
        let failure = project.plan().await.unwrap_err();
        assert!(matches!(failure, Failure::Crashed { .. }), "{failure:?}");
        assert!(failure.to_string().contains("ENOTDIR"), "{failure}");
    }

    /// The server's own standard input is its protocol.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn standard_input_is_closed() {
        let script = "[ \"$(readlink /proc/self/fd/0)\" = /dev/null ] && echo 0.1.15";
        Project::new(&[]).with_script(script).cli().await.unwrap();
    }
}
