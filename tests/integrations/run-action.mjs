// Runs the steps of a composite action as GitHub's runner does: run-action.mjs TOOLS ACTION_FOLDER < inputs
//
// `inputs` is one JSON object. The environment is that of this process. Expressions are evaluated by GitHub's own library.
// Prints {"outputs": …, "log": …} and ends with the exit code of the first step that fails.
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [tools, folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${tools}/package.json`));
const load = (name) => import(pathToFileURL(join(tools, 'node_modules', name)));
const { Lexer, Parser, Evaluator, data } = await load('@actions/expressions/dist/index.js');
const action = require('yaml').parse(readFileSync(join(folder, 'action.yml'), 'utf8'));

const dictionary = (object) =>
  new data.Dictionary(
    ...Object.entries(object).map(([key, value]) => ({
      key,
      value: typeof value === 'object' ? dictionary(value) : new data.StringData(String(value)),
    })),
  );
const evaluate = (expression, contexts) => {
  const tokens = new Lexer(expression).lex().tokens;
  const tree = new Parser(tokens, Object.keys(contexts), []).parse();
  return new Evaluator(tree, dictionary(contexts)).evaluate();
};
const expand = (text, contexts) =>
  String(text).replace(/\$\{\{(.*?)\}\}/g, (_, expression) => evaluate(expression.trim(), contexts).coerceString());

const given = JSON.parse(readFileSync(0, 'utf8'));
for (const name of Object.keys(given)) if (!(name in action.inputs)) throw Error(`no input ${name}`);
const inputs = Object.fromEntries(
  Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
);
const contexts = { inputs, steps: {} };
let log = '';
let code = 0;
for (const step of action.runs.steps) {
  if (step.if && evaluate(step.if, contexts).coerceString() !== 'true') continue;
  if (step.shell !== 'bash') throw Error(`a shell that this does not know: ${step.shell}`);
  const files = mkdtempSync(join(process.env.RUNNER_TEMP, 'step-'));
  const output = join(files, 'output');
  writeFileSync(output, '');
  const env = { ...process.env, GITHUB_ACTION_PATH: folder, GITHUB_OUTPUT: output };
  for (const [name, value] of Object.entries(step.env ?? {})) env[name] = expand(value, contexts);
  const script = join(files, 'script.sh');
  writeFileSync(script, expand(step.run, contexts));
  const run = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { env, encoding: 'utf8' });
  log += run.stdout + run.stderr;
  const outputs = readFileSync(output, 'utf8').split('\n').filter(Boolean).map((line) => line.split(/=(.*)/s).slice(0, 2));
  if (step.id) contexts.steps[step.id] = { outputs: Object.fromEntries(outputs) };
  if (run.status !== 0) {
    code = run.status;
    break;
  }
}
const outputs = Object.fromEntries(
  Object.entries(action.outputs).map(([name, { value }]) => [name, expand(value, contexts)]),
);
process.stdout.write(JSON.stringify({ outputs, log }));
process.exitCode = code;
