// Gates that were accepted before a rule had a field: they are read, in force, and nothing has to be accepted again.

import { expect, test } from 'vitest';
import { gatesDigest } from '../../../engine/controller/ledger/gates.ts';
import { wrongDigest } from '../../../engine/controller/ledger/verify-gates.ts';
import { completedTerms } from '../../../engine/ledger/earlier-gates.ts';
import { decodeGates, encodeGates } from '../../../engine/ledger/gates-file.ts';
import { readTerms, writtenTerms } from '../../../engine/ledger/gates-shape.ts';
import { decodeLine, encodeLine } from '../../../engine/ledger/lines.ts';
import type { EventRecord } from '../../../engine/ledger/records/table.ts';
import type { PolicyConfig } from '../../../engine/model/config.ts';
import type { GateTerms } from '../../../engine/model/gate-terms.ts';
import { gateText } from '../../../engine/model/gate-terms.ts';
import { isChanged, sidesOf } from '../../../engine/model/sides.ts';
import { gatesPending } from '../../../engine/reconcile/gates-pending.ts';
import { asBefore, inWordsOfThen, TODAY } from '../../support/earlier-gates.ts';
import { inForce } from '../../support/gates-builders.ts';
import { ENVIRONMENT, type LedgerWorld, ledgerWorld } from '../../support/ledger-world.ts';
import { observedBy, Story } from '../../support/observed-builders.ts';

const BEFORE = asBefore(TODAY);

test('have another digest than the same gates today', () => {
  expect(gatesDigest(BEFORE)).not.toBe(gatesDigest(TODAY));
  expect(JSON.stringify(BEFORE)).not.toMatch(/userVerification|"override":\{[^}]*"author"/);
});

test('are read with all that there is today, and keep the digest that they were accepted by', () => {
  const read = decodeGates(ENVIRONMENT, encodeGates(ENVIRONMENT, inForce(BEFORE)));
  if (typeof read === 'string') throw new Error(read);
  expect(gateText(read.terms)).toBe(gateText(TODAY));
  expect(read.digest).toBe(gatesDigest(BEFORE));
  expect(wrongDigest(read)).toBeNull();
});

test('also when they are written again, as what waited on local disk during the upgrade is', () => {
  const read = decodeLine(encodeLine(1, acceptance()));
  if (read.type === 'refused' || read.line.record.type !== 'gates-accepted') throw new Error('it is refused');
  const { serial, digest, from, at, on, words, gates: terms } = read.line.record;
  const again = decodeGates(ENVIRONMENT, encodeGates(ENVIRONMENT, { serial, digest, from, at, on, words, terms }));
  if (typeof again === 'string') throw new Error(again);
  expect(wrongDigest(again)).toBeNull();
});

test('of each version between have the digest of that version', () => {
  const then = inWordsOfThen(JSON.stringify(TODAY));
  const between = then.replaceAll(',"userVerification":"optional"', '');
  expect(between).toContain('"author":"counts"');
  for (const text of [then, between]) {
    const digest = gatesDigest(JSON.parse(text) as GateTerms);
    expect(wrongDigest(inForce(TODAY, { digest }))).toBeNull();
  }
});

test('a field under both of its names is refused', () => {
  const written = JSON.stringify(writtenTerms(TODAY));
  const both = written.replace('"onWindowClose":"pause"', '"running":"finish","onWindowClose":"pause"');
  expect(readTerms(JSON.parse(both))).toMatch(/running/);
});

test('an exception is without its authors where a rule of the policy excludes them', () => {
  const [hours, approvals] = JSON.parse(JSON.stringify(TODAY.policies)) as { override: { author?: string } }[];
  const override = { ...hours?.override };
  delete override.author;
  const terms = completedTerms({
    policies: [
      { ...hours, override },
      { ...approvals, override },
    ],
  });
  expect(terms).toMatchObject({ policies: [{ override: { author: 'counts' } }, { override: { author: 'excluded' } }] });
});

test.each([
  null,
  7,
  [],
  { policies: 7 },
  { policies: [null], stages: [[]] },
  { policies: [{ rules: [{ type: '__proto__' }] }] },
])('what is no gates (%j) is refused in a sentence', (value) => {
  expect(readTerms(value)).toMatch(/^[.[ ]/);
});

test('what a field says is never taken for what its absence means', () => {
  const written = JSON.stringify(writtenTerms(TODAY));
  const wrong = JSON.parse(written.replaceAll('"userVerification":"optional"', '"userVerification":null')) as unknown;
  expect(readTerms(wrong)).toMatch(/userVerification is not one of the choices$/);
});

test('the head that says them with the new field changes nothing, and one that says more does', () => {
  const accepted = decodeGates(ENVIRONMENT, encodeGates(ENVIRONMENT, inForce(BEFORE)));
  if (typeof accepted === 'string') throw new Error(accepted);
  const observed = (terms: GateTerms) => {
    const [environment] = observedBy(new Story().deployed('A')).environments;
    if (environment?.gates === null || environment === undefined) throw new Error('nothing is observed');
    const state = { ...environment.ledger.state, gates: accepted };
    const gates = { ...environment.gates, terms, digest: gatesDigest(terms) };
    return { ...environment, gates, ledger: { type: 'read', state } as const };
  };
  const same = observed(TODAY);
  expect(gatesPending(same, 0)).toBeNull();
  expect(isChanged(same)).toBe(false);
  expect(sidesOf(same).map(({ standing }) => standing)).toEqual(['both']);
  const other = observed({ ...TODAY, confirm: !TODAY.confirm });
  expect(gatesPending(other, 0)).toMatchObject({ kind: 'change', serial: 1, differences: ['`confirm` changed'] });
  expect(sidesOf(other).map(({ standing }) => standing)).toEqual(['in-force', 'head']);
});

test('a ledger that holds them is in order, for a controller and for `verify`', async () => {
  const world = await writtenBefore();
  const reader = await world.writer('two');
  expect(reader.entry.remote.type).toBe('read');
  expect(gateText(reader.entry.state.gates?.terms ?? null)).toBe(gateText(TODAY));
  expect(await world.problems()).toEqual([]);
});

test('what says more than its absence meant is never taken for it', () => {
  const policies = TODAY.policies.map((policy) => {
    const rules = policy.rules.map((rule) =>
      rule.type === 'signature' ? { ...rule, userVerification: 'required' } : rule,
    );
    return { ...policy, rules } as PolicyConfig;
  });
  expect(wrongDigest(inForce({ ...TODAY, policies }, { digest: gatesDigest(BEFORE) }))).toMatch(/^gates.json says/);
});

async function writtenBefore(): Promise<LedgerWorld> {
  const world = ledgerWorld();
  const one = await world.writer('one');
  one.ledger.append(ENVIRONMENT, [acceptance()]);
  await one.push();
  return world;
}

function acceptance(): EventRecord {
  const common = { id: 'gates', at: 0, by: 'controller one', from: 'a'.repeat(40), words: [], because: 'new' } as const;
  const { digest } = inForce(BEFORE);
  return { ...common, type: 'gates-accepted', serial: 1, digest, on: 'first-sight', gates: BEFORE };
}
