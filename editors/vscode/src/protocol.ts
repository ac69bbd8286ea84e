/** What the server and this extension say to each other beyond LSP. Positions are LSP's: from 0, in UTF-16 units. */

import type { Range } from 'vscode-languageclient';

/** The server's commands, all of `workspace/executeCommand` with one argument object. */
export const Command = {
  addConnector: 'base44-connectors.addConnector',
  authorize: 'base44-connectors.authorize',
  overview: 'base44-connectors.overview',
  plan: 'base44-connectors.plan',
  pull: 'base44-connectors.pull',
  push: 'base44-connectors.push',
  refresh: 'base44-connectors.refresh',
  scopes: 'base44-connectors.scopes',
  services: 'base44-connectors.services',
} as const;

/** The command of code lenses, which the client brings: arguments are a URI, a position, and locations. */
export const SHOW_REFERENCES = 'base44-connectors.showReferences';

/** Sent by the server, without parameters, when the answer to {@link Command.overview} may have changed. */
export const OVERVIEW_CHANGED = 'base44Connectors/overviewChanged';

/** What the server learns of this client in `capabilities.experimental.base44Connectors`. */
export const CAPABILITIES = { overviewChanged: true, commands: [SHOW_REFERENCES] };

export interface Overview {
  projects: Project[];
}

export interface Project {
  /** The project's root folder. */
  uri: string;
  name: string;
  /** The id of the Base44 app that the project is linked to. */
  app: string | null;
  /** The folder where the base44 CLI reads connectors, and those of backend code. They need not exist. */
  connectorsDir: string;
  backendDirs: string[];
  connectors: Connector[];
  /** Types that Base44 has and the project has no file for: a push removes them. */
  remoteOnly: string[];
}

export interface Connector {
  uri: string;
  /** `null`: the file does not say. */
  type: string | null;
  /** What people call the service; the file's name where that is not known. */
  name: string;
  errors: number;
  warnings: number;
  state: State;
  scopes: RequestedScope[];
}

/** `unknown`: what Base44 has was not asked for yet. */
export type State = 'errors' | 'unknown' | 'inStep' | 'notPushed' | 'needsConsent' | 'failed';

export type Risk = 'identity' | 'read' | 'write' | 'admin' | 'restricted';

export interface RequestedScope {
  /** As it stands in the file. */
  name: string;
  /** What it allows, in a few words and in a sentence, and how much that is; `null`: the scope is unknown. */
  label: string | null;
  summary: string | null;
  risk: Risk | null;
  range: Range;
}

/** The answer to {@link Command.services}: by name. */
export interface Service {
  type: string;
  name: string;
  description: string;
  auth: string;
  /** How many scopes are known. */
  scopes: number;
  /** Whether the project has a connector for it. */
  connected: boolean;
  documentation: string | null;
}

/** The answer to {@link Command.scopes}: those first that one is most likely to want. */
export interface Scope {
  name: string;
  label: string;
  summary: string;
  access: 'identity' | 'read' | 'write' | 'admin';
  risk: Risk;
  /** Whether Base44's documentation lists it for the service. */
  listed: boolean;
  deprecated: boolean;
  /** Whether the project's connector asks for it already. */
  connected: boolean;
}
