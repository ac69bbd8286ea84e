/** Add Connector: which service, which of its scopes, then the server makes the file. */

import type { QuickPickItem } from 'vscode';
import { QuickPickItemKind, Uri, window, workspace } from 'vscode';

import type { Connection } from '../connection.ts';
import { Command } from '../protocol.ts';
import type { Scope, Service } from '../protocol.ts';
import type { Pick } from './picks.ts';
import { scopePicks, servicePicks } from './picks.ts';

/** `uri`: a file or folder of the project. Closing a list ends it, and nothing is made. */
export async function addConnector(connection: Connection, uri: string | undefined): Promise<void> {
  const project = uri === undefined ? {} : { uri };
  const services = await connection.run<Service[]>(Command.services, project);
  const type = services && (await pickService(services));
  if (!type) {
    return;
  }
  const known = await connection.run<Scope[]>(Command.scopes, { ...project, type });
  const scopes = known && (await pickScopes(known));
  if (scopes) {
    const made = await connection.run<{ uri: string }>(Command.addConnector, { ...project, type, scopes });
    // The editor makes the file, and leaves its text unsaved.
    await (made && (await workspace.openTextDocument(Uri.parse(made.uri))).save());
  }
}

async function pickService(services: readonly Service[]): Promise<string | undefined> {
  const picked = await window.showQuickPick(servicePicks(services).map(item), {
    title: 'Add Connector (1/2)',
    placeHolder: 'Which service?',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.value;
}

/** A service without scopes needs no choice. */
async function pickScopes(scopes: readonly Scope[]): Promise<string[] | undefined> {
  if (scopes.length === 0) {
    return [];
  }
  const picked = await window.showQuickPick(scopePicks(scopes).map(item), {
    title: 'Add Connector (2/2)',
    placeHolder: 'What may the app do? Choose as little as it needs.',
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.flatMap((it) => it.value ?? []);
}

function item(pick: Pick): Pick & QuickPickItem {
  return pick.value === undefined ? { ...pick, kind: QuickPickItemKind.Separator } : pick;
}
