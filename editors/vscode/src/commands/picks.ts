/** What there is to pick when a connector is added, as plain data. Knows nothing of VS Code. */

import type { Scope, Service } from '../protocol.ts';

export interface Pick {
  label: string;
  description: string;
  detail: string;
  /** What is picked; absent: a heading. */
  value?: string;
}

const HEADINGS: Record<Scope['access'], string> = {
  identity: 'Who the user is',
  read: 'Read',
  write: 'Change',
  admin: 'Administer',
};

const ACCESS: readonly Scope['access'][] = ['read', 'write', 'admin', 'identity'];

/** The services that the project does not have. */
export function servicePicks(services: readonly Service[]): Pick[] {
  const missing = services.filter((it) => !it.connected);
  return missing.map(({ name, type, description }) => ({
    label: name,
    description: type,
    detail: description,
    value: type,
  }));
}

/** The scopes worth asking for, from the harmless to the mighty, under headings. */
export function scopePicks(scopes: readonly Scope[]): Pick[] {
  const current = scopes.filter((it) => !it.deprecated);
  const isListKnown = current.some((it) => it.listed);
  return ACCESS.flatMap((access) => {
    const picks = current.filter((it) => it.access === access).map((it) => scopePick(it, isListKnown));
    return picks.length === 0 ? [] : [{ label: HEADINGS[access], description: '', detail: '' }, ...picks];
  });
}

function scopePick({ name, summary, risk, listed }: Scope, isListKnown: boolean): Pick {
  const remarks = [risk === 'restricted' && 'restricted', isListKnown && !listed && "not in Base44's list"];
  return { label: summary, description: remarks.filter(Boolean).join(', '), detail: name, value: name };
}
