/** Brings the server, the view, the status item and the commands together. */

import type { ExtensionContext } from 'vscode';
import { window, workspace } from 'vscode';

import { registerCommands } from './commands/index.ts';
import { Connection } from './connection.ts';
import { tellOverview } from './context.ts';
import { SECTION } from './settings.ts';
import { showStatus } from './status.ts';
import { showConnectors } from './view.ts';

let connection: Connection | undefined;

export function activate(extension: ExtensionContext): void {
  const log = window.createOutputChannel('Base44 Connectors', { log: true });
  const server = (connection = new Connection(extension, log));
  extension.subscriptions.push(
    log,
    server,
    showConnectors(server),
    showStatus(server),
    ...registerCommands(server, log),
    server.onOverviewChanged(() => tellOverview(server.overview)),
    workspace.onDidGrantWorkspaceTrust(() => void server.settingsChanged()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.server.path`)) {
        void server.restart();
      }
    }),
  );
  // Nobody waits for the server but who asks it something.
  void server.restart();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}
