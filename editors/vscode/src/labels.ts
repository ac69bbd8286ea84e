/** Words and icons for what the view and the status item show. Knows nothing of VS Code. */

import type { Connector, Overview, Risk, State } from './protocol.ts';

export interface Label {
  /** Empty: there is nothing to say. */
  text: string;
  /** The id of a codicon. */
  icon: string;
  /** The id of a theme colour. */
  color?: string;
  explanation: string;
}

const STATES: Record<State, Label> = {
  errors: {
    text: 'errors',
    icon: 'error',
    color: 'list.errorForeground',
    explanation: 'The file has errors. Base44 cannot be compared with it before they are fixed.',
  },
  failed: {
    text: 'refused by Base44',
    icon: 'error',
    color: 'list.errorForeground',
    explanation: 'Base44 refused this connector at the last push. The file says why.',
  },
  needsConsent: {
    text: 'needs consent',
    icon: 'key',
    color: 'list.warningForeground',
    explanation: 'Somebody has to agree to these permissions in the browser: choose Authorize.',
  },
  notPushed: {
    text: 'not pushed',
    icon: 'cloud-upload',
    color: 'list.warningForeground',
    explanation: 'Base44 does not have this connector as it is here: choose Push.',
  },
  inStep: {
    text: 'in step',
    icon: 'pass',
    color: 'testing.iconPassed',
    explanation: 'Base44 has this connector as it is here.',
  },
  unknown: {
    text: '',
    icon: 'plug',
    explanation: 'Not compared with Base44 yet: choose Plan.',
  },
};

/** What asks for something to be done comes first. */
const URGENCY: readonly State[] = ['errors', 'failed', 'needsConsent', 'notPushed', 'unknown', 'inStep'];

const RISKS: Record<Risk, string> = {
  identity: 'account',
  read: 'eye',
  write: 'edit',
  admin: 'shield',
  restricted: 'shield',
};

export function stateLabel(connector: Connector): Label {
  const label = STATES[connector.state];
  return connector.state === 'errors' ? { ...label, text: count(connector.errors, 'error') } : label;
}

/** The codicon for what a scope opens; unknown scopes open nobody knows what. */
export function riskIcon(risk: Risk | null): string {
  return risk === null ? 'question' : RISKS[risk];
}

/** The most urgent thing to say about all connectors, for a status item; `undefined`: there is no connector. */
export function summary(overview: Overview): Label | undefined {
  const connectors = overview.projects.flatMap((it) => it.connectors);
  for (const state of URGENCY) {
    const those = connectors.filter((it) => it.state === state);
    if (those.length > 0) {
      return { ...STATES[state], text: summaryText(state, those, connectors.length) };
    }
  }
  return undefined;
}

/** How many connectors want something done. */
export function openMatters(overview: Overview): number {
  const connectors = overview.projects.flatMap((it) => it.connectors);
  return connectors.filter((it) => it.state !== 'inStep' && it.state !== 'unknown').length;
}

function summaryText(state: State, those: readonly Connector[], all: number): string {
  switch (state) {
    case 'errors':
      return count(
        those.reduce((sum, it) => sum + it.errors, 0),
        'error',
      );
    case 'unknown':
    case 'inStep':
      return [count(all, 'connector'), STATES[state].text].filter((it) => it !== '').join(' ');
    case 'needsConsent':
      return those.length === 1 ? '1 needs consent' : `${those.length} need consent`;
    default:
      return `${those.length} ${STATES[state].text}`;
  }
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
