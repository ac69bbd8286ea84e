/** What a command is about: what it was called on, else the editor's file, else what the user picks. */

import { Uri, window, workspace } from 'vscode';

import type { Connection } from '../connection.ts';
import { stateLabel } from '../labels.ts';
import type { Connector } from '../protocol.ts';

/** Does something with a file or folder of a project; without one if there is no project to choose. */
export async function aboutProject<T>(
  connection: Connection,
  target: unknown,
  act: (uri: string | undefined) => Promise<T>,
): Promise<T | undefined> {
  const given = uriOf(target) ?? uriOfEditor(connection);
  if (given !== undefined) {
    return act(given);
  }
  const projects = connection.overview?.projects ?? [];
  if (projects.length < 2) {
    return act(projects[0]?.uri);
  }
  const items = projects.map((it) => ({
    label: it.name,
    description: workspace.asRelativePath(Uri.parse(it.uri)),
    it,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: 'Which project?' });
  return picked && act(picked.it.uri);
}

/** Does something with the file of a connector. */
export async function aboutConnector<T>(
  connection: Connection,
  target: unknown,
  act: (uri: string) => Promise<T>,
): Promise<T | undefined> {
  const projects = connection.overview?.projects ?? [];
  const connectors = projects.flatMap((project) => project.connectors.map((connector) => ({ project, connector })));
  const given = uriOf(target) ?? connectors.find((it) => isShown(it.connector))?.connector.uri;
  if (given !== undefined) {
    return act(given);
  }
  const items = connectors.map(({ project, connector }) => ({
    label: connector.name,
    description: [projects.length > 1 && project.name, stateLabel(connector).text].filter(Boolean).join(', '),
    uri: connector.uri,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: 'Which connector?' });
  return picked && act(picked.uri);
}

/** Menus give a resource, the view a node. */
function uriOf(target: unknown): string | undefined {
  if (target instanceof Uri) {
    return target.toString();
  }
  const uri = (target as { uri?: unknown } | undefined)?.uri;
  return typeof uri === 'string' ? uri : undefined;
}

/** The editor's file, if it is in a project. */
function uriOfEditor(connection: Connection): string | undefined {
  const path = window.activeTextEditor?.document.uri.path;
  const inProject = connection.overview?.projects.find((it) => path?.startsWith(`${Uri.parse(it.uri).path}/`));
  return inProject?.uri;
}

function isShown({ uri }: Connector): boolean {
  return window.activeTextEditor?.document.uri.path === Uri.parse(uri).path;
}
