// Takes over the pictures that README.md and the walkthrough show from the last run of the tests: node scripts/images.mjs
// (cargo test --test vscode leaves them in target/vscode).
import { copyFileSync, readFileSync } from 'node:fs';

const taken = new URL('../../../target/vscode/', import.meta.url);
const shown = new URL('../images/', import.meta.url);
const text = ['README.md', 'package.json']
  .map((it) => readFileSync(new URL(`../${it}`, import.meta.url), 'utf8'))
  .join();
const names = new Set(text.match(/(?<=\bimages\/)\w+\.png/g));
names.delete('icon.png');
for (const name of names) {
  copyFileSync(new URL(name, taken), new URL(name, shown));
}
console.log(`copied ${[...names].join(', ')}`);
