/** What the status item and the badge say of an overview. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openMatters, stateLabel, summary } from '../../src/labels.ts';
import type { Connector, Overview, State } from '../../src/protocol.ts';

function connector(state: State, errors = 0): Connector {
  return { uri: 'file:///c.jsonc', type: 'slack', name: 'Slack', errors, warnings: 0, state, scopes: [] };
}

/** Each list is a project. */
function overview(...projects: Connector[][]): Overview {
  const project = { uri: 'file:///p', name: 'p', app: null, connectorsDir: '', backendDirs: [], remoteOnly: [] };
  return { projects: projects.map((connectors) => ({ ...project, connectors })) };
}

test('the most urgent thing is said, of all projects', () => {
  const said = (...states: State[]): string | undefined =>
    summary(overview(...states.map((it) => [connector(it, it === 'errors' ? 2 : 0)])))?.text;
  assert.equal(said('inStep', 'notPushed', 'needsConsent', 'failed', 'errors'), '2 errors');
  assert.equal(said('inStep', 'notPushed', 'needsConsent', 'failed'), '1 refused by Base44');
  assert.equal(said('needsConsent', 'notPushed', 'needsConsent'), '2 need consent');
  assert.equal(said('notPushed', 'needsConsent'), '1 needs consent');
  assert.equal(said('notPushed', 'inStep'), '1 not pushed');
  assert.equal(said('inStep', 'inStep'), '2 connectors in step');
  assert.equal(said('unknown'), '1 connector');
  assert.equal(said(), undefined);
});

test('the badge counts what wants something done', () => {
  assert.equal(openMatters(overview([connector('errors'), connector('inStep')], [connector('notPushed')])), 2);
  assert.equal(openMatters(overview([connector('unknown')])), 0);
});

test('a line of the view counts its errors', () => {
  assert.equal(stateLabel(connector('errors', 1)).text, '1 error');
  assert.equal(stateLabel(connector('needsConsent')).text, 'needs consent');
});
