// What runs in staging is proposed for production with plain Git: a branch that somebody merges, in whichever way. No
// forge, no webhook: a merge is told by what is on main.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startGitHttp } from '../support/git-server.ts';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

/** Names each ref that is pushed over, in a file beside the refs. */
const NOTES_FORCED = `#!/bin/sh
case "$2$3" in *0000000000000000000000000000000000000000*) exit 0;; esac
git merge-base --is-ancestor "$2" "$3" || echo "$1" >> forced
`;

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
    expect(await story.status('production')).toMatchObject({ proposals: [branch.replace('promote/', '')] });
    expect((await story.run(['status'])).out).toContain(`proposed: ${branch.replace('promote/', '')}`);
    expect((await story.run(['status', 'production'])).out).toMatch(
      /proposed +production\/\w+ for main: \w+ of staging/,
    );
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

describe('by hand', () => {
  test('somebody asks for what was declined, looks at it, and merges it', async () => {
    await begun();
    story.release('staging', 'two');
    await story.tick();
    const [branch = ''] = branches();
    story.git('branch', '-D', branch);
    await story.tick();
    expect((await story.run(['proposals'])).out).toBe('nothing waits to be merged\n');
    const asked = await story.run(['promote', 'staging', 'production', '--reason', 'it was a mistake'], { as: 'dan' });
    expect(asked.code, asked.err).toBe(0);
    await story.tick();
    const [again = ''] = branches();
    expect(again).toBe(`${branch}-2`);
    expect(story.trailer(again, 'Requested-By')).toContain('dan@example.org');
    const name = again.replace('promote/', '');
    const { proposals: listed } = await story.json<{ proposals: readonly object[] }>('proposals');
    expect(listed).toMatchObject([{ name, state: 'open', kind: 'promotion', base: 'main' }]);
    story.push({ 'README.md': 'meanwhile\n' });
    const merged = await story.run(['merge', name], { as: 'dan' });
    expect(merged.code, merged.err).toBe(0);
    expect(story.git('log', '-1', '--format=%an %P', 'main')).toContain(story.git('rev-parse', again));
    expect((await story.run(['merge', name])).code).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect((await story.run(['merge', name])).err).toContain(`there is no proposal ${name}`);
    expect((await story.run(['promote', 'staging', 'production'])).out).toContain('nothing was written');
  });

  test('a rollback that main did not take is one of them', async () => {
    story = new Scenario({ staging: {}, production: {} });
    await story.tick();
    story.release('production', 'two broken');
    story.refuse('refs/heads/main');
    await story.tick();
    const { proposals: listed } = await story.json<{ proposals: readonly { name: string }[] }>('proposals');
    expect(listed).toMatchObject([{ kind: 'restore', environment: 'production', base: 'main', from: null }]);
    const refused = await story.run(['merge', listed[0]?.name ?? '']);
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('refs/heads/main is protected')]);
    story.refuse(null);
    expect((await story.run(['merge', listed[0]?.name ?? ''])).code).toBe(0);
    await story.tick();
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    expect((await story.run(['proposals'])).out).toBe('nothing waits to be merged\n');
  });
});

describe('the build of an application', () => {
  const FILE = 'environments/staging/services/web.yaml';
  const TEXT = '# ours\nreplicas: 5\nimage:\n  tag: "1.8"  # by the build\n';

  test('sets one value by one line, once, and keeps the rest', async () => {
    story = new Scenario({ staging: {} }, { [FILE]: TEXT });
    const set = () => story.json('config', 'set', 'web', 'staging', 'image.tag', '1.10');
    expect(await set()).toMatchObject({ result: 'committed', branch: 'main', commit: story.head() });
    expect(`${story.file('main', FILE)}\n`).toBe(TEXT.replace('"1.8"', '"1.10"'));
    expect(await set()).toMatchObject({ result: 'same', commit: null });
    await story.json('config', 'set', 'web', 'staging', 'replicas', '7');
    expect(story.file('main', FILE)).toContain('replicas: 7');
    expect((await story.run(['config', 'set', 'api', 'staging', 'image.tag', '1'])).err).toContain('services/api.yaml');
  });

  test('waits on a branch of its own where main is protected, and is not made twice', async () => {
    story = new Scenario({ staging: {} }, { [FILE]: TEXT });
    story.refuse('refs/heads/main');
    const set = () => story.json<{ branch: string }>('config', 'set', 'web', 'staging', 'image.tag', '1.9');
    const { branch } = await set();
    expect(branch).toMatch(/^set\//);
    expect(await set()).toMatchObject({ result: 'proposed', branch, commit: story.git('rev-parse', branch) });
    expect(story.git('rev-list', '--count', `main..${branch}`)).toBe('1');
  });
});

describe('approvals', () => {
  const TWO = { 'policies/two.yaml': 'approval: { require: [{ from: crew, count: 1 }] }\n' };
  const proposed = async () => {
    await begun(PROMOTE, { policies: '[two]' }, TWO);
    await story.run(['approve', 'production', 'main'], { as: 'dan' });
    await story.tick();
    story.release('staging', 'two');
    await story.tick();
    return branches()[0] ?? '';
  };
  const squash = (branch: string) => {
    const git = story.clone('eve');
    git('merge', '--quiet', '--squash', `origin/${branch}`);
    git('commit', '--quiet', '--allow-empty-message', '-m', '');
    git('push', '--quiet', 'origin', 'HEAD:main');
  };

  test('of a proposal counts after a squash with a blank message, and its author’s does not', async () => {
    const branch = await proposed();
    const own = await story.run(['approve', 'production', branch]);
    expect([own.code, own.err]).toEqual([1, expect.stringContaining('ana')]);
    const said = await story.run(['approve', 'production', branch], { as: 'dan' });
    expect(said.code, said.err).toBe(0);
    squash(branch);
    await story.tick();
    expect(story.live('production')).toBe('two');
  });

  test('does not count where main has changed a script meanwhile', async () => {
    const branch = await proposed();
    await story.run(['approve', 'production', branch], { as: 'dan' });
    story.push({
      'scripts/apply.sh': { mode: '100755', text: '#!/bin/sh\nexit 0\n' },
      'scripts/test.sh': { mode: '100755', text: '#!/bin/sh\nexit 0\n' },
    });
    squash(branch);
    await story.tick();
    expect(story.live('production')).toBe('one');
  });
});

describe('two controllers at once, over HTTP', () => {
  test('make one proposal of one version, and nothing is ever pushed over', async () => {
    const target = 'script';
    story = new Scenario({ staging: { target }, production: { target, more: [PROMOTE] } });
    await story.tick();
    const hook = path.join(story.repository, 'hooks', 'update');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, NOTES_FORCED, { mode: 0o755 });
    const server = await startGitHttp({ root: story.folder });
    story.url = server.url('config.git');
    const states = [story.state, `${story.state}-other`];
    const once = (state: string | undefined) => {
      story.state = state ?? '';
      return story.run(['run', '--once']);
    };
    try {
      for (const app of ['two', 'three', 'four']) {
        const version = story.release('staging', app);
        const ended = await Promise.all(states.map(once));
        for (const { code, err } of ended) expect(code, err).toBe(0);
        await story.tick();
        expect(branches()).toEqual([`promote/production/${version.slice(0, 7)}`]);
      }
      expect(existsSync(path.join(story.repository, 'forced'))).toBe(false);
      expect(await story.verify()).toMatchObject({ problems: [] });
    } finally {
      await server.close();
    }
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
