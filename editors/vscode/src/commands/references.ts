/** What a code lens of the server does when it is clicked: shows places. */

import { Location, Position, Range, Uri, commands } from 'vscode';
import type * as lsp from 'vscode-languageclient';

export async function showReferences(uri: string, at: lsp.Position, locations: lsp.Location[]): Promise<void> {
  await commands.executeCommand('editor.action.showReferences', Uri.parse(uri), position(at), locations.map(location));
}

function location({ uri, range }: lsp.Location): Location {
  return new Location(Uri.parse(uri), new Range(position(range.start), position(range.end)));
}

function position({ line, character }: lsp.Position): Position {
  return new Position(line, character);
}
