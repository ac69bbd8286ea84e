/** Which documents the server is told of. It leaves alone what is no connector; these patterns keep the rest from it. */

import type { TextDocument } from 'vscode';
import { Uri, languages, workspace } from 'vscode';
import type { Overview } from './protocol.ts';

export interface Filter {
  scheme: 'file';
  /** A glob for the whole path. */
  pattern: string;
}

/** Globs for whole paths. */
export interface Places {
  /** The connectors, and what says where they are and how to check them. */
  connectors: string[];
  /** The backend code, which may use them. */
  backend: string[];
}

const CONNECTORS = '**/*.{json,jsonc,json5,JSON,JSONC}';
const CODE = '**/*.{ts,tsx,mts,js,jsx,mjs}';

const USUAL: Places = {
  connectors: [`**/connectors/${CONNECTORS}`, '**/{config,base44-connectors-ls}.{json,jsonc}'],
  backend: [`**/base44/{functions,shared,actors}/${CODE}`],
};

/** The filters for the usual places, and for those that the configuration of projects names instead. */
export function selector({ connectors, backend }: Places): Filter[] {
  return inFiles([...USUAL.connectors, ...connectors, ...USUAL.backend, ...backend]);
}

/** Where projects have their parts, if that is no usual place. */
export function unusualPlaces({ projects }: Overview): Places {
  const unusual = (folders: string[], usual: string[], files: string): string[] =>
    folders
      .map((folder) => Uri.parse(folder))
      // A filter goes by the URI alone, so there need not be a document.
      .filter((folder) => !languages.match(inFiles(usual), { uri: Uri.joinPath(folder, 'x.ts') } as TextDocument))
      .map((folder) => `${exactly(folder.fsPath)}/${files}`);
  return {
    connectors: unusual(
      projects.map((it) => it.connectorsDir),
      ['**/connectors/*'],
      CONNECTORS,
    ),
    backend: unusual(
      projects.flatMap((it) => it.backendDirs),
      USUAL.backend,
      CODE,
    ),
  };
}

/** `known` and what is new in `found`; `undefined`: nothing is. */
export function together(known: Places, found: Places): Places | undefined {
  const connectors = [...new Set([...known.connectors, ...found.connectors])];
  const backend = [...new Set([...known.backend, ...found.backend])];
  const isNew = connectors.length > known.connectors.length || backend.length > known.backend.length;
  return isNew ? { connectors, backend } : undefined;
}

/** Saves what is open and unsaved of connectors and their configuration: the base44 CLI reads the saved files. */
export async function saveConnectors(places: Places): Promise<void> {
  const filters = inFiles([...USUAL.connectors, ...places.connectors]);
  const unsaved = workspace.textDocuments.filter((it) => it.isDirty && languages.match(filters, it) > 0);
  await Promise.all(unsaved.map((it) => it.save()));
}

function inFiles(patterns: readonly string[]): Filter[] {
  return patterns.map((pattern) => ({ scheme: 'file', pattern }));
}

/** A path as a glob pattern that matches only itself. */
function exactly(path: string): string {
  const slashes = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return slashes.replace(/[*?[\]{}]/g, '[$&]');
}
