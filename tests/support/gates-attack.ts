// An attack on gates, and its honest twin. Eve brings something that waits, changes gates by a push, and nothing
// opens; then the people who are asked accept that very change, and what it allows goes.

import { expect } from 'vitest';
import { tidegateYaml, type Who } from './gates-cast.ts';
import { type GatesWorld, type GatesWorldOptions, gatesWorld } from './gates-world.ts';
import { DEPLOY_PIPELINE, type EnvironmentText } from './scenario-files.ts';

export const TEAMS = 'leads: [ana, dan], qa: [kim]';

/** Rules of every kind about people, a calendar, a path rule and an exception. */
export const RULES = {
  approved: `approval:
  require: [{ from: leads, count: 1 }, { from: qa, count: 1 }]
  paths: [{ match: "**/secure/**", from: leads, count: 2 }]
  author: excluded
  expires: 72h
override: { by: [leads], reason: required, expires: 4h }
`,
  hours: `window:
  timezone: UTC
  allow: [{ days: mon-fri, hours: "09:00-18:00" }]
  deny: [{ calendar: company }]
override: { by: [leads] }
`,
} as const;

export const CALENDAR = 'closed: [{ from: 2026-12-19, to: 2027-01-04, reason: year end }]\n';

/** The gate of the stage before the one that deploys. */
export const GATED_PIPELINE = DEPLOY_PIPELINE.replace(
  '  - name: deploy\n',
  '  - name: deploy\n    policies: [tested]\n',
);

export const GUARDED: EnvironmentText = {
  policies: '[approved, hours]',
  more: ['paths: [shared]', 'rollback: { by: [leads] }', 'confirm: true', 'queue: latest'],
};

/** Ana's first version runs, under rules of every kind; who accepts is left to them. */
export async function guarded(options: GatesWorldOptions = {}, text: EnvironmentText = {}): Promise<GatesWorld> {
  const policies = { ...RULES, tested: 'checks: { require: [ci/test] }\n', ...options.policies };
  const files = {
    'policies/calendars/company.yaml': CALENDAR,
    'shared/notes.txt': 'shared\n',
    'pipelines/deploy.yaml': GATED_PIPELINE,
    ...options.files,
  };
  const tidegate = options.tidegate ?? tidegateYaml(TEAMS);
  const world = await gatesWorld({ production: { ...GUARDED, ...text } }, { ...options, policies, files, tidegate });
  await letIn(world, await world.releases('eve', 'good'));
  return world;
}

/** Everybody who may says yes to a version, and its checks are green. */
export async function letIn(world: GatesWorld, commit: string): Promise<void> {
  await world.looks();
  await world.approves('dan', commit);
  await world.approves('kim', commit);
  await world.checked(commit);
  await world.looks();
  expect(world.live(), await world.why()).toBe(commit);
}

export type Attack = {
  /** What `status` says is different. */
  readonly says: string;
  readonly push: (world: GatesWorld) => Promise<unknown>;
  /** Whose words are asked for, in this order; each but the last is not enough. */
  readonly accept?: readonly Who[];
};

/**
 * Nothing opens, no matter who waits; then those who are asked accept it, and it is in force. Answers the version
 * that waited.
 */
export async function holds(
  world: GatesWorld,
  { says, push, accept = ['ana', 'dan', 'kim'] }: Attack,
): Promise<string> {
  const before = { live: world.live(), gates: world.state().gates, deeds: world.deeds.length };
  const evil = await world.releases('eve', 'evil');
  await world.looks();
  await push(world);
  await world.looks();
  expect({ live: world.live(), gates: world.state().gates, deeds: world.deeds.length }).toEqual(before);
  const said = (await world.said()) ?? 'nothing';
  expect(said).toContain(`Eve changed the gates`);
  expect(said).toContain(`(${says}), not accepted; both apply`);
  expect(said).toMatch(/must agree, or revert [0-9a-f]{7}$/);
  expect(await world.refusal('eve', 'approved')).toContain('the yes of eve does not count: asked are ');
  expect(await world.refusal('mal', 'approved')).toContain('is none of the people of the gates in force');
  for (const who of accept) {
    expect((await world.pending()).accepting).toBeNull();
    await world.says(who, 'approved');
  }
  const { digest } = await world.pending();
  await world.looks();
  expect(world.state().gates).toMatchObject({ serial: 2, digest, on: 'words' });
  expect(await world.said()).toBeNull();
  return evil;
}
