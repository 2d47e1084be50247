// The check of `tidegate doctor` of whose accounts on a forge people are known by: a login can be given up, and taken
// by somebody else. Told by what the ledgers hold of reviews; no forge is asked.

import type { Config } from '../model/config.ts';
import type { Observed } from '../model/observed.ts';
import { loginTakenFrom } from '../model/people.ts';
import { givenReview } from '../reconcile/reviews.ts';
import { type Checked, notOk, ok } from './doctor.ts';

const NAME = 'accounts';

/** Nothing to say where no reviews are read. */
export function judgeAccounts(
  { repository }: Pick<Config, 'repository'>,
  { environments }: Pick<Observed, 'environments'>,
): readonly Checked[] {
  const { forge, people } = repository;
  if (forge?.place.kind !== 'github') return [];
  const accounts = environments.flatMap(({ ledger }) =>
    ledger.state.approvals.flatMap(({ review, by }) => (review === undefined ? [] : [givenReview(review, by).account])),
  );
  for (const account of accounts) {
    const person = loginTakenFrom(account, repository);
    if (person === null) continue;
    const known = people[person]?.github?.id ?? null;
    const sentence = `the login ${account.login} belongs to account ${account.id} on GitHub now, and ${person} is account ${known}: its reviews are those of a stranger`;
    return [notOk(NAME, 'warning', sentence, `write down what ${person} is called there now, in tidegate.yaml`)];
  }
  const byLogin = Object.entries(people).flatMap(([name, { github }]) => (github?.id === null ? [name] : []));
  if (byLogin.length === 0) return [ok(NAME, 'accounts on GitHub are known by their numbers')];
  const who = byLogin.length === 1 ? 'is' : 'are';
  return [
    notOk(
      NAME,
      'warning',
      `${byLogin.join(', ')} ${who} known on GitHub by login alone, and a login can be taken by somebody else`,
      'add the number: people: { ana: { github: { login: ana-p, id: 583231 } } }; https://api.github.com/users/<login> tells it',
    ),
  ];
}
