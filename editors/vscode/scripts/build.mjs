// Bundles the extension into dist/extension.js, and the licences of what goes into it: node scripts/build.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  bundle: true,
  external: ['vscode'],
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((it) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(it)?.[0] ?? []),
);
const notices = [...packages].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'License.txt', 'LICENSE.txt'].map((it) => `${folder}/${it}`).find(existsSync);
  if (file === undefined) {
    throw new Error(`${name} comes without its licence`);
  }
  return `${name} ${version}\n\n${readFileSync(file, 'utf8').trim()}\n`;
});
writeFileSync('dist/ThirdPartyNotices.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
