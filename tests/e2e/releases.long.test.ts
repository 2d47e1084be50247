// The release procedure of a team, letter for letter: T-3 branch, version, changelog; T-2 staging and regression; T-1
// approval; on the day the merge, the tag, the deployment, the smoke test, and back to develop. With real git and
// nothing of ours but the command line and `run --once`. The days are far away, because what people say bears the
// time of the machine.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { CalendarJson } from '../../engine/contract/calendar.ts';
import { Scenario } from '../support/scenario.ts';
import { PEOPLE } from '../support/scenario-files.ts';
import { hasSshKeygen, signingKeys } from '../support/signing-keys.ts';
import { bareEnvironment } from '../support/tidegate-program.ts';

let story: Scenario;
afterEach(() => story.end());

const RELEASE = [
  'release:',
  '  from: develop',
  '  to: main',
  '  by: proposal',
  '  after: production',
  '  checklist: release',
  '  versions: [{ file: package.json, pointer: /version }]',
  '  tickets: { match: "SHOP-\\\\d+", url: "https://tickets.example.org/$0" }',
  '  train: release-train',
  '  steps:',
  '    - { name: release branch and changelog, days_before: 3 }',
  '    - { name: staging and regression, days_before: 2 }',
  '    - { name: approval and announcement, days_before: 1 }',
  '',
].join('\n');

const FILES = {
  'tidegate.yaml': `version: 1\ntimezone: UTC\n${PEOPLE.replace('leads: [ana]', 'leads: [ana], qa: [dan]')}\n${RELEASE}`,
  'policies/release-train.yaml': 'train: { timezone: UTC, schedule: [{ days: tue, at: "10:00" }], boarding: 2h }\n',
  'policies/release-approvals.yaml':
    'approval: { require: [{ from: leads, count: 1 }, { from: qa, count: 1 }], author: counts }\n',
  'checklists/release.md':
    '# Release\n\n## Pre-release\n\n- [ ] CHANGELOG.md updated\n\n## Post-release\n\n- [ ] Stakeholders notified\n',
  'package.json': '{\n  "name": "shop",\n  "version": "1.0.0"\n}\n',
};

/** A change of what both environments run, as a pull request would bring it to develop. */
const app = (text: string) => ({
  'environments/staging/app.txt': `${text}\n`,
  'environments/production/app.txt': `${text}\n`,
});

type ReleaseJson = {
  readonly releases: readonly {
    readonly result: string;
    readonly tag: string | null;
    readonly branch: string | null;
  }[];
  readonly open: readonly { readonly file: string; readonly text: string }[];
};

async function released(...args: readonly string[]): Promise<ReleaseJson> {
  const { out, err, code } = await story.run(['release', '--json', ...args]);
  expect(code, err).toBe(0);
  return JSON.parse(out) as ReleaseJson;
}

test('the release procedure, from the branch at T-3 to the merge back', async () => {
  story = new Scenario(
    {
      staging: { follow: '{ branch: develop }' },
      production: { follow: '{ tags: "v*" }', policies: '[release-train, release-approvals]' },
    },
    FILES,
  );
  story.tag('v1.0.0');
  story.git('branch', 'develop', 'main');
  await story.run(['approve', 'production', 'v1.0.0'], { as: 'ana' });
  await story.run(['approve', 'production', 'v1.0.0'], { as: 'dan' });
  await story.tick({ at: '2031-11-18T10:10:00Z' });
  expect(story.live('production')).toBe('one');
  story.push(app('two'), 'feat(cart): show delivery date\n\nRefs: SHOP-411', 'develop');
  story.push({ 'notes.txt': 'n\n' }, 'docs: notes', 'develop');

  // The calendar says when what is due, and everybody has it in theirs.
  const calendar = await story.json<CalendarJson>(
    'calendar',
    'production',
    '--from',
    '2031-11-21',
    '--at',
    '2031-11-21T08:00:00Z',
  );
  const due = calendar.environments[0]?.events.filter(({ kind }) => kind === 'step' || kind === 'departure');
  expect(due?.map(({ at, name }) => `${at} ${name.replace(/, for.*/, '')}`)).toEqual([
    '2031-11-22T10:00:00Z release branch and changelog',
    '2031-11-23T10:00:00Z staging and regression',
    '2031-11-24T10:00:00Z approval and announcement',
    '2031-11-25T10:00:00Z train',
  ]);

  // T-3: a release branch from develop, with version numbers and the changelog, to be merged into main.
  const { releases } = await released();
  expect(releases).toMatchObject([{ result: 'proposed', tag: 'v1.1.0', branch: 'release/v1.1.0' }]);
  expect(story.file('release/v1.1.0', 'package.json')).toContain('"version": "1.1.0"');
  expect(story.file('release/v1.1.0', 'CHANGELOG.md')).toContain(
    '### Added\n\n- **cart:** show delivery date ([SHOP-411](https://tickets.example.org/SHOP-411))',
  );
  expect(story.file('release/v1.1.0', 'checklists/release/v1.1.0.md')).toContain('# Release: v1.1.0');
  story.push({ 'later.txt': 'l\n' }, 'feat: of the next one', 'develop');

  // T-2: to staging, where the regression suite finds something; it is fixed on the release branch.
  await story.run(['deploy', 'staging', 'release/v1.1.0', '--reason', 'T-2']);
  await story.tick({ at: '2031-11-23T10:00:00Z' });
  expect(story.live('staging')).toBe('two');
  story.push(app('two fixed'), 'fix(cart): the date of holidays', 'release/v1.1.0');
  await story.run(['deploy', 'staging', 'release/v1.1.0', '--reason', 'T-2, again']);
  await story.tick({ at: '2031-11-23T12:00:00Z' });
  expect(story.live('staging')).toBe('two fixed');
  const text = story.file('release/v1.1.0', 'CHANGELOG.md');
  expect(text).toContain('### Fixed\n\n- **cart:** the date of holidays');
  expect(text).not.toContain('of the next one');

  // T-1: a person puts it better and ticks off what is done.
  const checklist = story.file('release/v1.1.0', 'checklists/release/v1.1.0.md');
  story.push(
    {
      'CHANGELOG.md': `${text.replace('show delivery date', 'The day of delivery is shown')}\n`,
      'checklists/release/v1.1.0.md': `${checklist.replace('- [ ] CHANGELOG', '- [x] CHANGELOG')}\n`,
    },
    'docs: say it better',
    'release/v1.1.0',
  );
  const { open } = await released('--dry-run');
  expect(open).toMatchObject([{ file: 'checklists/release/v1.1.0.md', text: 'Stakeholders notified' }]);
  await story.tick({ at: '2031-11-24T10:00:00Z' });
  expect(story.git('tag', '--list')).toBe('v1.0.0');

  // The day: merged, tagged at the next look, approved by both roles, on the train, with the smoke test of `verify`.
  const dan = story.clone('dan');
  dan('merge', '--quiet', '--no-ff', '-m', 'Merge release/v1.1.0', 'origin/release/v1.1.0');
  dan('push', '--quiet', 'origin', 'HEAD:main');
  const merged = story.head();
  await story.tick({ at: '2031-11-25T09:00:00Z' });
  expect(story.git('rev-parse', 'v1.1.0^{commit}')).toBe(merged);
  expect(story.git('cat-file', '-t', 'v1.1.0')).toBe('tag');
  expect(story.git('for-each-ref', '--format=%(contents)', 'refs/tags/v1.1.0')).toContain(
    'The day of delivery is shown',
  );
  const why = await story.why('production', '--at', '2031-11-25T09:30:00Z');
  expect(why).toMatchObject({ version: { tag: 'v1.1.0' }, status: 'waiting' });
  await story.run(['approve', 'production', 'v1.1.0'], { as: 'ana' });
  await story.tick({ at: '2031-11-25T10:05:00Z' });
  expect(story.live('production')).toBe('one');
  await story.run(['approve', 'production', 'v1.1.0'], { as: 'dan' });
  const develop = story.head('develop');
  await story.tick({ at: '2031-11-25T10:10:00Z' });
  expect(story.live('production')).toBe('two fixed');
  expect(story.deeds()).toContain('production verify two fixed');

  // Back to develop: what was fixed on the way is there, and the next release begins after this one.
  await story.tick({ at: '2031-11-25T11:00:00Z' });
  expect(story.git('rev-parse', 'develop^1', 'develop^2')).toBe(`${develop}\n${merged}`);
  expect(story.file('develop', 'CHANGELOG.md')).toContain('the date of holidays');
  const next = await story.run(['release', '--dry-run']);
  expect(next.out).toContain('v1.1.0 → v1.2.0 (minor)');
  expect(next.out).toContain(
    'still open in checklists/release/v1.1.0.md (main):\n  [ ]  Post-release  Stakeholders notified',
  );
  expect(await story.verify()).toMatchObject({ problems: [] });
});

test('a release that was merged while nobody looked for a week is tagged at the next look, and goes', async () => {
  story = new Scenario(
    { production: { follow: '{ tags: "v*" }' } },
    { 'tidegate.yaml': `version: 1\n${PEOPLE}\nrelease: { by: proposal }\n` },
  );
  story.tag('v1.0.0');
  await story.tick({ at: '2026-11-16T10:00:00Z' });
  story.push({ 'environments/production/app.txt': 'two\n' }, 'fix: two');
  await released();
  const dan = story.clone('dan');
  dan('merge', '--quiet', '--squash', 'origin/release/v1.0.1');
  dan('commit', '--quiet', '--allow-empty-message', '-m', '');
  dan('push', '--quiet', 'origin', 'HEAD:main');
  dan('push', '--quiet', 'origin', ':release/v1.0.1');
  const merged = story.head();
  story.push({ 'other.txt': 'o\n' }, 'feat: of the week after');
  await story.tick({ at: '2026-11-23T10:00:00Z' });
  expect(story.git('rev-parse', 'v1.0.1^{commit}')).toBe(merged);
  expect(story.live('production')).toBe('two');
});

describe.skipIf(!hasSshKeygen)('signed (ssh-keygen)', () => {
  test('where git has a key, so that plain git verifies the tag; a branch that takes no push is told, with nothing tagged', async () => {
    const keys = signingKeys();
    try {
      story = new Scenario({ production: { follow: '{ tags: "v*" }' } });
      story.tag('v1.0.0');
      story.push({ 'environments/production/app.txt': 'two\n' }, 'feat: two');
      story.refuse('refs/heads/main');
      const no = await story.run(['release']);
      expect([no.code, story.git('tag', '--list')]).toEqual([3, 'v1.0.0']);
      expect(no.err).toContain('by: proposal');
      story.refuse(null);
      const signers = path.join(story.folder, 'allowed_signers');
      writeFileSync(signers, `ana@example.org namespaces="git" ${keys.make('ana')}\n`);
      const { code, out } = await story.run(['release'], { env: keys.env('ana') });
      expect([code, out]).toEqual([0, expect.stringContaining('tagged v1.1.0')]);
      expect(out).toContain(', signed');
      const verified = spawnSync(
        'git',
        ['-c', `gpg.ssh.allowedSignersFile=${signers}`, '-c', 'gpg.format=ssh', 'verify-tag', 'v1.1.0'],
        { cwd: story.repository, env: bareEnvironment('ana'), encoding: 'utf8' },
      );
      expect(verified.status, verified.stderr).toBe(0);
      expect(story.git('show', '--no-patch', '--format=%s', 'v1.1.0')).toContain('### Added');
      await story.tick();
      expect(story.live('production')).toBe('two');
    } finally {
      keys.remove();
    }
  });
});
