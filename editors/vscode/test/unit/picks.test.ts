/** The lists of Add Connector. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scopePicks, servicePicks } from '../../src/commands/picks.ts';
import type { Scope, Service } from '../../src/protocol.ts';

function service(type: string, connected: boolean): Service {
  return { type, name: `The ${type}`, description: 'x', auth: 'oauth', scopes: 1, connected, documentation: null };
}

function scope(name: string, facts: Partial<Scope> = {}): Scope {
  const usual = { label: name, summary: `See ${name}`, access: 'read', risk: 'read' } as const;
  return { name, ...usual, listed: false, deprecated: false, connected: false, ...facts };
}

test('services that the project has are not offered again', () => {
  const picks = servicePicks([service('slack', true), service('gmail', false)]);
  assert.deepEqual(picks, [{ label: 'The gmail', description: 'gmail', detail: 'x', value: 'gmail' }]);
});

test('scopes stand under headings, the harmless first, the retired nowhere', () => {
  const write = scope('b', { access: 'write', risk: 'write' });
  const picks = scopePicks([write, scope('a'), scope('old', { deprecated: true }), scope('c')]);
  assert.deepEqual(
    picks.map((it) => it.value ?? `# ${it.label}`),
    ['# Read', 'a', 'c', '# Change', 'b'],
  );
});

test("what is not in Base44's list is said where there is a list", () => {
  const remarks = (...scopes: Scope[]): string[] =>
    scopePicks(scopes).flatMap((it) => (it.value === undefined || it.description === '' ? [] : it.description));
  assert.deepEqual(remarks(scope('a'), scope('b')), []);
  assert.deepEqual(remarks(scope('a', { listed: true }), scope('b')), ["not in Base44's list"]);
  assert.deepEqual(remarks(scope('a', { listed: true, risk: 'restricted' })), ['restricted']);
});
