/** The server's process: how it begins, and that it ends. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import { end, start } from '../../src/process.ts';

test('a program that cannot be run is said to', async () => {
  await assert.rejects(start('/no/such/program'), /ENOENT/);
});

test('a process that was asked to end is waited for', async () => {
  const child = await start('/bin/cat');
  child.stdin?.end();
  await end(child, 60_000);
  assert.equal(child.exitCode, 0);
});

test('a process that does not end is ended', async () => {
  const child = await start('/bin/cat');
  await end(child, 0);
  assert.equal(child.signalCode, 'SIGKILL');
});

test('a process that has ended needs nothing', async () => {
  const child = await start('/bin/true');
  await once(child, 'exit');
  await end(child, 60_000);
  assert.equal(child.exitCode, 0);
});
