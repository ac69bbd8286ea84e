// VS Code served to a browser, with the extension installed and nothing else of the machine's user.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Settings under which nothing moves, asks or phones home by itself. */
const USER_SETTINGS = {
  'chat.commandCenter.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.layoutControl.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export class CodeServer {
  #process;
  #data;

  /**
   * @param {{tools: string, data: string, vsix: string, machineSettings: object}} options `tools`: the folder that
   * `tests/setup/vscode.sh` fills; `data`: an empty folder
   */
  static async start({ tools, data, vsix, machineSettings }) {
    const extensions = join(data, 'extensions');
    writeJson(join(data, 'User'), USER_SETTINGS);
    writeJson(join(data, 'Machine'), machineSettings);
    const folders = ['--user-data-dir', data, '--extensions-dir', extensions];
    const entry = join(tools, 'node_modules/code-server/out/node/entry.js');
    await promisify(execFile)(process.execPath, [entry, ...folders, '--install-extension', vsix]);

    const server = new CodeServer();
    server.#data = data;
    const quiet = [
      '--auth',
      'none',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
    ];
    // A group of its own, so that stopping it stops the extension hosts.
    server.#process = spawn(process.execPath, [entry, ...folders, ...quiet, '--bind-addr', '127.0.0.1:0'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server.url = await listening(server.#process);
    return server;
  }

  /** Changes the settings of this machine, which windows follow. */
  configure(machineSettings) {
    writeJson(join(this.#data, 'Machine'), machineSettings);
  }

  /** The language servers that run, as process ids: those of the extension that is installed here. */
  languageServers() {
    return readdirSync('/proc').filter((pid) => programOf(pid)?.startsWith(join(this.#data, 'extensions')));
  }

  async stop() {
    const ended = once(this.#process, 'exit');
    process.kill(-this.#process.pid, 'SIGKILL');
    await ended;
  }
}

/** `undefined`: it has just ended, or is no process. */
function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** The address that code-server prints when it is ready. */
async function listening(child) {
  for await (const line of createInterface(child.stdout)) {
    const url = /listening on (http:\S+?)\/?$/.exec(line)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('code-server ended before it listened');
}

function writeJson(folder, settings) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
}
