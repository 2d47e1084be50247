import { describe, expect, test } from 'vitest';
import { type FakeCommands, type FakeRepository, fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { ANA, DAN, instant, officeHours, Story, version } from '../../support/observed-builders.ts';

const FRIDAY = instant('2026-11-20 12:00');
const SATURDAY = instant('2026-11-21 20:00');

const gated = () =>
  new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.0').deployed('v1.4.1').offers('v1.4.2');

function repository(story: Story, change: Partial<FakeRepository> = {}): FakeCommands {
  return fakeCommands({ stories: [story], now: FRIDAY, ...change });
}

describe('deploy', () => {
  test('appends the request, says which object was written and what happens next', async () => {
    const commands = repository(gated(), { now: SATURDAY });
    const { exit, out } = await tidegate("deploy production v1.4.2 --reason 'release of the week'", { commands });
    expect(exit).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "asked to deploy v1.4.2 (1264ab1) to production
      wrote 3f2a1b7 on tidegate/production
      production now: v1.4.2 (1264ab1) waits: business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest
      "
    `);
    expect(commands.appended).toEqual([
      {
        environment: 'production',
        event: {
          type: 'deploy-requested',
          version: version('v1.4.2'),
          reason: 'release of the week',
          emergency: false,
          skipTests: false,
        },
      },
    ]);
  });

  test('in JSON names the object and where the environment stands', async () => {
    const { out } = await tidegate('deploy production v1.4.2 --reason x --skip-tests --json', {
      commands: repository(gated(), { now: SATURDAY }),
    });
    expect(JSON.parse(out)).toMatchObject({
      environment: 'production',
      event: 'deploy-requested',
      written: { commit: expect.stringMatching(/^3f2a1b7/), ref: 'refs/heads/tidegate/production' },
      now: { name: 'production', waiting: { until: '2026-11-23T07:00:00Z' } },
    });
  });

  test('an emergency of a person whom the override names goes out past the gate', async () => {
    const commands = repository(gated(), { now: SATURDAY, identity: ANA });
    const { exit, out } = await tidegate("deploy production v1.4.2 --emergency --reason 'checkout is down'", {
      commands,
    });
    expect(exit).toBe(0);
    expect(out).toContain("v1.4.2 (1264ab1) is allowed and starts at the controller's next look");
    expect(commands.appended).toMatchObject([{ event: { emergency: true } }]);
  });

  test('of a tag that was moved is a no, not wrong usage, and nothing is written', async () => {
    const moved = gated().event({ type: 'tag-seen', tag: 'v1.4.2', oid: 'a'.repeat(40), commit: 'a'.repeat(40) });
    const commands = repository(moved);
    expect(await tidegate('deploy production v1.4.2 --reason x', { commands })).toMatchObject({
      exit: 1,
      err: expect.stringContaining('tag v1.4.2 was moved'),
    });
    expect(commands.appended).toEqual([]);
  });

  test('an emergency of anybody else is refused with the rules it would not override', async () => {
    const commands = repository(gated(), { now: SATURDAY, identity: DAN });
    const { exit, err } = await tidegate("deploy production v1.4.2 --emergency --reason 'checkout is down'", {
      commands,
    });
    expect(exit).toBe(1);
    expect(err).toContain('business-hours/window: closed since Friday 18:00 Europe/Bucharest');
    expect(err).toContain('only leads may override it');
    expect(commands.appended).toEqual([]);
  });

  test('an emergency wants a reason, unless every override that names the person says otherwise', async () => {
    const without = (reason: 'required' | 'optional') => {
      const hours = officeHours();
      return hours.override === null ? hours : { ...hours, override: { ...hours.override, reason } };
    };
    const wanted = repository(gated(), { now: SATURDAY, identity: ANA });
    expect(await tidegate('deploy production v1.4.2 --emergency', { commands: wanted })).toMatchObject({
      exit: 64,
      err: expect.stringContaining('tidegate deploy production v1.4.2 --emergency --reason "what is broken"'),
    });
    expect(wanted.appended).toEqual([]);
    const optional = () => gated().gatedBy(without('optional'));
    const commands = repository(optional(), { now: SATURDAY, identity: ANA });
    expect(await tidegate('deploy production v1.4.2 --emergency', { commands })).toMatchObject({ exit: 0 });
    expect(commands.appended).toMatchObject([{ event: { emergency: true, reason: '' } }]);
    const stranger = repository(optional(), { now: SATURDAY, identity: DAN });
    expect(await tidegate('deploy production v1.4.2 --emergency', { commands: stranger })).toMatchObject({ exit: 64 });
    const plain = repository(optional(), { now: SATURDAY, identity: ANA });
    expect(await tidegate('deploy production v1.4.2', { commands: plain })).toMatchObject({ exit: 64 });
  });

  test('an emergency that two people have to agree to is written, and says who else must', async () => {
    const hours = officeHours();
    if (hours.override === null) throw new Error('no override');
    const two = { ...hours, override: { ...hours.override, by: ['leads', 'qa'], people: 2 } };
    const story = gated().gatedBy(two);
    const commands = repository(story, { now: SATURDAY, identity: ANA });
    const { exit, out } = await tidegate("deploy production v1.4.2 --emergency --reason 'down'", { commands });
    expect(exit).toBe(0);
    expect(out).toContain(
      'still needs others: business-hours/window: 1 of 2 people override it: ana; another of leads, qa has to override it as well',
    );
    const second = repository(story, { now: SATURDAY, identity: DAN });
    expect((await tidegate('override production v1.4.2 --reason agreed', { commands: second })).out).toContain(
      'is allowed and starts',
    );
  });

  test('an emergency that two people have to agree to is refused to a third', async () => {
    const hours = officeHours();
    if (hours.override === null) throw new Error('no override');
    const two = { ...hours, override: { ...hours.override, people: 2 } };
    const commands = repository(gated().gatedBy(two), { now: SATURDAY, identity: DAN });
    expect(await tidegate("deploy production v1.4.2 --emergency --reason 'down'", { commands })).toMatchObject({
      exit: 1,
      err: expect.stringContaining('only leads may override it'),
    });
    expect(commands.appended).toEqual([]);
  });

  test('what waiting would not help is refused at once', async () => {
    const commands = repository(gated().observes({ gates: null }));
    const { exit, err } = await tidegate('deploy production v1.4.2 --reason x --yes', { commands });
    expect(exit).toBe(1);
    expect(err).toContain('configuration');
    expect(commands.appended).toEqual([]);
  });
});

describe('confirmation', () => {
  const marked = () => gated().wantsConfirmation();

  test('goes on when the words are typed', async () => {
    const commands = repository(marked());
    const { exit, err } = await tidegate('deploy production v1.4.2 --reason x', {
      commands,
      answers: ['DEPLOY PRODUCTION'],
    });
    expect(exit).toBe(0);
    expect(err).toContain('Type DEPLOY PRODUCTION to go on: ');
    expect(commands.appended).toHaveLength(1);
  });

  test.each([['deploy production'], ['yes'], ['']])('stops at %j', async (answer) => {
    const commands = repository(marked());
    const { exit, err } = await tidegate('deploy production v1.4.2 --reason x', { commands, answers: [answer] });
    expect(exit).toBe(1);
    expect(err).toContain('nothing was written');
    expect(commands.appended).toEqual([]);
  });

  test('stops when the input ends', async () => {
    const commands = repository(marked());
    expect(await tidegate('rollback production --reason x', { commands, answers: [] })).toMatchObject({ exit: 1 });
    expect(commands.appended).toEqual([]);
  });

  test('where nobody can be asked, only --yes will do', async () => {
    const commands = repository(marked());
    const { exit, err } = await tidegate('deploy production v1.4.2 --reason x', { commands });
    expect(exit).toBe(64);
    expect(err).toContain('--yes');
    expect(commands.appended).toEqual([]);
    expect(await tidegate('deploy production v1.4.2 --reason x --yes', { commands })).toMatchObject({ exit: 0 });
  });

  test('is wanted also where nobody can read whether it is', async () => {
    const commands = repository(gated().observes({ gates: null }));
    expect(await tidegate('rollback production --reason x', { commands })).toMatchObject({ exit: 64 });
    expect(await tidegate('rollback production --reason x', { commands, answers: ['ROLLBACK'] })).toMatchObject({
      exit: 0,
    });
  });

  test('is not asked for where it is not wanted', async () => {
    const { exit, err } = await tidegate('deploy production v1.4.2 --reason x', {
      commands: repository(gated()),
      answers: [],
    });
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
  });
});

describe('rollback', () => {
  test('asks for the version before', async () => {
    const commands = repository(gated());
    const { exit, out } = await tidegate("rollback production --reason 'orders fail'", { commands });
    expect(exit).toBe(0);
    expect(out).toContain('asked to roll production back to v1.4.0');
    expect(commands.appended).toEqual([
      { environment: 'production', event: { type: 'rollback-requested', to: null, reason: 'orders fail' } },
    ]);
  });

  test('while a run is open says that it is given up, and what stays', async () => {
    const commands = repository(gated().wantsConfirmation().opens('v1.4.2').starts('test'));
    const { out, err } = await tidegate('rollback production --reason x', { commands, answers: ['ROLLBACK'] });
    expect(err).toMatch(
      /production-3 \(v1\.4\.2 \([0-9a-f]{7}\)\) is to be given up: v1\.4\.1 \([0-9a-f]{7}\) stays: x/,
    );
    expect(out).toMatch(/^asked to give production-3 \(v1\.4\.2 .*\) up: v1\.4\.1 .* stays\n/);
  });

  test('takes one by name', async () => {
    const commands = repository(gated());
    expect(await tidegate('rollback production --to v1.4.0 --reason x', { commands })).toMatchObject({ exit: 0 });
    expect(commands.appended).toMatchObject([{ event: { to: version('v1.4.0') } }]);
  });

  test.each([
    ['never succeeded here', 'v1.4.2'],
    ['runs here', 'v1.4.1'],
  ])('to what %s is refused with what could be had', async (_, name) => {
    const commands = repository(gated());
    const { exit, err } = await tidegate(`rollback production --to ${name} --reason x`, { commands });
    expect(exit).toBe(1);
    expect(err).toContain('known-good here: v1.4.0');
    expect(commands.appended).toEqual([]);
  });

  test('is refused where there is nothing to go back to', async () => {
    const { exit, err } = await tidegate('rollback production --reason x', {
      commands: repository(new Story().deployed('v1.0.0')),
    });
    expect(exit).toBe(1);
    expect(err).toContain('no earlier version ran well here');
  });

  test('is refused to people whom `rollback.by` does not name', async () => {
    const story = gated();
    story.rolledBackBy('leads');
    expect(
      await tidegate('rollback production --reason x', { commands: repository(story, { identity: DAN }) }),
    ).toMatchObject({ exit: 1 });
    expect(
      await tidegate('rollback production --reason x', { commands: repository(story, { identity: ANA }) }),
    ).toMatchObject({ exit: 0 });
  });
});

describe('suspend and resume', () => {
  test('a suspension may end by itself', async () => {
    const commands = repository(gated());
    const { exit, out } = await tidegate("suspend production --for 1h30m --reason 'maintenance'", { commands });
    expect(exit).toBe(0);
    expect(commands.appended).toEqual([
      { environment: 'production', event: { type: 'suspended', reason: 'maintenance', until: FRIDAY + 5_400_000 } },
    ]);
    expect(out).toContain('until Friday 2026-11-20 13:30 UTC (in 1 h 30 min)');
    expect(out).toContain('suspended by Ana');
  });

  test.each(['0s', '0h0m', 'soon', '-1h'])('no suspension lasts %s', async (span) => {
    const commands = repository(gated());
    const { exit, err } = await tidegate(`suspend production --for=${span} --reason maintenance`, { commands });
    expect(exit).toBe(64);
    expect(err).toContain('is not a span of time');
    expect(commands.appended).toEqual([]);
  });

  test('resume ends a suspension, and a stall', async () => {
    const stalled = new Story()
      .opens('v1.0.0')
      .fails('test', 'exit code 1', 'stall')
      .ends('Failed', 'test: exit code 1');
    const commands = repository(stalled);
    const { out } = await tidegate("resume production --reason 'disk replaced'", { commands });
    expect(out).toContain('ended the stall of production');
    expect(commands.appended).toEqual([
      { environment: 'production', event: { type: 'resumed', reason: 'disk replaced' } },
    ]);
  });

  test('resume says which clock is right where the newest record is from the future', async () => {
    const commands = fakeCommands({ stories: [gated().at('2026-11-25 12:00').deployed('v1.4.1')], now: FRIDAY });
    const { out } = await tidegate("resume production --reason 'its clock was days ahead'", { commands });
    expect(out).toContain('ended the wait for a record from the future of production');
    expect(commands.appended).toEqual([
      { environment: 'production', event: { type: 'resumed', reason: 'its clock was days ahead' } },
    ]);
  });

  test.each(['resume production --reason x', 'resume --all --reason x', 'cancel production'])(
    'where nothing is to be done nobody is asked who they are: %s',
    async (line) => {
      const nobody = repository(gated(), { identity: '' });
      expect((await tidegate(line, { commands: nobody })).exit).toBe(0);
      expect(nobody.appended).toEqual([]);
    },
  );

  test('a record is written by somebody, or not at all', async () => {
    const commands = repository(gated(), { identity: '' });
    const { exit, err } = await tidegate('suspend production --reason x', { commands });
    expect([exit, commands.appended]).toEqual([64, []]);
    expect(err).toContain('git does not know who you are');
  });

  test('resume of what goes on anyway writes nothing, and is no error', async () => {
    const commands = repository(gated());
    const { exit, out } = await tidegate('resume production --reason x --json', { commands });
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ event: null, written: null });
    expect(commands.appended).toEqual([]);
  });
});

describe('stopping the line', () => {
  test('is one record for all environments, and says who may still deploy', async () => {
    const commands = fakeCommands({ stories: [gated(), new Story('staging')], now: FRIDAY });
    const { exit, out } = await tidegate("suspend --all --for 1h --reason 'orders are lost'", { commands });
    expect(exit).toBe(0);
    expect(commands.appended).toEqual([
      { environment: '_all', event: { type: 'suspended', reason: 'orders are lost', until: FRIDAY + 3_600_000 } },
    ]);
    expect(out).toMatchInlineSnapshot(`
      "suspended all environments until Friday 2026-11-20 13:00 UTC (in 1 h); a run that has begun to change its target goes on, and Ana <ana@example.org> may still deploy by name
      wrote 3f2a1b7 on tidegate/_all
      ENVIRONMENT  CONDITION  CURRENT           CANDIDATE
      production   Ready      v1.4.1 (1164a97)  v1.4.2 (1264ab1)
        v1.4.2 (1264ab1) waits: all environments were suspended by Ana <ana@example.org>: orders are lost; Ana <ana@example.org> may still deploy by name
          resume: tidegate resume --all --reason "…"
      staging      Ready      –                 –
        all environments were suspended by Ana <ana@example.org>: orders are lost; Ana <ana@example.org> may still deploy by name
          resume: tidegate resume --all --reason "…"
      "
    `);
    const again = await tidegate('resume production --reason x', { commands });
    expect(again.out).toContain('resume: tidegate resume --all');
    expect(commands.appended).toHaveLength(1);
  });

  test('ends for all of them, and ends nothing where nobody stopped it', async () => {
    const commands = repository(gated());
    const nothing = await tidegate('resume --all --reason x --json', { commands });
    expect(JSON.parse(nothing.out)).toMatchObject({ environment: null, written: null, environments: [{}] });
    await tidegate('suspend --all --reason x', { commands });
    const { out } = await tidegate('resume --all --reason fixed', { commands });
    expect(out).toContain('ended the suspension of all environments');
    expect(commands.appended.map(({ event }) => event.type)).toEqual(['suspended', 'resumed']);
  });

  test.each(['suspend', 'resume'])('%s wants an environment or all, and not both', async (verb) => {
    const commands = repository(gated());
    expect(await tidegate(`${verb} --reason x`, { commands })).toMatchObject({ exit: 64 });
    expect(await tidegate(`${verb} production --all --reason x`, { commands })).toMatchObject({ exit: 64 });
    expect(commands.appended).toEqual([]);
  });
});

describe('cancel', () => {
  test('closes what was asked for, and says so', async () => {
    const commands = repository(gated(), { now: SATURDAY });
    await tidegate("deploy production v1.4.2 --reason 'release of the week'", { commands });
    const { exit, out } = await tidegate("cancel production --reason 'not before Monday'", { commands });
    expect(exit).toBe(0);
    expect(out).toContain('cancelled the deployment of v1.4.2 (1264ab1), asked for by Ana <ana@example.org>');
    expect(commands.appended[1]).toEqual({
      environment: 'production',
      event: {
        type: 'request-closed',
        request: expect.stringMatching(/^deploy-requested:/),
        sentence:
          'the deployment of v1.4.2 (1264ab1), asked for by Ana <ana@example.org>, was cancelled by Ana <ana@example.org>: not before Monday',
      },
    });
    expect((await tidegate('cancel production', { commands })).out).toContain('nothing was written');
    expect(commands.appended).toHaveLength(2);
  });

  test('of what runs already says how that is given up', async () => {
    const commands = repository(gated().opens('v1.4.2').starts('test'));
    const { exit, out } = await tidegate('cancel production', { commands });
    expect(exit).toBe(0);
    expect(out).toContain('production-3 goes on: `tidegate rollback production --reason …` gives it up');
    expect(commands.appended).toEqual([]);
  });
});

test.each([
  'approve prod v1.4.1',
  'reject prod v1.4.1 --reason x',
  'override prod v1.4.1 --reason x',
  'cancel prod',
  'postmortem close prod prod-1 --reason x',
  'deploy prod v1.4.1 --reason x',
  'rollback prod --reason x',
  'suspend prod --reason x',
  'resume prod --reason x',
])('an environment that does not exist is written to by nobody: %s', async (line) => {
  const commands = repository(gated());
  expect(await tidegate(line, { commands })).toMatchObject({ exit: 64, err: expect.stringContaining('production') });
  expect(commands.appended).toEqual([]);
});

describe('a reason', () => {
  test.each(['deploy production v1.4.2', 'rollback production', 'suspend production', 'resume production'])(
    'of `%s` that is a book is wrong usage, and nothing is written',
    async (command) => {
      const commands = repository(gated());
      const reason = 'so it is '.repeat(250).trim();
      expect(await tidegate(`${command} --reason '${reason}'`, { commands })).toMatchObject({
        exit: 64,
        err: expect.stringContaining('the reason has 2249 characters; 2000 are the most'),
      });
      expect(commands.appended).toEqual([]);
    },
  );
});
