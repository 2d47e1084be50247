// The result of a check of a commit, for all environments.

import { CHECKS_MAX } from '../bounds.ts';
import { SIGNABLE } from '../fields.ts';
import { eventKind } from './kind.ts';

export const checkRecorded = eventKind({
  type: 'check-recorded',
  fields: {
    commit: 'commit',
    name: 'text',
    status: { oneOf: ['passed', 'failed', 'pending'] },
    value: 'decimal?',
    ...SIGNABLE,
  },
  ledger: 'repository',
  weight: 5,
  tone: () => 'plain',
  say(record) {
    const value = record.value === null ? '' : ` (${record.value})`;
    return `${record.name} ${record.status}${value} on ${record.commit.slice(0, 7)}, says ${record.by}`;
  },
  fold({ checks }, { commit, name, status, value, at, by }) {
    const others = checks.filter((check) => check.commit !== commit || check.name !== name);
    return { checks: [{ commit, name, status, value, at, by }, ...others].slice(0, CHECKS_MAX) };
  },
});
