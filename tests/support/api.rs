//! Base44's API on this machine, as far as the connectors commands of the CLI use it.
//!
//! It listens on 127.0.0.1 only, and ends with the [`Api`] value. What it answers by itself follows its
//! state; [`Api::on`] sets a rule for one request.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::patience::PATIENCE;

/// The workspace key that [`Api::env`] holds.
pub(crate) const KEY: &str = "b44k_loopback";

/// The real CLI, installed by `tests/setup/base44-cli.sh`: the arguments of `node`.
pub(crate) fn real_cli() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/base44-0.1.18/package/bin/run.js");
    assert!(
        script.is_file(),
        "the base44 CLI that the tests run is missing: run tests/setup/base44-cli.sh first"
    );
    script
}

/// A running server. Dropping it ends it.
pub(crate) struct Api {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
    home: TempDir,
}

/// What a rule answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A status and a JSON body.
    Json(u16, Value),
    /// A status and any body.
    Text(u16, &'static str),
    /// The status 429, and to come back after so many seconds.
    Busy(u32),
    /// Nothing, ever; the connection stays open.
    Hang,
    /// The connection is closed without an answer.
    Close,
    /// What the state says, as without a rule.
    Natural,
    /// The same, later.
    Late(Duration),
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Api {
    /// Starts a server whose app has no connectors.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let acceptor = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// Where it listens: the value of `BASE44_API_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The environment variables that bring the CLI here, logged in by a workspace key, with a home folder of its own.
    /// `PATH` is that of the test: the CLI needs `node`.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let path = std::env::var("PATH").unwrap();
        [
            ("BASE44_API_URL", self.url()),
            ("BASE44_API_KEY", KEY.to_owned()),
            ("HOME", self.home().display().to_string()),
            ("USERPROFILE", self.home().display().to_string()),
            ("PATH", path),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// The home folder in [`Api::env`].
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Gives the app a connector.
    pub(crate) fn connector(&self, name: &str, scopes: &[&str]) -> &Self {
        let scopes = scopes.iter().map(|&it| it.to_owned()).collect();
        self.shared.lock().connectors.insert(name.to_owned(), scopes);
        self
    }

    /// The connectors of the app.
    pub(crate) fn connectors(&self) -> BTreeMap<String, Vec<String>> {
        self.shared.lock().connectors.clone()
    }

    /// Whether Stripe is installed.
    pub(crate) fn stripe(&self, installed: bool) -> &Self {
        self.shared.lock().stripe = installed;
        self
    }

    /// Adds a service to those Base44 offers.
    pub(crate) fn available(&self, name: &str, display_name: &str) -> &Self {
        self.shared.lock().available.push(json!({
            "integration_type": name,
            "display_name": display_name,
            "description": format!("{display_name} for your app"),
            "connection_config_fields": [],
        }));
        self
    }

    /// The user gives their consent in the browser: the connector gets the scopes it was last asked for.
    pub(crate) fn consent(&self, name: &str) -> &Self {
        let mut state = self.shared.lock();
        let scopes = state.asked.get(name).expect("it was asked for").clone();
        state.connectors.insert(name.to_owned(), scopes);
        drop(state);
        self
    }

    /// Answers each request that [`Api::log`] would show as `line` (or as `line` and its scopes) with `answer`.
    pub(crate) fn on(&self, line: &str, answer: Answer) -> &Self {
        self.shared.lock().rules.insert(line.to_owned(), answer);
        self
    }

    /// As [`Api::on`], from the request after the first `natural` ones on.
    pub(crate) fn after(&self, natural: usize, line: &str, answer: Answer) -> &Self {
        let later = (natural, answer);
        self.shared.lock().later.insert(line.to_owned(), later);
        self
    }

    /// The requests so far, in short: `GET list`, `PUT slack chat:write users:read`, `DELETE hubspot`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.requests().iter().map(Request::line).collect()
    }

    /// The requests that change something.
    pub(crate) fn changes(&self) -> Vec<String> {
        let mut log = self.log();
        log.retain(|it| !it.starts_with("GET"));
        log
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.lock().requests.clone()
    }

    /// Waits for a request that begins as `line`.
    pub(crate) fn wait_for(&self, line: &str) {
        let seen = |state: &State| state.requests.iter().any(|it| it.line().starts_with(line));
        self.shared.wait(&format!("no `{line}`"), seen);
    }

    /// Waits until every connection is closed: whoever talked to this server is gone.
    pub(crate) fn wait_for_silence(&self) {
        self.shared
            .wait("a connection is still open", |state| state.open.is_empty());
    }

    /// [`Api::wait_for`], while other tasks go on.
    pub(crate) async fn seen(&self, line: &str) {
        let (shared, line) = (Arc::clone(&self.shared), line.to_owned());
        let wait = move || {
            let seen = |state: &State| state.requests.iter().any(|it| it.line().starts_with(&line));
            shared.wait(&format!("no `{line}`"), seen);
        };
        tokio::task::spawn_blocking(wait).await.unwrap();
    }

    /// Breaks every connection off, and takes none any more.
    pub(crate) fn stop(&self) {
        let mut state = self.shared.lock();
        state.is_ending = true;
        for stream in &state.streams {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(state);
        // Wakes the acceptor, which ends.
        let _ = TcpStream::connect(self.address);
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.stop();
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Request {
    /// `PUT slack`.
    fn subject(&self) -> String {
        let in_app = self.path.strip_prefix("/api/apps/").and_then(|it| it.split_once('/'));
        let path = in_app.map_or(self.path.as_str(), |(_app, rest)| rest);
        let path = path.trim_start_matches("external-auth/");
        let path = path.trim_start_matches("integrations/").trim_end_matches("/remove");
        format!("{} {path}", self.method)
    }

    /// `PUT slack chat:write users:read`.
    fn line(&self) -> String {
        [vec![self.subject()], self.scopes()].concat().join(" ")
    }

    fn scopes(&self) -> Vec<String> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        serde_json::from_value(body["scopes"].clone()).unwrap_or_default()
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    connectors: BTreeMap<String, Vec<String>>,
    asked: BTreeMap<String, Vec<String>>,
    stripe: bool,
    available: Vec<Value>,
    rules: BTreeMap<String, Answer>,
    /// Rules that begin when so many requests have been answered without them.
    later: BTreeMap<String, (usize, Answer)>,
    requests: Vec<Request>,
    streams: Vec<TcpStream>,
    /// The connections that are open, by their peer.
    open: BTreeSet<SocketAddr>,
    is_ending: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, what: &str, is_so: impl Fn(&State) -> bool) {
        let (state, timeout) = self
            .changed
            .wait_timeout_while(self.lock(), PATIENCE, |state| !is_so(state))
            .unwrap_or_else(PoisonError::into_inner);
        let log: Vec<String> = state.requests.iter().map(Request::line).collect();
        drop(state);
        assert!(!timeout.timed_out(), "{what} among {log:#?}");
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let mut state = shared.lock();
        if state.is_ending {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(peer) = stream.peer_addr() else {
            continue;
        };
        state.streams.extend(stream.try_clone());
        state.open.insert(peer);
        drop(state);
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            converse(stream, &shared);
            shared.lock().open.remove(&peer);
            shared.changed.notify_all();
        });
    }
}

/// Answers the requests of one connection until its end.
fn converse(mut stream: TcpStream, shared: &Shared) {
    while let Some(request) = read_request(&mut stream) {
        let mut state = shared.lock();
        let mut answer = state.rule(&request);
        state.requests.push(request.clone());
        drop(state);
        shared.changed.notify_all();
        if let Answer::Late(delay) = answer {
            std::thread::sleep(delay);
            answer = Answer::Natural;
        }
        if let Answer::Natural = answer {
            answer = shared.lock().natural_answer(&request);
        }
        let (status, header, body) = match answer {
            Answer::Json(status, body) => (status, "content-type: application/json".to_owned(), body.to_string()),
            Answer::Text(status, body) => (status, "content-type: text/html".to_owned(), body.to_owned()),
            Answer::Busy(seconds) => (429, format!("retry-after: {seconds}"), String::new()),
            Answer::Hang => {
                // Until the other side, or this server, ends.
                while stream.read(&mut [0; 64]).is_ok_and(|length| length > 0) {}
                return;
            }
            Answer::Close => {
                let _ = stream.shutdown(Shutdown::Both);
                return;
            }
            Answer::Natural | Answer::Late(_) => unreachable!("made into an answer above"),
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status} Status\r\n{header}\r\ncontent-length: {length}\r\n\r\n");
        if stream.write_all((head + &body).as_bytes()).is_err() {
            return;
        }
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut headers);
        if let httparse::Status::Complete(length) = head.parse(&bytes).ok()? {
            let headers: BTreeMap<String, String> = head
                .headers
                .iter()
                .map(|it| (it.name.to_lowercase(), String::from_utf8_lossy(it.value).into_owned()))
                .collect();
            let request = Request {
                method: head.method?.to_owned(),
                path: head.path?.to_owned(),
                body: Vec::new(),
                headers,
            };
            let expected = request.headers.get("content-length");
            let expected: usize = expected.map_or(Some(0), |it| it.parse().ok())?;
            let mut body = bytes.split_off(length);
            let read = body.len();
            body.resize(expected, 0);
            stream.read_exact(body.get_mut(read..)?).ok()?;
            return Some(Request { body, ..request });
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => bytes.extend_from_slice(&buffer[..length]),
            _ => return None,
        }
    }
}

impl State {
    fn rule(&mut self, request: &Request) -> Answer {
        let line = request.line();
        if let Some((natural, answer)) = self.later.get_mut(&line) {
            match natural.checked_sub(1) {
                Some(left) => *natural = left,
                None => return answer.clone(),
            }
        }
        let rule = self.rules.get(&line).or_else(|| self.rules.get(&request.subject()));
        rule.cloned().unwrap_or(Answer::Natural)
    }

    fn natural_answer(&mut self, request: &Request) -> Answer {
        let subject = request.subject();
        let words: Vec<&str> = subject.split(' ').collect();
        let body = match words.as_slice() {
            ["GET", "list"] => {
                let item = |(name, scopes): (&String, &Vec<String>)| json!({"integration_type": name, "status": "active", "scopes": scopes});
                json!({"integrations": self.connectors.iter().map(item).collect::<Vec<_>>()})
            }
            ["GET", "available-integrations"] => json!({"integrations": self.available}),
            ["GET", "payments/stripe/status"] => {
                json!({"stripe_mode": self.stripe.then_some("sandbox")})
            }
            ["POST", "payments/stripe/install"] => {
                self.stripe = true;
                json!({"already_installed": false, "claim_url": "https://stripe.example/claim"})
            }
            ["DELETE", "payments/stripe"] => {
                self.stripe = false;
                json!({"success": true})
            }
            ["DELETE", name] => {
                self.connectors.remove(*name);
                json!({"status": "removed", "integration_type": name})
            }
            ["PUT", name] => {
                let scopes = request.scopes();
                let is_same = self.connectors.get(*name) == Some(&scopes);
                self.asked.insert((*name).to_owned(), scopes);
                let page = format!("https://consent.example/{name}?state=secret-state");
                json!({
                    "redirect_url": (!is_same).then_some(page),
                    "connection_id": (!is_same).then_some("connection"),
                    "already_authorized": is_same,
                    "error": null, "error_message": null, "other_user_email": null,
                })
            }
            ["POST", "/oauth/device/code"] => json!({
                "device_code": "device", "user_code": "SECRET-CODE", "expires_in": 600, "interval": 1,
                "verification_uri": "https://login.example/device",
            }),
            _ => return Answer::Json(404, json!({"message": "Not Found"})),
        };
        Answer::Json(200, body)
    }
}
