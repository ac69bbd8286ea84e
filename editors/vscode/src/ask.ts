/** The server's questions: short ones as notifications, those with details as dialogs, which keep their lines. */

import type { MessageItem, MessageOptions } from 'vscode';
import { window } from 'vscode';
import type { MessageActionItem, ShowMessageRequestParams } from 'vscode-languageclient';
import { MessageType } from 'vscode-languageclient';

/** Answers `window/showMessageRequest`: the button, or `null`. */
export async function ask({ type, message, actions }: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const [question = '', ...details] = message.split('\n');
  const items: MessageItem[] = (actions ?? []).map(({ title }) => ({ title, isCloseAffordance: title === 'Cancel' }));
  const options = { modal: details.length > 0, detail: details.join('\n') };
  const chosen = await show(type)(question, options, ...items);
  return chosen === undefined ? null : { title: chosen.title };
}

type Show = (question: string, options: MessageOptions, ...items: MessageItem[]) => Thenable<MessageItem | undefined>;

function show(type: MessageType): Show {
  switch (type) {
    case MessageType.Error:
      return window.showErrorMessage;
    case MessageType.Warning:
      return window.showWarningMessage;
    default:
      return window.showInformationMessage;
  }
}
