// Which policies a version meets: nothing that one of the lists leaves out may be asked, lifted or accounted for.

import { expect, test } from 'vitest';
import { askedPolicies, everyPolicy, policiesNamed } from '../../../engine/model/asked-policies.ts';
import { accepting, gatesFrom } from '../../support/gates-builders.ts';
import { officeHours, Story } from '../../support/observed-builders.ts';
import { lockPolicy } from '../../support/policy-builders.ts';

const hours = officeHours();
const lock = lockPolicy('database');
const before = { ...officeHours(), name: 'before' };

/** Gated by office hours, with a stage before and after that has a policy, and a version that adds one by name. */
function gated() {
  const environment = new Story().gatedBy(hours).at('2026-11-19 10:00').offers('v1.4.2').observed();
  const { gates, versions } = environment;
  const [version] = versions.values();
  if (gates === null || version?.type !== 'read') throw new Error('the story has gates and a version');
  const [stage] = version.pipeline.stages;
  if (stage === undefined) throw new Error('the pipeline has stages');
  const adds = {
    ...version,
    pipeline: { ...version.pipeline, stages: [{ ...stage, policies: [lock.name, 'toString'] }] },
  };
  const stages = [{ name: stage.name, skippable: false, touches: false, policies: [before] }];
  const head = gatesFrom({ ...gates, stages, named: { [lock.name]: lock } });
  const accepted = gatesFrom({ ...gates, policies: [before], stages: [] });
  const ledger = { type: 'read', state: accepting({ ...environment.ledger.state, gates: null }, accepted) } as const;
  return { gated: { gates: head, ledger, isHeadSetAside: false }, adds };
}

test('those of each side, of its stages, and those that the version adds', () => {
  const asked = gated();
  expect(
    askedPolicies(asked.gated, [asked.adds]).map(({ side, own, ofStages }) => [side.standing, own, ofStages]),
  ).toEqual([
    ['in-force', [before], [lock]],
    ['head', [hours], [before, lock]],
  ]);
});

test('all of them, each once, what is in force first', () => {
  const asked = gated();
  expect(everyPolicy(asked.gated, [asked.adds, asked.adds])).toEqual([before, lock, hours]);
  expect(everyPolicy(asked.gated, [undefined])).toEqual([before, hours]);
});

test('a head that is set aside has no say', () => {
  const asked = gated();
  expect(everyPolicy({ ...asked.gated, isHeadSetAside: true }, [undefined])).toEqual([before]);
});

test('a head that cannot be read leaves what is in force, and no name means anything', () => {
  const asked = gated();
  expect(everyPolicy({ ...asked.gated, gates: null }, [asked.adds])).toEqual([before]);
});

test('names in their order, each once; what every object has is no policy', () => {
  expect(policiesNamed(['b', 'toString', 'a', 'b'], { a: lock, b: hours })).toEqual([hours, lock]);
});
