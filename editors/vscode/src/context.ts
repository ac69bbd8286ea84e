/** The facts that the `when` clauses of `package.json` ask for. */

import { Uri, commands } from 'vscode';

import type { Overview } from './protocol.ts';
import { SECTION } from './settings.ts';

/** Whether a server runs. */
export function tellServerState(state: 'running' | 'failed'): void {
  set('server', state);
}

/** Whether there are projects and connectors, and which files those are. */
export function tellOverview(overview: Overview | undefined): void {
  const projects = overview?.projects ?? [];
  const files = projects.flatMap((project) => project.connectors.map((it) => Uri.parse(it.uri).fsPath));
  set('hasProject', projects.length > 0);
  set('hasConnector', files.length > 0);
  set('files', files);
}

function set(name: string, value: unknown): void {
  void commands.executeCommand('setContext', `${SECTION}.${name}`, value);
}
