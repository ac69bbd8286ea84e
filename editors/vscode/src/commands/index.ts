/** The commands of the palette and the menus. */

import type { Disposable, LogOutputChannel } from 'vscode';
import { commands } from 'vscode';

import type { Connection } from '../connection.ts';
import { Command, SHOW_REFERENCES } from '../protocol.ts';
import { SECTION } from '../settings.ts';
import { addConnector } from './add.ts';
import { showReferences } from './references.ts';
import { aboutConnector, aboutProject } from './target.ts';

export function registerCommands(connection: Connection, log: LogOutputChannel): Disposable[] {
  const ours: Record<string, (...args: never[]) => unknown> = {
    addConnector: (target: unknown) => aboutProject(connection, target, (uri) => addConnector(connection, uri)),
    authorize: (target: unknown) =>
      aboutConnector(connection, target, (uri) => connection.run(Command.authorize, { uri })),
    openWalkthrough: () => commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH),
    restartServer: () => connection.restart(),
    showLog: () => log.show(),
  };
  for (const name of ['plan', 'pull', 'push', 'refresh'] as const) {
    ours[name] = (target: unknown) =>
      aboutProject(connection, target, (uri) => connection.run(Command[name], { ...(uri !== undefined && { uri }) }));
  }
  const registered = Object.entries(ours).map(([name, run]) => commands.registerCommand(`${SECTION}.${name}`, run));
  return [...registered, commands.registerCommand(SHOW_REFERENCES, showReferences)];
}

const WALKTHROUGH = 'base44-connectors.base44-connectors#base44Connectors.start';
