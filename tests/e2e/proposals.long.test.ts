// What runs in staging is proposed for production with plain Git: a branch that somebody merges, in whichever way. No
// forge, no webhook: a merge is told by what is on main.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

const PROMOTE = 'promote: { from: [staging], take: [app.txt] }';

async function begun(promote = PROMOTE, production: { readonly policies?: string } = {}, files = {}): Promise<void> {
  story = new Scenario({ staging: {}, production: { ...production, more: [promote] } }, files);
  await story.tick();
}

function branches(): readonly string[] {
  return story.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/promote/').split('\n').filter(Boolean);
}

function proposals(): readonly string[] {
  return story
    .git('log', '--format=%B', 'tidegate/production')
    .split('\n')
    .filter((line) => line.includes('promote/') || line.includes('is merged') || line.includes('was declined'));
}

describe('what succeeded in staging', () => {
  test('is proposed for production, once, and by the same commit wherever it is made', async () => {
    await begun();
    expect(branches()).toEqual([]);
    const second = story.release('staging', 'two');
    await story.tick();
    const [branch = ''] = branches();
    expect(branches()).toEqual([`promote/production/${second.slice(0, 7)}`]);
    expect(story.file(branch, 'environments/production/app.txt')).toBe('two');
    expect(story.git('diff', '--name-only', 'main', branch)).toBe('environments/production/app.txt');
    expect(story.git('rev-parse', `${branch}^`)).toBe(second);
    expect(story.trailer(branch, 'Co-authored-by')).toContain('ana@example.org');
    const head = story.git('rev-parse', branch);
    await story.tick();
    expect(story.git('rev-parse', branch)).toBe(head);
    expect(story.live('production')).toBe('one');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('that failed there is not', async () => {
    await begun();
    story.release('staging', 'two broken');
    await story.tick();
    expect(branches()).toEqual([]);
  });
});

describe('merged', () => {
  test.each(['merge', 'squash', 'rebase', 'fast-forward'])(
    'by %s, it goes on by itself at the next look',
    async (how) => {
      await begun();
      story.release('staging', 'two');
      await story.tick();
      const [branch = ''] = branches();
      if (how !== 'fast-forward') story.push({ 'README.md': 'meanwhile\n' });
      const git = story.clone('dan');
      if (how === 'merge') git('merge', '--quiet', '--no-ff', '-m', 'Merge it', `origin/${branch}`);
      if (how === 'fast-forward') git('merge', '--quiet', '--ff-only', `origin/${branch}`);
      if (how === 'squash') {
        git('merge', '--quiet', '--squash', `origin/${branch}`);
        git('commit', '--quiet', '--allow-empty-message', '-m', '');
      }
      if (how === 'rebase') git('cherry-pick', `origin/${branch}`);
      git('push', '--quiet', 'origin', 'HEAD:main');
      await story.tick();
      expect(story.live('production')).toBe('two');
      expect(proposals().join('\n')).toContain('is merged');
      await story.tick();
      expect(branches()).toEqual([]);
      expect(await story.verify()).toMatchObject({ problems: [] });
    },
  );
});

describe('a newer version', () => {
  test('is open before the older one is closed, and nobody pushes over anybody', async () => {
    await begun();
    const second = story.release('staging', 'two');
    await story.tick();
    const third = story.release('staging', 'three');
    await story.tick();
    await story.tick();
    expect(branches()).toEqual([`promote/production/${third.slice(0, 7)}`]);
    const said = story.git('log', '--reverse', '--format=%B', 'tidegate/production');
    const opened = said.indexOf(`proposes ${third.slice(0, 7)}`);
    const closed = said.indexOf(`production/${second.slice(0, 7)} is closed in favour of`);
    expect(opened).toBeGreaterThan(0);
    expect(closed).toBeGreaterThan(opened);
  });

  test('waits where a person has committed to the older one', async () => {
    await begun();
    story.release('staging', 'two');
    await story.tick();
    const [branch = ''] = branches();
    const theirs = story.push({ 'environments/production/app.txt': 'two, by hand\n' }, 'mine', branch);
    story.release('staging', 'three');
    await story.tick();
    await story.tick();
    expect(branches()).toEqual([branch]);
    expect(story.git('rev-parse', branch)).toBe(theirs);
  });
});

describe('declined', () => {
  test('by removing its branch, it is not proposed again, also by a controller without its disk; a next version is', async () => {
    await begun();
    story.release('staging', 'two');
    await story.tick();
    const [branch = ''] = branches();
    story.git('branch', '-D', branch);
    await story.tick();
    story.state = `${story.state}-other`;
    story.push({ 'README.md': 'words\n' });
    await story.tick();
    expect(branches()).toEqual([]);
    expect(proposals().join('\n')).toContain('was declined');
    const third = story.release('staging', 'three');
    await story.tick();
    expect(branches()).toEqual([`promote/production/${third.slice(0, 7)}`]);
  });

  test('taken out of main again by a revert, it does not come back by itself', async () => {
    await begun();
    story.release('staging', 'two');
    await story.tick();
    const [branch = ''] = branches();
    const git = story.clone('dan');
    git('merge', '--quiet', '--no-ff', '-m', 'Merge it', `origin/${branch}`);
    git('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick();
    expect(story.live('production')).toBe('two');
    git('revert', '--no-edit', '-m', '1', 'HEAD');
    git('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick();
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(branches()).toEqual([]);
  });
});

describe('a remote that refuses the branch', () => {
  test('is told once, and it is no loop', async () => {
    await begun();
    story.refuse('refs/heads/promote/*');
    story.release('staging', 'two');
    await story.tick();
    const before = story.git('rev-list', '--count', 'tidegate/production');
    await story.tick();
    await story.tick();
    expect(branches()).toEqual([]);
    expect(story.git('rev-list', '--count', 'tidegate/production')).toBe(before);
    expect(story.git('log', '--format=%B', 'tidegate/production')).toContain('refs/heads/promote/');
  });
});
