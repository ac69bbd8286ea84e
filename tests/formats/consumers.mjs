// Reads a report as a consumer of its format does and prints what it found there: consumers.mjs TOOLS FORMAT < report
//
// One JSON array of { path, line, column, code, message }; what the format does not carry is left out.
// Ends with an error where the consumer does not accept the report.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [tools, format] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${tools}/package.json`));
const report = readFileSync(0, 'utf8');
const lines = () => report.split('\n').filter((line) => line !== '');

const consumers = {
  // The agent's own library for tasks, which writes such commands and reads them back.
  azure() {
    const { commandFromString } = require('azure-pipelines-task-lib/taskcommand');
    return lines().map((line) => {
      const { command, properties, message } = commandFromString(line);
      if (command !== 'task.logissue' || !['error', 'warning'].includes(properties.type)) throw Error(line);
      return {
        path: properties.sourcepath,
        line: Number(properties.linenumber),
        column: Number(properties.columnnumber),
        code: properties.code,
        message,
      };
    });
  },

  // Danger's reader of lint reports.
  checkstyle() {
    const { parseCheckstyle } = require('danger-plugin-lint-report/dist/parse/checkstyle_parser');
    const violations = parseCheckstyle(require('xml-js').xml2js(report), '');
    return violations.map(({ file, line, column, message, severity }) => {
      if (!['error', 'warning', 'info'].includes(severity)) throw Error(severity);
      return { path: file, line, column, message };
    });
  },

  // The problem matcher that we ship, as VS Code and GitHub's runner would apply it.
  concise() {
    const { parseProblemMatchersJson } = require('@rushstack/problem-matcher');
    const shipped = JSON.parse(readFileSync(new URL('../../integrations/problem-matcher.json', import.meta.url)));
    const [matcher] = parseProblemMatchersJson(
      shipped.problemMatcher.map(({ owner, pattern }) => ({ name: owner, pattern })),
    );
    return lines().map((line) => {
      const found = matcher.exec(`${line}\n`);
      if (!found) throw Error(line);
      return { path: found.file, line: found.line, column: found.column, code: found.code, message: found.message };
    });
  },

  async rdjson() {
    const { RDFormatValidator } = require('@umbrelladocs/rdformat-validator');
    const verdict = await new RDFormatValidator({ strictMode: true, allowExtraFields: false }).validateString(report, false);
    if (!verdict.valid) throw Error(JSON.stringify(verdict));
    return JSON.parse(report).diagnostics.map(({ location, code, message }) => {
      const { line, column } = location.range.start;
      return { path: location.path, line, column, code: code.value, message };
    });
  },
};

// GitHub publishes no reader of workflow commands, but the toolkit that writes them: what stands in `--format json` goes through
// it, and it must come to the same lines.
async function github() {
  const { issueCommand } = await import(pathToFileURL(`${tools}/node_modules/@actions/core/lib/command.js`));
  const written = [];
  const { write } = process.stdout;
  process.stdout.write = (text) => written.push(text);
  const severities = ['error', 'warning', 'information', 'hint'];
  const { diagnostics } = JSON.parse(report);
  diagnostics.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  for (const { path, code, severity, message, start, end } of diagnostics) {
    const command = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' }[severity];
    const columns = start.line === end.line ? { col: start.column, endLine: end.line, endColumn: end.column } : { endLine: end.line };
    const told = `${path}:${start.line}:${start.column}: ${message}`;
    issueCommand(command, { file: path, line: start.line, ...columns, title: code }, told);
  }
  process.stdout.write = write;
  return written.join('');
}

const found = format === 'github' ? await github() : JSON.stringify(await consumers[format]());
process.stdout.write(found);
