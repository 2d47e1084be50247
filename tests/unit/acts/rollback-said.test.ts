// What `tidegate rollback` says that it will do, held against what the decision then does.

import { expect, test } from 'vitest';
import { rollbackSaid } from '../../../engine/acts/rollback-said.ts';
import { sayVersion } from '../../../engine/model/version.ts';
import { instant, observedBy, Story, version } from '../../support/observed-builders.ts';

const NOW = instant('2026-11-20 13:00');
const [V1_0, V1_1, V1_2] = ['v1.0.0', 'v1.1.0', 'v1.2.0'].map((name) => sayVersion(version(name)));

/** v1.0.0 and v1.1.0 ran well; v1.2.0 is under way. */
function underWay(): Story {
  return new Story().deployed('v1.0.0').deployed('v1.1.0').opens('v1.2.0');
}

test.each<[string, Story, string | null, string, string]>([
  [
    'while nothing runs: from what is in place to the version before',
    new Story().deployed('v1.0.0').deployed('v1.1.0'),
    null,
    `production is to be rolled back from ${V1_1} to ${V1_0}`,
    `asked to roll production back to ${V1_0}`,
  ],
  [
    'before the target was touched: the run is given up, and what is in place stays',
    underWay().passes('test'),
    null,
    `production-3 (${V1_2}) is to be given up: ${V1_1} stays`,
    `asked to give production-3 (${V1_2}) up: ${V1_1} stays`,
  ],
  [
    'after it was touched: what was in place comes back',
    underWay().passes('test').starts('deploy'),
    null,
    `production-3 (${V1_2}) is to be given up: ${V1_1} comes back`,
    `asked to give production-3 (${V1_2}) up: ${V1_1} comes back`,
  ],
  [
    'to the version in place, by name, while another is under way: the same',
    underWay().passes('test').starts('deploy'),
    'v1.1.0',
    `production-3 (${V1_2}) is to be given up: ${V1_1} comes back`,
    `asked to give production-3 (${V1_2}) up: ${V1_1} comes back`,
  ],
  [
    'to an earlier version by name: that one follows',
    underWay().passes('test').starts('deploy'),
    'v1.0.0',
    `production-3 (${V1_2}) is to be given up: then production is rolled back to ${V1_0}`,
    `asked to give production-3 (${V1_2}) up: then production is rolled back to ${V1_0}`,
  ],
  [
    'of a first deployment that has touched the target: a person must act',
    new Story().opens('v1.0.0').passes('test').starts('deploy'),
    null,
    `production-1 (${V1_0}) is to be given up: what it has changed stays as it is, and nothing else is tried until a person acts`,
    `asked to give production-1 (${V1_0}) up: what it has changed stays as it is, and nothing else is tried until a person acts`,
  ],
  [
    'of a first deployment that has not: there is nothing of it',
    new Story().opens('v1.0.0').starts('test'),
    null,
    `production-1 (${V1_0}) is to be given up: nothing of it is in place`,
    `asked to give production-1 (${V1_0}) up: nothing of it is in place`,
  ],
  [
    'while a rollback is under way: that one is not given up',
    underWay().fails('deploy', 'no', 'roll-back').opens('v1.1.0', {
      kind: 'rollback',
      trigger: 'failure',
      cause: 'production-3',
    }),
    'v1.0.0',
    `production is to be rolled back to ${V1_0}, once production-4 has ended`,
    `asked to roll production back to ${V1_0}, once production-4 has ended`,
  ],
])('%s', (_, story, to, planned, asked) => {
  const wanted = to === null ? null : story.knows(to);
  const observed = observedBy(story);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('no environment');
  const before = structuredClone(environment.ledger.state);
  const said = rollbackSaid(environment, observed, NOW, {
    by: 'Ana <ana@example.org>',
    reason: 'slow',
    to: wanted,
    signs: false,
  });
  expect(said).toEqual({ planned, asked });
  expect(environment.ledger.state).toEqual(before);
});
