/** The server through its restarts: which one runs, and what to say when none does. */

import { homedir } from 'node:os';
import { statSync } from 'node:fs';

import type { ExtensionContext, LogOutputChannel } from 'vscode';
import { EventEmitter, commands, window } from 'vscode';

import { Client } from './client.ts';
import { tellServerState } from './context.ts';
import { unusualFolders } from './documents.ts';
import { Command } from './protocol.ts';
import type { Overview } from './protocol.ts';
import { findServer } from './server.ts';
import { SECTION, serverPath } from './settings.ts';

export class Connection {
  /** What the projects look like now; `undefined`: not known, because no server runs. */
  overview: Overview | undefined;

  readonly #changed = new EventEmitter<void>();
  readonly onOverviewChanged = this.#changed.event;

  readonly #extension: ExtensionContext;
  readonly #log: LogOutputChannel;
  #client: Client | undefined;
  /** Starts and stops happen one after the other. */
  #turn: Promise<void> = Promise.resolve();
  /** Connector folders in unusual places, found so far. */
  readonly #folders = new Set<string>();
  #commandsUnderWay = 0;
  #problem = 'The server has not started yet.';

  constructor(extension: ExtensionContext, log: LogOutputChannel) {
    this.#extension = extension;
    this.#log = log;
  }

  /** Starts the server, or says why there is none. */
  restart(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      await this.#stop();
      await this.#start();
    });
    return this.#turn;
  }

  stop(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#stop());
    return this.#turn;
  }

  /** Runs one of the server's commands. `null`: nothing came of it, and the user knows why. */
  async run<T>(command: string, argument: object = {}): Promise<T | null> {
    await this.#turn;
    if (this.#client === undefined) {
      this.#tellProblem();
      return null;
    }
    this.#commandsUnderWay += 1;
    try {
      return await this.#client.run<T>(command, argument);
    } finally {
      this.#commandsUnderWay -= 1;
      this.#follow();
    }
  }

  /** Has the server ask for the settings again: whether the workspace is trusted, say. */
  async settingsChanged(): Promise<void> {
    await this.#client?.settingsChanged();
  }

  async #start(): Promise<void> {
    const found = findServer({
      setting: serverPath(),
      extension: this.#extension.extensionPath,
      path: process.env['PATH'] ?? '',
      home: homedir(),
      platform: process.platform,
      isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
    });
    if ('problem' in found) {
      this.#fail(found.problem);
      return;
    }
    const start = performance.now();
    const client = new Client(found.program, this.#folders, this.#log, () => void this.#look());
    try {
      await client.start();
    } catch (error) {
      this.#fail(`${found.program} did not start: ${String(error)}`);
      return;
    }
    const duration = Math.round(performance.now() - start);
    this.#log.info(`${found.program} (from the ${found.origin}) runs, after ${duration} ms`);
    this.#client = client;
    tellServerState('running');
    void this.#look();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#show(undefined);
    await client?.stop();
  }

  /** Asks for the overview. An answer that comes after the end of its server counts for nothing. */
  async #look(): Promise<void> {
    const client = this.#client;
    try {
      const overview = await client?.run<Overview>(Command.overview, {});
      if (overview && client === this.#client) {
        this.#show(overview);
        this.#follow();
      }
    } catch (error) {
      // It is older than this extension, or has just ended.
      this.#log.warn(`the server gives no overview: ${String(error)}`);
    }
  }

  /** Attaches to connectors in unusual places. What a server is told of is set when it starts, so it starts anew. */
  #follow(): void {
    const folders = this.overview === undefined ? [] : unusualFolders(this.overview);
    const news = folders.filter((it) => !this.#folders.has(it));
    if (news.length > 0 && this.#commandsUnderWay === 0) {
      news.forEach((it) => this.#folders.add(it));
      void this.restart();
    }
  }

  #show(overview: Overview | undefined): void {
    this.overview = overview;
    this.#changed.fire();
  }

  #fail(problem: string): void {
    this.#problem = problem;
    this.#log.error(problem);
    tellServerState('failed');
    this.#tellProblem();
  }

  #tellProblem(): void {
    const [settings, log] = ['Open Settings', 'Show Log'];
    void window.showErrorMessage(this.#problem, settings, log).then((chosen) => {
      if (chosen === settings) {
        void commands.executeCommand('workbench.action.openSettings', `${SECTION}.server.path`);
      } else if (chosen === log) {
        this.#log.show();
      }
    });
  }
}
