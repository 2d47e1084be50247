// Every act by every kind of person against every kind of change: what may each bring about? The main pusher pushes
// the default branch and tags, the ledger pusher writes words in their own name, a stranger is nobody that
// tidegate.yaml knows.

import { describe, expect, test } from 'vitest';
import { tidegateYaml, type Who } from '../../support/gates-cast.ts';
import { type GatesWorld, gatesWorld } from '../../support/gates-world.ts';

const TEAMS = 'leads: [ana, dan], qa: [kim]';
const RULE = 'approval: { require: [{ from: leads, count: 1 }] }\noverride: { by: [leads] }\n';

/** Who may bring it about by a word of that kind: a lead who did not make the change, and nobody else. */
const PEOPLE = {
  'the author, who is a lead': 'ana',
  'an approver': 'dan',
  'the ledger pusher, of another group': 'kim',
  'the main pusher': 'eve',
  'a stranger': 'mal',
} as const satisfies Readonly<Record<string, Who>>;
type Person = keyof typeof PEOPLE;

const CHANGES: Readonly<Record<string, (world: GatesWorld) => Promise<unknown>>> = {
  'a policy dropped': (world) => world.configures('ana', { policies: '[]' }),
  'a policy loosened': (world) =>
    world.rules('ana', { approved: RULE.replace('count: 1 }]', 'count: 1 }], author: counts') }),
  'a member added': (world) =>
    world.pushes('ana', { 'tidegate.yaml': tidegateYaml('leads: [ana, dan, eve], qa: [kim]') }),
  'an exception widened': (world) => world.rules('ana', { approved: RULE.replace('by: [leads]', 'by: [leads, eve]') }),
  'what is followed': (world) => world.configures('ana', { follow: '{ tags: "*" }' }),
  'who accepts changes': (world) =>
    world.pushes('ana', { 'tidegate.yaml': tidegateYaml(TEAMS, 'changes: { by: [eve] }\n') }),
  'the environment removed': (world) =>
    world.pushes('ana', { 'environments/production/environment.yaml': null, 'environments/production/app.txt': null }),
};

type Deed = (world: GatesWorld, who: Who, candidate: string) => Promise<unknown>;
const version = (commit: string) => ({ commit, tag: null });
const request = { reason: 'mine', skipTests: false };

const ACTS: Readonly<Record<string, Deed>> = {
  'says yes to it': (world, who) => world.says(who, 'approved'),
  'says yes to it by tag': async (world, who) => {
    const { serial, digest } = await world.pending();
    const tip = world.base.remote.refs.get('refs/heads/main') ?? '';
    await world.tags(who, `approve/production/gates-${serial}-${digest}`, tip);
  },
  'overrides it': (world, who) => world.says(who, 'overridden'),
  'says no to it': (world, who) => world.says(who, 'rejected'),
  'approves the version': (world, who, candidate) => world.approves(who, candidate),
  'overrides the rule for the version': async (world, who, candidate) =>
    world.writes('production', who, {
      type: 'overridden',
      version: version(candidate),
      reason: 'x',
      until: null,
      rules: [],
    }),
  'asks for the version by name': async (world, who, candidate) =>
    world.writes('production', who, {
      type: 'deploy-requested',
      version: version(candidate),
      emergency: false,
      ...request,
    }),
  'asks for it in an emergency': async (world, who, candidate) =>
    world.writes('production', who, {
      type: 'deploy-requested',
      version: version(candidate),
      emergency: true,
      ...request,
    }),
  'asks to go back': async (world, who) =>
    world.writes('production', who, { type: 'rollback-requested', to: null, reason: 'x' }),
  'stops and starts the line': async (world, who) => {
    world.writes('production', who, { type: 'suspended', reason: 'x', until: null });
    await world.looks();
    world.writes('production', who, { type: 'resumed', reason: 'x' });
  },
  'asks for a commit that is none': async (world, who) =>
    world.writes('production', who, {
      type: 'deploy-requested',
      version: version('f'.repeat(40)),
      emergency: false,
      ...request,
    }),
  'tags the running commit': async (world, who) => world.tags(who, 'v9.9.9', world.live() ?? ''),
};

/** These bring it about where an approver does them; nothing does where anybody else does. */
const BRINGS: readonly string[] = ['says yes to it', 'says yes to it by tag', 'overrides it'];

async function waiting(
  change: (world: GatesWorld) => Promise<unknown>,
): Promise<{ world: GatesWorld; candidate: string }> {
  const world = await gatesWorld(
    { production: { policies: '[approved]' } },
    { tidegate: tidegateYaml(TEAMS), policies: { approved: RULE } },
  );
  const good = await world.releases('eve', 'good');
  await world.looks();
  await world.approves('ana', good);
  await world.looks();
  expect(world.live()).toBe(good);
  const candidate = await world.releases('eve', 'next');
  await world.looks();
  await change(world);
  await world.looks();
  expect(world.state().gates?.serial).toBe(1);
  return { world, candidate };
}

describe.each(Object.entries(CHANGES))('%s', (_, change) => {
  const rows = Object.keys(PEOPLE).flatMap((person) =>
    Object.keys(ACTS).map((act) => [person as Person, act] as const),
  );

  test.each(rows)('%s %s', async (person, act) => {
    const { world, candidate } = await waiting(change);
    await ACTS[act]?.(world, PEOPLE[person], candidate);
    await world.looks();
    const isAccepted = person === 'an approver' && BRINGS.includes(act);
    expect(world.state().gates?.serial).toBe(isAccepted ? 2 : 1);
  });
});
