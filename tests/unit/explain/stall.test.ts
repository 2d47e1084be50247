// What needs a person is Stalled, with a word that is documented and a sentence with the ways out. What waits for
// time, a rule or an answer is Ready.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentJson } from '../../../engine/contract/status.ts';
import { standingOf } from '../../../engine/explain/standing.ts';
import type { StallReason } from '../../../engine/model/environment-condition.ts';
import { emptyState, REPOSITORY_LEDGER } from '../../../engine/model/environment-state.ts';
import { NO_GATES_CHANGE, type Observed } from '../../../engine/model/observed.ts';
import { versionAhead } from '../../../engine/reconcile/ahead.ts';
import { writeBackEnded, writeBackIntended } from '../../support/effect-records.ts';
import { gatedTerms, inForce } from '../../support/gates-builders.ts';
import { contents, observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';

const failedFirst = () =>
  new Story().opens('A').passes('test').fails('deploy', 'it broke', 'stall').ends('Failed', 'it broke');

const STALLS: Readonly<Record<StallReason, { readonly story: () => Story; readonly says: readonly string[] }>> = {
  LedgerDamaged: {
    story: () => {
      const story = new Story().deployed('A');
      return story.observes({ ledger: { type: 'damaged', sentence: 'it was rewritten', state: story.state } });
    },
    says: ['it was rewritten'],
  },
  GatesUnknown: {
    // The ledger is older than gates.json, and the commit of its newest run is gone.
    story: () => {
      const story = new Story().deployed('A');
      return story.observes({ ledger: { type: 'read', state: { ...story.state, gates: null } } });
    },
    says: [
      'nobody knows which gates let the newest run of production in',
      'Put that commit back, or let the person who runs the controller accept the gates of the head',
    ],
  },
  ConfigurationBroken: { story: () => new Story().deployed('A').observes({ gates: null }), says: ['cannot be used'] },
  RollbackFailed: {
    story: () => {
      const story = new Story()
        .deployed('A')
        .opens('B')
        .passes('test')
        .passes('deploy')
        .fails('verify', 'no', 'roll-back');
      story.opens('A', { kind: 'rollback', trigger: 'failure', cause: 'production-2' });
      return story.starts('test').fails('deploy', 'neither', 'stall').ends('Failed', 'neither').ends('Failed', 'no');
    },
    says: ['to resume waits', 'to deploy tries', 'to roll back puts back'],
  },
  FirstDeploymentFailed: {
    story: () => failedFirst().offers('B'),
    says: ['it broke', 'to deploy tries a version', 'to resume waits for the next one'],
  },
  DeploymentFailed: {
    story: () =>
      new Story()
        .deployed('A')
        .opens('B')
        .passes('test')
        .fails('deploy', 'it broke', 'stall')
        .ends('Failed', 'it broke'),
    says: ['it broke', 'to roll back puts back'],
  },
  HeldBack: {
    story: () => heldStory(),
    says: ['merge tidegate/_restore/production-3 into main', 'or push a fix to main: it goes as the rules allow'],
  },
  Quarantined: {
    story: () => failedFirst().event({ type: 'resumed', reason: 'seen' }).offers('A'),
    says: ['to deploy it by name', 'releases it', 'makes a new version'],
  },
  HistoryRewritten: {
    story: () => new Story().deployed('A').offers('B', { descends: false }),
    says: ['was rewritten', 'accepts the new history'],
  },
  TagMoved: {
    story: () =>
      new Story()
        .deployed('v1.0.0')
        .event({ type: 'tag-seen', tag: 'v1.1.0', oid: version('X').commit, commit: version('X').commit })
        .offers('v1.1.0'),
    says: ['was moved', 'tag the new commit with a new version'],
  },
  VersionBroken: {
    story: () => new Story().deployed('A').offers('B').observes({ versions: new Map() }),
    says: ['cannot be read from the repository'],
  },
};

test.each(Object.entries(STALLS).map(([reason, stall]) => ({ reason, ...stall })))(
  '$reason',
  ({ reason, story, says }) => {
    const json = shown(story());
    expect(json).toMatchObject({ condition: 'Stalled', reason });
    for (const text of says) expect(json.sentence).toContain(text);
  },
);

test('gates are known again with the commit that let the newest run in, or the word of the operator', () => {
  const unknown = () => STALLS.GatesUnknown.story();
  const [environment] = observedBy(unknown()).environments;
  const gates = environment?.gates;
  if (gates === null || gates === undefined) throw new Error('nothing is observed');
  const found = { digest: gates.digest, terms: gates.terms, from: 'a'.repeat(40) };
  expect(shown(unknown().observes({ gatesChange: { ...NO_GATES_CHANGE, upgrade: found } }))).toMatchObject({
    condition: 'Ready',
  });
  const said = { ...NO_GATES_CHANGE, operatorAccepts: gates.digest };
  expect(shown(unknown().observes({ gatesChange: said }))).toMatchObject({ condition: 'Ready' });
});

test('of the ledger of the whole repository, everywhere', () => {
  const state = emptyState(REPOSITORY_LEDGER);
  const repository = { type: 'damaged', sentence: 'it was deleted', state } as const;
  expect(shown(new Story().deployed('A'), { repository })).toMatchObject({
    condition: 'Stalled',
    reason: 'LedgerDamaged',
  });
});

test.each<[string, Story]>([
  ['a window', new Story().gatedBy(officeHours()).at('2026-11-21 20:00').deployed('A').offers('B')],
  ['a tag that is on no followed branch', new Story().deployed('v1.0.0').offers('v1.1.0', { tag: stray('v1.1.0') })],
  ['a person who went back', new Story().deployed('A').offers('B', { passedOver: version('B') })],
  ['nothing', new Story().deployed('A')],
  ['a fix while a rollback is held', heldStory().gatedBy(officeHours()).at('2026-11-21 20:00').offers('C')],
  [
    'a version that was asked for while a rollback is held',
    heldStory()
      .gatedBy(officeHours())
      .at('2026-11-21 20:00')
      .event({ type: 'deploy-requested', version: version('C'), reason: 'x', emergency: false, skipTests: false }),
  ],
])('is Ready where it waits for %s', (_, story) => {
  story.knows('C');
  expect(shown(story)).toMatchObject({ condition: 'Ready' });
});

test('a held rollback stays a stall for what still has all that it took back', () => {
  const same = { ...contents('C'), inputs: { ...contents('B').inputs, 'scripts/x.sh': 'other' } };
  expect(shown(heldStory().offers('C', { contents: same }))).toMatchObject({
    condition: 'Stalled',
    reason: 'HeldBack',
  });
});

test('and for what was on the branch before', () => {
  const story = heldStory().offers('C', { beforeHold: true });
  expect(shown(story)).toMatchObject({ condition: 'Stalled', reason: 'HeldBack' });
});

test('a queue goes on with the answer to what is held, not with what was in line before', () => {
  const { state, ...story } = { state: heldStory().state, ...heldStory().observed() };
  const offer = (name: string, beforeHold: boolean) => {
    const [offered] = heldStory().offers(name, { beforeHold }).observed().offers;
    return offered === undefined ? [] : [offered];
  };
  const line = [...story.offers, ...offer('B', true), ...offer('C', true), ...offer('D', false)];
  expect(versionAhead(state, line, 'all')).toEqual(version('D'));
  expect(versionAhead(state, line.slice(0, 2), 'all')).toEqual(version('C'));
});

test('ends with a version that the branch brought and that works, and not before', () => {
  const fixed = heldStory().opens('C');
  for (const stage of ['test', 'deploy', 'verify']) fixed.passes(stage);
  expect(fixed.state.held).not.toBeNull();
  expect(fixed.ends('Succeeded', 'deployed').state.held).toBeNull();
});

test('every word is in the docs', () => {
  const page = readFileSync('docs/operations.md', 'utf8');
  for (const reason of Object.keys(STALLS)) expect(page).toContain(`\`${reason}\``);
});

function shown(story: Story, change: Partial<Observed> = {}) {
  const observed = { ...observedBy(story), ...change };
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('nothing is observed');
  return environmentJson(standingOf(environment, observed, story.now));
}

function stray(name: string) {
  return { name, oid: version(name).commit, reachable: false, on: ['main'] };
}

function heldStory(): Story {
  const story = new Story().deployed('A').opens('B').passes('test').passes('deploy').fails('verify', 'no', 'roll-back');
  const failed = story.run();
  const previous = { version: failed.version, contents: failed.contents };
  story.opens('A', { kind: 'rollback', trigger: 'failure', cause: failed.id, previous });
  story.record(
    writeBackIntended(story.run().id, {
      branch: 'main',
      from: version('B'),
      to: version('A'),
      paths: ['environments/production'],
      tag: null,
      onlyBranch: null,
    }),
  );
  story.record(
    writeBackEnded(story.run().id, {
      result: 'held',
      commit: version('restore').commit,
      tag: null,
      branch: 'tidegate/_restore/production-3',
      sentence: 'production is held at A: merge tidegate/_restore/production-3 into main',
    }),
  );
  return story.ends('Succeeded', 'rolled back').ends('RolledBack', 'no');
}

test('an environment whose removal is in force is no trouble: it is Ready and says so', () => {
  const story = new Story().deployed('A');
  const gates = { ...inForce(gatedTerms()), terms: null };
  const gone = story.observes({
    gates: null,
    gatesChange: { ...NO_GATES_CHANGE, isRemoved: true },
    ledger: { type: 'read', state: { ...story.state, gates } },
  });
  const reason = expect.stringContaining('was removed, and that is in force');
  expect(shown(gone)).toMatchObject({ condition: 'Ready', reason });
});
