import { describe, expect, test } from 'vitest';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, Story, version } from '../../support/observed-builders.ts';

const repository = () => fakeCommands({ stories: [new Story().offers('v1.4.2')], now: instant('2026-11-20 12:00') });

describe('checks set', () => {
  test('appends the result to the ledger of the whole repository, and says which object was written', async () => {
    const commands = repository();
    const { exit, out } = await tidegate('checks set v1.4.2 ci/test passed', { commands });
    expect(exit).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "recorded for v1.4.2 (1264ab1): ci/test passed
      wrote 3f2a1b7 on tidegate/_all
      "
    `);
    const { commit } = version('v1.4.2');
    const event = { type: 'check-recorded', commit, name: 'ci/test', status: 'passed', value: null };
    expect(commands.appended).toEqual([{ environment: '_all', event }]);
  });

  test('with a number, in JSON', async () => {
    const commands = repository();
    const { out } = await tidegate('checks set v1.4.2 coverage failed --value 82.5 --json', { commands });
    expect(JSON.parse(out)).toEqual({
      event: 'check-recorded',
      version: { commit: version('v1.4.2').commit, tag: 'v1.4.2' },
      check: { name: 'coverage', status: 'failed', value: 82.5 },
      written: { commit: expect.stringMatching(/^3f2a1b7/), ref: 'refs/heads/tidegate/_all' },
    });
    expect(commands.appended).toMatchObject([{ event: { status: 'failed', value: 82.5 } }]);
  });

  test.each([
    ['0', 0],
    ['=-1', -1],
    ['1e3', 1_000],
    ['.5', 0.5],
  ])('takes the number %s', async (text, value) => {
    const commands = repository();
    const glue = text.startsWith('=') ? '' : ' ';
    await tidegate(`checks set v1.4.2 latency pending --value${glue}${text}`, { commands });
    expect(commands.appended).toMatchObject([{ event: { status: 'pending', value } }]);
  });

  test.each([
    ['an unknown version', 'v9.9.9 ci/test passed', 'there is no tag, branch or commit v9.9.9'],
    ['no result', 'v1.4.2 ci/test', "missing required argument 'status'"],
    ['a slip in the result', 'v1.4.2 ci/test pased', 'did you mean passed?'],
    ['a name with a space', "v1.4.2 'ci test' passed", '"ci test" cannot be the name of a check'],
    ['a name like an option', 'v1.4.2 -x passed', "unknown option '-x'"],
    ['an endless name', `v1.4.2 ${'a'.repeat(101)} passed`, 'at most 100'],
    ['a unit', "v1.4.2 coverage passed --value '82 %'", '"82 %" is not a number'],
    ['no number', 'v1.4.2 coverage passed --value high', '"high" is not a number'],
    ['an infinite number', 'v1.4.2 coverage passed --value 1e999', '"1e999" is not a number'],
    ['a hexadecimal number', 'v1.4.2 coverage passed --value 0x10', '"0x10" is not a number'],
    ['a time', 'v1.4.2 ci/test passed --at 2026-11-20T12:00:00Z', 'takes no --at'],
  ])('writes nothing for %s', async (_what, line, says) => {
    const commands = repository();
    const { exit, err } = await tidegate(`checks set ${line}`, { commands });
    expect(exit).toBe(64);
    expect(err.replace(/\s+/g, ' ')).toContain(says);
    expect(commands.appended).toEqual([]);
  });
});
