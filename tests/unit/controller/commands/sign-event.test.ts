// Words of people on their way into the ledger: signed where that is asked for or nothing else counts, and refused
// where the signature would be passed over.

import { describe, expect, test } from 'vitest';
import type { Commands } from '../../../../engine/controller/commands/commands.ts';
import { openCommands } from '../../../../engine/controller/commands/open-commands.ts';
import type { NewEvent } from '../../../../engine/ledger/records/table.ts';
import type { Signing } from '../../../../engine/ports/signing.ts';
import { nameSigning, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const SUSPENDED: NewEvent = { type: 'suspended', reason: 'disk', until: null };

type Settings = { readonly signatures?: 'optional' | 'required'; readonly keys?: string };

async function world({ signatures = 'optional', keys = 'ana\n' }: Settings = {}): Promise<SurveyWorld> {
  const repository = `version: 1
people: { ana: { email: ana@example.org }, dan: { email: dan@example.org } }
ledger: { signatures: ${signatures} }
`;
  const files = { 'tidegate.yaml': repository, 'policies/allowed_signers': keys };
  return await surveyWorld({ production: {} }, { files });
}

function commandsOf({ survey, clock }: SurveyWorld, by = 'Ana <ana@example.org>', signing = nameSigning): Commands {
  let ids = 0;
  return openCommands({
    survey,
    clock,
    openHolidays: async () => ({ holidays: async () => ({}), knows: async () => false }),
    openSigning: async () => signing,
    identity: async () => by,
    uniqueId: () => `${++ids}`,
  });
}

async function requested(made: SurveyWorld): Promise<NewEvent> {
  await made.look();
  const { offers } = await made.observe('production');
  const [offer] = offers;
  if (offer === undefined) throw new Error('nothing is offered');
  const flags = { emergency: false, skipTests: false };
  return { type: 'deploy-requested', version: offer.version, reason: 'now', ...flags };
}

describe('a record of a person', () => {
  test('is signed where that is asked for, and counts as that of its signer', async () => {
    const made = await world();
    const commands = commandsOf(made);
    expect(await commands.append('production', await requested(made), { sign: true })).toMatchObject({ signed: true });
    const { ledger, signers } = await made.observe('production');
    const [request] = ledger.state.requests;
    expect(request?.signature).toMatch(/^ana:/);
    expect(signers.get(request?.id ?? '')).toEqual({ type: 'signed', by: 'ana' });
  });

  test('is signed by itself where nothing else counts, also in the ledger of the whole repository', async () => {
    const commands = commandsOf(await world({ signatures: 'required' }));
    expect(await commands.append('production', SUSPENDED)).toMatchObject({ signed: true });
    expect(await commands.append('_all', SUSPENDED)).toMatchObject({ signed: true });
  });

  test('is not signed otherwise', async () => {
    const commands = commandsOf(await world());
    expect(await commands.append('production', SUSPENDED)).toMatchObject({ signed: false });
    // Nobody's signature says anything about what a controller could have written as well.
    const closed: NewEvent = { type: 'request-closed', request: 'deploy-requested:1', sentence: 'cancelled' };
    expect(await commands.append('production', closed, { sign: true })).toMatchObject({ signed: false });
  });

  test.each<[string, Settings, string, Signing, string]>([
    [
      'with a key that nobody listed',
      { keys: 'dan\n' },
      'Ana <ana@example.org>',
      nameSigning,
      'nobody knows the key of ana',
    ],
    ['without any list', { keys: '' }, 'Ana <ana@example.org>', nameSigning, 'your signature would not count'],
    ['with the key of another', {}, 'Dan <dan@example.org>', nameSigning, "your key is ana's"],
    ['by a stranger', {}, 'Eve <eve@example.org>', nameSigning, "your key is ana's"],
    [
      'with a signature over something else',
      {},
      'Ana <ana@example.org>',
      { ...nameSigning, sign: async () => 'ana:anything' },
      'it is over another text',
    ],
  ])('%s is refused before it is written', async (_, settings, by, signing, sentence) => {
    const made = await world(settings);
    const before = (await made.observe('production')).ledger.state.seq;
    await expect(commandsOf(made, by, signing).append('production', SUSPENDED, { sign: true })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(sentence),
      hint: expect.stringContaining('policies/allowed_signers'),
    });
    expect((await made.observe('production')).ledger.state.seq).toBe(before);
  });

  test('is signed once, however often the ledger moves', async () => {
    const made = await world();
    const other = commandsOf({ ...made, survey: made.another('other') });
    let signed = 0;
    const racing: Signing = {
      ...nameSigning,
      sign: async (text) => {
        signed += 1;
        await other.append('production', SUSPENDED);
        return await nameSigning.sign(text);
      },
    };
    const commands = commandsOf(made, 'Ana <ana@example.org>', racing);
    expect(await commands.append('production', await requested(made), { sign: true })).toMatchObject({ signed: true });
    expect(signed).toBe(1);
    const { ledger } = await made.observe('production');
    expect(ledger.state).toMatchObject({ suspended: { reason: 'disk' }, requests: [{ reason: 'now' }] });
  });
});
