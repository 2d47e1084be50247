// Deliberate breaches of the rules that a repository sets: gates, approvals, overrides, suspensions, locks.

import type { PolicyConfig } from '../../engine/model/config.ts';
import type { EnvironmentState, StoredOverride } from '../../engine/model/environment-state.ts';
import type { GatesInForce } from '../../engine/model/gate-terms.ts';
import type { Gates } from '../../engine/model/observed.ts';
import type { Directory } from '../../engine/model/policy-facts.ts';
import { type Mutant, seeing } from './mutant.ts';

export const RULE_MUTANTS: readonly Mutant[] = [
  {
    story: 'asks no policy',
    caughtBy: 'gates',
    from: 1,
    parts: policiesAs(() => []),
  },
  {
    story: 'asks the policies when a run is granted and never again',
    caughtBy: 'gates',
    from: 3,
    parts: policiesAs((policies, _directory, state) => (state.open.length === 0 ? policies : [])),
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
    parts: policiesAs((policies) => policies.filter(({ name }) => name !== 'shared-lock')),
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
    from: 153,
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
  {
    story: 'asks the gates at the head only',
    caughtBy: 'in-force',
    from: 20_000,
    parts: acceptedAs((inForce, gates) =>
      gates === null ? inForce : { ...inForce, terms: gates.terms, digest: gates.digest },
    ),
  },
  {
    story: 'accepts every change of gates as if there had been none',
    caughtBy: 'in-force',
    from: 20_000,
    parts: acceptedAs((inForce) => ({
      ...inForce,
      terms: inForce.terms === null ? null : { ...inForce.terms, policies: [], stages: [], changes: null },
    })),
  },
  {
    story: 'lets the one who made a change of gates accept it',
    caughtBy: 'in-force',
    from: 20_008,
    parts: seeing(({ gatesChange }) => ({ gatesChange: { ...gatesChange, authors: [] } })),
  },
  {
    story: 'accepts with any run',
    caughtBy: 'in-force',
    from: 20_011,
    parts: seeing(({ gatesChange, gates, offers }) => ({
      gatesChange: {
        ...gatesChange,
        ofVersions: new Map(offers.map(({ version }) => [version.commit, gates?.digest ?? ''])),
      },
    })),
  },
  { story: 'knows no maintenance', caughtBy: 'gates', from: 10_008, parts: without('maintenance') },
  { story: 'knows no calendar', caughtBy: 'gates', from: 10_019, parts: without('calendar') },
  { story: 'asks no condition', caughtBy: 'gates', from: 10_011, parts: without('when') },
];

/** Sees no policy whose name ends so. */
function without(kind: string): NonNullable<Mutant['parts']> {
  return policiesAs((policies) => policies.filter(({ name }) => !name.endsWith(`-${kind}`)));
}

/** Reads every policy otherwise than it is written. */
function rulesAs(spoil: (policy: PolicyConfig, directory: Directory) => PolicyConfig): NonNullable<Mutant['parts']> {
  return policiesAs((policies, directory) => policies.map((policy) => spoil(policy, directory)));
}

/** At the head and in force. */
function policiesAs(
  spoil: (policies: readonly PolicyConfig[], directory: Directory, state: EnvironmentState) => readonly PolicyConfig[],
): NonNullable<Mutant['parts']> {
  return seeing(({ gates, ledger }) => {
    const { state } = ledger;
    const inForce = state.gates;
    const terms = inForce?.terms ?? null;
    const accepted =
      inForce === null || terms === null
        ? inForce
        : { ...inForce, terms: { ...terms, policies: spoil(terms.policies, terms, state) } };
    return {
      gates: gates === null ? null : { ...gates, policies: spoil(gates.policies, gates, state) },
      ledger: { ...ledger, state: { ...state, gates: accepted } },
    };
  });
}

/** Takes other gates for those in force. */
function acceptedAs(spoil: (inForce: GatesInForce, gates: Gates | null) => GatesInForce): NonNullable<Mutant['parts']> {
  return seeing(({ gates, ledger }) => {
    const { state } = ledger;
    if (state.gates === null) return {};
    return { ledger: { ...ledger, state: { ...state, gates: spoil(state.gates, gates) } } };
  });
}

/** Hears every override otherwise than it was said. */
function wordsAs(spoil: (override: StoredOverride) => StoredOverride): NonNullable<Mutant['parts']> {
  return seeing(({ ledger }) => {
    if (ledger.state.overrides.length === 0) return {};
    return { ledger: { ...ledger, state: { ...ledger.state, overrides: ledger.state.overrides.map(spoil) } } };
  });
}
