// One window of the workbench, as its user sees it: every wait is for something on the screen.
import assert from 'node:assert/strict';
import { join } from 'node:path';

/** Only so that a failing test ends. */
export const PATIENCE = Number(process.env.PATIENCE ?? 180) * 1000;

const [WIDTH, HEIGHT] = [1200, 720];

/** How long something may take that is then tried again. */
const SOON = { timeout: 10_000 };

export class Window {
  constructor(page, artefacts) {
    this.page = page;
    this.artefacts = artefacts;
  }

  /** Opens a folder, and answers the question whether its authors are trusted. */
  static async open(browser, url, folder, { trust, artefacts }) {
    const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
    const window = new Window(page, artefacts);
    try {
      await window.answer(trust ? /^Yes, I trust/ : /^No, I don't trust/);
      await page.locator('.explorer-folders-view').waitFor();
      return window;
    } catch (error) {
      await window.shot('failed');
      await window.close();
      throw error;
    }
  }

  async close() {
    await this.page.context().close();
  }

  // What the user does.

  async press(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** Runs a command of the palette by its whole title. */
  async command(title) {
    await this.find('F1', `>${title}`, (found) => found.quickPick(title).click(SOON));
    await this.parkMouse();
  }

  /** Opens a file by its name. */
  async openFile(name) {
    await this.find('Control+P', name, (found) => found.quickPick(name).click(SOON));
    await this.parkMouse();
    await this.tab(name).waitFor();
    await this.page.locator('.monaco-editor.focused').waitFor();
  }

  /** Puts the cursor at a place in the editor, counted from 1. */
  async goTo(line, column) {
    await this.find('Control+G', `:${line}:${column}`, (found) => found.press('Enter'));
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /**
   * Opens the list at the top with a key, types into it, and chooses. Once more where something took the focus meanwhile, which closes
   * the list.
   */
  async find(key, text, choose) {
    for (let left = 10; ; left--) {
      try {
        await this.press(key);
        await this.fillQuickInput(text, SOON);
        return await choose(this);
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  /** Clicks a button of a dialog, which takes all keys until it is gone. */
  async answer(button) {
    const named = this.page.getByRole('button', { name: button });
    const dialog = this.page.locator('.monaco-dialog-box').filter({ has: named });
    await dialog.locator(named).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Applies the fix with this title at the cursor, after a picture of the choice. */
  async quickFix(title, picture, clip) {
    const fix = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
    const none = this.page.locator('.monaco-editor-overlaymessage').filter({ hasText: 'No code actions available' });
    // While it draws something else at the cursor, VS Code may find none. Whoever knows better asks again.
    for (const deadline = Date.now() + PATIENCE; !(await fix.isVisible());) {
      assert.ok(Date.now() < deadline, `no fix ${title}`);
      await this.press('Control+.');
      await fix.or(none).first().waitFor();
    }
    await this.shot(picture, clip);
    // Until the mouse moves, a shield keeps a click that began elsewhere from choosing something.
    await fix.hover({ force: true });
    await fix.click();
    await this.parkMouse();
  }

  async fillQuickInput(text, options) {
    await this.page.locator('.quick-input-widget input[type=text]').fill(text, options);
  }

  /** Clicks a line of the list at the top. */
  async choose(label) {
    await this.quickPick(label).click();
    await this.parkMouse();
  }

  /** Puts the mouse where it makes nothing pop up. */
  async parkMouse() {
    await this.page.mouse.move(WIDTH - 1, HEIGHT / 2);
  }

  /** Ticks a line of the list at the top, the only one so far. */
  async tick(label) {
    await this.choose(label);
    await this.page.locator('.quick-input-count').filter({ hasText: '1 Selected' }).waitFor();
  }

  /** Opens a line of the Connectors view. */
  async expand(label) {
    await this.connector(label).locator('.monaco-tl-twistie').click();
    await this.parkMouse();
  }

  /** Clicks an action at the end of a line of the Connectors view. */
  async actOn(label, action) {
    const line = this.connector(label);
    await line.hover();
    await line.getByRole('button', { name: action }).click();
    await this.parkMouse();
  }

  // What the user sees.

  tab(name) {
    return this.page.locator(`.tab[data-resource-name="${name}"]`);
  }

  quickPick(label) {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first();
  }

  /** The suggestion that Enter takes. */
  chosenSuggestion(label) {
    return this.page.locator('.suggest-widget .monaco-list-row.focused').filter({ hasText: label });
  }

  squiggles(severity) {
    return this.page.locator(`.squiggly-${severity}`);
  }

  lightBulb() {
    return this.page
      .locator('.lightBulbWidget:visible, .codicon-gutter-lightbulb, .codicon-gutter-lightbulb-auto-fix')
      .first();
  }

  hover(text) {
    return this.page.locator('.monaco-hover').filter({ hasText: text });
  }

  /** A document that is shown as it is meant to look. */
  preview() {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe');
  }

  notification(text) {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  dialog(text) {
    return this.page.locator('.monaco-dialog-box').filter({ hasText: text });
  }

  /** A line of the Connectors view. */
  connector(text) {
    return this.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
  }

  /** Waits for a text in the editor. */
  async hasText(text) {
    // The editor draws blanks as no-break spaces.
    const lines = this.page.locator('.editor-instance .view-lines');
    await lines.filter({ hasText: text }).waitFor();
  }

  problem(text) {
    return this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text });
  }

  /** The lines below files in the Problems view. */
  async problems() {
    return this.page.locator('.markers-panel .monaco-list-row[aria-level="2"]').allTextContents();
  }

  /** The status item, once the server knows the projects; with this text. */
  status(text) {
    return this.page.locator('.statusbar-item').filter({ hasText: `Base44: ${text}` });
  }

  /** What the Connectors view says where it has nothing to show. */
  welcome(text) {
    return this.page.locator('.welcome-view-content').filter({ hasText: text });
  }

  /** An action above a line of the editor. */
  lens(title) {
    return this.page.locator('.codelens-decoration a').filter({ hasText: title });
  }

  /** The log, in the Output view. */
  log(text) {
    return this.page.locator('.panel .view-lines').filter({ hasText: text });
  }

  /** Keeps what is on the screen, or the part of it that is worth showing. */
  async shot(name, { left = 0, top = 0, width = WIDTH, height = HEIGHT } = {}) {
    await this.page.screenshot({
      animations: 'disabled',
      clip: { x: left, y: top, width, height },
      path: join(this.artefacts, `${name}.png`),
    });
  }
}
