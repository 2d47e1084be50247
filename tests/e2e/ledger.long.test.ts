// What people do to the ledger with plain git: noticed, said, and never begun again.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

const REF = 'refs/heads/tidegate/production';

/** Two good versions, and where the ledger stood after each. */
async function two(): Promise<readonly [string, string]> {
  story = new Scenario({ production: {}, development: {} });
  await story.tick();
  const before = story.git('rev-parse', REF);
  story.release('production', 'two');
  await story.tick();
  story.deeds();
  return [before, story.git('rev-parse', REF)];
}

describe('the ledger as plain git shows it', () => {
  test('is the audit trail', async () => {
    await two();
    const log = story.git('log', '--format=%an|%s', REF);
    expect(log).toContain('production-2');
    expect(log.split('\n').every((line) => line.startsWith('Tidegate|'))).toBe(true);
    const files = story.git('ls-tree', '-r', '--name-only', REF).split('\n');
    expect(files).toContain('index.json');
    expect(files.filter((file) => /^archive\/\d{4}\/\d{2}\/\d{2}\/production-[12]\.jsonl$/.test(file))).toHaveLength(2);
    expect(files.filter((file) => file.startsWith('active/'))).toEqual([]);
    expect(JSON.parse(story.file(REF, 'index.json'))).toMatchObject({ runs: 2, open: [] });
  });
});

describe('a ledger ref that was deleted', () => {
  test('stalls the environment, and is never begun again', async () => {
    const [, tip] = await two();
    story.git('update-ref', '-d', REF);
    story.release('production', 'three');
    story.release('development', 'three');
    const said = await story.tick();
    expect(story.deeds()).toEqual(['development test three', 'development verify three']);
    expect(said).toContain(`the ledger ${REF} was deleted on the remote`);
    expect(story.git('for-each-ref', REF)).toBe('');
    const { condition, sentence: reason } = await story.status('production');
    expect(condition).toBe('Stalled');
    expect(reason).toContain(`git push <remote> ${tip.slice(0, 12)}:${REF}`);
    const verified = await story.run(['verify', '--json']);
    expect(verified.code).toBe(2);
    expect(JSON.parse(verified.out)).toMatchObject({
      problems: [{ ref: REF, message: expect.stringContaining('was deleted') }],
    });
    expect((await story.run(['why', 'production'])).code).toBe(1);
    const asked = await story.run(['suspend', 'production', '--reason', 'x']);
    expect(asked.code).toBe(3);
    expect(asked.err).toContain('was deleted');

    // Put back as the words say, it goes on.
    story.git('update-ref', REF, tip);
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });
});

describe('a ledger ref that was rewritten', () => {
  test('to an older state is noticed by anyone who has seen the newer one', async () => {
    const [before, after] = await two();
    story.git('update-ref', REF, before);
    const said = await story.tick();
    expect(said).toContain(`the ledger ${REF} was rewritten on the remote`);
    expect(story.deeds()).toEqual([]);
    expect(story.git('rev-parse', REF)).toBe(before);
    expect((await story.status('production')).condition).toBe('Stalled');
    expect((await story.run(['verify'])).code).toBe(2);
    story.git('update-ref', REF, after);
    expect((await story.status('production')).condition).toBe('Ready');
  });

  test('with a record edited inside is found by verify, also from a fresh clone', async () => {
    await two();
    const git = story.clone();
    git('checkout', '--quiet', 'tidegate/production');
    const file = git('ls-files', 'archive/*/production-1.jsonl');
    const folder = git('rev-parse', '--show-toplevel');
    const text = readFileSync(path.join(folder, file), 'utf8');
    writeFileSync(path.join(folder, file), text.replace('"Succeeded"', '"Failed"'));
    git('commit', '--quiet', '-am', 'as if it had failed');
    git('push', '--quiet', 'origin', 'HEAD');
    rmSync(story.state, { recursive: true });
    const { problems } = await story.verify();
    expect(problems).toContainEqual({
      ref: REF,
      commit: git('rev-parse', 'HEAD'),
      message: expect.stringContaining('records may only be added'),
    });
  });

  test('with something that no reader knows on top: Stalled, not guessed', async () => {
    await two();
    const git = story.clone();
    git('checkout', '--quiet', 'tidegate/production');
    writeFileSync(path.join(git('rev-parse', '--show-toplevel'), 'index.json'), '{"format": 99}\n');
    git('commit', '--quiet', '-am', 'from the future');
    git('push', '--quiet', 'origin', 'HEAD');
    story.release('production', 'three');
    await story.tick();
    expect(story.live('production')).toBe('two');
    const { condition, sentence: reason } = await story.status('production');
    expect(condition).toBe('Stalled');
    expect(reason).toContain('cannot be read');
    expect((await story.run(['verify'])).code).toBe(2);
  });
});

describe('the state folder', () => {
  test('may be deleted: another controller with nothing but the address goes on', async () => {
    await two();
    rmSync(story.state, { recursive: true });
    await story.tick();
    expect(story.deeds()).toEqual([]);
    expect(await story.runs('production')).toHaveLength(2);
    story.release('production', 'three broken');
    await story.tick();
    expect(story.file('main', 'environments/production/app.txt')).toBe('two');
    expect(story.live('production')).toBe('two');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });
});
