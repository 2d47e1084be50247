import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { assert } from '../../../engine/base/assert.ts';
import { partsOf } from '../../../engine/cli/command-names.ts';
import { DECLARATIONS } from '../../../engine/cli/program.ts';
import { Fault } from '../../../engine/ports/fault.ts';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, Story } from '../../support/observed-builders.ts';

const now = instant('2026-11-21 20:00');
const scratches: string[] = [];
function scratch(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-'));
  scratches.push(directory);
  return directory;
}
afterAll(() => {
  for (const directory of scratches) rmSync(directory, { recursive: true });
});

const repository = () => fakeCommands({ stories: [new Story().deployed('v1.4.1')], now });

describe('the program', () => {
  test('alone prints its help, and that is no error', async () => {
    const { exit, out, err } = await tidegate('');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    for (const { syntax } of DECLARATIONS) {
      // One with many arguments, or with commands below it, shows them in its own help.
      const { words } = partsOf(syntax);
      expect(out).toContain(syntax.length > 24 || words.length > 1 ? `  ${words[0]} …` : `  ${syntax}`);
    }
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints its version', async () => {
    expect(await tidegate('--version')).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test.each(DECLARATIONS.map(({ syntax }) => partsOf(syntax).words.join(' ')))(
    '%s --help shows its usage and an example',
    async (name) => {
      const { exit, out, opened } = await tidegate(`${name} --help`);
      expect(exit).toBe(0);
      expect(out).toContain(`Usage: tidegate ${name}`);
      expect(out).toContain(`$ tidegate ${name}`);
      expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
      expect(opened).toEqual([]);
    },
  );

  test('every example is a command line that parses', async () => {
    for (const { examples } of DECLARATIONS) {
      for (const [example] of examples) {
        const line = example.replace(/^tidegate /, '').replaceAll('"', "'");
        const { err } = await tidegate(line, {
          commands: () => Promise.reject(new Fault('remote-unreachable', 'stopped here', { retry: 'never', hint: '' })),
          directory: scratch(),
        });
        expect(`${example}: ${err}`).not.toContain('usage:');
      }
    }
  });
});

describe('a command by its name from before 0.1.0', () => {
  test.each([
    ['withdraw production', 'cancel'],
    ['withdraw production --reason x --json', 'cancel'],
    ['--json check-result v1.4.2 ci/test passed', 'checks set'],
    ['incidents', 'postmortem list'],
    ['withdraw --help', 'cancel'],
    ['withdraw production -h', 'cancel'],
    ['--help incident', 'postmortem close'],
    ['help check-result', 'checks set'],
    ['--repo https://a.example.org/b.git withdraw --help --json', 'cancel'],
    ["incident production production-12 --close --reason 'done'", 'postmortem close'],
  ])('is wrong usage that shows the one of today: %s', async (line, today) => {
    const commands = repository();
    const { exit, err } = await tidegate(line, { commands });
    expect(exit).toBe(64);
    expect(err).toContain(`it is called \`tidegate ${today}\``);
    expect(err).toContain(`usage: tidegate ${today}`);
    expect(commands.appended).toEqual([]);
  });

  test.each(['withdraw --help --json', '--json incidents'])('says so as JSON too: %s', async (line) => {
    const { exit, out } = await tidegate(line, { commands: repository() });
    expect(exit).toBe(64);
    expect(JSON.parse(out)).toMatchObject({ error: { hint: expect.stringContaining('it is called `tidegate ') } });
  });

  test('of two words alone shows both of its commands', async () => {
    const { exit, err } = await tidegate('postmortem');
    expect(exit).toBe(64);
    expect(err).toContain('list | close');
  });
});

describe('common options', () => {
  test.each([
    'status --repo https://a.example.org/b.git --state /s --json --at 2026-11-21T20:00:00Z',
    '--repo https://a.example.org/b.git --state /s --json --at 2026-11-21T20:00:00Z status',
    '--json --repo https://a.example.org/b.git status production --at 2026-11-21T20:00:00Z --state /s',
  ])('stand before or after the command: %s', async (line) => {
    const { exit, out, opened } = await tidegate(line, { commands: repository() });
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toHaveProperty('environments');
    expect(opened).toEqual([{ repo: 'https://a.example.org/b.git', state: '/s', at: now }]);
  });

  test('fall back to the environment, and the state folder is made absolute', async () => {
    const env = { TIDEGATE_REPO: 'https://c.example.org/d.git', TIDEGATE_STATE: 'kept' };
    const directory = scratch();
    const { opened } = await tidegate('status', { commands: repository(), env, directory });
    expect(opened).toEqual([{ repo: 'https://c.example.org/d.git', state: path.join(directory, 'kept'), at: null }]);
    const byDefault = await tidegate('status', { commands: repository(), directory });
    expect(byDefault.opened[0]?.state).toBe(path.join(directory, '.tidegate'));
  });

  test('without any repository the question is said', async () => {
    const directory = scratch();
    const { exit, err } = await tidegate('status', { commands: repository(), env: { TIDEGATE_REPO: '' }, directory });
    expect(exit).toBe(64);
    expect(err).toContain('TIDEGATE_REPO');
  });

  test.each([
    ['deploy production v1.4.1 --reason x --at 2026-11-21T20:00:00Z', '--at'],
    ['suspend production --reason x --at 2026-11-21T20:00:00Z', '--at'],
    ['--at 2026-11-21T20:00:00Z rollback production --reason x', '--at'],
    ['show production-1 --at 2026-11-21T20:00:00Z', '--at'],
    ['check --repo https://a.example.org/b.git', '--repo'],
    ['init --state x', '--state'],
    ['start --json', '--json'],
  ])('are refused where they would be ignored: %s', async (line, option) => {
    const commands = repository();
    const { exit, err } = await tidegate(line, { commands });
    expect(exit).toBe(64);
    expect(err).toContain(`takes no ${option}`);
    expect(commands.appended).toEqual([]);
  });

  test('an instant needs its offset', async () => {
    const { exit, err } = await tidegate('status --at 2026-11-21T20:00', { commands: repository() });
    expect(exit).toBe(64);
    expect(err).toContain('2026-11-21T20:00:00Z');
  });
});

describe('wrong usage exits 64 and shows the right one', () => {
  test.each([
    ['statuss', 'did you mean status?', 'usage: tidegate <command>'],
    ['deploy production', "missing required argument 'version'", 'usage: tidegate deploy'],
    ['deploy production v1.4.1', '--reason is missing', 'usage: tidegate deploy'],
    ["deploy production v1.4.1 --reason ' '", '--reason is missing', 'such as: tidegate deploy production'],
    ['status --jsno', 'did you mean --json?', 'usage: tidegate status'],
    ['status a b', 'too many arguments', 'usage: tidegate status'],
    ['history --limit many', '--limit "many"', 'usage: tidegate history'],
    ['suspend production --reason x --for soon', '--for "soon"', 'usage: tidegate suspend'],
    ['--json', 'which command?', 'usage: tidegate <command>'],
    ['run --at 2026-11-21T20:00:00Z', '--at needs --once', 'usage: tidegate run'],
    ['logs production-1 --follow --json', '--follow does not go with --json', 'usage: tidegate logs'],
  ])('%s', async (line, message, right) => {
    const { exit, err } = await tidegate(line, { commands: repository() });
    expect(exit).toBe(64);
    expect(err).toContain(message);
    expect(err).toContain(right);
  });

  test('with --json the error is JSON on standard output, and words on standard error', async () => {
    const { exit, out, err } = await tidegate('--json deploy production', { commands: repository() });
    expect(exit).toBe(64);
    expect(JSON.parse(out)).toEqual({
      error: { kind: 'usage', message: "missing required argument 'version'", hint: '' },
    });
    expect(err).toContain('usage: tidegate deploy');
  });

  test('a name that nothing has gets a suggestion, and no lesson in usage', async () => {
    const { exit, out, err } = await tidegate('status prodction --json', { commands: repository() });
    expect(exit).toBe(64);
    expect(JSON.parse(out)).toEqual({
      error: { kind: 'unknown', message: 'there is no environment prodction', hint: 'did you mean `production`?' },
    });
    expect(err).not.toContain('usage:');
  });
});

describe('what goes wrong elsewhere', () => {
  const failing = (error: unknown) => ({ commands: () => Promise.reject(error) });
  const fault = new Fault('remote-unreachable', 'git.example.org does not answer', {
    retry: 'later',
    hint: 'is the network up?',
  });

  test('a fault exits 3 with its code and hint', async () => {
    const { exit, out, err } = await tidegate('status --json', failing(fault));
    expect(exit).toBe(3);
    expect(JSON.parse(out)).toEqual({
      error: {
        kind: 'fault',
        code: 'remote-unreachable',
        message: 'git.example.org does not answer',
        hint: 'is the network up?',
      },
    });
    expect(err).toBe('tidegate: git.example.org does not answer\n  is the network up?\n');
  });

  test('a fault about what was typed is wrong usage', async () => {
    expect(
      await tidegate('status', failing(new Fault('usage', 'no such transport', { retry: 'never', hint: '' }))),
    ).toMatchObject({ exit: 64 });
  });

  test('a fault about what a person may not is a no, and no wrong usage', async () => {
    const inVain = new Fault('refused', 'your signature would not count', { retry: 'never', hint: 'list your key' });
    const { exit, err } = await tidegate('status', failing(inVain));
    expect({ exit, err }).toEqual({ exit: 1, err: 'tidegate: your signature would not count\n  list your key\n' });
  });

  test('a configuration that cannot be used at all exits 2', async () => {
    const problem = {
      file: 'tidegate.yaml',
      line: 2,
      column: 1,
      severity: 'error',
      message: 'unknown key `pol`',
      hint: 'poll?',
    } as const;
    const commands = fakeCommands({ stories: [], now, hasConfig: false, problems: [problem] });
    const { exit, out, err } = await tidegate('status --json', { commands });
    expect(exit).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'problems' } });
    expect(err).toContain('tidegate.yaml:2:1: unknown key `pol`');
  });

  test('a defect exits 70 and asks to be reported; its stack only for those who ask', async () => {
    const defect = () => {
      try {
        assert(false, 'the tip has a parent');
      } catch (error) {
        return failing(error);
      }
      throw new Error('assert did not throw');
    };
    const said = await tidegate('status', defect());
    expect(said.exit).toBe(70);
    expect(said.err).toContain('the tip has a parent');
    expect(said.err).toContain('report');
    expect(said.err).not.toContain('program.test.ts');
    expect((await tidegate('status', { ...defect(), env: { TIDEGATE_DEBUG: '1' } })).err).toContain('program.test.ts');
  });

  test('the repository is closed again, also after a failure', async () => {
    const commands = repository();
    await tidegate('status nowhere', { commands });
    expect(commands.isClosed()).toBe(true);
  });
});

describe('run', () => {
  test('hands its options over and exits as the controller does', async () => {
    const { exit, out, controllers } = await tidegate(
      'run --once --name one --environments staging,production --accept-gates staging=0123456789abcdef0123456789abcdef --state /s --repo /srv/shop.git --at 2026-11-21T20:00:00Z',
      {
        runController: async (_, { say }) => {
          say({ at: now, level: 'info', environment: 'staging', sentence: 'staging-1 opened' });
          return 2;
        },
      },
    );
    expect(exit).toBe(2);
    expect(out).toBe('20:00:00Z staging: staging-1 opened\n');
    expect(controllers).toEqual([
      {
        repo: '/srv/shop.git',
        state: '/s',
        at: now,
        once: true,
        name: 'one',
        environments: ['staging', 'production'],
        acceptGates: new Map([['staging', '0123456789abcdef0123456789abcdef']]),
      },
    ]);
  });

  test('hands over whose secrets are, as often as it is said', async () => {
    const { controllers } = await tidegate('run --grants production=PROD_TOKEN,DB_* --grants staging=*');
    expect(controllers).toMatchObject([
      {
        grants: [
          { environment: 'production', secret: 'PROD_TOKEN' },
          { environment: 'production', secret: 'DB_*' },
          { environment: 'staging', secret: '*' },
        ],
      },
    ]);
  });

  test('with --json prints a line of JSON for each thing it says', async () => {
    const { out } = await tidegate('run --json', {
      runController: async (_, { say }) => {
        say({ at: now, level: 'warning', environment: null, sentence: 'the remote does not answer' });
        return 0;
      },
    });
    expect(JSON.parse(out)).toEqual({
      at: '2026-11-21T20:00:00Z',
      level: 'warning',
      environment: null,
      sentence: 'the remote does not answer',
    });
  });

  test('refuses a given time for a repository that others share', async () => {
    const { exit, err, controllers } = await tidegate(
      'run --once --at 2026-11-21T20:00:00Z --repo https://git.example.org/shop.git',
    );
    expect({ exit, controllers }).toEqual({ exit: 64, controllers: [] });
    expect(err).toContain('only for a repository on this machine');
  });

  const wrong = ['TOKEN', 'production=', 'production=A-B', 'production=*A', 'Production=A', 'a,b=A', 'production=A,,B'];
  test.each(wrong)('refuses --grants %s', async (grants) => {
    expect(await tidegate(`run --grants ${grants}`)).toMatchObject({ exit: 64, controllers: [] });
  });

  test.each(['run --environments Staging', 'run --environments a,,b', 'run --name ../up'])(
    'refuses %s',
    async (line) => {
      expect(await tidegate(line)).toMatchObject({ exit: 64, controllers: [] });
    },
  );
});

test('start and demo are handed over', async () => {
  expect(await tidegate('start --state /s')).toMatchObject({ exit: 0, out: 'start in /s\n' });
  expect(await tidegate('demo')).toMatchObject({ exit: 3 });
});
