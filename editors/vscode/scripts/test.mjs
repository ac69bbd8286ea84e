// Runs the unit tests, which need no VS Code: node scripts/test.mjs
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

const tests = readdirSync('test/unit');
const outdir = 'dist/test';
await build({
  entryPoints: tests.map((it) => `test/unit/${it}`),
  outdir,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
});
const files = tests.map((it) => `${outdir}/${it.replace(/ts$/, 'cjs')}`);
process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1;
