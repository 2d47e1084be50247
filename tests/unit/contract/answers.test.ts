// Each command that offers --json has a shape, prints what the shape says and nothing beside it, and the shape is
// published. `UPDATE=1 npx vitest run tests/unit/contract` writes the published files again.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partsOf } from '../../../engine/cli/command-names.ts';
import { DECLARATIONS } from '../../../engine/cli/program.ts';
import { ANSWERS, publishedAnswers } from '../../../engine/contract/answers.ts';
import { statusJson } from '../../../engine/contract/status.ts';
import { standingOf } from '../../../engine/explain/standing.ts';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import { judgedAnswer, misshapen } from '../../support/answer-judge.ts';
import { fakeCommands } from '../../support/fake-commands.ts';
import { fakeDoctor } from '../../support/fake-doctor.ts';
import { type Around, tidegate } from '../../support/fake-wiring.ts';
import { ANA, DAN, instant, LEO, observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';
import { twoApprovals } from '../../support/policy-builders.ts';
import { ReleaseWorld } from '../../support/release-world.ts';

const SATURDAY = instant('2026-11-21 20:00');
const FOLDER = path.join(import.meta.dirname, '..', '..', '..', 'contract');
const STARTER = path.join(import.meta.dirname, '..', '..', '..');
const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-answers-'));
afterAll(() => rmSync(directory, { recursive: true }));

const LINES: readonly string[] = [
  'status',
  'status production',
  'why production',
  'why production --verbose',
  'why production --gates',
  'when v1.4.3',
  'plan',
  'calendar',
  'history',
  'show production-3',
  'logs production-3',
  'diff production v1.4.0 v1.4.1',
  'simulate --from 2026-11-01 --to 2026-11-30',
  'stats',
  'serve',
  'verify',
  'doctor',
  'postmortem list',
  `test ${STARTER}`,
  `check ${STARTER}`,
  'init shop',
  'run --once',
  'approve production v1.4.3',
  'reject production v1.4.3 --reason x',
  'override production v1.4.3 --reason x',
  'deploy production v1.4.3 --reason x',
  'deploy production v1.4.3 --emergency --reason x',
  'rollback production --reason x',
  'suspend production --reason x',
  'suspend --all --reason x',
  'resume --all --reason x',
  'resume production --reason x',
  'cancel production --reason x',
  `postmortem close production production-9 --reason x`,
  'checks set v1.4.3 ci/test passed --value 82.5',
  'proposals',
  'promote staging production --reason x',
  'merge production/v1.4.2',
  'config set web production image.tag 1.9.0',
  'release --dry-run',
];

const RELEASE = new ReleaseWorld();
beforeAll(async () => {
  await RELEASE.commit('Begin');
  RELEASE.tag('v1.0.0');
  await RELEASE.commit('feat: more');
});

describe('each command that offers --json', () => {
  const offering = DECLARATIONS.filter(({ takes }) => takes.includes('json'));
  const words = offering.map(({ syntax }) => partsOf(syntax).words.join(' ')).sort();

  test('has a shape, and no shape is left over', () => {
    expect(Object.keys(ANSWERS).sort()).toEqual(words);
    expect(words).toHaveLength(34);
  });

  test('answers in its shape', async () => {
    const answered = new Set<string>();
    const mute: string[] = [];
    for (const line of LINES) {
      const { answered: by, out } = await tidegate(`${line} --json`, world(line));
      if (by === null) mute.push(`${line}: ${out}`);
      else answered.add(by);
    }
    expect(mute).toEqual([]);
    expect([...answered].sort()).toEqual(words);
  });
});

describe('the judge', () => {
  const standing = () => {
    const story = new Story().gatedBy(officeHours()).deployed('v1.4.1').offers('v1.4.2');
    const observed = observedBy(story);
    return statusJson(observed.environments.map((each) => standingOf(each, observed, SATURDAY)));
  };
  const [first] = standing().environments;

  test('is content with an answer as it is', () => {
    expect(misshapen(ANSWERS['status'] ?? {}, standing())).toEqual([]);
  });

  test.each([
    ['a field that no shape names', { ...standing(), more: 1 }],
    ['one within another', { environments: [{ ...first, waiting: { until: null, for: [], sentence: '', more: 1 } }] }],
    ['a field that is missing', { environments: [{ ...first, sentence: undefined }] }],
    ['a word that is none', { environments: [{ ...first, condition: 'Fine' }] }],
    [
      'a time of somewhere',
      { environments: [{ ...first, waiting: { until: '2026-11-21T22:00:00+02:00', for: [], sentence: '' } }] },
    ],
    ['half a version', { environments: [{ ...first, current: { commit: 'a'.repeat(40) } }] }],
  ])('refuses %s', (_title, answer) => {
    expect(misshapen(ANSWERS['status'] ?? {}, answer)).not.toEqual([]);
    expect(() => judgedAnswer(['status', '--json'], JSON.stringify(answer))).toThrow('tidegate status --json: ');
  });

  test('tells an answer from why there is none', async () => {
    const { answered, out } = await tidegate('check nothing-here --json', { directory });
    expect(answered).toBeNull();
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'unknown' } });
    expect(() => judgedAnswer(['check', '--json'], '{"error":{"kind":"other"}}')).toThrow('tidegate check --json: ');
  });

  test('refuses a command without a shape', () => {
    expect(() => judgedAnswer(['guess', '--json'], '{}')).toThrow('it has no shape');
  });
});

describe('what is published', () => {
  const published = publishedAnswers();

  test.each(Object.entries(published))('%s stands in contract/ as it checks', (name, schema) => {
    const file = path.join(FOLDER, name);
    if (process.env['UPDATE'] === '1') writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
    // Fields may be added: a script that checks with it must not break then.
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  });

  test('is all that lies there', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(published).sort());
  });
});

/** Ana overrides the hours, and nobody the approvals: of her exceptions only the hours are asked. */
function world(line: string): Around {
  const isException = /^override|--emergency/.test(line);
  const staging = new Story('staging').at('2026-11-20 09:13').deployed('4f1').offers('4f2');
  const production = new Story()
    .gatedBy(...(isException ? [officeHours()] : [officeHours(), twoApprovals()]))
    .at('2026-11-18 10:00')
    .deployed('v1.4.0')
    .at('2026-11-19 10:00')
    .deployed('v1.4.1');
  production.at('2026-11-20 11:30').failedAndRolledBack('v1.4.2', 'answered 503', 'try 1\ntry 2\n').offers('v1.4.3');
  production.event({
    type: 'incident-opened',
    incident: 'production-9',
    about: 'production-2',
    sentence: 'production-2 overrode freeze/window, and a post-mortem is required',
  });
  const wanted = {
    source: 'staging',
    version: version('v1.4.3'),
    key: 'a'.repeat(64),
    service: null,
    paths: ['environments/production/web.yaml'],
    fields: [],
    carried: [LEO],
  };
  production.promotes({}, { wanted: [wanted] });
  const base = { base: 'main', baseHead: version('head').commit, supersedes: null, requestedBy: null, reason: '' };
  const proposal = 'production/v1.4.2';
  production.event({ type: 'proposal-intended', proposal, ...wanted, ...base });
  production.event({ type: 'proposal-opened', proposal, commit: version('proposed').commit, sentence: 'it is open' });
  const change = { authors: [LEO], paths: ['environments/production/web.yaml'], kinds: ['feat'], commits: 1 };
  const evidence = { ...NO_EVIDENCE, planDigest: 'plan-v1.4.3', change };
  production.observes({ evidence: new Map([[version('v1.4.3').commit, evidence]]) });
  const commands = fakeCommands({
    stories: [staging, production],
    now: SATURDAY,
    identity: isException ? ANA : DAN,
    diff: '+one\n',
    verify: { refs: 3, commits: 214, records: 902, problems: [] },
    decisions: [
      {
        at: SATURDAY,
        environment: 'production',
        version: version('v1.4.2'),
        status: 'waiting',
        until: SATURDAY + 1_000,
        rules: [],
        outcome: 'later',
        wentAt: SATURDAY + 1_000,
        supersededBy: null,
        needed: ['two-approvals/approval'],
      },
    ],
    release: async () => ({
      type: 'ends',
      ends: [await RELEASE.one({ isDry: true })],
      open: [{ file: 'checklists/release/v1.1.0.md', branch: 'main', items: [{ under: null, text: 'tell' }] }],
    }),
    simulated: () => ({
      type: 'simulated',
      environments: ['production', 'staging'],
      policies: { branch: 'main', commit: version('head').commit },
      timezone: 'UTC',
      notes: [],
    }),
  });
  return {
    commands,
    doctor: fakeDoctor({}),
    now: SATURDAY,
    directory,
    runController: async (_options, { say }) => {
      say({ at: SATURDAY, level: 'info', environment: null, sentence: 'looking' });
      return 0;
    },
  };
}
