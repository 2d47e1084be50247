// Words of one ledger about another that are not true, or that nobody can show to be: anyone who may push one ledger
// must not be able to stop the others, and anyone who sets one back must not go unnoticed.

import { beforeEach, describe, expect, test } from 'vitest';
import { verifyAll } from '../../../../engine/controller/ledger/verify-all.ts';
import { readSeen } from '../../../../engine/ledger/commit.ts';
import type { LedgerEntry } from '../../../../engine/ledger/entry.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { event, type LedgerWorld, ledgerWorld, type Writer } from '../../../support/ledger-world.ts';
import { memoryCache } from '../../../support/memory-git.ts';

const NAMES = ['_all', 'production', 'qa', 'staging'] as const;
type Name = (typeof NAMES)[number];
const WANTED = new Map(NAMES.map((name) => [name, refOf(name)]));
const NEVER = 'deadbeef'.repeat(5);

let world: LedgerWorld;
let one: Writer;

beforeEach(async () => {
  world = ledgerWorld();
  one = await world.writer('one');
  await look(one);
  for (const name of NAMES) await write(one, name, 'a');
  await write(one, 'production', 'b');
});

describe('a tip that never was', () => {
  test.each(['staging', 'qa', '_all'] as const)(
    'speaks against %s, which says so, and not against production',
    async (accuser) => {
      const by = await say(accuser, `production ${NEVER}`);
      const newcomer = await world.writer('newcomer');
      for (const writer of [one, newcomer]) {
        await look(writer);
        expect(entry(writer, 'production').remote.type).toBe('read');
        const { remote } = entry(writer, accuser);
        expect(remote).toMatchObject({ type: 'damaged', oid: by });
        const sentence = remote.type === 'damaged' ? remote.sentence : '';
        expect(sentence).toContain(
          `${refOf(accuser)} says in its commit ${by.slice(0, 12)} that ${refOf('production')}`,
        );
        expect(sentence).toContain(`was at ${NEVER.slice(0, 12)}, and nobody can show such a commit`);
        expect(sentence).toContain(`git push <remote> $(git commit-tree`);
        expect(await write(writer, 'production', `c of ${writer.id}`)).toBe('accepted');
        // Nobody writes on what is damaged, and nobody says it after it.
        expect(await write(writer, accuser, 'd')).toBe('moved');
        await look(writer);
      }
      for (const name of NAMES) if (name !== accuser) expect(await said(name)).not.toContain(NEVER);
    },
  );

  test('is taken back with one commit on top, for all who heard it and for anyone who comes', async () => {
    await say('staging', `production ${NEVER}`);
    await look(one);
    await world.remote.commit({}, { branch: 'tidegate/staging', message: 'not so' });
    const newcomer = await world.writer('newcomer');
    for (const writer of [one, newcomer]) {
      await look(writer);
      for (const name of NAMES) expect(entry(writer, name).remote.type).toBe('read');
    }
    expect(await write(one, 'staging', 'e')).toBe('accepted');
  });

  test('is taken back also by setting the ledger back to before it', async () => {
    const before = tip('staging');
    await say('staging', `production ${NEVER}`);
    await look(one);
    await world.remote.setRef(refOf('staging'), before);
    await look(one);
    expect(entry(one, 'staging').remote.type).toBe('read');
  });

  test('is no tip for being some other commit of the repository', async () => {
    const main = await world.remote.commit({ 'index.json': '{ "environment": "shop" }' });
    for (const oid of [main, tip('qa'), await world.remote.store.blob('x')]) {
      await world.remote.commit({}, { branch: 'tidegate/staging', message: 'not so' });
      await say('staging', `production ${oid}`);
      await look(one);
      expect(entry(one, 'production').remote.type).toBe('read');
      expect(entry(one, 'staging').remote.type).toBe('damaged');
    }
  });

  test('of two ledgers that say it both are wrong', async () => {
    await say('staging', `production ${NEVER}`);
    await say('qa', `production ${NEVER}`);
    await look(one);
    expect(NAMES.map((name) => entry(one, name).remote.type)).toEqual(['read', 'read', 'damaged', 'damaged']);
  });

  test('of two that accuse each other both wait for a person', async () => {
    await say('staging', `production ${NEVER}`);
    await say('production', `staging ${NEVER}`);
    await look(one);
    expect(NAMES.map((name) => entry(one, name).remote.type)).toEqual(['read', 'damaged', 'read', 'damaged']);
  });

  test('is no id where it has another length, and is not heard', async () => {
    await say('staging', `production ${NEVER}d`);
    await look(one);
    for (const name of NAMES) expect(entry(one, name).remote.type).toBe('read');
  });
});

describe('a ledger that was set back before this controller saw it', () => {
  test('is damaged while somebody has what is lost, if only the remote, where no ref names it', async () => {
    const { older, whole } = await setBack();
    const newcomer = await world.writer('newcomer');
    await look(newcomer);
    const { remote } = entry(newcomer, 'staging');
    expect(remote).toMatchObject({ type: 'damaged', oid: older });
    const sentence = remote.type === 'damaged' ? remote.sentence : '';
    expect(sentence).toContain(`git push <remote> ${whole.slice(0, 12)}:${refOf('staging')}`);
    expect(sentence).toContain(`${refOf('production')} names it in ${tip('production').slice(0, 12)}`);
    expect(entry(newcomer, 'production').remote.type).toBe('read');
    // And anyone who comes after it hears so from what it writes.
    expect(await write(newcomer, 'production', 'more')).toBe('accepted');
    const next = await world.writer('next');
    await look(next);
    expect(entry(next, 'staging').remote.type).toBe('damaged');
  });

  test('is damaged in the next life too, which has kept its cache', async () => {
    await setBack();
    const cache = memoryCache();
    const life = await world.writer('life', cache);
    await look(life);
    expect(await write(life, 'production', 'more')).toBe('accepted');
    await look(life);
    const next = await world.writer('life', cache);
    for (const [ref, oid] of life.ledger.known) next.ledger.known.set(ref, oid);
    await look(next);
    expect(entry(next, 'staging').remote.type).toBe('damaged');
  });

  test('goes on where nobody has it any more, and not in silence: the one who saw it waits for a person', async () => {
    const { whole } = await setBack();
    world.remote.forgotten.add(whole);
    const newcomer = await world.writer('newcomer');
    await look(newcomer);
    expect(entry(newcomer, 'staging').remote.type).toBe('read');
    expect(entry(newcomer, 'production').remote).toMatchObject({
      type: 'damaged',
      sentence: expect.stringContaining(`put it back with \`git push <remote> ${whole.slice(0, 12)}`),
    });
    // Who has seen it himself needs nobody to show it.
    await look(one);
    expect(entry(one, 'staging').remote.type).toBe('damaged');
    expect(entry(one, 'production').remote.type).toBe('read');
    await world.remote.setRef(refOf('staging'), whole);
    for (const writer of [one, newcomer]) {
      await look(writer);
      for (const name of NAMES) expect(entry(writer, name).remote.type).toBe('read');
    }
  });

  test('is damaged from the moment when somebody brings what is lost', async () => {
    const { whole } = await setBack();
    world.remote.forgotten.add(whole);
    const newcomer = await world.writer('newcomer');
    await look(newcomer);
    world.remote.forgotten.clear();
    await newcomer.git.obtain(whole);
    await look(newcomer);
    expect(entry(newcomer, 'staging').remote.type).toBe('damaged');
    expect(entry(newcomer, 'production').remote.type).toBe('read');
  });

  test('is not decided about while the remote does not answer, and no ledger waits for that for ever', async () => {
    await say('staging', `production ${NEVER}`);
    const newcomer = await world.writer('newcomer');
    const broken = { ...newcomer.git };
    broken.obtain = async () => {
      throw new Fault('remote-unreachable', 'TF401035: the object does not exist', { retry: 'later', hint: 'ask' });
    };
    Object.assign(newcomer.git, broken);
    await expect(look(newcomer)).rejects.toMatchObject({ code: 'remote-unreachable' });
    await expect(look(newcomer)).rejects.toMatchObject({ code: 'remote-unreachable' });
    await look(newcomer);
    expect(entry(newcomer, 'production').remote.type).toBe('read');
    expect(entry(newcomer, 'staging').remote.type).toBe('damaged');
  });
});

test('a ledger that is gone altogether is not begun again, though nobody can show what it was', async () => {
  await write(one, 'staging', 'c');
  for await (const { oid } of one.git.history(tip('production'))) world.remote.forgotten.add(oid);
  await world.remote.setRef(refOf('production'), null);
  const newcomer = await world.writer('newcomer');
  await look(newcomer);
  expect(entry(newcomer, 'production').remote).toMatchObject({
    type: 'damaged',
    sentence: expect.stringMatching(/was deleted .*nobody could show that commit here; .*git commit-tree/),
  });
});

test('a fork that somebody made up and can show holds one ledger up until it is taken back in one place', async () => {
  const fork = await world.remote.commit({}, { branch: 'beside', parent: tip('production'), message: 'made up' });
  await say('staging', `production ${fork}`);
  const newcomer = await world.writer('newcomer');
  await look(newcomer);
  expect(entry(newcomer, 'production').remote.type).toBe('damaged');
  // What others write meanwhile does not say it too.
  for (const name of ['qa', '_all'] as const) {
    expect(await write(newcomer, name, 'c')).toBe('accepted');
    expect(await said(name)).not.toContain(fork);
  }
  await world.remote.commit({}, { branch: 'tidegate/staging', message: 'not so' });
  for (const writer of [one, newcomer]) {
    await look(writer);
    expect(entry(writer, 'production').remote.type).toBe('read');
  }
});

describe('verify tells', () => {
  const told = async (writer: Writer) => {
    await look(writer);
    const { problems, refs } = await verifyAll(writer.git, writer.ledger.entries.values(), null);
    expect(refs).toBe(NAMES.length);
    return problems.map(({ ref, commit, message }) => `${ref} ${commit}: ${message}`);
  };

  test('nothing of ledgers that are in order', async () => {
    expect(await told(one)).toEqual([]);
  });

  test('each commit that names what never was, also when it was taken back since', async () => {
    const by = await say('staging', `production ${NEVER}`);
    await world.remote.commit({}, { branch: 'tidegate/staging', message: 'not so' });
    expect(await told(one)).toEqual([
      `${refOf('staging')} ${by}: names deadbeefdead as a tip of ${refOf('production')}, in whose history it is not: ` +
        'either that was set back, or this is not true',
    ]);
  });

  test('what is damaged by the word of another, and that word', async () => {
    await setBack();
    const newcomer = await world.writer('newcomer');
    const all = await told(newcomer);
    expect(all.some((line) => line.startsWith(`${refOf('staging')} `) && line.includes('was rewritten'))).toBe(true);
    expect(all.some((line) => line.startsWith(`${refOf('production')} `) && line.includes('as a tip of'))).toBe(true);
  });
});

/** Staging goes back by one record that production confirms. */
async function setBack(): Promise<{ older: string; whole: string }> {
  const older = tip('staging');
  await write(one, 'staging', 'lost');
  const whole = tip('staging');
  for (const name of ['production', 'qa'] as const) await write(one, name, 'seen');
  await world.remote.setRef(refOf('staging'), older);
  // Only production saw it: qa never did.
  await world.remote.commit({}, { branch: 'tidegate/qa', message: 'saw nothing' });
  return { older, whole };
}

function say(accuser: Name, words: string): Promise<string> {
  const message = `${accuser}: lease renewed\n\nTidegate-Epoch: 0\nTidegate-Seen: ${words}\n`;
  return world.remote.commit({}, { branch: `tidegate/${accuser}`, message });
}

async function said(name: Name): Promise<readonly string[]> {
  const commit = await world.remote.store.read(tip(name));
  return commit?.type === 'commit' ? readSeen(commit.message).map(({ oid }) => oid) : [];
}

function refOf(name: string): string {
  return `refs/heads/tidegate/${name}`;
}

function tip(name: Name): string {
  return world.remote.refs.get(refOf(name)) ?? '';
}

function entry({ ledger }: Writer, name: Name): LedgerEntry {
  return ledger.entry(name);
}

async function look({ git, ledger }: Writer): Promise<void> {
  world.clock.advance(1);
  const refs = new Map(world.remote.refs);
  await git.fetch(new Map([...refs].filter(([ref]) => ref.startsWith('refs/heads/tidegate/'))));
  await ledger.take(refs, WANTED, world.clock.monotonicMs());
}

async function write({ ledger }: Writer, name: Name, what: string): Promise<string | undefined> {
  world.clock.advance(1);
  ledger.append(name, [event(what)]);
  return (await ledger.push([name])).get(name)?.type;
}
