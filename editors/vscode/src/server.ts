/** Which program is the server. Knows nothing of VS Code. */

import { delimiter, isAbsolute, join } from 'node:path';

/** The program's name, without what the platform adds. */
const NAME = 'base44-connectors-ls';

/** Where to look, in this order. */
export interface Search {
  /** `base44Connectors.server.path`; empty: not set. */
  setting: string;
  /** The folder of the extension: a package for one platform holds the server. */
  extension: string;
  /** The value of `PATH`. */
  path: string;
  home: string;
  platform: NodeJS.Platform;
  isFile: (path: string) => boolean;
}

export type Found = { program: string; origin: 'setting' | 'extension' | 'path' } | { problem: string };

/** A setting that leads nowhere is a problem, and never passed over in silence. */
export function findServer(search: Search): Found {
  const setting = search.setting.trim();
  if (setting !== '') {
    const program = expandHome(setting, search.home);
    if (!isAbsolute(program)) {
      return { problem: `The setting base44Connectors.server.path must be an absolute path, not "${setting}".` };
    }
    return search.isFile(program)
      ? { program, origin: 'setting' }
      : { problem: `The setting base44Connectors.server.path names ${program}, and there is no such file.` };
  }
  const name = search.platform === 'win32' ? `${NAME}.exe` : NAME;
  const bundled = join(search.extension, 'server', name);
  if (search.isFile(bundled)) {
    return { program: bundled, origin: 'extension' };
  }
  const folders = search.path.split(delimiter).filter(isAbsolute);
  const onPath = folders.map((folder) => join(folder, name)).find(search.isFile);
  return onPath !== undefined
    ? { program: onPath, origin: 'path' }
    : {
        problem:
          `This package of the extension brings no server for your system, and ${NAME} is not on the PATH. ` +
          'Install it, and set base44Connectors.server.path to where it is.',
      };
}

function expandHome(path: string, home: string): string {
  return /^~[\\/]/.test(path) ? join(home, path.slice(2)) : path;
}
