//! The serve loop: frames in, handlers, frames out.
//!
//! Three threads, none of which waits for another's work:
//!
//! - the **reader** takes frames apart and starts each handler, in the order of arrival, by polling it once on the
//!   spot. A handler that never awaits, such as every edit and most answers, is done then;
//! - the **runtime** (this thread) goes on with the handlers that are not, and runs every other task;
//! - the **writer** alone touches the output. Its queue has no bound, so a client that does not read stops nobody.
//!
//! So a handler's state changes before its first await happen in the order of arrival, and those behind it in any
//! order. A request that panics is answered with an error; a frame that cannot be read is answered with an error; both
//! cost nothing but themselves. Why not `tower_lsp::Server`: one bad frame or one panic ends it, `exit` does not while
//! the input stays open, and some handlers that await the client stop it for ever.

use std::any::Any;
use std::future::poll_fn;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use futures_util::{Sink as _, StreamExt as _};
use lsp_types::notification::Notification;
use serde::Serialize;
use serde_json::Value;
use tokio::runtime;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, ExitedError, LanguageServer, Loopback, LspService};
use tower_service::Service as _;

use super::framing::{Frame, FrameReader, write_frame};
use super::intake::{Input, Intake};
use super::lifecycle::{Lifecycle, Phase, Process, told_to_end};
use super::message::Message;
use super::tolerance;

/// How long the last answers may take to be written when the session has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);
const BUFFER: usize = 64 * 1024;

/// Serves one client until it says `exit`, closes the input, stops taking our output, or dies, or until the process is told to end. Returns the process's
/// exit code: 0 after `shutdown`, otherwise 1.
///
/// `build` makes the service; the [`Outbox`] it gets is for notifications to the client, the [`Intake`] for waiting until a
/// burst of messages is over. The reader thread may still
/// be blocked on `input` afterwards: end the process.
///
/// # Errors
/// If the threads or the runtime cannot be started.
pub fn serve<S: LanguageServer>(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    build: impl FnOnce(Outbox, Intake) -> (LspService<S>, ClientSocket),
) -> io::Result<u8> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (ended, mut end) = tokio::sync::mpsc::unbounded_channel::<&'static str>();
    let lifecycle = Lifecycle::new();

    let (outbox, written) = start_writer(output, ended.clone())?;
    let (input, intake) = Input::new(input);
    let (service, socket) = build(outbox.clone(), intake);
    let (mut requests, replies) = socket.split();
    let to_client = outbox.clone();
    runtime.spawn(async move {
        while let Some(request) = requests.next().await {
            to_client.send(&request);
        }
    });
    let told = ended.clone();
    runtime.spawn(async move {
        told_to_end().await;
        let _ = told.send("the process was told to end");
    });

    let mut reader = Reader {
        service,
        replies,
        lifecycle: lifecycle.clone(),
        outbox: outbox.clone(),
        runtime: runtime.handle().clone(),
        ended,
    };
    thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || reader.run(input))?;

    let reason = runtime.block_on(end.recv()).unwrap_or("the reader panicked");
    tracing::info!("the session ends: {reason}");
    // Children that are killed when dropped die here.
    runtime.shutdown_background();
    outbox.close();
    if written.recv_timeout(LAST_WORDS).is_err() {
        tracing::warn!("the client does not read its last messages");
    }
    Ok(lifecycle.exit_code())
}

/// The way to the client. Never blocks, keeps the order, and drops what comes after the end of the session.
#[derive(Debug, Clone)]
pub struct Outbox(mpsc::Sender<Outgoing>);

#[derive(Debug)]
enum Outgoing {
    Body(Vec<u8>),
    Close,
}

impl Outbox {
    /// Queues a notification.
    pub fn notify<N: Notification>(&self, params: &N::Params) {
        #[derive(Serialize)]
        struct Message<'a, P> {
            jsonrpc: &'static str,
            method: &'static str,
            params: &'a P,
        }
        self.send(&Message {
            jsonrpc: "2.0",
            method: N::METHOD,
            params,
        });
    }

    fn send(&self, message: &impl Serialize) {
        match serde_json::to_vec(message) {
            // The writer is gone only when the session is over.
            Ok(body) => drop(self.0.send(Outgoing::Body(body))),
            Err(error) => tracing::error!(%error, "a message that cannot be written as JSON"),
        }
    }

    fn refuse(&self, id: Id, error: Error) {
        self.send(&Response::from_error(id, error));
    }

    fn close(&self) {
        drop(self.0.send(Outgoing::Close));
    }
}

/// Starts the thread that alone writes to the client; the receiver hears when it has written all.
fn start_writer(
    output: impl Write + Send + 'static,
    ended: UnboundedSender<&'static str>,
) -> io::Result<(Outbox, mpsc::Receiver<()>)> {
    let (sender, queue) = mpsc::channel();
    let (done, written) = mpsc::channel();
    thread::Builder::new().name("writer".to_owned()).spawn(move || {
        if let Err(error) = write_all(&queue, &mut BufWriter::with_capacity(BUFFER, output)) {
            tracing::warn!(%error, "cannot write to the client");
            let _ = ended.send("the client does not take our output");
        }
        let _ = done.send(());
    })?;
    Ok((Outbox(sender), written))
}

/// Writes what is queued, and flushes when the queue is empty.
fn write_all(queue: &mpsc::Receiver<Outgoing>, output: &mut impl Write) -> io::Result<()> {
    loop {
        let next = match queue.try_recv() {
            Ok(next) => next,
            Err(_) => {
                output.flush()?;
                queue.recv().unwrap_or(Outgoing::Close)
            }
        };
        match next {
            Outgoing::Body(body) => write_frame(output, &body)?,
            Outgoing::Close => return output.flush(),
        }
    }
}

struct Reader<S> {
    service: LspService<S>,
    replies: <ClientSocket as Loopback>::ResponseSink,
    lifecycle: Lifecycle,
    outbox: Outbox,
    runtime: runtime::Handle,
    ended: UnboundedSender<&'static str>,
}

impl<S: LanguageServer> Reader<S> {
    fn run(&mut self, input: impl Read) {
        let mut frames = FrameReader::new(BufReader::with_capacity(BUFFER, input));
        let reason = loop {
            match frames.next() {
                Ok(Some(Frame::Body(body))) => {
                    if self.take(&body).is_break() {
                        break "exit";
                    }
                }
                Ok(Some(Frame::Lost(why))) => {
                    tracing::warn!("unreadable input: {why}");
                    let error = Error {
                        message: why.into(),
                        ..Error::parse_error()
                    };
                    self.outbox.refuse(Id::Null, error);
                }
                Ok(None) => break "the input is closed",
                Err(error) => {
                    tracing::warn!(%error, "cannot read the input");
                    break "the input cannot be read";
                }
            }
        };
        let _ = self.ended.send(reason);
    }

    fn take(&mut self, body: &[u8]) -> std::ops::ControlFlow<()> {
        match Message::parse(body) {
            Ok(Message::Call { method, .. }) if method == "exit" => {
                return std::ops::ControlFlow::Break(());
            }
            Ok(Message::Call { method, id, params }) => self.call(method, id, params),
            Ok(Message::Reply(response)) => self.route(response),
            Err(error) => {
                tracing::warn!(%error, "unreadable message");
                self.outbox.refuse(Id::Null, error);
            }
        }
        std::ops::ControlFlow::Continue(())
    }

    /// Starts a handler; its answer is sent from here, or from the runtime.
    fn call(&mut self, method: String, id: Option<Id>, params: Option<Value>) {
        let refusal = match (self.lifecycle.phase(), &*method) {
            (Phase::Starting, "initialize") => {
                self.watch_client(params.as_ref());
                None
            }
            (Phase::Starting, _) => Some(not_initialized()),
            (Phase::Running, "shutdown") => {
                self.lifecycle.enter(Phase::ShutDown);
                None
            }
            (Phase::Running, _) => None,
            (Phase::ShutDown, _) => Some(Error::invalid_request()),
        };
        if let Some(error) = refusal {
            if let Some(id) = id {
                self.outbox.refuse(id, error);
            }
            return;
        }

        let params = tolerance::params(&method, params);
        let request = request(&method, id.clone(), params);
        let answer = Answer {
            method,
            id,
            outbox: self.outbox.clone(),
            lifecycle: self.lifecycle.clone(),
        };

        // Handlers may start tasks and timers.
        let _entered = self.runtime.enter();
        let mut handler = match catch_unwind(AssertUnwindSafe(|| self.service.call(request))) {
            Ok(handler) => handler,
            Err(panic) => return answer.send(Err(panic)),
        };
        match poll_caught(&mut handler, &mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => answer.send(outcome),
            // The task polls it again at once, so what woke the first poll's waker in between is not missed.
            Poll::Pending => drop(self.runtime.spawn(async move {
                answer.send(poll_fn(|context| poll_caught(&mut handler, context)).await);
            })),
        }
    }

    /// Hands a reply to the handler that waits for it. If that was cancelled meanwhile, tower-lsp panics.
    fn route(&mut self, response: Response) {
        let replies = Pin::new(&mut self.replies);
        if catch_unwind(AssertUnwindSafe(|| replies.start_send(response))).is_err() {
            tracing::debug!("a reply that nobody waits for any more");
        }
    }

    /// Ends the session when the process that started us dies, even if somebody else holds our input open.
    fn watch_client(&self, params: Option<&Value>) {
        let pid = params
            .and_then(|params| params.get("processId"))
            .and_then(Value::as_u64);
        let Some(pid) = pid.and_then(|pid| u32::try_from(pid).ok()) else {
            return;
        };
        let ended = self.ended.clone();
        let watched = Process::watch(pid).and_then(|process| {
            thread::Builder::new().name("client watch".to_owned()).spawn(move || {
                process.wait();
                let _ = ended.send("the client's process is gone");
            })
        });
        if let Err(error) = watched {
            tracing::info!(pid, %error, "the client's process cannot be watched");
        }
    }
}

fn request(method: &str, id: Option<Id>, params: Option<Value>) -> Request {
    let mut request = Request::build(method.to_owned());
    if let Some(id) = id {
        request = request.id(id);
    }
    if let Some(params) = params {
        request = request.params(params);
    }
    request.finish()
}

fn not_initialized() -> Error {
    Error {
        message: "Server not initialized".into(),
        ..Error::new(ErrorCode::ServerError(-32002))
    }
}

type Panic = Box<dyn Any + Send>;
type Outcome = Result<Result<Option<Response>, ExitedError>, Panic>;
type Handler = Pin<Box<dyn Future<Output = Result<Option<Response>, ExitedError>> + Send>>;

fn poll_caught(handler: &mut Handler, context: &mut Context<'_>) -> Poll<Outcome> {
    match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(outcome)) => Poll::Ready(Ok(outcome)),
        Err(panic) => Poll::Ready(Err(panic)),
    }
}

/// What is needed to answer a call, wherever its handler ends.
struct Answer {
    method: String,
    id: Option<Id>,
    outbox: Outbox,
    lifecycle: Lifecycle,
}

impl Answer {
    fn send(self, outcome: Outcome) {
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(ExitedError { .. })) => None,
            Err(panic) => {
                let message = panic_message(&*panic);
                tracing::error!(method = self.method, "a handler panicked: {message}");
                let error = Error {
                    message: format!("internal error in {}: {message}", self.method).into(),
                    ..Error::internal_error()
                };
                self.id.clone().map(|id| Response::from_error(id, error))
            }
        };
        // Before the answer: the client may send its next message as soon as it has it.
        if self.method == "initialize" && response.as_ref().is_some_and(Response::is_ok) {
            self.lifecycle.enter(Phase::Running);
        }
        match (response, self.id) {
            (Some(response), _) => self.outbox.send(&response),
            // tower-lsp swallows requests whose name begins with `$/`, but only notifications may be.
            (None, Some(id)) => self.outbox.refuse(id, Error::method_not_found()),
            (None, None) => {}
        }
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let message = panic.downcast_ref::<&str>().copied();
    message
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
