import { describe, expect, test } from 'vitest';
import { NO_GATES_CHANGE } from '../../../engine/model/observed.ts';
import { type Change, type Evidence, NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import { type FakeCommands, type FakeRepository, fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { ANA, DAN, EVE, instant, LEO, officeHours, Story, version } from '../../support/observed-builders.ts';
import { policy, twoApprovals } from '../../support/policy-builders.ts';

const FRIDAY = instant('2026-11-20 12:00');
const SATURDAY = instant('2026-11-21 20:00');

const CHANGE: Change = { authors: [LEO], paths: ['environments/production/web.yaml'], kinds: ['feat'], commits: 1 };

function seen(story: Story, name: string, change: Partial<Evidence> = {}): Story {
  const evidence = { ...NO_EVIDENCE, planDigest: `plan-${name}`, change: CHANGE, ...change };
  return story.observes({ evidence: new Map([[version(name).commit, evidence]]) });
}

const asking = (change: Partial<Evidence> = {}) =>
  seen(new Story().gatedBy(twoApprovals()).deployed('v1.4.1').offers('v1.4.2'), 'v1.4.2', change);

function repository(story: Story, change: Partial<FakeRepository> = {}): FakeCommands {
  return fakeCommands({ stories: [story], now: FRIDAY, ...change });
}

describe('approve', () => {
  test('writes the answer, bound to the commit and to the plan, and says who is still missing', async () => {
    const commands = repository(asking());
    const { exit, out } = await tidegate('approve production v1.4.2', { commands });
    expect(exit).toBe(0);
    expect(commands.appended).toEqual([
      {
        environment: 'production',
        event: { type: 'approved', version: version('v1.4.2'), planDigest: 'plan-v1.4.2', reason: '' },
      },
    ]);
    expect(out).toMatchInlineSnapshot(`
      "approved v1.4.2 (1264ab1) for production
      wrote 3f2a1b7 on tidegate/production
      production now: v1.4.2 (1264ab1) waits: two-approvals: needs approval by 1 of qa (dan); approved by ana; an annotated tag approve/production/v1.4.2 gives one as well
          approve: tidegate approve production v1.4.2
      "
    `);
  });

  test('by the last one who is missing starts it', async () => {
    const story = asking();
    await tidegate('approve production v1.4.2', { commands: repository(story) });
    const { out } = await tidegate("approve production v1.4.2 --reason 'tried it' --json", {
      commands: repository(story, { identity: DAN }),
    });
    expect(JSON.parse(out)).toMatchObject({
      event: 'approved',
      version: { tag: 'v1.4.2' },
      written: { ref: 'refs/heads/tidegate/production', signed: false },
      approvals: [{ policy: 'two-approvals', status: 'allowed' }],
      now: { reason: "v1.4.2 (1264ab1) is allowed and starts at the controller's next look" },
    });
  });

  test.each<[string, string, Story, string]>([
    ['a stranger', EVE, asking({ change: { ...CHANGE, authors: [] } }), 'is none of the people of tidegate.yaml'],
    [
      'the author',
      ANA,
      asking({ change: { ...CHANGE, authors: [ANA] } }),
      'two-approvals: ana made this change, and nobody approves their own',
    ],
    [
      'somebody whom nobody asks',
      DAN,
      seen(new Story().gatedBy(twoApprovals({ require: [{ from: 'leads', count: 1 }] })).offers('v1.4.2'), 'v1.4.2'),
      'two-approvals: dan approved, and is in none of leads',
    ],
    [
      'anybody where no policy asks',
      ANA,
      seen(new Story().gatedBy(officeHours()).offers('v1.4.2'), 'v1.4.2'),
      'no policy of production asks for an approval',
    ],
    [
      'anybody where nothing was changed that matters',
      ANA,
      seen(
        new Story()
          .gatedBy(twoApprovals({ require: [], paths: [{ match: '/db/**', from: 'leads', count: 1 }] }))
          .offers('v1.4.2'),
        'v1.4.2',
      ),
      'two-approvals: nothing that needs an approval was changed',
    ],
    [
      'anybody of what nobody can foresee',
      ANA,
      new Story().gatedBy(twoApprovals()).offers('v1.4.2'),
      'what v1.4.2 (1264ab1) would do in production cannot be found out',
    ],
  ])('of %s is refused before it is written', async (_, identity, story, sentence) => {
    const commands = repository(story, { identity });
    expect(await tidegate('approve production v1.4.2', { commands })).toMatchObject({
      exit: 1,
      err: expect.stringContaining(sentence),
    });
    expect(commands.appended).toEqual([]);
  });

  test('of an author takes their own no back, although it is no yes', async () => {
    const story = asking({ change: { ...CHANGE, authors: [ANA] } });
    const commands = repository(story);
    expect(await tidegate("reject production v1.4.2 --reason 'my mistake'", { commands })).toMatchObject({ exit: 0 });
    const { exit, out } = await tidegate('approve production v1.4.2', { commands });
    expect(exit).toBe(0);
    expect(out).toContain('needs approval by');
    expect(await tidegate('approve production v1.4.2', { commands })).toMatchObject({ exit: 1 });
  });

  test('of a version that is not next says what is missing for that one', async () => {
    const story = asking();
    story.offers('v1.4.3');
    const { out } = await tidegate('approve production v1.4.2', { commands: repository(story) });
    expect(out).toContain('two-approvals: needs approval by 1 of qa (dan); approved by ana');
  });

  test('counts the answers that an earlier gate asks for as well', async () => {
    const { gates } = asking().observed();
    if (gates === null) throw new Error('no gates');
    const commands = repository(
      asking()
        .gatedBy(officeHours())
        .accepted(...gates.policies),
    );
    expect(await tidegate('approve production v1.4.2', { commands })).toMatchObject({ exit: 0 });
  });
});

describe('approve --gates', () => {
  const changed = () => {
    const { gates } = asking()
      .accepted(twoApprovals({ require: [{ from: 'leads', count: 1 }] }))
      .observed().ledger.state;
    if (gates === null) throw new Error('gates are in force');
    const { serial, digest, from, on, words, terms } = gates;
    const accepted = { type: 'gates-accepted', serial, digest, from, on, words, because: 'new', gates: terms } as const;
    return asking()
      .event(accepted, 'controller one')
      .observes({ gatesChange: { ...NO_GATES_CHANGE, authors: [EVE] } });
  };
  const digestOf = (story: Story) => story.observed().gates?.digest ?? '';

  test('writes a word on the change that waits, and takes its digest to be sure', async () => {
    const commands = repository(changed());
    const digest = digestOf(changed());
    expect(await tidegate(`approve production --gates --digest ${digest}`, { commands })).toMatchObject({ exit: 0 });
    expect(commands.appended).toEqual([
      { environment: 'production', event: { type: 'gates-approved', serial: 1, digest, reason: '' } },
    ]);
  });

  test('refuses what was pushed over since it was read', async () => {
    const commands = repository(changed());
    const { exit, err } = await tidegate(`approve production --gates --digest ${'0'.repeat(64)}`, { commands });
    expect([exit, err.includes('is not 0000')]).toEqual([1, true]);
    expect(commands.appended).toEqual([]);
  });
});

describe('reject', () => {
  test('wants a reason', async () => {
    const commands = repository(asking());
    expect(await tidegate('reject production v1.4.2', { commands })).toMatchObject({
      exit: 64,
      err: expect.stringContaining('--reason is missing'),
    });
    expect(commands.appended).toEqual([]);
  });

  test('stands, and says how it is taken back', async () => {
    const commands = repository(asking());
    const { exit, out } = await tidegate("reject production v1.4.2 --reason 'drops a column'", { commands });
    expect(exit).toBe(0);
    expect(out).toContain('rejected by ana: drops a column; ana takes that back by approving it');
  });
});

describe('override', () => {
  const closed = (people = 1, reason: 'required' | 'optional' = 'required') => {
    const hours = officeHours();
    if (hours.override === null) throw new Error('no override');
    const override = { ...hours.override, by: ['leads', 'qa'], people, reason };
    return new Story()
      .gatedBy({ ...hours, override })
      .deployed('v1.4.1')
      .offers('v1.4.2');
  };

  test('overrides what the person may override, and the version goes', async () => {
    const commands = repository(closed(), { now: SATURDAY });
    const { exit, out } = await tidegate("override production v1.4.2 --for 1h --reason 'checkout is down'", {
      commands,
    });
    expect(exit).toBe(0);
    expect(commands.appended).toEqual([
      {
        environment: 'production',
        event: {
          type: 'overridden',
          version: version('v1.4.2'),
          rules: [],
          reason: 'checkout is down',
          until: SATURDAY + 3_600_000,
        },
      },
    ]);
    expect(out).toMatchInlineSnapshot(`
      "Ana <ana@example.org> overrides business-hours/window for v1.4.2 (1264ab1) in production until Saturday 2026-11-21 21:00 UTC (in 1 h)
      wrote 3f2a1b7 on tidegate/production
      production now: v1.4.2 (1264ab1) is allowed and starts at the controller's next look
      "
    `);
  });

  test('of two people: the first says who else has to, the second opens the gate', async () => {
    const story = closed(2);
    const first = await tidegate("override production v1.4.2 --rule business-hours/window --reason 'down' --json", {
      commands: repository(story, { now: SATURDAY }),
    });
    expect(JSON.parse(first.out)).toMatchObject({
      overrides: ['business-hours/window'],
      needsOthers: [
        expect.stringContaining('business-hours/window: 1 of 2 people override it: ana; another of leads, qa'),
      ],
      inTheWay: [],
    });
    const second = await tidegate("override production v1.4.2 --reason 'agreed'", {
      commands: repository(story, { now: SATURDAY, identity: DAN }),
    });
    expect(second.out).toContain('v1.4.2 (1264ab1) is allowed and starts');
  });

  test.each<[string, string, number, string]>([
    ['a stranger', EVE, 1, 'does not override business-hours/window (only leads, qa may override it)'],
    [
      'a rule that is not there',
      `${ANA}|--rule busy/window`,
      1,
      'has no rule busy/window; it has business-hours/window',
    ],
  ])('of %s is refused before it is written', async (_, who, exit, sentence) => {
    const [identity = '', more = ''] = who.split('|');
    const commands = repository(closed(), { now: SATURDAY, identity });
    expect(await tidegate(`override production v1.4.2 ${more} --reason x`, { commands })).toMatchObject({
      exit,
      err: expect.stringContaining(sentence),
    });
    expect(commands.appended).toEqual([]);
  });

  test('of a rule that the override leaves out, beside one that it names', async () => {
    const rules = [...officeHours().rules, ...twoApprovals().rules];
    const override = {
      by: ['leads'],
      people: 1,
      author: 'counts',
      reason: 'required',
      expiresMs: 3_600_000,
      rules: ['window'],
      postmortem: false,
    } as const;
    const gate = { ...policy('gate', officeHours().rules[0] as never), rules, override };
    const commands = repository(seen(new Story().gatedBy(gate).offers('v1.4.2'), 'v1.4.2'), { now: SATURDAY });
    const refused = await tidegate('override production v1.4.2 --rule gate/window --rule gate/approval --reason x', {
      commands,
    });
    expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('gate/approval (nobody may override it)') });
    const { exit, out } = await tidegate('override production v1.4.2 --reason x', { commands });
    expect(exit).toBe(0);
    expect(out).toContain('overrides gate/window for v1.4.2');
    expect(out).toContain('still in the way: gate/approval: needs approval by');
  });

  test('wants a reason, unless every override that names the person says otherwise', async () => {
    const commands = repository(closed(), { now: SATURDAY });
    expect(await tidegate('override production v1.4.2', { commands })).toMatchObject({ exit: 64 });
    expect(await tidegate('override production v1.4.2 --for never --reason x', { commands })).toMatchObject({
      exit: 64,
    });
    expect(commands.appended).toEqual([]);
    const optional = repository(closed(1, 'optional'), { now: SATURDAY });
    expect(await tidegate('override production v1.4.2', { commands: optional })).toMatchObject({ exit: 0 });
  });
});

describe('post-mortems', () => {
  const owing = () =>
    new Story().deployed('v1.4.1').event({
      type: 'incident-opened',
      incident: 'production-1',
      about: 'production-1',
      sentence: 'production-1 overrode freeze/window, and a post-mortem is required',
    });

  test('are listed, everywhere or in one environment', async () => {
    const commands = fakeCommands({ stories: [owing(), new Story('staging')], now: FRIDAY });
    const { out } = await tidegate('postmortem list', { commands });
    expect(out).toMatchInlineSnapshot(`
      "POST-MORTEM   ENVIRONMENT  SINCE             WHAT
      production-1  production   2026-11-20 12:00  production-1 overrode freeze/window, and a post-mortem is required

      times in UTC
      "
    `);
    expect(JSON.parse((await tidegate('postmortem list production --json', { commands })).out)).toEqual({
      postmortemsDue: [
        {
          id: 'production-1',
          environment: 'production',
          run: 'production-1',
          sentence: 'production-1 overrode freeze/window, and a post-mortem is required',
          at: expect.stringMatching(/^2026-11-20T12:00:0\dZ$/),
        },
      ],
    });
    expect((await tidegate('postmortem list staging', { commands })).out).toBe('no post-mortem is due\n');
  });

  test('are in the way of nothing, and seen by everybody who looks', async () => {
    const commands = repository(owing());
    expect((await tidegate('status', { commands })).out).toContain('post-mortem due for production-1');
    expect((await tidegate('status production', { commands })).out).toContain('production-1 overrode freeze/window');
    expect((await tidegate('show production-1', { commands })).out).toContain('a post-mortem');
    expect(JSON.parse((await tidegate('status --json', { commands })).out).environments[0].postmortemsDue).toEqual([
      'production-1',
    ]);
  });

  test('are closed with the place of what was written', async () => {
    const commands = repository(owing());
    const line = "postmortem close production production-1 --reason 'docs/12.md'";
    const said = 'closed post-mortem production-1: docs/12.md';
    expect(await tidegate(line, { commands })).toMatchObject({ exit: 0, out: expect.stringContaining(said) });
    expect(commands.appended).toEqual([
      {
        environment: 'production',
        event: { type: 'incident-closed', incident: 'production-1', reason: 'docs/12.md' },
      },
    ]);
    expect(await tidegate(line, { commands })).toMatchObject({
      exit: 64,
      err: expect.stringContaining('no post-mortem production-1 is due in production'),
    });
  });

  test.each([
    ['postmortem close production production-1', '--reason is missing'],
    ['postmortem close production production-2 --reason x', 'did you mean production-1?'],
  ])('%s is wrong usage', async (line, sentence) => {
    const commands = repository(owing());
    expect(await tidegate(line, { commands })).toMatchObject({ exit: 64, err: expect.stringContaining(sentence) });
    expect(commands.appended).toEqual([]);
  });
});

describe('a signature', () => {
  const LINES = [
    'approve production v1.4.2',
    'reject production v1.4.2 --reason x',
    'override production v1.4.2 --reason x',
    'deploy production v1.4.2 --reason x',
    'rollback production --reason x',
    'suspend production --reason x',
    'suspend --all --reason x',
  ];
  const world = () =>
    seen(new Story().gatedBy(twoApprovals({}, {})).deployed('v1.4.0').deployed('v1.4.1').offers('v1.4.2'), 'v1.4.2');

  test.each(LINES)('is made where it is asked for: %s', async (line) => {
    const commands = repository(world());
    const { exit, out } = await tidegate(`${line} --sign`, { commands });
    expect(exit).toBe(0);
    expect(out).toContain(', signed\n');
    expect(commands.appended).toMatchObject([{ sign: true }]);
  });

  test.each(LINES)('is made where nothing else counts: %s', async (line) => {
    const commands = repository(world().signedWords());
    expect(await tidegate(line, { commands })).toMatchObject({ exit: 0 });
    expect(commands.appended).toMatchObject([{ sign: true }]);
  });

  test.each(LINES)('is made otherwise by nobody: %s', async (line) => {
    const commands = repository(world());
    const { exit, out } = await tidegate(line, { commands });
    expect(exit).toBe(0);
    expect(out).not.toContain('signed');
    expect(commands.appended[0]).not.toHaveProperty('sign');
  });

  test.each(LINES)('of a stranger speaks for nobody: %s', async (line) => {
    const commands = repository(world(), { identity: EVE });
    expect(await tidegate(`${line} --sign`, { commands })).toMatchObject({
      exit: 1,
      err: expect.stringContaining('is none of the people of tidegate.yaml'),
    });
    expect(commands.appended).toEqual([]);
  });
});
