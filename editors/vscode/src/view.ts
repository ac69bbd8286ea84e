/** The Connectors view: projects, their connectors, and the scopes of each. */

import type { TreeDataProvider } from 'vscode';
import {
  Disposable,
  MarkdownString,
  Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
} from 'vscode';

import type { Connection } from './connection.ts';
import { count, openMatters, riskIcon, stateLabel } from './labels.ts';
import type { Label } from './labels.ts';
import type { Connector, Project, RequestedScope } from './protocol.ts';

const VIEW = 'base44Connectors.connectors';

/** A line of the view. Commands on it get it as their argument; `uri` is a file or folder of its project. */
export type Node =
  | { kind: 'project'; uri: string; project: Project }
  | { kind: 'connector'; uri: string; connector: Connector }
  | { kind: 'scope'; uri: string; scope: RequestedScope }
  | { kind: 'remote'; uri: string; type: string };

export function showConnectors(connection: Connection): Disposable {
  const provider: TreeDataProvider<Node> = {
    onDidChangeTreeData: connection.onOverviewChanged,
    getChildren: (node) => (node === undefined ? roots(connection) : children(node)),
    getTreeItem: item,
  };
  const view = window.createTreeView(VIEW, { treeDataProvider: provider, showCollapseAll: true });
  const listener = connection.onOverviewChanged(() => {
    const matters = connection.overview === undefined ? 0 : openMatters(connection.overview);
    view.badge = { value: matters, tooltip: `${count(matters, 'connector')} to look at` };
  });
  return Disposable.from(view, listener);
}

/** A single project is not worth a level of its own. */
function roots({ overview }: Connection): Node[] {
  const projects = overview?.projects ?? [];
  const nodes = projects.map((project): Node => ({ kind: 'project', uri: project.uri, project }));
  return nodes.length === 1 ? nodes.flatMap(children) : nodes;
}

function children(node: Node): Node[] {
  switch (node.kind) {
    case 'project':
      return [
        ...node.project.connectors.map((connector): Node => ({ kind: 'connector', uri: connector.uri, connector })),
        ...node.project.remoteOnly.map((type): Node => ({ kind: 'remote', uri: node.uri, type })),
      ];
    case 'connector':
      return node.connector.scopes.map((scope): Node => ({ kind: 'scope', uri: node.uri, scope }));
    default:
      return [];
  }
}

function item(node: Node): TreeItem {
  const item = bare(node);
  item.contextValue = node.kind;
  return item;
}

function bare(node: Node): TreeItem {
  switch (node.kind) {
    case 'project':
      return projectItem(node.project);
    case 'connector':
      return connectorItem(node.connector);
    case 'scope':
      return scopeItem(node.scope, node.uri);
    case 'remote':
      return remoteItem(node.type);
  }
}

function projectItem({ name, app, uri }: Project): TreeItem {
  const item = new TreeItem(name, TreeItemCollapsibleState.Expanded);
  item.iconPath = new ThemeIcon('package');
  item.description = app ?? 'not linked to an app';
  item.tooltip = Uri.parse(uri).fsPath;
  return item;
}

function connectorItem(connector: Connector): TreeItem {
  const { name, type, uri, scopes } = connector;
  const state = stateLabel(connector);
  const item = new TreeItem(
    name,
    scopes.length > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  item.id = uri;
  item.description = state.text;
  item.iconPath = icon(state);
  item.tooltip = new MarkdownString(
    `**${name}** (${type ?? 'no type'}), ${count(scopes.length, 'scope')}\n\n${state.explanation}`,
  );
  item.command = { title: 'Open', command: 'vscode.open', arguments: [Uri.parse(uri)] };
  return item;
}

function scopeItem({ name, label, summary, risk, range }: RequestedScope, uri: string): TreeItem {
  const item = new TreeItem(label ?? name);
  item.description = label === null ? 'unknown scope' : name;
  item.iconPath = new ThemeIcon(riskIcon(risk));
  item.tooltip = new MarkdownString(
    [`\`${name}\``, summary, risk ?? 'not in the catalogue'].filter(Boolean).join('\n\n'),
  );
  item.command = {
    title: 'Open',
    command: 'vscode.open',
    arguments: [Uri.parse(uri), { selection: selection(range) }],
  };
  return item;
}

function remoteItem(type: string): TreeItem {
  const item = new TreeItem(type);
  item.iconPath = new ThemeIcon('cloud');
  item.description = 'only on Base44';
  item.tooltip =
    'Base44 has this connector, and the project has no file for it. A push removes it; a pull makes the file.';
  return item;
}

function selection({ start, end }: RequestedScope['range']): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

function icon({ icon, color }: Label): ThemeIcon {
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}
