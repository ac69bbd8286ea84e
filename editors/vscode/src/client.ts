/** One run of the server, from its start to its end, and the commands sent to it. */

import type { ChildProcess } from 'node:child_process';

import type { LogOutputChannel } from 'vscode';
import { Uri, commands } from 'vscode';
import type { ShowDocumentParams, ShowDocumentResult, StaticFeature } from 'vscode-languageclient';
import { CloseAction, ErrorAction, ExecuteCommandRequest, ShowMessageRequest } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';

import { ask } from './ask.ts';
import type { Places } from './documents.ts';
import { saveConnectors, selector } from './documents.ts';
import { end, start } from './process.ts';
import { CAPABILITIES, Command, OVERVIEW_CHANGED } from './protocol.ts';
import { SECTION, configuration, forServer } from './settings.ts';
import { isRefusedForTrust } from './trust.ts';

/** The commands that run the base44 CLI. */
const RUNNING_CLI: readonly string[] = [Command.authorize, Command.plan, Command.pull, Command.push, Command.refresh];

/** How many milliseconds a program has for its first answer. */
const FIRST_ANSWER = 30_000;

export interface Events {
  /** The answer to {@link Command.overview} may have changed. */
  overviewChanged(): void;
  /** A command has come to its end, and {@link Client.isBusy} may have changed. */
  commandEnded(): void;
  /** The server has ended, unasked. */
  ended(): void;
}

export class Client {
  readonly #client: QuietClient;
  readonly #program: string;
  readonly #places: Places;
  readonly #events: Events;
  #process: ChildProcess | undefined;
  #started: Promise<void> = Promise.resolve();
  #commandsUnderWay = 0;

  constructor(program: string, places: Places, log: LogOutputChannel, events: Events) {
    this.#program = program;
    this.#places = places;
    this.#events = events;
    this.#client = new QuietClient(SECTION, 'Base44 Connectors', async () => (this.#process = await start(program)), {
      documentSelector: selector(places),
      initializationOptions: forServer,
      initializationFailedHandler: () => false,
      outputChannel: log,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.#closed(),
      },
      middleware: {
        executeCommand: (command, args, next) => this.#during(command, () => Promise.resolve(next(command, args))),
        window: { showDocument: async (params, token, next) => (await preview(params)) ?? next(params, token) },
        workspace: { configuration },
      },
    });
    this.#client.registerFeature(EXTRAS);
    this.#client.onRequest(ShowMessageRequest.type, ask);
    this.#client.onNotification(OVERVIEW_CHANGED, () => events.overviewChanged());
  }

  /** Whether a command is under way, which the end of the server would break off. */
  get isBusy(): boolean {
    return this.#commandsUnderWay > 0;
  }

  /** Rejects with what to tell the user if the program cannot be run, or is no language server. */
  async start(): Promise<void> {
    const deadline = setTimeout(() => void this.#process?.kill('SIGKILL'), FIRST_ANSWER);
    try {
      await (this.#started = this.#client.start());
    } catch (error) {
      if (this.#process === undefined) {
        throw new Error(`${this.#program} cannot be run: ${messageOf(error)}.`, { cause: error });
      }
      await end(this.#process, 0);
      throw new Error(`${this.#program} is not the language server: ${messageOf(error)}.`, { cause: error });
    } finally {
      clearTimeout(deadline);
    }
  }

  /** However the server takes it, it has ended after this. */
  async stop(): Promise<void> {
    await this.#client.stop();
    if (this.#process !== undefined) {
      await end(this.#process);
    }
  }

  /** Runs one of the server's commands. `null`: nothing came of it, and the user knows why. */
  async run<T>(command: string, argument: object): Promise<T | null> {
    const request = { command, arguments: [argument] };
    const answer = await this.#during(command, () => this.#client.sendRequest(ExecuteCommandRequest.type, request));
    return answer as T | null;
  }

  /** Has the server ask for the settings again. */
  async settingsChanged(): Promise<void> {
    if (this.#client.isRunning()) {
      await this.#client.sendNotification('workspace/didChangeConfiguration', { settings: null });
    }
  }

  async #during(command: string, run: () => Promise<unknown>): Promise<unknown> {
    this.#commandsUnderWay += 1;
    try {
      return (await this.#mayRun(command)) ? await run() : null;
    } finally {
      this.#commandsUnderWay -= 1;
      this.#events.commandEnded();
    }
  }

  /** The CLI runs in trusted workspaces only, and reads saved files. */
  async #mayRun(command: string): Promise<boolean> {
    if (!RUNNING_CLI.includes(command)) {
      return true;
    }
    if (isRefusedForTrust()) {
      return false;
    }
    await saveConnectors(this.#places);
    return true;
  }

  /** Another run is another client. */
  async #closed(): Promise<{ action: CloseAction; handled: boolean }> {
    if (this.#client.isRunning()) {
      this.#events.ended();
    } else {
      // The library forgets the promise of a start that it is told to give up, and nobody would hear of its end.
      await this.#started.catch(() => undefined);
    }
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}

/** The library's client, but for what it tells the user, which is for the log. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** Does nothing where there is nothing to stop. */
  override async stop(timeout?: number): Promise<void> {
    if (this.isRunning()) {
      await super.stop(timeout).catch((error: unknown) => this.error('It did not stop when asked to.', error));
    }
  }
}

/** What the client says of itself, and what it does not want. */
const EXTRAS: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), [SECTION]: CAPABILITIES };
  },
  preInitialize(capabilities) {
    // VS Code formats JSON itself. A second formatter would make it ask which one to use, and format nothing on save.
    delete capabilities.documentFormattingProvider;
    delete capabilities.documentRangeFormattingProvider;
    delete capabilities.documentOnTypeFormattingProvider;
    // It has an outline for JSON, too, and would show both.
    delete capabilities.documentSymbolProvider;
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

/** Shows a plan, which is a Markdown file, as it is meant to look. `undefined`: it is something else. */
async function preview(params: ShowDocumentParams): Promise<ShowDocumentResult | undefined> {
  if (params.external === true || !params.uri.endsWith('.md')) {
    return undefined;
  }
  await commands.executeCommand('markdown.showPreview', Uri.parse(params.uri));
  return { success: true };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
