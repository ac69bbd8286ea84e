/** Which server runs, and what is said if there is none. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findServer } from '../../src/server.ts';
import type { Found, Search } from '../../src/server.ts';

function find(files: string[], search: Partial<Search> = {}): Found {
  const isFile = (path: string): boolean => files.includes(path);
  const usual = { setting: '', extension: '/ext', path: '/bin:/usr/bin', home: '/home/me', platform: 'linux' as const };
  return findServer({ ...usual, isFile, ...search });
}

const BUNDLED = '/ext/server/base44-connectors-ls';
const ON_PATH = '/usr/bin/base44-connectors-ls';

test('the setting counts before the extension, and the extension before the PATH', () => {
  const files = ['/opt/ls', BUNDLED, ON_PATH];
  assert.deepEqual(find(files, { setting: '/opt/ls' }), { program: '/opt/ls', origin: 'setting' });
  assert.deepEqual(find(files), { program: BUNDLED, origin: 'extension' });
  assert.deepEqual(find([ON_PATH]), { program: ON_PATH, origin: 'path' });
});

test('a tilde in the setting is the home folder', () => {
  assert.deepEqual(find(['/home/me/ls'], { setting: ' ~/ls ' }), { program: '/home/me/ls', origin: 'setting' });
});

test('a setting that leads nowhere is said to, whatever else there is', () => {
  const problem = (setting: string): string => JSON.stringify(find([BUNDLED], { setting }));
  assert.match(problem('/opt/none'), /names \/opt\/none, and there is no such file/);
  assert.match(problem('bin/ls'), /must be an absolute path, not .*bin\/ls/);
});

test('relative folders of the PATH are not searched', () => {
  assert.ok('problem' in find(['base44-connectors-ls', './base44-connectors-ls'], { path: '.:' }));
});

test('without any, the problem says what to do', () => {
  assert.match(JSON.stringify(find([])), /Install it, and set base44Connectors\.server\.path/);
});

test('on Windows the program has its suffix', () => {
  const exe = `${BUNDLED}.exe`;
  assert.deepEqual(find([BUNDLED, exe], { platform: 'win32' }), { program: exe, origin: 'extension' });
});
