// The extension in VS Code's workbench. `tests/vscode.rs` starts this, with Base44's API on this machine in the environment.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { CodeServer } from './code-server.mjs';
import { BROKEN, ELSEWHERE, SEVERAL, writeProject } from './project.mjs';
import { PATIENCE, Window } from './window.mjs';

/** Folders and files, by environment variable: the tools, an empty folder, the package, the CLI, and where pictures go. */
const { VSCODE_TOOLS, VSCODE_WORK, VSCODE_VSIX, VSCODE_CLI, VSCODE_ARTEFACTS } = process.env;

const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]),
};

const MACHINE_SETTINGS = { 'base44Connectors.cli.command': [process.execPath, VSCODE_CLI] };

let server;
let browser;

before(
  async () => {
    mkdirSync(VSCODE_ARTEFACTS, { recursive: true });
    const { chromium } = createRequire(join(VSCODE_TOOLS, 'package.json'))('playwright-core');
    const machineSettings = MACHINE_SETTINGS;
    const data = join(VSCODE_WORK, 'data');
    server = await CodeServer.start({ tools: VSCODE_TOOLS, data, vsix: VSCODE_VSIX, machineSettings });
    browser = await chromium.launch(CHROMIUM);
  },
  { timeout: PATIENCE },
);

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Writes a project, and opens it in a window of its own. A test that fails leaves a picture. */
function inWindow(name, { folder, fixture, trust }, run) {
  test(name, async (t) => {
    const project = writeProject(join(VSCODE_WORK, folder), fixture);
    const window = await Window.open(browser, server.url, project.folder, { trust, artefacts: VSCODE_ARTEFACTS });
    /** A part, without which the later ones make no sense. */
    const step = async (part, act) => {
      let failure;
      await t.test(part, () => act().catch((error) => assert.fail((failure = error))));
      assert.ifError(failure);
    };
    try {
      await run(window, project, step);
    } catch (error) {
      await window.shot('failed');
      throw error;
    } finally {
      await window.close();
    }
  });
}

/** Where the text of a small file is on the screen. */
const EDITOR = { left: 348, width: 660, height: 490 };

const BOOKING = { folder: 'booking-app', fixture: BROKEN, trust: true };

inWindow('from broken to pushed', BOOKING, async (window, project, step) => {
  const SLACK = 'base44/connectors/slack.jsonc';

  await step('a wrong scope has a squiggle, and a message that says what is wrong', async () => {
    await window.openFile('slack.jsonc');
    await window.squiggles('error').first().waitFor();
    await window.goTo(4, 8);
    await window.lightBulb().waitFor();
    await window.press('Control+K', 'Control+I');
    await window.hover('Slack User has no scope `chat.write`').waitFor();
    await window.shot('diagnose');
    await window.press('Escape');
  });

  await step('a quick fix puts it right', async () => {
    await window.quickFix(/chat:write/, 'fix', EDITOR);
    await window.hasText('"chat:write"');
  });

  await step('two files of one service become one', async () => {
    await window.goTo(2, 14);
    await window.quickFix(/^Merge/, 'merge');
    await window.hasText('"users:read"');
    await window.command('File: Save All Files');
    await window.squiggles('error').first().waitFor({ state: 'detached' });
    await eventually(() => !existsSync(join(project.folder, 'base44/connectors/team-slack.jsonc')));
    await eventually(() => /"chat:write",\s+"channels:read",\s+"users:read"/.test(project.read(SLACK)));
  });

  await step('what is no JSON is not pushed, though it is VS Code that reports it', async () => {
    await window.openFile('gmail.jsonc');
    await window.squiggles('error').first().waitFor();
    await window.status('1 error').waitFor();
    await window.command('Base44: Push All Connectors …');
    await window.notification('gmail.jsonc is not JSON').waitFor();
    await window.command('Notifications: Clear All Notifications');
  });

  await step('VS Code reports what is no JSON, and nobody complains of a trailing comma', async () => {
    await window.command('Problems: Focus on Problems View');
    await window.problem('Property expected').waitFor();
    // What was said of the file that the merge deleted goes, too.
    await window.problem('duplicate-type').waitFor({ state: 'detached' });
    assert.match((await window.problems()).join('\n'), /^Property expected.*$/);
    await window.press('Control+J');
    await window.openFile('gmail.jsonc');
    await window.press('Control+End');
    await window.type('}');
    await window.squiggles('error').first().waitFor({ state: 'detached' });
    await window.press('Control+S');
  });

  await step('VS Code formats, without asking who should', async () => {
    await window.openFile('googlecalendar.jsonc');
    await window.command('Format Document');
    await window.hasText('"type": "googlecalendar"');
  });

  await step('completion finds a scope by its parts', async () => {
    await window.openFile('googlecalendar.jsonc');
    await window.goTo(5, 57);
    await window.press('Enter');
    await window.type('"cal.ev');
    await window.chosenSuggestion('calendar.events').waitFor();
    await window.shot('complete', EDITOR);
    await window.press('Enter');
    await window.hasText('https://www.googleapis.com/auth/calendar.events');
    await window.press('Control+S');
  });

  const outlook = join(project.folder, 'base44/connectors/outlook.jsonc');
  await step('a connector is added by picking a service and its scopes', async () => {
    await window.command('Base44: Add Connector …');
    await window.fillQuickInput('outlook');
    await window.choose('Outlook');
    await window.fillQuickInput('calendars');
    await window.tick("Read events in the user's calendars");
    await window.shot('add', { left: 290, width: 622, height: 296 });
    await window.press('Enter');
    await window.tab('outlook.jsonc').waitFor();
    await eventually(() => existsSync(outlook) && readFileSync(outlook, 'utf8') !== '');
    assert.deepEqual(JSON.parse(readFileSync(outlook, 'utf8')), { type: 'outlook', scopes: ['Calendars.Read'] });
  });

  await step('a plan is a document, and the view knows from it how things stand', async () => {
    await window.command('Base44: Plan: What Would a Push Change?');
    await window.preview().getByRole('heading', { name: 'Plan for the Base44 app booking' }).waitFor();
    await window.shot('plan');
    await window.command('Base44: Focus on Connectors View');
    await window.connector(/Gmail\s*in step/).waitFor();
    await window.connector(/Slack User\s*not pushed/).waitFor();
    await window.connector(/hubspot\s*only on Base44/).waitFor();
    await window.expand('Slack User');
    await window.connector('channels:read').waitFor();
    await window.shot('view', { width: 348, height: 240 });
  });

  await step('a push shows what it would do, asks, and says what came of it', async () => {
    await window.command('Base44: Push All Connectors …');
    await window.dialog('Push to the Base44 app booking?').waitFor();
    await window.shot('push', { left: 330, top: 166, width: 540, height: 388 });
    await window.answer('Push 4 connectors, remove hubspot');
    await window.notification('Google Calendar needs your consent in the browser.').waitFor();
    await window.shot('pushed');
    await window.connector(/Outlook\s*needs consent/).waitFor();
    // As fast as a test answers, VS Code takes the next questions for spam, and shows them only in its list.
    await window.command('Notifications: Show Notifications');
    await window.notification('HubSpot: removed').waitFor();
    for (const service of ['Google Calendar', 'Outlook', 'Slack User']) {
      const question = window.notification(`${service} needs your consent in the browser.`);
      await question.getByRole('button', { name: 'Later' }).click();
      await question.waitFor({ state: 'detached' });
    }
    await window.command('Notifications: Clear All Notifications');
    await window.connector(/Gmail\s*in step/).waitFor();
    await window.connector(/Outlook\s*needs consent/).waitFor();
    await window.connector('hubspot').waitFor({ state: 'detached' });
  });

  await step('one connector is authorized from its lens, the palette, or its line in the view', async () => {
    const question = window.dialog('Authorize Outlook for the Base44 app booking');
    await window.openFile('outlook.jsonc');
    await window.lens('Authorize Outlook …').click();
    await question.waitFor();
    await window.answer('Cancel');
    await window.command('Base44: Authorize …');
    await question.waitFor();
    await window.answer('Cancel');
    await window.actOn(/Outlook/, 'Authorize …');
    await question.waitFor();
    await window.answer('Authorize Outlook');
    const consent = window.notification('Outlook needs your consent in the browser.');
    await consent.getByRole('button', { name: 'Later' }).click();
    await window.connector(/Outlook\s*needs consent/).waitFor();
  });

  await step('a pull shows what it would do, asks, and keeps what it is not to touch', async () => {
    await window.command('Base44: Pull …');
    await window.preview().getByRole('heading', { name: 'Pull from the Base44 app booking' }).waitFor();
    const question = window.dialog('Pull from the Base44 app booking?');
    await question.waitFor();
    await window.shot('pull');
    await window.answer('Cancel');
    await question.waitFor({ state: 'detached' });
    assert.match(project.read(SLACK), /channels:read/);
    await window.command('Base44: Pull …');
    await question.waitFor();
    await window.answer(/^Write slack\.jsonc$/);
    await eventually(() => !project.read(SLACK).includes('channels:read'));
    await window.connector(/Slack User\s*in step/).waitFor();
    assert.ok(existsSync(outlook), 'what only the project has stays');
  });

  await step('the catalogue is refreshed', async () => {
    await window.command('Base44: Refresh Catalogue');
    await window.notification('New to the catalogue: acme.').waitFor();
    await window.command('Notifications: Clear All Notifications');
  });

  await step('the walkthrough explains it, with pictures', async () => {
    await window.command('Base44: Get Started');
    await window.page.getByRole('heading', { name: 'Base44 connectors' }).waitFor();
    await window.page.locator('.getting-started-media img, .getting-started-media svg').first().waitFor();
    await window.shot('walkthrough');
  });
});

const OAUTH = { folder: 'oauth-app', fixture: ELSEWHERE, trust: true };

inWindow('connectors and backend code are found wherever a project puts them', OAUTH, async (window, project, step) => {
  await window.openFile('slack.jsonc');
  await window.squiggles('error').first().waitFor();
  await window.openFile('index.ts');
  await window.squiggles('warning').first().waitFor();

  await step('a server that dies is started again', async () => {
    const [first, ...others] = server.languageServers();
    assert.deepEqual(others, []);
    process.kill(first, 'SIGKILL');
    await eventually(() => server.languageServers().some((it) => it !== first));
    await window.status('1 error').waitFor();
  });

  await step('the log says which server runs', async () => {
    await window.command('Base44: Show Log');
    await window.log(/server\/base44-connectors-ls\s\(from\sthe\sextension\)\sruns/).waitFor();
  });

  const withServer = (path) => server.configure({ ...MACHINE_SETTINGS, 'base44Connectors.server.path': path });
  const noServer = window.welcome('The language server does not run.');

  await step('a server that is none is named, and what to do', async () => {
    await window.command('Base44: Focus on Connectors View');
    withServer('/no/such/server');
    const missing = window.notification('names /no/such/server, and there is no such file');
    await missing.getByRole('button', { name: 'Open Settings' }).waitFor();
    await noServer.waitFor();
    await window.shot('no-server');
    withServer('/bin/cat');
    await window.notification('/bin/cat is not the language server').waitFor();
    await window.status('').waitFor({ state: 'detached' });
  });

  await step('with the right one it goes on, restarted or not', async () => {
    server.configure(MACHINE_SETTINGS);
    await window.status('1 error').waitFor();
    await noServer.waitFor({ state: 'hidden' });
    const [first] = server.languageServers();
    await window.command('Base44: Restart Server');
    await eventually(() => !server.languageServers().includes(first));
    await window.status('1 error').waitFor();
  });
});

const SHOPS = { folder: 'several', fixture: SEVERAL, trust: true };

inWindow('several projects in one window are told apart', SHOPS, async (window) => {
  await window.status('1 error').waitFor();
  await window.command('Base44: Focus on Connectors View');
  for (const line of [/shop\s*not linked/, /crm\s*not linked/, /Slack User\s*1 error/]) {
    await window.connector(line).waitFor();
  }
  await window.connector('notes').waitFor({ state: 'detached' });
  await window.command('Base44: Authorize …');
  await window.quickPick(/Slack User\s*crm/).waitFor();
  await window.choose(/Slack User\s*shop/);
  await window.notification('slack.jsonc is not JSON').waitFor();

  // Where connectors lie in a folder of another name, nobody warns of trailing commas: only what is no JSON is reported.
  await window.connector(/Slack User\s*1 error/).click();
  await window.lens('1 backend use').waitFor();
  await window.command('Problems: Focus on Problems View');
  await window.problem('Expected comma or closing brace').waitFor();
  assert.doesNotMatch((await window.problems()).join('\n'), /Trailing comma/);
});

const DOWNLOADED = { folder: 'downloaded-app', fixture: BROKEN, trust: false };

inWindow('in an untrusted folder nothing runs until it is trusted', DOWNLOADED, async (window) => {
  await window.openFile('slack.jsonc');
  await window.squiggles('error').first().waitFor();
  await window.status('').waitFor();
  await window.command('Base44: Push All Connectors …');
  await window.notification('This workspace is not trusted, so the base44 CLI is not run.').waitFor();
  await window.shot('untrusted');

  // Once trusted, it is only its own errors that keep a project from being pushed: first what is no JSON.
  await window.command('Notifications: Clear All Notifications');
  await window.command('Workspaces: Manage Workspace Trust');
  await window.page.getByRole('button', { name: /^Trust$/ }).click();
  await window.command('Base44: Push All Connectors …');
  await window.notification('gmail.jsonc is not JSON').waitFor();
});

/** Waits until it is so, on the disk. */
async function eventually(isSo) {
  for (const deadline = Date.now() + PATIENCE; !isSo();) {
    assert.ok(Date.now() < deadline, `not in time: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
