// A person's exception for one version: which rules (`policy/rule`; empty for all that name the person), why, how
// long.

import { formatSecond } from '../../base/instant.ts';
import { sayVersion } from '../../model/version.ts';
import { OVERRIDES_MAX } from '../bounds.ts';
import { SIGNABLE } from '../fields.ts';
import { after, signatureOf } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const overridden = eventKind({
  type: 'overridden',
  fields: {
    version: 'version',
    rules: 'texts',
    reason: 'reason',
    /** Null: for as long as each policy's `override.expires` says. */
    until: 'instant?',
    ...SIGNABLE,
  },
  weight: 5,
  tone: () => 'plain',
  say(record) {
    const rules = record.rules.length === 0 ? 'all rules that name them' : record.rules.join(', ');
    const until = record.until === null ? '' : ` until ${formatSecond(record.until)}`;
    return `${record.by} overrides ${rules} for ${sayVersion(record.version)}${until}${after(record.reason)}`;
  },
  fold({ overrides }, record) {
    const { id, by, at, version, rules, reason, until } = record;
    const override = { id, by, version, rules, reason, at, until, ...signatureOf(record) };
    return { overrides: [...overrides, override].slice(-OVERRIDES_MAX) };
  },
});
