/** Which documents the server is told of. It leaves alone what is no connector; these patterns keep the rest from it. */

import type { TextDocument } from 'vscode';
import { Uri, languages, workspace } from 'vscode';
import type { Overview } from './protocol.ts';

export interface Filter {
  scheme: 'file';
  /** A glob for the whole path. */
  pattern: string;
}

/** Connectors in their usual place, the files that say where they are and how to check them, and the backend code. */
const USUAL: readonly Filter[] = [
  '**/connectors/**/*.{json,jsonc,json5,JSON,JSONC}',
  '**/base44/**/*.{json,jsonc}',
  '**/{config,base44-connectors-ls}.{json,jsonc}',
  '**/functions/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}',
].map(inFiles);

/** The filters for the usual places, and for the `folders` that `connectorsDir` names instead. */
export function selector(folders: Iterable<string>): Filter[] {
  return [...USUAL, ...[...folders].map((folder) => inFiles(`${exactly(Uri.parse(folder).fsPath)}/**`))];
}

/** The folders of those connectors that no usual pattern takes in, as URIs. */
export function unusualFolders(overview: Overview): string[] {
  const uris = overview.projects.flatMap((project) => project.connectors.map((it) => it.uri));
  const unusual = uris.filter((uri) => !isIn(USUAL, Uri.parse(uri)));
  return [...new Set(unusual.map((uri) => uri.slice(0, uri.lastIndexOf('/'))))];
}

/** Saves what is open and unsaved of connectors and their configuration: the base44 CLI reads the saved files. */
export async function saveConnectors(selector: readonly Filter[]): Promise<void> {
  const unsaved = workspace.textDocuments.filter((it) => it.isDirty && languages.match(selector, it) > 0);
  await Promise.all(unsaved.map((it) => it.save()));
}

function isIn(filters: readonly Filter[], uri: Uri): boolean {
  // The filters go by the URI alone, so there need not be a document.
  return languages.match(filters, { uri } as TextDocument) > 0;
}

function inFiles(pattern: string): Filter {
  return { scheme: 'file', pattern };
}

/** A path as a glob pattern that matches only itself. */
function exactly(path: string): string {
  const slashes = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return slashes.replace(/[*?[\]{}]/g, '[$&]');
}
