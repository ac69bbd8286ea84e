/** One run of the server, from its start to its end, and the commands sent to it. */

import type { LogOutputChannel } from 'vscode';
import { Uri, commands } from 'vscode';
import type { ShowDocumentParams, ShowDocumentResult, StaticFeature } from 'vscode-languageclient';
import { ExecuteCommandRequest, ShowMessageRequest, State } from 'vscode-languageclient';
import { LanguageClient } from 'vscode-languageclient/node';

import { ask } from './ask.ts';
import type { Filter } from './documents.ts';
import { saveConnectors, selector } from './documents.ts';
import { CAPABILITIES, Command, OVERVIEW_CHANGED } from './protocol.ts';
import { SECTION, configuration, forServer } from './settings.ts';
import { isRefusedForTrust } from './trust.ts';

/** The commands that run the base44 CLI. */
const RUNNING_CLI: readonly string[] = [Command.authorize, Command.plan, Command.pull, Command.push, Command.refresh];

export class Client {
  readonly #client: LanguageClient;
  readonly #documents: Filter[];

  /** `folders` are the connector folders that the usual patterns do not take in, as URIs. */
  constructor(program: string, folders: Iterable<string>, log: LogOutputChannel, onOverviewChanged: () => void) {
    this.#documents = selector(folders);
    this.#client = new LanguageClient(
      SECTION,
      'Base44 Connectors',
      { command: program },
      {
        documentSelector: this.#documents,
        initializationOptions: forServer,
        outputChannel: log,
        middleware: {
          executeCommand: async (command, args, next) => ((await this.#mayRun(command)) ? next(command, args) : null),
          window: { showDocument: async (params, token, next) => (await preview(params)) ?? next(params, token) },
          workspace: { configuration },
        },
      },
    );
    this.#client.registerFeature(EXTRAS);
    this.#client.onRequest(ShowMessageRequest.type, ask);
    this.#client.onNotification(OVERVIEW_CHANGED, onOverviewChanged);
    // A server that dies is started again by the library.
    this.#client.onDidChangeState(({ newState }) => newState === State.Running && onOverviewChanged());
  }

  /** Rejects if the program does not start, or does not speak LSP. */
  start(): Promise<void> {
    return this.#client.start();
  }

  async stop(): Promise<void> {
    if (this.#client.needsStop()) {
      await this.#client.stop();
    }
  }

  /** Runs one of the server's commands. `null`: nothing came of it, and the user knows why. */
  async run<T>(command: string, argument: object): Promise<T | null> {
    if (!(await this.#mayRun(command))) {
      return null;
    }
    const request = { command, arguments: [argument] };
    return (await this.#client.sendRequest(ExecuteCommandRequest.type, request)) as T | null;
  }

  /** Has the server ask for the settings again. */
  settingsChanged(): Promise<void> {
    return this.#client.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  /** The CLI runs in trusted workspaces only, and reads saved files. */
  async #mayRun(command: string): Promise<boolean> {
    if (!RUNNING_CLI.includes(command)) {
      return true;
    }
    if (isRefusedForTrust()) {
      return false;
    }
    await saveConnectors(this.#documents);
    return true;
  }
}

/** What the client says of itself, and what it does not want. */
const EXTRAS: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...capabilities.experimental, [SECTION]: CAPABILITIES };
  },
  preInitialize(capabilities) {
    // VS Code formats JSON itself. A second formatter would make it ask which one to use, and format nothing on save.
    delete capabilities.documentFormattingProvider;
    delete capabilities.documentRangeFormattingProvider;
    delete capabilities.documentOnTypeFormattingProvider;
    // It has an outline for JSON, too, and would show both.
    delete capabilities.documentSymbolProvider;
  },
  initialize() {},
  getState: () => ({ kind: 'static' }),
  clear() {},
};

/** Shows a plan, which is a Markdown file, as it is meant to look. `undefined`: it is something else. */
async function preview(params: ShowDocumentParams): Promise<ShowDocumentResult | undefined> {
  if (params.external === true || !params.uri.endsWith('.md')) {
    return undefined;
  }
  await commands.executeCommand('markdown.showPreview', Uri.parse(params.uri));
  return { success: true };
}
