// Whether a server really serves: node release/initialize.mjs PROGRAM [ARGUMENT …]
//
// Starts it, initializes it, opens a connector with a mistake, waits for the finding, and ends it as an editor does.
// Exit code 0 only if all of it went as it should. It needs nothing but Node.js.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PATIENCE = 30_000;

const [program, ...args] = process.argv.slice(2);
const project = mkdtempSync(join(tmpdir(), "initialize-"));
process.on("exit", () => rmSync(project, { recursive: true, force: true }));
const connectors = join(project, "base44", "connectors");
const file = join(connectors, "slack.jsonc");
const text = '{ "type": "slack", "scopes": ["chat.write"] }';
mkdirSync(connectors, { recursive: true });
writeFileSync(file, text);

// A script (npm's launcher on Windows, say) is started by its interpreter.
const child = program.endsWith(".js") ? spawn(process.execPath, [program, ...args]) : spawn(program, args);
const timer = setTimeout(() => fail(`no answer within ${PATIENCE / 1000} s`), PATIENCE);
child.on("error", (error) => fail(error.message));
child.stderr.pipe(process.stderr);
child.stdin.on("error", () => fail("it reads no more"));

const exited = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
const messages = read(child.stdout);

send({ id: 1, method: "initialize", params: { processId: process.pid, rootUri: null, capabilities: {} } });
const { result } = await next((it) => it.id === 1);
const { name, version } = result?.serverInfo ?? fail("no serverInfo");
if (result.capabilities?.textDocumentSync === undefined) fail("no textDocumentSync");
send({ method: "initialized", params: {} });

const uri = pathToFileURL(file).href;
send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "jsonc", version: 1, text } } });
const { params } = await next((it) => it.method === "textDocument/publishDiagnostics");
const codes = params.diagnostics.map((it) => it.code);
if (!codes.includes("unknown-scope")) fail(`it found ${JSON.stringify(codes)}`);

send({ id: 2, method: "shutdown" });
await next((it) => it.id === 2);
send({ method: "exit" });
const code = await exited;
clearTimeout(timer);
if (code !== 0) fail(`it ended with ${code}`);
console.log(`${name} ${version}: initialized, found ${JSON.stringify(codes)}, ended with 0`);

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  child.stdin.write(body);
}

/** The next message that `fits`; others are read over. */
async function next(fits) {
  for (;;) {
    const { value, done } = await messages.next();
    if (done) fail("it ended");
    if (fits(value)) return value;
  }
}

async function* read(stream) {
  let buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      const length = end >= 0 && Number(/content-length: *(\d+)/i.exec(buffer.toString("latin1", 0, end))?.[1]);
      if (end < 0 || buffer.length < end + 4 + length) break;
      yield JSON.parse(buffer.toString("utf8", end + 4, end + 4 + length));
      buffer = buffer.subarray(end + 4 + length);
    }
  }
}

function fail(why) {
  console.error(`${program}: ${why}`);
  child.kill("SIGKILL");
  process.exit(1);
}
