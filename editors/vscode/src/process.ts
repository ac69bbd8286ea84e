/** The server as a process. */

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** How many milliseconds a server has for ending by itself, once it was asked to. */
const GRACE = 2000;

/** Rejects if `program` cannot be run. */
export async function start(program: string): Promise<ChildProcess> {
  const child = spawn(program, { stdio: 'pipe', windowsHide: true });
  await once(child, 'spawn');
  return child;
}

/** Waits for the end of a process that was asked to end, and ends it if it does not. */
export async function end(child: ChildProcess, grace = GRACE): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  const timer = new AbortController();
  await Promise.race([ended, wait(grace, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  child.kill('SIGKILL');
  await ended;
}
