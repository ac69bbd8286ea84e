/** Workspace trust: without it the base44 CLI is not run, because a project's files can redirect it. */

import { commands, window, workspace } from 'vscode';

/** Whether the workspace is not trusted; then the user is told so, and how to change it. Nobody waits for an answer. */
export function isRefusedForTrust(): boolean {
  if (workspace.isTrusted) {
    return false;
  }
  const manage = 'Manage Workspace Trust';
  const why = 'This workspace is not trusted, so the base44 CLI is not run. Checking and completion work all the same.';
  void window.showWarningMessage(why, manage).then((chosen) => {
    if (chosen === manage) {
      void commands.executeCommand('workbench.trust.manage');
    }
  });
  return true;
}
