// What a person may do stands beside each answer as data: who is asked, and each way out.

import { expect, test } from 'vitest';
import { statusJson } from '../../../engine/contract/status.ts';
import { whyJson } from '../../../engine/contract/why.ts';
import { standingOf } from '../../../engine/explain/standing.ts';
import { whyOf } from '../../../engine/explain/why.ts';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import { ANA, instant, LEO, observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';
import { twoApprovals } from '../../support/policy-builders.ts';

const SATURDAY = '2026-11-21 20:00';

function answers(story: Story, name?: string) {
  const observed = observedBy(story);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('no environment');
  const now = instant(SATURDAY);
  const why = whyJson(whyOf(environment, observed, now, name === undefined ? undefined : version(name)));
  const [status] = statusJson([standingOf(environment, observed, now)]).environments;
  return { why, status };
}

const begun = () => new Story().at('2026-11-20 12:00').deployed('v1.4.1');

test('an approval that is missing names who is asked and what they do, in each answer', () => {
  const needs = { who: ['leads', 'qa'], remedies: [{ act: 'approve', environment: 'production', version: 'v1.4.2' }] };
  const change = { authors: [LEO], paths: ['environments/production/services/web.yaml'], kinds: ['feat'], commits: 1 };
  const evidence = new Map([[version('v1.4.2').commit, { ...NO_EVIDENCE, planDigest: 'a plan', change }]]);
  const { why, status } = answers(begun().gatedBy(twoApprovals()).observes({ evidence }).offers('v1.4.2'));
  expect(why).toMatchObject({ status: 'waiting', rules: [{ rule: 'approval', needs }], needs });
  expect(status).toMatchObject({ needs });
});

test('a closed window needs nobody, and may be overridden in an emergency', () => {
  const { why, status } = answers(begun().gatedBy(officeHours()).offers('v1.4.2'));
  const emergency = { act: 'deploy', environment: 'production', version: 'v1.4.2', emergency: true };
  expect(why).toMatchObject({ rules: [{ rule: 'window', needs: null }], needs: { who: [], remedies: [emergency] } });
  expect(status?.needs).toBeNull();
});

test('a suspended environment waits to be resumed, whether or not something is offered', () => {
  const needs = { who: [], remedies: [{ act: 'resume', environment: 'production' }] };
  const suspended = () => begun().event({ type: 'suspended', reason: 'audit', until: null }, ANA);
  expect(answers(suspended()).status).toMatchObject({ needs });
  expect(answers(suspended().offers('v1.4.2')).status).toMatchObject({ needs });
});

test('what is in quarantine is released by deploying it by name', () => {
  const { why } = answers(begun().failedAndRolledBack('v1.4.2', 'answered 503'), 'v1.4.2');
  const deploy = { act: 'deploy', environment: 'production', version: 'v1.4.2', emergency: false };
  expect(why.needs?.remedies).toContainEqual(deploy);
});

test('what is allowed needs nothing', () => {
  const { why, status } = answers(begun().offers('v1.4.2'));
  expect(why).toMatchObject({ status: 'allowed', needs: null });
  expect(status?.needs).toBeNull();
});
