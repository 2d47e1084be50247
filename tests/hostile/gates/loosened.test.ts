// Every part of the gates, loosened by a push of somebody who accepts nothing. Each waits with its sentence, and each
// is in force once those who are asked have said yes.

import { expect, test } from 'vitest';
import { type Attack, CALENDAR, GATED_PIPELINE, guarded, holds, RULES, TEAMS } from '../../support/gates-attack.ts';
import { tidegateYaml } from '../../support/gates-cast.ts';
import type { GatesWorld } from '../../support/gates-world.ts';

const APPROVED = RULES.approved;
const changed = (from: string, to: string) => (world: GatesWorld) =>
  world.rules('eve', { approved: replaced(APPROVED, from, to) });
const people =
  (teams: string, more = '', others = '') =>
  (world: GatesWorld) =>
    world.pushes('eve', { 'tidegate.yaml': tidegateYaml(teams, more, others) });
const settings = (more: string, other: string) => (world: GatesWorld) =>
  world.configures('eve', { more: MORE.map((line) => (line === more ? other : line)) });
const pipeline = (from: string, to: string) => (world: GatesWorld) =>
  world.pushes('eve', { 'pipelines/deploy.yaml': replaced(GATED_PIPELINE, from, to) });
const MORE = ['paths: [shared]', 'rollback: { by: [leads] }', 'confirm: true', 'queue: latest'];

const ATTACKS: Readonly<Record<string, Attack>> = {
  'a policy becomes a window that is always open': {
    says: 'approved changed',
    push: (world) => world.rules('eve', { approved: 'window: { timezone: UTC, allow: [{ days: mon-sun }] }\n' }),
  },
  'a policy of another kind under the same name': {
    says: 'approved changed',
    push: (world) => world.rules('eve', { approved: 'downgrade: denied\n' }),
  },
  'a condition that is always true under the same name': {
    says: 'approved changed',
    push: (world) => world.rules('eve', { approved: 'when: "true"\n' }),
  },
  'a policy dropped from the environment': {
    says: 'approved removed',
    push: (world) => world.configures('eve', { policies: '[hours]' }),
  },
  'all policies dropped': {
    says: 'approved removed, hours removed',
    push: (world) => world.configures('eve', { policies: '[]' }),
  },
  'a policy renamed, asking the same': {
    says: 'approved removed, agreed added',
    push: async (world) => {
      await world.rules('eve', { agreed: APPROVED });
      await world.configures('eve', { policies: '[agreed, hours]' });
    },
  },
  'a count lowered': {
    says: 'approved changed',
    push: changed('from: leads, count: 2', 'from: leads, count: 1'),
  },
  'a group dropped': { says: 'approved changed', push: changed(', { from: qa, count: 1 }', '') },
  'a group put for another': { says: 'approved changed', push: changed('from: qa', 'from: leads') },
  'a path rule dropped': {
    says: 'approved changed',
    push: changed('  paths: [{ match: "**/secure/**", from: leads, count: 2 }]\n', ''),
  },
  'a path rule that matches less': { says: 'approved changed', push: changed('**/secure/**', '**/secure/*.txt') },
  'the author counts': { says: 'approved changed', push: changed('author: excluded', 'author: counts') },
  'approvals hold for longer': { says: 'approved changed', push: changed('expires: 72h', 'expires: 720h') },
  'an exception for one more person': { says: 'approved changed', push: changed('by: [leads]', 'by: [leads, eve]') },
  'an exception that needs no reason': {
    says: 'approved changed',
    push: changed('reason: required', 'reason: optional'),
  },
  'an exception that lasts': { says: 'approved changed', push: changed('expires: 4h', 'expires: 400h') },
  'an exception for the one who made it': {
    says: 'approved changed',
    push: changed('override: {', 'override: { author: counts,'),
  },
  'longer hours': {
    says: 'hours changed',
    push: (world) => world.rules('eve', { hours: replaced(RULES.hours, '18:00', '23:00') }),
  },
  'another zone': {
    says: 'hours changed',
    push: (world) => world.rules('eve', { hours: replaced(RULES.hours, 'UTC', 'Pacific/Kiritimati') }),
  },
  'a freeze taken out of a shared calendar': {
    says: 'hours changed',
    push: (world) =>
      world.pushes('eve', {
        'policies/calendars/company.yaml': 'closed: [{ from: 2020-01-01, to: 2020-01-02, reason: long ago }]\n',
      }),
  },
  'a freeze that ends sooner': {
    says: 'hours changed',
    push: (world) =>
      world.pushes('eve', { 'policies/calendars/company.yaml': replaced(CALENDAR, '2027-01-04', '2026-12-19') }),
  },
  'a freeze with an exception for all': {
    says: 'hours changed',
    push: (world) =>
      world.rules('eve', {
        hours: replaced(RULES.hours, 'calendar: company', 'calendar: company, except: [fix, other]'),
      }),
  },
  'a member more in a team': { says: 'team leads changed', push: people('leads: [ana, dan, eve], qa: [kim]') },
  'a person more': { says: 'person kim2 added', push: people(TEAMS, '', ', kim2: { email: eve@home.example }') },
  'an address more for somebody': {
    says: 'person kim changed',
    push: (world) =>
      world.pushes('eve', {
        'tidegate.yaml': tidegateYaml(TEAMS).replace('kim@example.org', '[kim@example.org, eve@home.example]'),
      }),
  },
  'a login more for somebody': {
    says: 'person kim changed',
    push: (world) =>
      world.pushes('eve', {
        'tidegate.yaml': tidegateYaml(TEAMS).replace('kim@example.org', 'kim@example.org, github: eve-x'),
      }),
  },
  'an address put for another that looks the same': {
    says: 'person kim changed',
    push: (world) =>
      world.pushes('eve', { 'tidegate.yaml': tidegateYaml(TEAMS).replace('kim@example.org', '\u212Aim@example.org') }),
  },
  'anyone she likes accepts changes': {
    says: 'who accepts changes of gates changed',
    push: people(TEAMS, 'changes: { by: [eve] }\n'),
  },
  'who may roll back': {
    says: 'who may roll back changed',
    push: settings('rollback: { by: [leads] }', 'rollback: { by: [leads, eve] }'),
  },
  'nobody in particular may roll back': {
    says: 'who may roll back changed',
    push: settings('rollback: { by: [leads] }', ''),
  },
  'paths that are no inputs any more': { says: '`paths` changed', push: settings('paths: [shared]', '') },
  'no confirmation': { says: '`confirm` changed', push: settings('confirm: true', 'confirm: false') },
  'another queue': { says: 'how versions queue changed', push: settings('queue: latest', 'queue: all') },
  'one secret more': {
    says: 'secrets changed',
    push: settings('confirm: true', 'confirm: true\nsecrets: [PROD_TOKEN]'),
  },
  'a stage without its gate': { says: 'stage deploy: tested removed', push: pipeline('    policies: [tested]\n', '') },
  'a gated stage that may be skipped': {
    says: 'stage deploy may be skipped',
    push: pipeline('    policies: [tested]\n', '    skippable: true\n    policies: [tested]\n'),
  },
  'the gate on another stage, behind the first touch': {
    says: 'stage deploy: tested removed, stage verify: tested added',
    push: (world) =>
      world.pushes('eve', {
        'pipelines/deploy.yaml': replaced(GATED_PIPELINE, '    policies: [tested]\n', '').replace(
          '  - name: verify\n',
          '  - name: verify\n    policies: [tested]\n',
        ),
      }),
  },
  'a stage renamed': {
    says: 'stage deploy: tested removed, stage ship: tested added',
    push: pipeline('- name: deploy', '- name: ship'),
  },
  'an ungated stage that deploys before the gated one': {
    says: 'stage early added',
    push: pipeline('  - name: deploy\n', '  - name: early\n    steps: [{ deploy: target }]\n  - name: deploy\n'),
  },
  'another answer to failures': {
    says: '`on_failure` changed',
    push: pipeline('on_failure: rollback', 'on_failure: stop'),
  },
  'another pipeline': {
    says: 'stage deploy: tested removed',
    push: async (world) => {
      await world.pushes('eve', { 'pipelines/quick.yaml': replaced(GATED_PIPELINE, '    policies: [tested]\n', '') });
      await world.configures('eve', { pipeline: 'quick' });
    },
  },
  'in two commits, of which each does half': {
    says: 'approved changed',
    push: async (world) => {
      await changed('from: leads, count: 2', 'from: leads, count: 1')(world);
      await changed('author: excluded', 'author: counts')(world);
    },
  },
  'once, taken back, and again': {
    says: 'approved changed',
    push: async (world) => {
      const loose = changed('author: excluded', 'author: counts');
      await loose(world);
      await world.looks();
      await world.rules('eve', { approved: APPROVED });
      await world.looks();
      await loose(world);
    },
  },
};

test.each(Object.entries(ATTACKS))('%s: it waits until it is accepted', async (_, attack) => {
  const world = await guarded();
  await holds(world, attack);
});

test('what was accepted then lets in what it allows', async () => {
  const world = await guarded();
  const evil = await holds(world, ATTACKS['a policy becomes a window that is always open'] as Attack);
  await world.checked(evil);
  await world.looks();
  expect(world.live()).toBe(evil);
});

function replaced(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}
