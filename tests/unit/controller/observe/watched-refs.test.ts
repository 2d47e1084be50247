// Which ledgers a controller reads that serves some environments only: those of all whose word its decisions rest on.

import { expect, test } from 'vitest';
import { ledgerRefs } from '../../../../engine/controller/observe/watched-refs.ts';
import type { StoredSecret } from '../../../../engine/model/environment-state.ts';
import { surveyWorld } from '../../../support/survey-world.ts';

const LOCKS = {
  'policies/database.yaml': 'lock: database\n',
  'policies/queue.yaml': 'lock: queue\n',
  'policies/soaked.yaml': 'soak: { in: staging, for: 1h }\n',
};
const at = (to: string) => `{ files: { to: ${to} } }`;
const secret = (name: string) => ({ more: [`secrets: [${name}]`] });

async function read(
  environments: Parameters<typeof surveyWorld>[0],
  secrets: readonly StoredSecret[] = [],
  isGated = true,
) {
  const world = await surveyWorld(environments, { files: LOCKS });
  await world.look();
  const config = world.survey.head?.config ?? null;
  const asked = {
    ...{ config, namespace: 'refs/heads/tidegate', declared: ['production'], known: [], lockHolders: [], secrets },
    isOurs: (name: string) => name === 'production',
    isGated: () => isGated,
  };
  // It has a ledger: that says nothing of its gates.
  const refs = {
    refs: new Map([['refs/heads/tidegate/production', 'a'.repeat(40)]]),
    peeled: new Map(),
    head: null,
    clockSkewMs: null,
  };
  return [...ledgerRefs(refs, asked).keys()].filter((name) => name !== '_all');
}

test('its own, and no other that it has nothing in common with', async () => {
  expect(await read({ production: {}, other: { policies: '[queue]' } })).toEqual(['production']);
});

test('whom it shares a lock with', async () => {
  const environments = {
    production: { policies: '[database]' },
    other: { policies: '[queue]' },
    sharer: { policies: '[database, queue]' },
  };
  expect(await read(environments)).toEqual(['production', 'sharer']);
});

test('whom it follows, and where it soaks', async () => {
  const environments = {
    production: { follow: '{ promoted: early }', policies: '[soaked]' },
    early: {},
    staging: {},
    other: {},
  };
  expect(await read(environments)).toEqual(['early', 'production', 'staging']);
});

test('whose place or secret it names, in any spelling, and anyone who owns that by now', async () => {
  const environments = {
    production: { target: at('/srv/shop'), ...secret('TOKEN') },
    alias: { target: at('/srv/./shop') },
    named: { target: at('/srv/a'), ...secret('TOKEN') },
    owner: { target: at('/srv/b') },
    other: { target: at('/srv/c'), ...secret('ELSE') },
  };
  const owned = { secret: 'TOKEN', environment: 'owner', run: 'owner-1', because: 'first' } as const;
  expect(await read(environments, [owned, { ...owned, secret: 'ELSE', environment: 'other' }])).toEqual([
    'alias',
    'named',
    'owner',
    'production',
  ]);
});

test('everybody, as long as nothing is in force in it: the gates of the others say who lets it in', async () => {
  expect(await read({ production: {}, other: {}, another: {} }, [], false)).toEqual(['another', 'other', 'production']);
});
