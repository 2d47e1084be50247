// Rules as people write them: what each key becomes, and the whole line that the author of a slip reads. Windows,
// trains and approvals have tests of their own.

import { describe, expect, test } from 'vitest';
import type { RuleConfig } from '../../../engine/model/rule.ts';
import { environment, type Files, problems, read } from './repository.ts';

const FILE = 'policies/business-hours.yaml';
const HOUR = 3_600_000;

/** The policy of production, and a second environment beside it. */
function repository(text: string, more: Files = {}): Files {
  return {
    'environments/staging/environment.yaml': environment({ follow: '{ branch: main }', policies: '[]' }),
    'policies/allowed_signers': 'ana@example.org ssh-ed25519 AAAA\n',
    [FILE]: text,
    ...more,
  };
}

/** Anyone who uses a lock alone is warned; here both do. */
const BOTH: Files = { 'environments/staging/environment.yaml': environment({ follow: '{ branch: main }' }) };

function rules(text: string, more: Files = {}): readonly RuleConfig[] {
  const { config, problems: found } = read(repository(text, more));
  expect(found).toEqual([]);
  return config?.policies['business-hours']?.rules ?? [];
}

describe('what is written', () => {
  test.each<[text: string, rule: Readonly<Record<string, unknown>>]>([
    ['soak: { in: staging, for: 48h }', { type: 'soak', environment: 'staging', forMs: 48 * HOUR }],
    ['soak: { in: staging, for: 0s }', { type: 'soak', environment: 'staging', forMs: 0 }],
    ['checks: { require: [ci/test] }', { type: 'checks', require: ['ci/test'], values: [], evidence: {} }],
    [
      'checks: { require: [ci/test], coverage: ">= 80", evidence: { feat: [unit, integration], fix: [regression] } }',
      {
        type: 'checks',
        require: ['ci/test'],
        values: [{ name: 'coverage', operator: '>=', bound: 80 }],
        evidence: { feat: ['unit', 'integration'], fix: ['regression'] },
      },
    ],
    [
      'checks: { bench/p99: "<0.250", drift: "== -1", a: "<= 1", b: "> 1" }',
      {
        type: 'checks',
        require: [],
        values: [
          { name: 'bench/p99', operator: '<', bound: 0.25 },
          { name: 'drift', operator: '==', bound: -1 },
          { name: 'a', operator: '<=', bound: 1 },
          { name: 'b', operator: '>', bound: 1 },
        ],
        evidence: {},
      },
    ],
    ['deployers: [leads, dan]', { type: 'deployers', by: ['leads', 'dan'] }],
    ['signature: { by: [leads] }', { type: 'signature', by: ['leads'], of: 'either', userVerification: 'optional' }],
    ['signature: { by: [ana], of: tag }', { type: 'signature', by: ['ana'], of: 'tag', userVerification: 'optional' }],
    ['downgrade: denied', { type: 'downgrade' }],
    ['limit: { runs: 3, per: day }', { type: 'limit', runsMax: 3, per: 'day', timezone: 'UTC' }],
    [
      'limit: { runs: 1, per: week, timezone: Europe/Bucharest }',
      { type: 'limit', runsMax: 1, per: 'week', timezone: 'Europe/Bucharest' },
    ],
    ['limit: { runs: 100, per: 1d12h }', { type: 'limit', runsMax: 100, per: { ms: 36 * HOUR }, timezone: 'UTC' }],
    ['when: environment == "production"', { type: 'when', expression: 'environment == "production"', says: null }],
    [
      'when: { that: "change.commits < 5", says: small changes only }',
      { type: 'when', expression: 'change.commits < 5', says: 'small changes only' },
    ],
    ['when: |\n  change.paths.all(p,\n    p.startsWith("docs/"))\n', { type: 'when' }],
  ])('%s', (text, rule) => {
    expect(rules(text)).toMatchObject([{ ...rule, place: { file: FILE, line: 1, column: 1 } }]);
  });

  test.each(['lock: database', 'lock: { name: database }'])('%s', (text) => {
    expect(rules(text, BOTH)).toMatchObject([{ type: 'lock', name: 'database' }]);
  });

  test('a limit takes the zone of tidegate.yaml, and may count by the window beside it', () => {
    const zone: Files = { 'tidegate.yaml': 'version: 1\ntimezone: Asia/Kolkata\n' };
    expect(rules('limit: { runs: 2, per: day }', zone)).toMatchObject([{ timezone: 'Asia/Kolkata' }]);
    const both = 'window: { allow: [{ days: mon-fri }] }\nlimit: { runs: 2, per: window }\n';
    expect(rules(both)).toMatchObject([{ type: 'window' }, { type: 'limit', per: 'window' }]);
  });
});

type Slips = readonly (readonly [text: string, line: string])[];

function holds(slips: Slips): void {
  test.each(slips)('%s', (text, line) => {
    expect(problems(repository(text))).toEqual([`${FILE}:${line}`]);
  });
}

describe('a slip in a soak', () => {
  holds([
    ['soak: { in: stagin, for: 1h }', '1:13: there is no environment `stagin` (did you mean `staging`?)'],
    [
      'soak: { in: production, for: 1h }',
      '1:13: production would wait for itself: it uses this policy, and nothing can have run there before (name the environment that comes before it, or take the policy out of its list)',
    ],
    [
      'soak: { in: staging, for: 2 days }',
      '1:27: `2 days` does not fit (write a duration such as 500ms, 10s, 15m, 4h, 2d, or a sum such as 1h30m)',
    ],
    ['soak: { in: staging }', '1:1: `for` is missing (add `for:` – for how long; a failure there starts it again)'],
    ['soak: { in: staging, for: 1h, during: 1h }', '1:31: unknown key `during` (the keys here are: in, for)'],
    [
      'soak: staging',
      '1:7: this must be a map, not the text `staging` (the same contents must have run well in another environment for so long, without failing there)',
    ],
  ]);
});

describe('a slip in checks', () => {
  holds([
    ['checks: {}', '1:9: this map is empty (results that must have been recorded for the version)'],
    ['checks: { require: [] }', '1:20: this list is empty (results that must have passed)'],
    ['checks: { require: [a, a] }', '1:24: this stands in the list twice (results that must have passed)'],
    [
      'checks: { require: ["ci test"] }',
      '1:21: `ci test` does not fit (write letters, digits and ._/- (at most 100), beginning with a letter or digit)',
    ],
    [
      'checks: { coverage: "80" }',
      '1:21: `80` does not fit (write a comparison with a number in quotes: ">= 80", "< 0.5"; there are >=, <=, >, < and ==)',
    ],
    [
      'checks: { coverage: 80 }',
      '1:21: this must be text, not `80` (a bound for the number of the result of this name, such as ">= 80")',
    ],
    [
      'checks: { coverage: ">= 1e9" }',
      '1:21: `>= 1e9` does not fit (write a comparison with a number in quotes: ">= 80", "< 0.5"; there are >=, <=, >, < and ==)',
    ],
    ['checks: { coverage: >= 80 }', '1:21: a plain value cannot start with `>` (put the value in quotes)'],
    [
      'checks: { "code coverage": ">= 80" }',
      '1:11: `code coverage` cannot be a name here (use letters, digits and ._/- (at most 100), beginning with a letter or digit)',
    ],
    [
      'checks: { evidence: { Feature: [unit] } }',
      '1:23: `Feature` cannot be a name here (use a commit type in small letters, such as feat or fix)',
    ],
    [
      'checks: { evidence: { feat: unit } }',
      '1:29: this must be a list, not the text `unit` (results that a change of this kind needs)',
    ],
  ]);
});

describe('a slip in who may', () => {
  holds([
    ['deployers: [lead]', '1:13: there is no person or team `lead` (did you mean `leads`?)'],
    [
      'deployers: leads',
      '1:12: this must be a list, not the text `leads` (who may ask for a version by name. What the environment follows is not asked about)',
    ],
    [
      'signature: { by: [leads, eve] }',
      '1:26: there is no person or team `eve` (people or teams in tidegate.yaml: leads, ana, dan)',
    ],
    ['signature: { by: [leads], of: comit }', '1:31: `comit` is not one of the choices (did you mean `commit`?)'],
    ['signature: { of: tag }', '1:1: `by` is missing (add `by:` – people and teams; one of them is enough)'],
    ['downgrade: allowed', '1:12: `allowed` is not one of the choices (choices: denied)'],
  ]);

  test('a signature is asked for and no keys are there', () => {
    const { 'policies/allowed_signers': _, ...files } = repository('signature: { by: [leads] }');
    expect(problems(files)).toEqual([
      `${FILE}:1:1: there is no policies/allowed_signers, so no signature is known and every version is denied (add the file, in git's own format: a person or e-mail, then their SSH key, one a line)`,
    ]);
    expect(read(files).problems).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('a slip in how much and together with what', () => {
  holds([
    ['limit: { runs: 0, per: day }', '1:16: `0` is too small: at least 1 (at most so many)'],
    ['limit: { runs: 101, per: day }', '1:16: `101` is too large: at most 100 (at most so many)'],
    ['limit: { runs: 1, per: hour }', '1:24: `hour` does not fit (write day, week, window, or a duration such as 12h)'],
    ['limit: { runs: 1, per: 0h }', '1:24: no time at all (write a duration such as 12h)'],
    [
      'limit: { runs: 1, per: day, timezone: Europe/Bukarest }',
      '1:39: there is no time zone `Europe/Bukarest` (did you mean `Europe/Bucharest`?)',
    ],
    [
      'limit: { runs: 1, per: window }',
      '1:24: `per: window` counts by the window of this policy, and it has none (add a `window:` to this file, or count per day, week or a duration)',
    ],
    [
      'lock: Database!',
      '1:7: `Database!` does not fit (write small letters, digits and dashes, at most 63, beginning with a letter or digit)',
    ],
    [
      'lock: database',
      '1:7: only production names the lock `database`, so it keeps nobody out (give this policy to the others too)',
    ],
  ]);

  test('a lock that is called otherwise elsewhere', () => {
    const files = repository('lock: database', {
      'environments/staging/environment.yaml': environment({ follow: '{ branch: main }', policies: '[other]' }),
      'policies/other.yaml': 'lock: { name: databse }\n',
    });
    expect(problems(files)).toEqual([
      `${FILE}:1:7: only production names the lock \`database\`, so it keeps nobody out (give this policy to the others too; other locks: databse)`,
      'policies/other.yaml:1:15: only staging names the lock `databse`, so it keeps nobody out (give this policy to the others too; other locks: database)',
    ]);
  });

  test('a lock among the policies of a stage, which takes none', () => {
    const files = repository('lock: database', {
      'pipelines/deploy.yaml': 'stages:\n  - name: deploy\n    policies: [strict]\n    steps: [{ deploy: target }]\n',
      'policies/strict.yaml': 'lock: database\n',
    });
    expect(problems(files).join('\n')).toContain(
      'pipelines/deploy.yaml:3:16: the policy `strict` has a lock, and a stage takes none: locks are taken when a run begins',
    );
  });

  test('what keeps one environment from running keeps no other', () => {
    const { environments } = read(repository('soak: { in: production, for: 1h }', BOTH));
    expect(environments['production']?.gate).toHaveLength(1);
    expect(environments['staging']?.gate).toEqual([]);
  });
});

describe('a slip in a condition', () => {
  holds([
    [`when: 'enviroment == "production"'`, '1:8: there is no fact `enviroment` (did you mean `environment`?)'],
    [`when: 'change.commits > 1 && change.path.size() > 1'`, '1:37: `change` has no `path` (did you mean `paths`?)'],
    [`when: 'version == "v1"'`, '1:8: `version` is not one fact (name one of its facts: commit, tag, short, major)'],
    [
      `when: 'true && change.commits > "3"'`,
      '1:16: no such overload: int > string (both sides must be of one type: texts in quotes, numbers without)',
    ],
    [
      `when: 'change.commits + 1'`,
      '1:8: this condition gives a value of type int, not true or false (compare it with something)',
    ],
    [
      `when: 'change.kinds'`,
      '1:8: this condition gives a value of type list<string>, not true or false (compare it with something)',
    ],
    [
      `when: 'environment = "production"'`,
      '1:20: unexpected character: = (`==` compares, `&&` and `||` join, `!` negates)',
    ],
    [
      `when: 'change.commits >'`,
      '1:23: the condition ends before it is finished (close what is open, and write what is missing)',
    ],
    [
      `when: 'change.paths.all(p, p.startsWith("a")'`,
      '1:44: the condition ends before it is finished (close what is open, and write what is missing)',
    ],
    [
      `when: 'change.paths.all(p, p.startWith("a"))'`,
      '1:30: there is no `startWith()` here (did you mean `startsWith`?)',
    ],
    [
      `when: 'version.tag.matches("v.*")'`,
      '1:20: `matches()` is not offered here (a regular expression can take for ever; use startsWith, endsWith or contains)',
    ],
    [
      `when: 'timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T00:00:00Z")'`,
      '1:8: `timestamp()` is not offered here (a condition knows no time; use a `window`)',
    ],
    [
      `when: 'has(version.tag)'`,
      '1:8: `has()` is not offered here (every fact is there; one that has no value is an empty text)',
    ],
    [`when: 'dyn(1) == 1'`, '1:8: there is no `dyn()` here (there are: size)'],
    [
      `when: '{"a": true}["a"]'`,
      '1:8: maps and optional values are not offered here (lists are, such as ["feat", "fix"])',
    ],
    [
      `when: 'change.paths.all(kind, kind == "a")'`,
      '1:8: `kind` has a meaning here already (call the variable otherwise)',
    ],
    [
      `when: 'change.paths.all(p, change.paths.exists(q, p == q))'`,
      '1:8: this takes too many steps for a change of 1000 paths (do not go through a list within a list, and do not let texts or lists grow)',
    ],
    [`when: ''`, '1:7: this is empty (a condition over facts, in CEL)'],
    [`when: '1${'1'.repeat(2_000)} > 0'`, '1:7: this is longer than 2000 characters (a condition over facts, in CEL)'],
    ['when: { says: no }', '1:1: `that` is missing (add `that:` – the condition, in CEL)'],
    [
      'when: true',
      '1:7: `true` does not fit here (write a condition over facts, in CEL, or `that:`; where it is meant as text, quote it: "true")',
    ],
  ]);

  test('is pointed at where it stands, on any line and in any kind of quotes', () => {
    const block =
      'when:\n  that: |\n    change.paths.all(p,\n      p.startsWith("docs/") || p == chnge)\n  says: docs only\n';
    expect(problems(repository(block))[0]).toMatch(`${FILE}:4:37: there is no fact \`chnge\``);
    const escaped = 'when: "version.tag == \\"v1\\" && tag == \\"v1\\""\n';
    expect(problems(repository(escaped))[0]).toMatch(`${FILE}:1:33: there is no fact \`tag\``);
    const folded = 'when: >-\n  environment == "a"\n  || enviroment == "b"\n';
    expect(problems(repository(folded))[0]).toMatch(`${FILE}:3:6: there is no fact \`enviroment\``);
  });

  test.each([
    ['too deep', `${'('.repeat(200)}true${')'.repeat(200)}`],
    ['a bomb of texts', `["a"]${'.map(p, p + p)'.repeat(30)}.exists(p, p == "b")`],
    ['a bomb of lists', `["a"]${'.map(p, [p, p])'.repeat(30)} == ["a"]${'.map(p, [p, p])'.repeat(30)}`],
    ['an endless negation that is no truth', `${'-'.repeat(1_900)}environment`],
    ['a member of every object', 'change.constructor == "x"'],
    ['a name of every object', 'constructor == "x"'],
    ['the prototype', '__proto__ == "x"'],
  ])('hostile: %s', (_title, expression) => {
    expect(problems(repository(`when: ${JSON.stringify(expression)}\n`))).toHaveLength(1);
  });
});
