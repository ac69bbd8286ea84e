/** What a code lens of the server does when it is clicked: shows the backend code that asks for a connector, where it is now. */

import type { Location } from 'vscode';
import { Position, Uri, commands } from 'vscode';
import type * as lsp from 'vscode-languageclient';

export async function showReferences(uri: string, at: lsp.Position): Promise<void> {
  const connector = Uri.parse(uri);
  const type = new Position(at.line, at.character);
  const found = await commands.executeCommand<Location[]>('vscode.executeReferenceProvider', connector, type);
  const uses = found.filter((it) => it.uri.toString() !== connector.toString());
  await commands.executeCommand('editor.action.showReferences', connector, type, uses);
}
