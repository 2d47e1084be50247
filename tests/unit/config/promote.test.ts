// `promote:` of an environment: what is wrong with it, and where it says so.

import { describe, expect, test } from 'vitest';
import { fieldsOf, withFields } from '../../../engine/config/with-fields.ts';
import { environment, type Files, problems, read } from './repository.ts';

const ENV = 'environments/production/environment.yaml';
const BESIDE: Files = {
  'environments/staging/environment.yaml': environment({
    follow: '{ branch: main }',
    target: '{ files: { to: staging } }',
  }),
  'environments/staging/services/web.yaml': 'image: { tag: 1.2.3 }\n',
  'environments/staging/compose.yaml': 'services: {}\n',
};

function production(promote: string, more: Readonly<Record<string, string>> = {}): Files {
  return { ...BESIDE, [ENV]: environment({ follow: '{ branch: main }', promote, ...more }) };
}

test('what is left out has its default', () => {
  const { config } = read(production('{ from: [staging], take: [compose.yaml] }'));
  expect(config?.environments['production']?.promote).toMatchObject({
    from: ['staging'],
    take: ['compose.yaml'],
    fields: [],
    each: 'environment',
    when: 'proven',
    merge: 'person',
    closed: 'remember',
  });
});

test.each<[string, Files, string | null]>([
  ['as it should be', production('{ from: [staging], take: [services/*.yaml, compose.yaml] }'), null],
  ['keys', production('{ from: [staging], fields: { services/*.yaml: [image.tag] }, each: service }'), null],
  [
    'a source that is not there',
    production('{ from: [stagging], take: [compose.yaml] }'),
    `${ENV}:5:19: there is no environment \`stagging\` (did you mean \`staging\`?)`,
  ],
  [
    'nothing to take',
    production('{ from: [staging] }'),
    `${ENV}:5:1: this takes nothing over (add \`take: [services/*.yaml]\`, or \`fields:\` for single keys)`,
  ],
  [
    'gates to take',
    production('{ from: [staging], take: [environment.yaml] }'),
    `${ENV}:5:36: environment.yaml holds gates, and is never taken over (name the files beside it)`,
  ],
  [
    'what climbs out of the folder',
    production('{ from: [staging], take: [../secrets.yaml] }'),
    `${ENV}:5:36: \`../secrets.yaml\` does not lie below the folder of an environment (write it as seen from there, such as services/*.yaml)`,
  ],
  ['tags to follow', production('{ from: [staging], take: [compose.yaml] }', { follow: '{ tags: "v*" }' }), null],
  [
    'a merge that brings nothing out, when allowed',
    production('{ from: [staging], take: [compose.yaml], merge: when-allowed }', { follow: '{ tags: "v*" }' }),
    `${ENV}:5:58: a merge brings nothing out here: this environment follows tags, so no gate can allow it (write \`merge: person\`)`,
  ],
  [
    'what another runs to follow',
    production('{ from: [staging], take: [compose.yaml] }', { follow: '{ promoted: staging }' }),
    `${ENV}:5:1: a proposal is merged into a branch, and this environment follows what staging runs (write \`follow: { branch: main }\` or \`follow: { tags: "v*" }\`, or remove \`promote\`)`,
  ],
  [
    'a pattern that matches nothing',
    production('{ from: [staging], take: [compose.yml] }'),
    `${ENV}:5:10: \`compose.yml\` matches nothing in environments/staging (correct the pattern, or add the file there)`,
  ],
  [
    'itself',
    production('{ from: [production], take: [compose.yaml] }'),
    `${ENV}:5:10: an environment cannot promote from itself (let what comes first follow a branch, and promote from nowhere)`,
  ],
  [
    'a circle',
    {
      ...production('{ from: [staging], take: [compose.yaml] }'),
      'environments/staging/environment.yaml': environment({
        follow: '{ promoted: production }',
        target: '{ files: { to: staging } }',
      }),
    },
    `${ENV}:5:10: production is promoted from itself, by way of staging (let what comes first follow a branch, and promote from nowhere)`,
  ],
  [
    'a soak that nothing asks for',
    production('{ from: [staging], take: [compose.yaml], when: soaked }'),
    `${ENV}:5:10: no gate of this environment says how long it soaks in staging (add a policy with \`soak: { in: staging, for: 48h }\` to \`policies\`, or write \`when: proven\`)`,
  ],
  [
    'a branch where its own have to be',
    production('{ from: [staging], take: [compose.yaml] }', { follow: '{ branch: promote }' }),
    `${ENV}:5:10: the branch \`promote\` stands where the branches of proposals have to be (promote/production/…) (give that branch another name: what is below promote/ belongs to proposals)`,
  ],
])('%s', (_title, files, expected) => {
  const found = problems(files);
  if (expected === null) expect(found).toEqual([]);
  else expect(found).toContain(expected);
});

describe('single keys of a file', () => {
  const INTO = '# ours\nreplicas: 5   # busy\nimage:\n  # moves\n  tag: "1.0"   # see the notes\n  digest: abc\n';

  test('are put there, and nothing else of it changes', () => {
    const from = 'replicas: 1\nimage: { tag: "2.0", digest: abc }\n';
    expect(withFields(INTO, from, ['image.tag', 'image.digest'])).toBe(INTO.replace('"1.0"', '"2.0"'));
    expect(withFields(INTO, INTO, ['image.tag'])).toBe(INTO);
  });

  test('are added where they are missing, and stay where the source has none', () => {
    const put = withFields(INTO, 'queue: { prefetch: 20 }\nimage: { tag: "2.0" }\n', [
      'queue.prefetch',
      'image.digest',
    ]);
    expect(put).toContain('# see the notes');
    expect(fieldsOf(put ?? '', ['queue.prefetch', 'image.digest'])).toEqual({
      'queue.prefetch': '20',
      'image.digest': '"abc"',
    });
  });

  test.each([
    ['a text that means more elsewhere', 'image: { tag: a }\n', 'image:\n  tag: "x: y, z"\n'],
    ['a text of several lines', 'image: { tag: a }\n', 'image:\n  tag: |\n    one\n    two\n'],
    ['a list', 'image: { tag: a }\n', 'image:\n  tag: [one, two]\n'],
    ['one that hides behind an anchor', 'image: { tag: a }\n', 'x: &x deep\nimage:\n  tag: *x\n'],
  ])('%s means the same afterwards', (_title, into, from) => {
    const put = withFields(into, from, ['image.tag']);
    expect(fieldsOf(put ?? '', ['image.tag'])).toEqual(fieldsOf(from, ['image.tag']));
  });

  test.each([
    ['no YAML', 'a: [\n'],
    [
      'a bomb',
      `a: &a [x, x]\n${[...'bcdefghij'].map((name, at) => `${name}: &${name} [${`*${'abcdefghij'[at]}, `.repeat(9)}]`).join('\n')}\n`,
    ],
    ['a text alone', 'just words\n'],
  ])('%s is left alone', (_title, text) => {
    expect(withFields(INTO, text, ['image.tag']) ?? INTO).toBe(INTO);
    expect(withFields(text, INTO, ['image.tag'])).toBeNull();
  });
});
