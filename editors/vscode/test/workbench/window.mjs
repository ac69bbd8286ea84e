// One window of the workbench, as its user sees it: every wait is for something on the screen.
import { join } from 'node:path';

/** Only so that a failing test ends. */
export const PATIENCE = Number(process.env.PATIENCE ?? 180) * 1000;

export class Window {
  constructor(page, artefacts) {
    this.page = page;
    this.artefacts = artefacts;
  }

  /** Opens a folder, and answers the question whether its authors are trusted. */
  static async open(browser, url, folder, { trust, artefacts }) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 720 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
    const window = new Window(page, artefacts);
    await window.answer(trust ? /^Yes, I trust/ : /^No, I don't trust/);
    await page.locator('.explorer-folders-view').waitFor();
    return window;
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
    await this.press('F1');
    await this.fillQuickInput(`>${title}`);
    await this.choose(title);
  }

  /** Opens a file by its name. */
  async openFile(name) {
    await this.press('Control+P');
    await this.fillQuickInput(name);
    await this.choose(name);
    await this.tab(name).waitFor();
    await this.page.locator('.monaco-editor.focused').waitFor();
  }

  /** Puts the cursor before what is first found of `text` in the editor. */
  async goTo(line, column) {
    await this.press('Control+G');
    await this.fillQuickInput(`:${line}:${column}`);
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Clicks a button of a dialog. */
  async answer(button) {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button }).click();
  }

  /** Applies the fix with this title at the cursor, after a picture of the choice. */
  async quickFix(title, picture) {
    await this.press('Control+.');
    const fix = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
    await fix.waitFor();
    await this.shot(picture);
    // Until the mouse moves, a shield keeps a click that began elsewhere from choosing something.
    await fix.hover({ force: true });
    await fix.click();
    await this.parkMouse();
  }

  async fillQuickInput(text) {
    await this.page.locator('.quick-input-widget input[type=text]').fill(text);
  }

  /** Clicks a line of the list at the top. */
  async choose(label) {
    await this.quickPick(label).click();
    await this.parkMouse();
  }

  /** Puts the mouse where it makes nothing pop up. */
  async parkMouse() {
    await this.page.mouse.move(1199, 360);
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

  /** Keeps what is on the screen. */
  async shot(name) {
    await this.page.screenshot({ animations: 'disabled', path: join(this.artefacts, `${name}.png`) });
  }
}
