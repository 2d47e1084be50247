// Who is who in stories about gates, and the rules that they begin with.

import type { StoryPerson } from './git-repositories.ts';

/** Eve may push and tag, and is in no group that approves. */
export const WHO = {
  ana: { name: 'Ana', email: 'ana@example.org' },
  dan: { name: 'Dan', email: 'dan@example.org' },
  kim: { name: 'Kim', email: 'kim@example.org' },
  eve: { name: 'Eve', email: 'eve@example.org' },
  mal: { name: 'Mal', email: 'mal@evil.example' },
} as const satisfies Readonly<Record<string, StoryPerson>>;
export type Who = keyof typeof WHO;

export const TIDEGATE = tidegateYaml('leads: [ana, dan], qa: [kim]');

export function tidegateYaml(teams: string, more = '', people = ''): string {
  const known = Object.entries(WHO).filter(([who]) => who !== 'mal');
  const listed = known.map(([who, { email }]) => `${who}: { email: ${email} }`);
  return `version: 1\npeople: { ${listed.join(', ')}${people} }\nteams: { ${teams} }\n${more}`;
}

export const POLICIES = {
  approved: 'approval: { require: [{ from: leads, count: 1 }] }\n',
  window: 'window: { timezone: UTC, allow: [{ days: mon-fri, hours: "09:00-18:00" }] }\n',
  open: 'window: { timezone: UTC, allow: [{ days: mon-sun, hours: "00:00-24:00" }] }\n',
} as const;

/** `Ana <ana@example.org>`, as records name her. */
export function identity(who: Who): string {
  const { name, email } = WHO[who];
  return `${name} <${email}>`;
}
