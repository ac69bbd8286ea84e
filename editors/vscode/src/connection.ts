/** The server through its restarts: which one runs, and what to say when none does. */

import { homedir } from 'node:os';
import { statSync } from 'node:fs';

import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { EventEmitter, commands, window } from 'vscode';

import { Client } from './client.ts';
import { tellServerState } from './context.ts';
import type { Places } from './documents.ts';
import { together, unusualPlaces } from './documents.ts';
import { Command } from './protocol.ts';
import type { Overview } from './protocol.ts';
import { Ends, GIVING_UP } from './restarts.ts';
import { findServer } from './server.ts';
import { SECTION, serverPath } from './settings.ts';

/** Why there is no server, and what may help. */
interface Problem {
  text: string;
  remedy: 'Open Settings' | 'Restart Server' | 'Show Log';
}

export class Connection implements Disposable {
  /** What the projects look like now; `undefined`: not known, because no server runs. */
  overview: Overview | undefined;

  readonly #changed = new EventEmitter<void>();
  readonly onOverviewChanged = this.#changed.event;

  readonly #extension: ExtensionContext;
  readonly #log: LogOutputChannel;
  #client: Client | undefined;
  /** Starts and stops happen one after the other. Never rejects. */
  #turn: Promise<void> = Promise.resolve();
  readonly #ends = new Ends();
  /** What the server is told of beyond the usual. */
  #places: Places = { connectors: [], backend: [] };
  #problem: Problem = { text: 'The server has not started yet.', remedy: 'Show Log' };

  constructor(extension: ExtensionContext, log: LogOutputChannel) {
    this.#extension = extension;
    this.#log = log;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Starts the server, or says why there is none. */
  restart(): Promise<void> {
    this.#ends.forget();
    return this.#startAnew();
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** Runs one of the server's commands. `null`: nothing came of it, and the user knows why. */
  async run<T>(command: string, argument: object = {}): Promise<T | null> {
    await this.#turn;
    const client = this.#client;
    if (client === undefined) {
      this.#tell(this.#problem);
      return null;
    }
    try {
      return await client.run<T>(command, argument);
    } catch (error) {
      this.#log.error(`${command}: ${String(error)}`);
      const text =
        client === this.#client
          ? `The language server could not do this: ${String(error)}`
          : 'The language server ended before this was done. Choose Plan to see what Base44 has now.';
      this.#tell({ text, remedy: 'Show Log' });
      return null;
    }
  }

  /** Has the server ask for the settings again: whether the workspace is trusted, say. */
  async settingsChanged(): Promise<void> {
    await this.#client?.settingsChanged();
  }

  #startAnew(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act).catch((error: unknown) => this.#fail(String(error)));
    return this.#turn;
  }

  async #start(): Promise<void> {
    const found = findServer({
      setting: serverPath(),
      extension: this.#extension.extensionPath,
      path: process.env.PATH ?? '',
      home: homedir(),
      platform: process.platform,
      isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
    });
    if ('problem' in found) {
      this.#fail(found.problem);
      return;
    }
    const start = performance.now();
    const client: Client = new Client(found.program, this.#places, this.#log, {
      overviewChanged: () => void this.#look(),
      commandEnded: () => this.#follow(),
      ended: () => this.#ended(client),
    });
    try {
      await client.start();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
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

  /** A server that ends by itself is started again, unless it keeps ending. */
  #ended(client: Client): void {
    if (client !== this.#client) {
      return;
    }
    this.#client = undefined;
    this.#show(undefined);
    if (this.#ends.isStartWorthwhile(Date.now())) {
      this.#log.warn('The server has ended. It is started again.');
      void this.#startAnew();
    } else {
      this.#fail(GIVING_UP, 'Restart Server');
    }
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

  /** Attaches to what lies in unusual places. What a server is told of is set when it starts, so it starts anew. */
  #follow(): void {
    if (this.overview === undefined || this.#client === undefined || this.#client.isBusy) {
      return;
    }
    const places = together(this.#places, unusualPlaces(this.overview));
    if (places !== undefined) {
      this.#places = places;
      void this.#startAnew();
    }
  }

  #show(overview: Overview | undefined): void {
    this.overview = overview;
    this.#changed.fire();
  }

  #fail(text: string, remedy: Problem['remedy'] = 'Open Settings'): void {
    this.#problem = { text, remedy };
    this.#log.error(text);
    tellServerState('failed');
    this.#tell(this.#problem);
  }

  #tell({ text, remedy }: Problem): void {
    void window.showErrorMessage(text, ...new Set([remedy, 'Show Log'])).then((chosen) => {
      switch (chosen) {
        case 'Open Settings':
          return commands.executeCommand('workbench.action.openSettings', `${SECTION}.server.path`);
        case 'Restart Server':
          return this.restart();
        case 'Show Log':
          this.#log.show();
          return undefined;
        default:
          return undefined;
      }
    });
  }
}
