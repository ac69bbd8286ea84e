/** The status item: the most urgent thing to say about the connectors. A click leads to the view. */

import { Disposable, StatusBarAlignment, window } from 'vscode';

import type { Connection } from './connection.ts';
import { summary } from './labels.ts';

export function showStatus(connection: Connection): Disposable {
  const item = window.createStatusBarItem('base44Connectors.status', StatusBarAlignment.Left);
  item.name = 'Base44 Connectors';
  item.command = 'base44Connectors.connectors.focus';
  const listener = connection.onOverviewChanged(() => {
    const label = connection.overview && summary(connection.overview);
    if (label === undefined) {
      item.hide();
      return;
    }
    item.text = `$(${label.icon}) Base44: ${label.text}`;
    item.tooltip = label.explanation;
    item.show();
  });
  return Disposable.from(item, listener);
}
