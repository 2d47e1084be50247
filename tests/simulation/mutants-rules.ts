// Deliberate breaches of the rules that a repository sets: gates, approvals, overrides, suspensions, locks.

import type { PolicyConfig } from '../../engine/model/config.ts';
import type { StoredOverride } from '../../engine/model/environment-state.ts';
import type { Gates } from '../../engine/model/observed.ts';
import { type Mutant, seeing } from './mutant.ts';

export const RULE_MUTANTS: readonly Mutant[] = [
  {
    story: 'asks no policy',
    caughtBy: 'gates',
    from: 1,
    parts: seeing(({ gates }) => ({ gates: gates === null ? null : { ...gates, policies: [] }, former: [] })),
  },
  {
    story: 'asks the policies when a run is granted and never again',
    caughtBy: 'gates',
    from: 3,
    parts: seeing(({ gates, ledger }) =>
      gates === null || ledger.state.open.length === 0 ? {} : { gates: { ...gates, policies: [] }, former: [] },
    ),
  },
  {
    story: 'takes an override for one version for one of the next as well',
    caughtBy: 'gates',
    from: 83,
    parts: seeing(({ ledger, offers }) => {
      const version = ledger.state.open.at(-1)?.version ?? offers[0]?.version;
      if (version === undefined) return {};
      const overrides = ledger.state.overrides.map((one) => ({ ...one, version }));
      return { ledger: { ...ledger, state: { ...ledger.state, overrides } } };
    }),
  },
  {
    story: 'takes an approval of one version for one of the next as well',
    caughtBy: 'gates',
    from: 95,
    parts: seeing(({ ledger, offers }) => {
      const version = ledger.state.open.at(-1)?.version ?? offers[0]?.version;
      if (version === undefined) return {};
      const approvals = ledger.state.approvals.map((one) => ({ ...one, version, planDigest: null, tag: null }));
      return { ledger: { ...ledger, state: { ...ledger.state, approvals } } };
    }),
  },
  {
    story: 'does not hear that it is suspended',
    caughtBy: 'gates',
    from: 7,
    parts: seeing(({ ledger }) => ({ ledger: { ...ledger, state: { ...ledger.state, suspended: null } } })),
  },
  {
    story: 'takes no lock',
    caughtBy: 'lock',
    from: 62,
    parts: seeing(({ gates, former }) => ({
      gates:
        gates === null ? null : { ...gates, policies: gates.policies.filter(({ name }) => name !== 'shared-lock') },
      former: former.map((gate) => ({ ...gate, policies: [] })),
    })),
  },
  {
    story: 'lets anybody override',
    caughtBy: 'gates',
    from: 16,
    parts: rulesAs((policy, { people }) => ({
      ...policy,
      override: policy.override === null ? null : { ...policy.override, by: Object.keys(people), people: 1 },
    })),
  },
  {
    story: 'takes an override of one rule for one of all',
    caughtBy: 'gates',
    from: 26,
    parts: wordsAs((one) => ({ ...one, rules: [] })),
  },
  {
    story: 'lets no override end',
    caughtBy: 'gates',
    from: 245,
    parts: (parts, machine) => {
      const now = () => machine.now;
      return wordsAs((one) => ({ ...one, at: now(), until: null }))(parts, machine);
    },
  },
  {
    story: 'lets one person override what asks for two',
    caughtBy: 'gates',
    from: 18,
    parts: rulesAs((policy) => ({
      ...policy,
      override: policy.override === null ? null : { ...policy.override, people: 1 },
    })),
  },
  {
    story: 'counts the author of a change among those who approve it',
    caughtBy: 'gates',
    from: 36,
    parts: seeing(({ evidence }) => ({
      evidence: new Map(
        [...evidence].map(([commit, { change, ...found }]) => [
          commit,
          { ...found, change: change === null ? null : { ...change, authors: [] } },
        ]),
      ),
    })),
  },
  { story: 'knows no maintenance', caughtBy: 'gates', from: 10_008, parts: without('maintenance') },
  { story: 'knows no calendar', caughtBy: 'gates', from: 10_019, parts: without('calendar') },
  { story: 'asks no condition', caughtBy: 'gates', from: 10_011, parts: without('when') },
];

/** Sees no policy whose name ends so. */
function without(kind: string): NonNullable<Mutant['parts']> {
  const isOther = ({ name }: PolicyConfig) => !name.endsWith(`-${kind}`);
  return seeing(({ gates, former }) => ({
    gates: gates === null ? null : { ...gates, policies: gates.policies.filter(isOther) },
    former: former.map((gate) => ({ ...gate, policies: gate.policies.filter(isOther) })),
  }));
}

/** Reads every policy of the head otherwise than it is written. */
function rulesAs(spoil: (policy: PolicyConfig, gates: Gates) => PolicyConfig): NonNullable<Mutant['parts']> {
  return seeing(({ gates, former }) => ({
    gates: gates === null ? null : { ...gates, policies: gates.policies.map((policy) => spoil(policy, gates)) },
    former: former.map((gate) => ({
      ...gate,
      policies: gates === null ? gate.policies : gate.policies.map((policy) => spoil(policy, gates)),
    })),
  }));
}

/** Hears every override otherwise than it was said. */
function wordsAs(spoil: (override: StoredOverride) => StoredOverride): NonNullable<Mutant['parts']> {
  return seeing(({ ledger }) => {
    if (ledger.state.overrides.length === 0) return {};
    return { ledger: { ...ledger, state: { ...ledger.state, overrides: ledger.state.overrides.map(spoil) } } };
  });
}
