/** The settings as the server gets them: the user's, and whether the workspace is trusted. */

import { workspace } from 'vscode';
import type { ConfigurationRequest } from 'vscode-languageclient';
import { ResponseError } from 'vscode-languageclient';

export const SECTION = 'base44Connectors';

/** `base44Connectors.server.path`. */
export function serverPath(): string {
  return workspace.getConfiguration(SECTION).get('server.path', '');
}

/** All settings of the section. VS Code leaves out what an untrusted workspace may not set. */
export function forServer(): object {
  return withTrust(JSON.parse(JSON.stringify(workspace.getConfiguration(SECTION))));
}

/** Answers `workspace/configuration`. */
export const configuration: ConfigurationRequest.MiddlewareSignature = async (params, token, next) => {
  const values = await next(params, token);
  if (values instanceof ResponseError) {
    return values;
  }
  return values.map((value: unknown, index) => (params.items[index]?.section === SECTION ? withTrust(value) : value));
};

function withTrust(settings: unknown): object {
  return { ...(settings as object | null), trusted: workspace.isTrusted };
}
