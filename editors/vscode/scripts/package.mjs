// Packs the extension: node scripts/package.mjs [--target TARGET --server PROGRAM] [--out FILE]
//
// With a target of vsce (linux-x64, alpine-arm64, win32-x64 …) and the server built for it, the package is for that
// platform and brings the server. With neither it is for all others, and looks for a server on the PATH.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { target: { type: 'string' }, server: { type: 'string' }, out: { type: 'string' } },
});
if ((values.target === undefined) !== (values.server === undefined)) {
  throw new Error('--target and --server belong together');
}
const server = values.server && resolve(values.server);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const out = resolve(values.out ?? `dist/base44-connectors-${values.target ?? 'universal'}-${version}.vsix`);
process.chdir(join(import.meta.dirname, '..'));

await import('./build.mjs');
rmSync('server', { recursive: true, force: true });
if (server !== undefined) {
  const name = values.target.startsWith('win32') ? 'base44-connectors-ls.exe' : 'base44-connectors-ls';
  mkdirSync('server');
  copyFileSync(server, join('server', name));
  chmodSync(join('server', name), 0o755);
}
mkdirSync(dirname(out), { recursive: true });
const target = values.target === undefined ? [] : ['--target', values.target];
const vsce = ['node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--out', out, ...target];
const { status } = spawnSync(process.execPath, vsce, { stdio: 'inherit' });
process.exitCode = status ?? 1;
