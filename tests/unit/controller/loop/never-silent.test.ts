// What the person who runs the controller hears where nothing happens: a change of gates that waits, a digest that is
// another's, a name that no environment has.

import { expect, test } from 'vitest';
import { Sayings } from '../../../../engine/controller/loop/sayings.ts';
import { unknownNames } from '../../../../engine/controller/observe/unknown-names.ts';
import { reconcile } from '../../../../engine/reconcile/reconcile.ts';
import { type GatesWorld, gatesWorld } from '../../../support/gates-world.ts';
import { environmentYaml } from '../../../support/scenario-files.ts';

const NOTHING = { jobs: new Map(), effects: new Map() };

test('a change of gates that waits is said, with its digest and for whom, until it is accepted', async () => {
  const world = await loosened();
  const { digest } = await world.pending();
  expect(await because(world)).toContain(`a change of gates (${digest.slice(0, 32)}) waits: `);
  await world.says('ana', 'approved');
  await world.looks();
  expect(await because(world)).not.toContain('a change of gates');
});

test('a change that the operator accepts by its digest is accepted, and no more is said of it', async () => {
  const world = await loosened();
  const { digest } = await world.pending();
  const accepted = await because(world, digest.slice(0, 32));
  expect(accepted).toBe('accepts');
  await world.says('ana', 'approved');
  await world.looks();
  expect(await because(world, digest.slice(0, 32))).not.toContain('--accept-gates');
});

test('an --accept-gates that is for another change is said, whether one waits or not', async () => {
  const other = '0123456789abcdef0123456789abcdef';
  const said = `--accept-gates ${other} names no change of gates that waits here`;
  const world = await loosened();
  expect(await because(world, other)).toContain(said);
  await world.says('ana', 'approved');
  await world.looks();
  expect(await because(world, other)).toContain(said);
});

test.each([
  [{ only: ['prodution'] }, '--environments names prodution: there is no such environment'],
  [{ acceptGates: new Map([['stagin', 'f'.repeat(32)]]) }, '--accept-gates names stagin: there is no such environment'],
  [
    {
      grants: [
        { environment: 'prod', secret: 'A' },
        { environment: 'prod', secret: 'B' },
      ],
    },
    '--grants names prod: there is no such environment',
  ],
  [{ only: ['production'], grants: [{ environment: 'production', secret: 'A' }] }, null],
])('names that no environment has (%#)', (given, said) => {
  expect(unknownNames({ only: [], ...given }, new Map([['production', null]]))).toBe(said);
});

test('a name that no environment has is said by a controller once, and again where it is news', async () => {
  const world = await gatesWorld();
  const { another, clock } = world.base;
  const survey = another('two', { acceptGates: new Map([['stagin', 'f'.repeat(32)]]) });
  const lines: string[] = [];
  const log = { info: () => {}, warn: (line: string) => lines.push(line), error: () => {} };
  const sayings = new Sayings(log);
  const look = async () => {
    await survey.take(await survey.look(), clock.monotonicMs());
    sayings.head([], 'main', survey);
  };
  await look();
  await look();
  expect(lines).toEqual(['--accept-gates names stagin: there is no such environment']);
  await world.pushes('ana', { 'environments/stagin/environment.yaml': environmentYaml('stagin', 'world', {}) });
  await look();
  expect(survey.namesWarning).toBeNull();
});

/** Production runs, and somebody takes its only rule away. */
async function loosened(): Promise<GatesWorld> {
  const world = await gatesWorld();
  await world.approves('ana', await world.releases('dan', 'good'));
  await world.looks();
  await world.configures('eve', { policies: '[]' });
  await world.looks();
  return world;
}

/** What reconcile says of production; `accepts` where it accepts the change. */
async function because(world: GatesWorld, operatorAccepts: string | null = null): Promise<string> {
  const seen = await world.base.survey.observe(['production'], NOTHING);
  const environments = seen.environments.map((environment) => {
    return { ...environment, gatesChange: { ...environment.gatesChange, operatorAccepts } };
  });
  const plan = reconcile({ ...seen, environments }, world.now);
  if (plan.append.some(({ record }) => record.type === 'gates-accepted')) return 'accepts';
  return plan.because.map(({ sentence }) => sentence).join('\n');
}
