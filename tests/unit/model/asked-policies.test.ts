// Which policies a version meets: nothing that one of the lists leaves out may be asked, lifted or accounted for.

import { expect, test } from 'vitest';
import { askedPolicies, everyPolicy, policiesNamed } from '../../../engine/model/asked-policies.ts';
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
  const stages = [{ name: stage.name, skippable: false, policies: [before] }];
  const { people, teams, signatures } = gates;
  const former = { policies: [before], stages: [], people, teams, signatures, follow: gates.environment.follow };
  return { gates: { ...gates, stages, named: { [lock.name]: lock } }, former: [former], adds };
}

test('those of the gates, of their stages, and those that the version adds, as they are and as they were', () => {
  const { gates, former, adds } = gated();
  expect(askedPolicies({ gates, former }, [adds])).toEqual([
    { directory: gates, own: [hours], ofStages: [before, lock] },
    { directory: former[0], own: [before], ofStages: [lock] },
  ]);
});

test('all of them, each once, what is in force now first', () => {
  const { gates, former, adds } = gated();
  expect(everyPolicy({ gates, former }, [adds, adds])).toEqual([hours, before, lock]);
  expect(everyPolicy({ gates, former }, [undefined])).toEqual([hours, before]);
});

test('gates that cannot be read leave those of before, and no name means anything', () => {
  const { former, adds } = gated();
  expect(everyPolicy({ gates: null, former }, [adds])).toEqual([before]);
});

test('names in their order, each once; what every object has is no policy', () => {
  expect(policiesNamed(['b', 'toString', 'a', 'b'], { a: lock, b: hours })).toEqual([hours, lock]);
});
