/** When a server that keeps ending is given up. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Ends } from '../../src/restarts.ts';

const MINUTE = 60_000;

test('five ends within three minutes are too many', () => {
  const ends = new Ends();
  const worthwhile = [0, 1, 2, 3, 4].map((second) => ends.isStartWorthwhile(second * 1000));
  assert.deepEqual(worthwhile, [true, true, true, true, false]);
});

test('an end now and then is none too many', () => {
  const ends = new Ends();
  const worthwhile = [0, 1, 2, 3, 4, 5, 6, 7].map((minute) => ends.isStartWorthwhile(minute * MINUTE));
  assert.ok(worthwhile.every(Boolean), String(worthwhile));
});

test('what the user starts has all its chances', () => {
  const ends = new Ends();
  [0, 1, 2, 3, 4].forEach((now) => ends.isStartWorthwhile(now));
  ends.forget();
  assert.ok(ends.isStartWorthwhile(5));
});
