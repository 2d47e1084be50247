// Whose accounts people are known by on a forge: by number, by login alone, or by a login that somebody else has now.

import { expect, test } from 'vitest';
import { judgeAccounts } from '../../../engine/explain/doctor-accounts.ts';
import type { Config, Login } from '../../../engine/model/config.ts';
import { configOf } from '../../support/config-builders.ts';
import { observedBy, Story, version } from '../../support/observed-builders.ts';

const GITHUB = {
  place: {
    kind: 'github',
    repository: 'acme/shop',
    api: 'https://api.github.com',
    webhook: null,
    login: { type: 'token', token: 'TOKEN' },
  },
  plan: { paths: null },
  deployments: [],
} as const;

function config(github: Login, forge: Config['repository']['forge'] = GITHUB): Config {
  const { repository, ...rest } = configOf();
  const people = { leo: { emails: ['leo@example.org'], github, gitlab: null } };
  return { ...rest, repository: { ...repository, forge, people } };
}

function reviewedBy(login: string, account: number) {
  const story = new Story().event({
    ...{ type: 'review-seen', review: '1', number: 7, login, account, answer: 'approved' },
    ...{ commit: version('v1.0.0').commit, digest: 'd'.repeat(64) },
  });
  return { environments: observedBy(story).environments };
}

test('a login that somebody else has taken is named, with both numbers', () => {
  expect(judgeAccounts(config({ login: 'leo-x', id: 1 }), reviewedBy('leo-x', 2))).toEqual([
    {
      name: 'accounts',
      status: 'warning',
      sentence:
        'the login leo-x belongs to account 2 on GitHub now, and leo is account 1: its reviews are those of a stranger',
      hint: 'write down what leo is called there now, in tidegate.yaml',
    },
  ]);
});

test('people who are known by login alone are named', () => {
  const [said] = judgeAccounts(config({ login: 'leo-x', id: null }), reviewedBy('leo-x', 2));
  expect(said).toMatchObject({
    status: 'warning',
    sentence: expect.stringContaining('leo is known on GitHub by login'),
  });
});

test('numbers are in order, whatever the login is by now', () => {
  const [said] = judgeAccounts(config({ login: 'leo-x', id: 1 }), reviewedBy('leo-elsewhere', 1));
  expect(said).toMatchObject({ status: 'ok' });
});

test('nothing is said where no reviews are read', () => {
  expect(judgeAccounts(config({ login: 'leo-x', id: null }, null), reviewedBy('leo-x', 2))).toEqual([]);
});
