// What the followed branch, tags or environment say now, against what runs: the difference is the candidate. Only
// what is not newer than a person's word is passed over, and that is said.

import { describe, expect, test } from 'vitest';
import type { ObservedEnvironment } from '../../../engine/model/observed.ts';
import { ahead } from '../../../engine/reconcile/ahead.ts';
import { opening, type SurveyWorld, surveyWorld } from '../../support/survey-world.ts';

const APP = 'environments/production/app.txt';

describe('a branch', () => {
  for (const queue of ['latest', 'all'] as const) {
    const prod = () => surveyWorld({ production: { more: queue === 'all' ? ['queue: all'] : [] } });

    test(`with ${queue}: a revert after a deployment by name is deployed`, async () => {
      const world = await prod();
      await says(world, 'A');
      await world.deploys('production');
      const b = await says(world, 'B');
      await asked(world, b);
      expect(await next(world)).toBe('nothing');
      const revert = await says(world, 'A');
      expect(await next(world)).toBe(revert);
    });

    test(`with ${queue}: going back by name is not undone, until the branch moves`, async () => {
      const world = await prod();
      const a = await says(world, 'A');
      await world.deploys('production');
      const b = await says(world, 'B');
      await world.deploys('production');
      await asked(world, a);
      expect(await next(world)).toBe(`${b.slice(0, 7)} was replaced`);
      // A commit that leaves its contents alone says nothing new.
      await world.commit({ 'notes.md': 'x\n' });
      expect(await next(world)).toBe(`${b.slice(0, 7)} was replaced`);
      await says(world, 'A');
      expect(await next(world)).not.toMatch(/^[0-9a-f]{40}$/);
      const again = await says(world, 'B');
      expect(await next(world)).toBe(again);
    });

    test(`with ${queue}: one version after another by name, and back: none of them comes by itself`, async () => {
      const world = await prod();
      const a = await says(world, 'A');
      await world.deploys('production');
      const b = await says(world, 'B');
      await asked(world, b);
      await asked(world, a);
      expect(await next(world)).toMatch(/was replaced|is not newer/);
      const c = await says(world, 'C');
      expect(await next(world)).toBe(c);
    });

    test(`with ${queue}: what waits while an older one is asked for by name still comes`, async () => {
      const world = await prod();
      await says(world, 'A');
      await world.deploys('production');
      const b = await says(world, 'B');
      const c = await says(world, 'C');
      await asked(world, b);
      expect(await next(world)).toBe(c);
    });
  }

  test('with every: what lies before the version that people went away from is behind them as well', async () => {
    const world = await surveyWorld({ production: { more: ['queue: all'] } });
    const a = await says(world, 'A');
    await world.deploys('production');
    for (const text of ['B', 'C']) {
      await says(world, text);
      await world.deploys('production');
    }
    await asked(world, a);
    expect(await next(world)).toMatch(/^[0-9a-f]{7} was replaced/);
    const d = await says(world, 'D');
    expect(await next(world)).toBe(d);
  });

  test('another controller, with nothing in its cache, passes over the same', async () => {
    const world = await surveyWorld({ production: {} });
    const a = await says(world, 'A');
    await world.deploys('production');
    const side = await world.commit({ [APP]: 'side\n' }, { branch: 'side', parent: a });
    await says(world, 'B');
    await world.deploys('production');
    await asked(world, side);
    await asked(world, a);
    expect(await next(world)).toMatch(/was replaced|is not newer/);
  });
});

describe('tags', () => {
  const tagged = () => surveyWorld({ production: { follow: '{ tags: "v*" }' } });
  const released = async (world: SurveyWorld, tag: string, text: string) => {
    const commit = await says(world, text);
    await world.tag(tag, commit);
    return commit;
  };

  test('going back by name is not undone; a higher tag comes, also with the contents that people left', async () => {
    const world = await tagged();
    const a = await released(world, 'v1.0.0', 'A');
    await world.deploys('production');
    const b = await released(world, 'v1.0.1', 'B');
    await world.deploys('production');
    await asked(world, a, 'v1.0.0');
    expect(await next(world)).toBe(`v1.0.1 (${b.slice(0, 7)}) was replaced`);
    const again = await released(world, 'v1.0.2', 'B');
    expect(await next(world)).toBe(again);
  });

  test('a tag that is not on the remote holds nothing back', async () => {
    const world = await tagged();
    const a = await released(world, 'v1.0.0', 'A');
    await world.deploys('production');
    const huge = 'v9007199254740991.9007199254740991.9007199254740991';
    await world.tag(huge, a);
    expect(await next(world)).toBe(`adopts ${huge}`);
    await adopted(world, a, huge);
    await world.remote.setRef(`refs/tags/${huge}`, null);
    const b = await released(world, 'v1.0.1', 'B');
    expect(await next(world)).toBe(b);
    expect(said(await world.observe('production')).join()).toContain(`tag ${huge}, which runs here, was deleted`);
  });

  test('nor does one that people went away from', async () => {
    const world = await tagged();
    const a = await released(world, 'v1.0.0', 'A');
    await world.deploys('production');
    await released(world, 'v9.0.0', 'B');
    await world.deploys('production');
    await asked(world, a, 'v1.0.0');
    await world.remote.setRef('refs/tags/v9.0.0', null);
    expect(await next(world)).toBe('nothing');
    const c = await released(world, 'v1.0.1', 'C');
    expect(await next(world)).toBe(c);
  });

  test('a version without a tag that people went away from holds back what lies behind it, and nothing newer', async () => {
    const world = await tagged();
    const a = await released(world, 'v1.0.0', 'A');
    await world.deploys('production');
    const b = await says(world, 'B');
    await asked(world, await says(world, 'C'));
    await asked(world, a, 'v1.0.0');
    await world.tag('v1.0.1', b);
    expect(await next(world)).toMatch(/is not newer/);
    const d = await released(world, 'v1.0.2', 'D');
    expect(await next(world)).toBe(d);
  });

  test('a deleted tag brings no older one back', async () => {
    const world = await tagged();
    await released(world, 'v1.0.0', 'A');
    await released(world, 'v1.1.0', 'B');
    await world.deploys('production');
    await world.remote.setRef('refs/tags/v1.1.0', null);
    expect(await next(world)).toBe('nothing');
  });

  test('a lower tag on a newer commit is said, with a name that would be offered', async () => {
    const world = await tagged();
    await released(world, 'v1.0.0', 'A');
    await released(world, 'v2.0.0', 'B');
    await world.deploys('production');
    expect(said(await world.observe('production'))).toEqual([]);
    await released(world, 'v1.0.1', 'C');
    expect(said(await world.observe('production'))).toEqual([
      'tag v1.0.1 is not higher than v2.0.0, which runs here: it is not offered; a tag like v2.0.1 would be, and to deploy v1.0.1 by name brings it',
    ]);
  });

  test('rc10 after rc9 is said, with what to write instead', async () => {
    const world = await surveyWorld({ production: { follow: '{ tags: "v*", prereleases: true }' } });
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      await released(world, `v1.0.0-rc${number}`, `${number}`);
      if (number === 9) await world.deploys('production');
    }
    const ignored = said(await world.observe('production'));
    expect(ignored).toHaveLength(1);
    expect(ignored[0]).toContain('tag v1.0.0-rc10 is not higher than v1.0.0-rc9, which runs here');
    expect(ignored[0]).toContain('a tag like v1.0.1-rc.10 would be');
  });

  test('a pattern that matches nothing is said', async () => {
    const world = await surveyWorld({ production: { follow: '{ tags: "release-*" }' } });
    expect(said(await world.observe('production'))).toEqual(['no tag on the remote matches release-*']);
  });

  test('a pre-release below what runs is not said to be one setting away', async () => {
    const world = await tagged();
    await world.tag('v1.0.0-rc.1', await says(world, 'A'));
    await released(world, 'v1.0.0', 'B');
    expect(said(await world.observe('production'))).toEqual([]);
  });
});

describe('another environment', () => {
  const promoted = () => surveyWorld({ staging: {}, production: { follow: '{ promoted: staging }' } });
  const staged = async (world: SurveyWorld, text: string) => {
    const files = { 'environments/staging/app.txt': `${text}\n`, [APP]: `${text}\n` };
    const commit = await world.commit(files);
    await world.deploys('staging');
    return commit;
  };

  test('going back by name is not undone; what succeeds there later comes, also with the same contents', async () => {
    const world = await promoted();
    const a = await staged(world, 'A');
    await world.deploys('production');
    const b = await staged(world, 'B');
    await world.deploys('production');
    await asked(world, a);
    expect(await next(world)).toBe(`${b.slice(0, 7)} was replaced`);
    // Newer there, and no other contents here: no new version of it.
    await world.commit({ 'environments/staging/app.txt': 'only there\n' });
    await world.deploys('staging');
    expect(await next(world)).toMatch(/was replaced|is not newer/);
    await staged(world, 'A');
    const again = await staged(world, 'B');
    expect(await next(world)).toBe(again);
  });
});

function says(world: SurveyWorld, text: string): Promise<string> {
  return world.commit({ [APP]: `${text}\n` });
}

/** The version that is ahead, or in words why there is none. */
async function next(world: SurveyWorld): Promise<string> {
  const { ledger, offers, gates } = await world.observe('production');
  const chosen = ahead(ledger.state, offers, gates?.environment.queue ?? 'latest');
  switch (chosen.type) {
    case 'request':
      return 'a request';
    case 'offer':
      return chosen.offer.version.commit;
    case 'adopt':
      return `adopts ${chosen.offer.version.tag}`;
    case 'none':
      return /^(.*? was replaced|.*? is not newer)/.exec(chosen.sentence ?? '')?.[0] ?? chosen.sentence ?? 'nothing';
  }
}

/** A person asked for it by name, and it went well. */
async function asked(world: SurveyWorld, commit: string, tag: string | null = null): Promise<void> {
  await world.look();
  const observed = await world.survey.observe(['production'], { jobs: new Map(), effects: new Map() }, [commit]);
  const [environment] = observed.environments;
  const contents = environment?.contents.get(commit);
  if (environment === undefined || contents === undefined) throw new Error(`${commit} is not there`);
  const { current } = environment.ledger.state;
  const previous = current === null ? null : { version: current.version, contents: current.contents };
  world.tell(
    'production',
    opening({ commit, tag }, contents, environment.config ?? commit, { trigger: 'request', previous }),
    { type: 'run-ended', outcome: 'Succeeded', sentence: 'deployed' },
  );
}

async function adopted(world: SurveyWorld, commit: string, tag: string): Promise<void> {
  const { ledger } = await world.observe('production');
  const contents = ledger.state.current?.contents;
  const { seq } = ledger.state;
  world.survey.ledger.append('production', [
    {
      type: 'adopted',
      id: `adopted:${seq}`,
      at: world.clock.now(),
      by: 'controller one',
      version: { commit, tag },
      contents: contents ?? { digest: '', inputs: {} },
      because: 'the same contents',
    },
  ]);
}

function said({ ignored }: ObservedEnvironment): readonly string[] {
  return ignored.map(({ sentence }) => sentence);
}
