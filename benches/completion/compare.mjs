// Shows the broken documents of our completion tests to VS Code's JSON language service, and counts how many it gets right.
//
//     npm ci && node compare.mjs [--verbose]
//
// A case is right if the wanted item is offered and accepting it adds no syntax error. Both sides are judged by the language service's own
// parser; on our side that judges what `cargo test completion` has proved to come out.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import languageService from 'vscode-json-languageservice';

const { getLanguageService, TextDocument } = languageService;
const root = new URL('../../', import.meta.url);
const cases = JSON.parse(readFileSync(new URL('src/analysis/completion/broken.json', root), 'utf8'));
const schema = JSON.parse(
  execFileSync('cargo', ['run', '--quiet', '--', '--schema'], { cwd: root, maxBuffer: 1 << 26, encoding: 'utf8' }),
);

const uri = 'file:///app/base44/connectors/new.jsonc';
const service = getLanguageService({
  clientCapabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
});
service.configure({ schemas: [{ uri: 'base44:connector', fileMatch: ['*'], schema }] });

const document = (text) => TextDocument.create(uri, 'jsonc', 1, text);

/** How many syntax errors the language service sees. */
async function errors(text) {
  const it = document(text);
  const found = await service.doValidation(it, service.parseJSONDocument(it), {
    comments: 'ignore',
    trailingCommas: 'ignore',
    schemaValidation: 'ignore',
  });
  return found.length;
}

/** The text of a snippet with its stops left empty. */
const plain = (snippet) =>
  snippet.replace(/\$\{\d+:([^}]*)\}|\$\{?\d+\}?|\\(.)/g, (_, placeholder, escaped) => escaped ?? placeholder ?? '');

/** The document after accepting the item of that name, in each way it is offered. */
async function accepted(before, offset, label) {
  const it = document(before);
  const list = await service.doComplete(it, it.positionAt(offset), service.parseJSONDocument(it));
  const tail = (name) => name.slice(name.lastIndexOf('/') + 1);
  const offered = (list?.items ?? []).filter((item) => tail(JSON.parse(quoted(item.label))) === label);
  return offered.map((item) =>
    TextDocument.applyEdits(it, [
      { range: item.textEdit.range, newText: plain(item.textEdit.newText) },
      ...(item.additionalTextEdits ?? []),
    ]),
  );
}

/** Labels of values come with quotes, those of keys without. */
const quoted = (label) => (label.startsWith('"') ? label : JSON.stringify(label));

const score = new Map();
for (const { about, before, accept, after } of cases) {
  const offset = before.indexOf('$0');
  const text = before.replace('$0', '');
  const allowed = await errors(text);
  const theirs = await accepted(text, offset, accept);
  const fine = await Promise.all(theirs.map(async (it) => (await errors(it)) <= allowed));
  const row = score.get(about) ?? { cases: 0, ours: 0, theirs: 0 };
  const [us, them] = [(await errors(after.replace('$0', ''))) <= allowed, fine.includes(true)];
  score.set(about, { cases: row.cases + 1, ours: row.ours + us, theirs: row.theirs + them });
  if (process.argv.includes('--verbose') && !(us && them)) {
    console.log(JSON.stringify({ about, before, us, them, theirs }));
  }
}
const total = [...score.values()].reduce((a, b) => ({
  cases: a.cases + b.cases,
  ours: a.ours + b.ours,
  theirs: a.theirs + b.theirs,
}));
console.table(Object.fromEntries([...score, ['all', total]]));
