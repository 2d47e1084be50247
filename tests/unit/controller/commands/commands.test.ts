// The commands over a repository in memory: what concerns all environments at once, and whose words the ledger holds.

import { beforeEach, describe, expect, test } from 'vitest';
import type { Commands } from '../../../../engine/controller/commands/commands.ts';
import { openCommands } from '../../../../engine/controller/commands/open-commands.ts';
import type { NewEvent } from '../../../../engine/ledger/records/table.ts';
import { signableText } from '../../../../engine/ledger/signable.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import type { Around } from '../../../support/memory-git.ts';
import { ANA, version } from '../../../support/observed-builders.ts';
import { TIDEGATE_YAML } from '../../../support/scenario-files.ts';
import { nameSigning, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const BUSY = new Fault('remote-unreachable', 'HTTP 503', { retry: 'later', hint: 'wait' });
const ALL = 'refs/heads/tidegate/_all';

let world: SurveyWorld;
let commands: Commands;
beforeEach(async () => {
  world = await surveyWorld({ production: {}, staging: {} });
  commands = opened();
});

describe('the ledger of the whole repository', () => {
  test('is made by the first word about it, and kept by the next', async () => {
    const first = await commands.append('_all', { type: 'suspended', reason: 'stop the line', until: null });
    expect(first).toMatchObject({ ref: ALL, commit: world.remote.refs.get(ALL) });
    const check = { type: 'check-recorded', commit: version('v1.0.0').commit, name: 'ci/test' } as const;
    const second = await opened().append('_all', { ...check, status: 'passed', value: 81.5 });
    expect(second.commit).toBe(world.remote.refs.get(ALL));
    const { observed } = await opened().snapshot();
    expect(observed.repository.state).toMatchObject({
      seq: 2,
      suspended: { reason: 'stop the line', by: ANA },
      checks: [{ name: 'ci/test', status: 'passed', value: 81.5 }],
    });
  });

  test('takes what concerns all environments, and environments take nothing of it', async () => {
    const check = { type: 'check-recorded', commit: version('v1.0.0').commit, name: 'ci/test' } as const;
    await expect(commands.append('production', { ...check, status: 'passed', value: null })).rejects.toThrow(
      'it does not belong into the ledger of production',
    );
    const approved = { type: 'approved', version: version('v1.0.0'), planDigest: '', reason: '' } as const;
    await expect(commands.append('_all', approved)).rejects.toThrow('it does not belong into the ledger of _all');
  });

  test('is no environment', async () => {
    await commands.append('_all', { type: 'suspended', reason: 'stop the line', until: null });
    const { observed } = await opened().snapshot();
    expect(observed.environments.map(({ name }) => name)).toEqual(['production', 'staging']);
  });

  test('is verified with the others', async () => {
    await commands.append('_all', { type: 'suspended', reason: 'stop the line', until: null });
    expect(await opened().verify()).toEqual({ refs: 1, commits: 1, records: 1, problems: [] });
    const tip = world.remote.refs.get(ALL) ?? '';
    await world.commit({ 'index.json': '{}' }, { branch: 'tidegate/_all', parent: tip });
    const { problems } = await opened().verify();
    expect(problems.map(({ ref }) => ref)).toContain(ALL);
  });
});

describe('a word that the remote does not answer', () => {
  const lost = (word: NewEvent, times: number, arrives: boolean) => {
    let left = times;
    return opened(async (operation, work) => {
      if (operation !== 'push' || left === 0) return work();
      left -= 1;
      const answers = arrives ? ((await work()) as ReadonlyMap<string, unknown>) : new Map();
      const refs = arrives ? [...answers.keys()] : [];
      return new Map(refs.map((ref) => [ref, { type: 'in-doubt', fault: BUSY }])) as Awaited<ReturnType<typeof work>>;
    }).append('production', word);
  };
  const word: NewEvent = { type: 'suspended', reason: 'wait', until: null };

  test('is given once more, and then told with the remote’s words', async () => {
    await expect(lost(word, 99, false)).rejects.toThrow(
      'the remote did not say that it took refs/heads/tidegate/production: the remote did not answer',
    );
    expect(world.remote.refs.has('refs/heads/tidegate/production')).toBe(false);
    await lost(word, 1, false);
    expect(world.remote.refs.has('refs/heads/tidegate/production')).toBe(true);
  });

  test('and has arrived all the same is found, and not given twice', async () => {
    const { commit } = await lost(word, 99, true);
    expect(commit).toBe(world.remote.refs.get('refs/heads/tidegate/production'));
    expect(await opened().verify()).toMatchObject({ records: 1, problems: [] });
  });
});

describe('verify', () => {
  const approved = { type: 'approved', version: version('v1.0.0'), planDigest: 'd', reason: 'fine' } as const;

  test('tells of a signature that does not hold, and of one whose key is gone', async () => {
    await world.commit({ 'policies/allowed_signers': 'ana\n' });
    await append(approved, (text) => `ana:${text}`);
    await append(approved, () => 'ana:something else');
    const messages = async () => (await opened().verify()).problems.map(({ message }) => message);
    expect(await messages()).toEqual([
      expect.stringMatching(
        /^approved approved:\w+ by Ana <ana@example.org>: its signature does not hold: it is over another text$/,
      ),
    ]);
    await world.commit({ 'policies/allowed_signers': null });
    expect(await messages()).toEqual([
      expect.stringContaining('nobody knows the key of ana'),
      expect.stringContaining('it is over another text'),
    ]);
  });

  test('tells of unsigned words only where signatures are required', async () => {
    await commands.append('production', approved);
    expect((await opened().verify()).problems).toEqual([]);
    await world.commit({ 'tidegate.yaml': `${TIDEGATE_YAML}ledger: { signatures: required }\n` });
    expect((await opened().verify()).problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^approved .* by Ana <ana@example.org> is not signed, and `ledger.signatures` is required$/,
      ),
    ]);
  });
});

function opened(around?: Around): Commands {
  return openCommands({
    survey: world.another('reader', around === undefined ? {} : { around }),
    clock: world.clock,
    openHolidays: async () => ({ holidays: async () => ({}), knows: async () => false }),
    openSigning: async () => nameSigning,
    identity: async () => ANA,
    uniqueId: () => `${Math.random()}`.slice(2),
  });
}

let signed = 0;
/** As `--sign` does: over the record with its id. */
async function append(event: NewEvent, sign: (text: string) => string): Promise<void> {
  const survey = world.another('signer');
  await survey.take(await survey.look(), world.clock.monotonicMs());
  signed += 1;
  const record = { ...event, id: `approved:${signed}`, at: world.clock.now(), by: ANA } as never;
  const words = { ...(record as object), signature: sign(signableText('production', record)) } as never;
  const result = await survey.ledger.push(['production'], new Map([['production', [words]]]));
  expect(result.get('production')).toEqual({ type: 'accepted' });
}
