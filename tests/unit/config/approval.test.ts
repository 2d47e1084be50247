// `approval:` and `override:` as people write them: what each key becomes, and the whole line that the author of a
// slip reads.

import { describe, expect, test } from 'vitest';
import { problems, read } from './repository.ts';

const FILE = 'policies/business-hours.yaml';
const HOUR_MS = 3_600_000;
const WINDOW = 'window: { allow: [{ days: mon-fri }] }\n';
const ONE = 'approval: { require: [{ from: leads }] }\n';

function policy(text: string) {
  const { config, problems: found } = read({ [FILE]: text });
  expect(found).toEqual([]);
  return config?.policies['business-hours'];
}

describe('an approval', () => {
  test('says a group, and everything else has a default', () => {
    expect(policy(ONE)?.rules).toEqual([
      {
        type: 'approval',
        place: expect.objectContaining({ file: FILE, line: 1 }),
        require: [{ from: 'leads', count: 1 }],
        paths: [],
        author: 'excluded',
        userVerification: 'optional',
        expiresMs: null,
        remindMs: null,
        escalate: null,
      },
    ]);
  });

  test('says everything', () => {
    const text = `approval:
  require: [{ from: leads, count: 1 }, { from: dan }]
  paths: [{ match: "**/security/**", from: leads, count: 2 }]
  author: counts
  expires: 72h
  remind: 4h
  escalate: { after: 8h, to: ana }
`;
    expect(policy(text)?.rules).toMatchObject([
      {
        require: [
          { from: 'leads', count: 1 },
          { from: 'dan', count: 1 },
        ],
        paths: [{ match: '**/security/**', from: 'leads', count: 2 }],
        author: 'counts',
        expiresMs: 72 * HOUR_MS,
        remindMs: 4 * HOUR_MS,
        escalate: { afterMs: 8 * HOUR_MS, to: 'ana' },
      },
    ]);
  });

  test('may be asked for certain paths only', () => {
    expect(policy('approval: { paths: [{ match: /infra/, from: leads }] }\n')?.rules).toMatchObject([
      { require: [], paths: [{ match: '/infra/', from: 'leads', count: 1 }] },
    ]);
  });

  test.each<[string, string]>([
    [
      'approval: { expires: 72h }',
      `${FILE}:1:11: this approval asks nobody (add \`require: [{ from: leads }]\`, or \`paths:\` for certain files only)`,
    ],
    ['approval: { require: [{ from: lead }] }', 'there is no person or team `lead`'],
    ['approval: { paths: [{ match: "*", from: constructor }] }', 'there is no person or team `constructor`'],
    ['approval: { require: [{ from: leads, count: 0 }] }', `${FILE}:1:`],
    ['approval: { require: [{ from: leads, count: 1.5 }] }', `${FILE}:1:`],
    ['approval: { require: [] }', `${FILE}:1:`],
    ['approval: { require: [{ from: leads }], expires: 0s }', '0 is no span of time (write one such as 4h)'],
    ['approval: { require: [{ from: leads }], remind: 0m }', '0 is no span of time'],
    ['approval: { require: [{ from: leads }], when: "version.majr == 1" }', 'majr'],
    ['approval: { require: [{ from: leads }], escalate: { after: 0h, to: leads } }', '0 is no span of time'],
    ['approval: { require: [{ from: leads }], escalate: { after: 8h, to: boss } }', 'no person or team `boss`'],
    ['approval: { require: [{ from: leads }], escalate: { after: 8h } }', '`to`'],
    ['approval: { require: [{ from: leads }], author: exclude }', 'excluded'],
    ['approval: { require: [{ team: leads }] }', '`team`'],
    [
      'approval: { paths: [{ match: ./infra/, from: leads }] }',
      `${FILE}:1:30: \`./infra/\` matches no path (paths begin at the root of the repository: write \`/infra/\` for a folder there)`,
    ],
    ['approval: { paths: [{ match: a/../b, from: leads }] }', '`a/../b` matches no path'],
    [`approval: { paths: [{ match: "${'a'.repeat(501)}", from: leads }] }`, `${FILE}:1:`],
  ])('%s', (text, line) => {
    const found = problems({ [FILE]: `${text}\n` });
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(line);
  });

  test('of dots that are part of a name is a pattern like any other', () => {
    for (const match of ['.github/', '**/.env', '..a/b', 'a..b']) {
      expect(problems({ [FILE]: `approval: { paths: [{ match: "${match}", from: leads }] }\n` })).toEqual([]);
    }
  });
});

describe('an override', () => {
  test('names people, and everything else has a default', () => {
    expect(policy(`${WINDOW}override: { by: [leads] }\n`)?.override).toEqual({
      by: ['leads'],
      people: 1,
      author: 'counts',
      reason: 'required',
      expiresMs: 4 * HOUR_MS,
      rules: null,
      postmortem: false,
    });
  });

  test('says everything', () => {
    const keys =
      '{ by: [leads, dan], people: 2, reason: optional, expires: 2h, rules: [window], postmortem: required }';
    expect(policy(`${WINDOW}${ONE}override: ${keys}\n`)?.override).toEqual({
      by: ['leads', 'dan'],
      people: 2,
      author: 'excluded',
      reason: 'optional',
      expiresMs: 2 * HOUR_MS,
      rules: ['window'],
      postmortem: true,
    });
  });

  test.each([
    ['approval: { require: [{ from: leads }] }', '{ by: [leads] }', 'excluded'],
    ['approval: { require: [{ from: leads }], author: counts }', '{ by: [leads] }', 'counts'],
    ['approval: { require: [{ from: leads }] }', '{ by: [leads], author: counts }', 'counts'],
    [WINDOW.trim(), '{ by: [leads], author: excluded }', 'excluded'],
  ])('of `%s` with `%s`: the one who made the change is %s', (rules, override, author) => {
    expect(policy(`${rules}\noverride: ${override}\n`)?.override?.author).toBe(author);
  });

  test('is nobody where it is left out', () => {
    expect(policy(WINDOW)?.override).toBeNull();
  });

  test.each<[string, string]>([
    ['{ people: 2 }', '`by`'],
    ['{ by: [] }', `${FILE}:2:`],
    ['{ by: [boss] }', 'there is no person or team `boss`'],
    ['{ by: [leads], people: 0 }', `${FILE}:2:`],
    ['{ by: [leads], rules: [windows] }', 'window'],
    ['{ by: [leads], rules: [] }', `${FILE}:2:`],
    [
      '{ by: [leads], rules: [window, approval] }',
      `${FILE}:2:42: this policy has no rule \`approval\` (name rules of this file, or leave \`rules\` out)`,
    ],
    ['{ by: [leads], postmortem: yes }', 'required'],
    ['{ by: [leads], reason: maybe }', 'required'],
  ])('%s', (keys, line) => {
    const found = problems({ [FILE]: `${WINDOW}override: ${keys}\n` });
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(line);
  });
});
