// The extension in VS Code's workbench. `tests/vscode.rs` starts this, with Base44's API on this machine in the environment.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { CodeServer } from './code-server.mjs';
import { BROKEN, ELSEWHERE, writeProject } from './project.mjs';
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

let server;
let browser;

before(
  async () => {
    mkdirSync(VSCODE_ARTEFACTS, { recursive: true });
    const { chromium } = createRequire(join(VSCODE_TOOLS, 'package.json'))('playwright-core');
    const machineSettings = { 'base44Connectors.cli.command': [process.execPath, VSCODE_CLI] };
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
    await window.quickFix(/chat:write/, 'fix');
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

  await step('VS Code reports what is no JSON, and nobody complains of a trailing comma', async () => {
    await window.openFile('gmail.jsonc');
    await window.squiggles('error').first().waitFor();
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
    await window.shot('complete');
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
    await window.shot('add');
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
    await window.shot('view');
  });

  await step('a push shows what it would do, asks, and says what came of it', async () => {
    await window.command('Base44: Push …');
    await window.dialog('Push to the Base44 app booking?').waitFor();
    await window.shot('push');
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

  await step('the walkthrough explains it, with pictures', async () => {
    await window.command('Base44: Get Started');
    await window.page.getByRole('heading', { name: 'Base44 connectors' }).waitFor();
    await window.page.locator('.getting-started-media img, .getting-started-media svg').first().waitFor();
    await window.shot('walkthrough');
  });
});

const OAUTH = { folder: 'oauth-app', fixture: ELSEWHERE, trust: true };

inWindow('connectors are found wherever connectorsDir puts them', OAUTH, async (window) => {
  await window.openFile('slack.jsonc');
  await window.squiggles('error').first().waitFor();
});

const DOWNLOADED = { folder: 'downloaded-app', fixture: BROKEN, trust: false };

inWindow('in an untrusted folder nothing runs until it is trusted', DOWNLOADED, async (window) => {
  await window.openFile('slack.jsonc');
  await window.squiggles('error').first().waitFor();
  await window.command('Base44: Push …');
  await window.notification('This workspace is not trusted, so the base44 CLI is not run.').waitFor();
  await window.shot('untrusted');

  // Once trusted, it is only its own errors that keep a project from being pushed.
  await window.command('Notifications: Clear All Notifications');
  await window.command('Workspaces: Manage Workspace Trust');
  await window.page.getByRole('button', { name: /^Trust$/ }).click();
  await window.command('Base44: Push …');
  await window.notification('has an error').waitFor();
});

/** Waits until it is so, on the disk. */
async function eventually(isSo) {
  for (const deadline = Date.now() + PATIENCE; !isSo();) {
    assert.ok(Date.now() < deadline, `not in time: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
