//! An LSP client for tests: typed, strict about what it reads, and impatient only with a hang.
//!
//! It talks to the shipped binary ([`Client::spawn`]) or to a service in this process ([`Client::in_process`]). Every
//! test ends with [`Client::finish`] or one of its siblings, which check that the server shut down with the right
//! code and that no message was left unread. Nothing here sleeps; what does not come within [`PATIENCE`] fails with
//! all messages so far.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]
#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use base44_connectors_ls::lsp::intake::Intake;
use base44_connectors_ls::lsp::transport::{self, Outbox};
use lsp_types::notification::{Exit, Initialized, Notification};
use lsp_types::request::{Initialize, Request, Shutdown};
use lsp_types::{ClientCapabilities, InitializeParams, InitializeResult, InitializedParams};
use serde_json::{Value, json};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

#[allow(
    clippy::duplicate_mod,
    reason = "other parts of this folder, which stand alone, have it, too"
)]
#[path = "patience.rs"]
mod patience;
#[path = "program.rs"]
mod program;

pub(crate) use patience::PATIENCE;
pub(crate) use program::program;

/// A client and the server it talks to.
pub struct Client {
    /// To the thread that writes: a server that does not read blocks that thread, not the test.
    input: Option<mpsc::Sender<Vec<u8>>>,
    incoming: mpsc::Receiver<Value>,
    /// Read, but not asked for yet.
    unread: VecDeque<Value>,
    answers: HashMap<&'static str, Box<dyn FnMut(Value) -> Value + Send>>,
    next_id: i64,
    may_stay_unread: &'static [&'static str],
    transcript: Arc<Mutex<String>>,
    reading: Arc<Mutex<()>>,
    server: Option<Server>,
}

enum Server {
    Process(Child),
    Thread(JoinHandle<io::Result<u8>>),
}

/// An error the server answered with.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseError {
    pub code: i64,
    pub message: String,
}

impl Client {
    /// Starts the shipped binary, with nothing of the environment of the tests.
    pub fn spawn() -> Client {
        Client::spawn_with(|_| {})
    }

    /// Starts the shipped binary, with arguments, environment or folder as `configure` sets them.
    pub fn spawn_with(configure: impl FnOnce(&mut Command)) -> Client {
        let mut command = program();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        configure(&mut command);
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = child.stdout.take().unwrap();
        let log = child.stderr.take().unwrap();
        let client = Client::new(input, output, Server::Process(child));
        let transcript = Arc::clone(&client.transcript);
        thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                note(&transcript, "log", &line);
            }
        });
        client
    }

    /// Serves `build`'s service on a thread of this process, over pipes.
    pub fn in_process<S: LanguageServer>(
        build: impl FnOnce(Outbox, Intake) -> (LspService<S>, ClientSocket) + Send + 'static,
    ) -> Client {
        let (server_input, input) = io::pipe().unwrap();
        let (output, server_output) = io::pipe().unwrap();
        let server = thread::spawn(move || transport::serve(server_input, server_output, build));
        Client::new(input, output, Server::Thread(server))
    }

    fn new(input: impl Write + Send + 'static, output: impl Read + Send + 'static, server: Server) -> Client {
        let transcript = Arc::new(Mutex::new(String::new()));
        let reading = Arc::new(Mutex::new(()));
        let (sender, incoming) = mpsc::channel();
        let (log, gate) = (Arc::clone(&transcript), Arc::clone(&reading));
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read_message(&mut output, &log) {
                drop(gate.lock().unwrap());
                note(&log, "<--", &message.to_string());
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let (input_sender, to_write) = mpsc::channel::<Vec<u8>>();
        thread::spawn(move || {
            let mut input = input;
            // A server that has ended takes no more; what it said before is what counts.
            while let Ok(bytes) = to_write.recv()
                && input.write_all(&bytes).is_ok()
            {}
        });
        Client {
            input: Some(input_sender),
            incoming,
            unread: VecDeque::new(),
            answers: HashMap::new(),
            may_stay_unread: &[],
            next_id: 0,
            transcript,
            reading,
            server: Some(server),
        }
    }

    /// Does the handshake as a client with these capabilities.
    pub fn initialize(&mut self, capabilities: ClientCapabilities) -> InitializeResult {
        self.initialize_with(InitializeParams {
            capabilities,
            ..InitializeParams::default()
        })
    }

    /// Does the handshake.
    pub fn initialize_with(&mut self, params: InitializeParams) -> InitializeResult {
        let result = self.request::<Initialize>(params);
        self.notify::<Initialized>(InitializedParams {});
        result
    }

    /// Sends a request and waits for its result.
    #[track_caller]
    pub fn request<R: Request>(&mut self, params: R::Params) -> R::Result {
        let id = self.start::<R>(params);
        match self.response(&id) {
            Ok(result) => serde_json::from_value(result).unwrap(),
            Err(error) => self.fail(&format!("{} failed: {error:?}", R::METHOD)),
        }
    }

    /// Sends a request; [`response`](Self::response) waits for what comes back.
    pub fn start<R: Request>(&mut self, params: R::Params) -> Value {
        self.start_raw(R::METHOD, serde_json::to_value(params).unwrap())
    }

    /// The same for any method and parameters.
    pub fn start_raw(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = json!(self.next_id);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The same without the member `params`.
    pub fn start_bare(&mut self, method: &str) -> Value {
        self.next_id += 1;
        let id = json!(self.next_id);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method }));
        id
    }

    /// Sends any request and waits for its result or error.
    #[track_caller]
    pub fn request_raw(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let id = self.start_raw(method, params);
        self.response(&id)
    }

    /// Waits for the answer to the request `id`.
    #[track_caller]
    pub fn response(&mut self, id: &Value) -> Result<Value, ResponseError> {
        let what = format!("the answer to request {id}");
        let mut answer = self.take(&what, |message| message.get("method").is_none() && message["id"] == *id);
        match answer.get("error") {
            None => Ok(answer["result"].take()),
            Some(error) => Err(ResponseError {
                code: error["code"].as_i64().unwrap(),
                message: error["message"].as_str().unwrap().to_owned(),
            }),
        }
    }

    /// Sends a notification.
    pub fn notify<N: Notification>(&mut self, params: N::Params) {
        let params = serde_json::to_value(params).unwrap();
        self.send(&json!({ "jsonrpc": "2.0", "method": N::METHOD, "params": params }));
    }

    /// The same for any method and parameters.
    pub fn notify_raw(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Waits for the next notification of this kind; others that come before it stay unread.
    #[track_caller]
    pub fn await_notification<N: Notification>(&mut self) -> N::Params {
        let mut message = self.take(N::METHOD, |message| message["method"] == N::METHOD);
        serde_json::from_value(message["params"].take()).unwrap()
    }

    /// From now on, answers the server's requests of this kind.
    pub fn answer<R: Request>(&mut self, mut answer: impl FnMut(R::Params) -> R::Result + Send + 'static) {
        let answer = move |params| serde_json::to_value(answer(serde_json::from_value(params).unwrap())).unwrap();
        self.answers.insert(R::METHOD, Box::new(answer));
    }

    /// From now on, leaves the server's requests of this kind to [`await_request`](Self::await_request) again.
    pub fn leave<R: Request>(&mut self) {
        self.answers.remove(R::METHOD);
    }

    /// Waits for a request of the server that [`answer`](Self::answer) was not told about; gives id and parameters.
    #[track_caller]
    pub fn await_request<R: Request>(&mut self) -> (Value, R::Params) {
        let mut message = self.take(R::METHOD, |message| message["method"] == R::METHOD);
        (
            message["id"].take(),
            serde_json::from_value(message["params"].take()).unwrap(),
        )
    }

    /// Sends a message.
    #[track_caller]
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends bytes as they are.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        note(&self.transcript, "-->", &String::from_utf8_lossy(bytes));
        let input = self.input.as_ref().expect("the input is still open");
        let _ = input.send(bytes.to_vec());
    }

    /// Waits for the next message, whatever it is.
    #[track_caller]
    pub fn receive(&mut self) -> Value {
        self.take("any message", |_| true)
    }

    /// While this lock is held, the client reads at most one message.
    pub fn reading(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.reading)
    }

    /// Notifications that may be left unread at the end, where a test does not follow all of them.
    pub fn ignore_unread(&mut self, methods: &'static [&'static str]) {
        self.may_stay_unread = methods;
    }

    /// The process of the server.
    pub fn pid(&self) -> u32 {
        match &self.server {
            Some(Server::Process(child)) => child.id(),
            _ => panic!("not a process"),
        }
    }

    /// Shuts down, exits, and checks that this ended the server with code 0 and that every message was read.
    #[track_caller]
    pub fn finish(mut self) {
        let id = self.start_bare(Shutdown::METHOD);
        assert_eq!(self.response(&id), Ok(Value::Null));
        assert_eq!(self.exit(), 0, "the exit code");
    }

    /// Sends `exit` and keeps the input open; gives the server's exit code.
    #[track_caller]
    pub fn exit(mut self) -> i32 {
        self.notify_bare(Exit::METHOD);
        self.wait()
    }

    /// Closes the server's input; gives its exit code.
    #[track_caller]
    pub fn close_input(mut self) -> i32 {
        self.input = None;
        self.wait()
    }

    /// Waits for the server to end by itself, with its input open; gives its exit code.
    #[track_caller]
    pub fn wait(mut self) -> i32 {
        loop {
            match self.incoming.recv_timeout(PATIENCE) {
                Ok(message) => self.keep(message),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => self.fail("the server does not end"),
            }
        }
        // Its output is closed, so it is ending.
        let code = match self.server.take().unwrap() {
            Server::Process(mut child) => child.wait().unwrap().code().unwrap_or(-1),
            Server::Thread(thread) => i32::from(thread.join().unwrap().unwrap()),
        };
        self.unread.retain(|it| {
            it["method"]
                .as_str()
                .is_none_or(|method| !self.may_stay_unread.contains(&method))
        });
        if !self.unread.is_empty() {
            self.fail(&format!("messages left unread: {:#?}", self.unread));
        }
        code
    }

    /// Waits for the process to end without reading what it writes; gives its exit code.
    #[track_caller]
    pub fn wait_without_reading(mut self) -> i32 {
        let Some(Server::Process(mut child)) = self.server.take() else {
            panic!("not a process")
        };
        let (sender, status) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait().unwrap().code().unwrap_or(-1)));
        status
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| self.fail("the server does not end"))
    }

    /// A notification without the member `params`.
    #[track_caller]
    pub fn notify_bare(&mut self, method: &str) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method }));
    }

    /// The first message that is `wanted`, read already or still to come.
    #[track_caller]
    fn take(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(index) = self.unread.iter().position(&wanted) {
                return self.unread.remove(index).unwrap();
            }
            match self.incoming.recv_timeout(PATIENCE) {
                Ok(message) => self.keep(message),
                Err(error) => self.fail(&format!("waiting for {what}: {error}")),
            }
        }
    }

    /// Answers what is to be answered, and keeps the rest.
    fn keep(&mut self, message: Value) {
        let answer = message["method"]
            .as_str()
            .and_then(|method| self.answers.get_mut(method));
        match answer {
            Some(answer) if message.get("id").is_some() => {
                let result = answer(message["params"].clone());
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
            }
            _ => self.unread.push_back(message),
        }
    }

    #[track_caller]
    fn fail(&self, why: &str) -> ! {
        panic!("{why}\n--- transcript ---\n{}", self.transcript.lock().unwrap());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(Server::Process(child)) = &mut self.server {
            let _ = child.kill();
            let _ = child.wait();
        }
        assert!(
            self.server.is_none() || thread::panicking(),
            "a test must end with finish(), exit(), close_input() or wait()"
        );
    }
}

/// Reads a message strictly as the protocol says it is written.
fn read_message(output: &mut impl io::BufRead, transcript: &Mutex<String>) -> Option<Value> {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        if output.read_until(b'\n', &mut header).ok()? == 0 {
            if !header.is_empty() {
                note(transcript, "!!!", &format!("the output ends with {header:?}"));
            }
            return None;
        }
    }
    let header = String::from_utf8(header).unwrap();
    let length = header
        .strip_prefix("Content-Length: ")
        .and_then(|it| it.strip_suffix("\r\n\r\n"));
    let Some(length) = length.and_then(|length| length.parse().ok()) else {
        note(transcript, "!!!", &format!("not a header: {header:?}"));
        return None;
    };
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// Long messages are cut: the transcript is for reading.
fn note(transcript: &Mutex<String>, what: &str, message: &str) {
    let cut = message
        .char_indices()
        .nth(2_000)
        .map_or(message, |(end, _)| &message[..end]);
    writeln!(transcript.lock().unwrap(), "{what} {}", cut.replace("\r\n", "\\r\\n")).unwrap();
}
