// Who may override a rule is who its policy's override names for that kind of rule, and nobody else.

import { expect, test } from 'vitest';
import { whyOf } from '../../../engine/explain/why.ts';
import { instant, observedBy, officeHours, Story } from '../../support/observed-builders.ts';
import { lockPolicy } from '../../support/policy-builders.ts';

test('an override that names kinds of rule overrides no other of its policy', () => {
  const hours = officeHours();
  const { override } = hours;
  const rules = [...hours.rules, ...lockPolicy('database').rules];
  const story = new Story()
    .gatedBy({ ...hours, rules, override: override === null ? null : { ...override, rules: ['window'] } })
    .at('2026-11-19 10:00')
    .deployed('v1.4.2')
    .offers('v1.4.3')
    .observes({ holders: [{ lock: 'database', environment: 'staging', run: 'staging-12' }] });
  const { leaves } = whyOf(story.observed(), observedBy(story), instant('2026-11-21 20:00'));
  expect(leaves.map(({ rule, overridableBy }) => [rule, overridableBy])).toEqual([
    ['window', ['leads']],
    ['lock', []],
  ]);
});
