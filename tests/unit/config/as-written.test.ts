// What a file says is what arrives: YAML's numbers, truths and nothings where text is wanted.

import { describe, expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { openDocument } from '../../../engine/config/document.ts';
import { misfits } from '../../../engine/config/schema/misfits.ts';
import type { Schema } from '../../../engine/config/schema/shape.ts';
import { standIn } from '../../../engine/config/schema/stand-in.ts';
import { publishedSchemas } from '../../../engine/config/schemas.ts';
import { environment, problems, read } from './repository.ts';

const ENV = 'environments/production/environment.yaml';
const PIPE = 'pipelines/deploy.yaml';

const WRITTEN = [
  '3.10',
  '1.0',
  '1.20',
  '1e3',
  '0x10',
  '010',
  '0o17',
  '.5',
  '+1',
  '-0',
  '12345678901234567890',
  '1_000',
  'yes',
  'no',
  'on',
  'True',
  'FALSE',
  '.inf',
  '.NaN',
  '2026-12-24',
  '12:30:45',
];

function variables(text: string) {
  return read({ [ENV]: environment({ variables: text }) }).config?.environments['production']?.variables;
}

function env(text: string) {
  const found = read({
    [PIPE]: `stages:\n  - name: deploy\n    steps: [{ run: "true", env: ${text} }, { deploy: target }]\n`,
  }).config?.pipelines['deploy']?.stages[0]?.steps[0];
  return found?.type === 'run' && 'env' in found.settings ? found.settings.env : found;
}

describe('a value that becomes text', () => {
  test.each(WRITTEN)('%s arrives as it was written', (written) => {
    expect({ ...variables(`{ A: ${written} }`) }).toEqual({ A: written });
    expect({ ...(env(`{ A: ${written} }`) as object) }).toEqual({ A: written });
  });

  test('also through an anchor, with a tag, in a block and beside a comment', () => {
    const text = '\n  A: &python 3.10\n  B: *python\n  C: !!float 1.0\n  D: 1.20 # the last';
    expect({ ...variables(text) }).toEqual({ A: '3.10', B: '3.10', C: '1.0', D: '1.20' });
  });

  test('a quoted one stays what it is', () => {
    expect({ ...variables(`{ A: "3.10", B: 'true', C: "" }`) }).toEqual({ A: '3.10', B: 'true', C: '' });
  });

  test('a directive changes nothing', () => {
    const text = `%YAML 1.1\n---\n${environment({ variables: '{ A: yes, B: 010, C: 2026-12-24, D: 1_000 }' })}`;
    const found = read({ [ENV]: text }).config?.environments['production']?.variables;
    expect({ ...found }).toEqual({ A: 'yes', B: '010', C: '2026-12-24', D: '1_000' });
  });

  test.each(['null', '~', 'Null'])('%s is no text, and how to write it as one is said', (written) => {
    expect(problems({ [ENV]: environment({ variables: `{ A: ${written} }` }) })).toEqual([
      `${ENV}:5:17: \`${written}\` does not fit here (write a text, or a number, or true or false; where it is meant as text, quote it: "${written}")`,
    ]);
  });

  test('where only text fits, a number is shown as it was written', () => {
    expect(problems({ [ENV]: environment({ follow: '{ branch: 1.10 }' }) })).toEqual([
      `${ENV}:1:19: this must be text or nothing, not \`1.10\` (a branch; without a value, the remote's default branch; where it is meant as text, quote it: "1.10")`,
    ]);
    expect(problems({ [ENV]: environment({ policies: '[business-hours, 0x10]' }) })).toEqual([
      `${ENV}:3:28: this must be text, not \`0x10\` (a policy; where it is meant as text, quote it: "0x10")`,
    ]);
  });

  test('a key is what was written too', () => {
    expect(openDocument('a.yaml', '1.0: a\n1.00: b\n"2": c\n').value).toEqual({ '1.0': 'a', '1.00': 'b', '2': 'c' });
  });

  test('a service is told so in the words of its schema', () => {
    const found = problems({
      'schemas/web.schema.json': '{ "properties": { "tag": { "type": "string", "description": "the image" } } }',
      'environments/production/services/web.yaml': 'tag: 1.10\n',
    });
    expect(found).toEqual([
      'environments/production/services/web.yaml:1:6: `1.10` must be string (the image; where it is meant as text, quote it: "1.10")',
    ]);
  });
});

describe('all problems at once', () => {
  test('a slip in the only step of a stage hides neither the stage nor its policies', () => {
    const steps = '    policies: [nope]\n    steps: [{ rnu: "true" }]\n';
    expect(problems({ [PIPE]: `stages:\n  - name: Deploy\n${steps}` })).toEqual([
      `${PIPE}:2:11: \`Deploy\` does not fit (write small letters, digits and dashes, at most 63, beginning with a letter or digit)`,
      `${PIPE}:3:16: there is no policy \`nope\` (policies: business-hours; or add policies/nope.yaml)`,
      `${PIPE}:4:13: this has none of \`run\`, \`deploy\`, \`http\`, \`tcp\`, \`wait\`: is \`rnu\` meant to be \`run\`? (write \`run:\`, or \`deploy:\`, or \`http:\`, or \`tcp:\`, or \`wait:\`)`,
    ]);
  });

  test('a name that is missing hides nothing of what stands beside it', () => {
    const found = problems({ [PIPE]: 'stages:\n  - policies: [nope]\n    steps: [{ run: scripts/gone.sh }]\n' });
    expect(found.map((line) => line.replace(/ \(.*/, ''))).toEqual([
      `${PIPE}:2:5: \`name\` is missing`,
      `${PIPE}:2:16: there is no policy \`nope\``,
      `${PIPE}:3:20: \`scripts/gone.sh\` is not in the repository`,
    ]);
  });

  test('a number that is none, a name that is wrong and a key that is unknown', () => {
    const text =
      'approval: { require: [{ from: leads, count: x }], paths: [] }\noverride: { by: [nobody], reasn: required }\n';
    expect(problems({ 'policies/business-hours.yaml': text }).map((line) => line.replace(/ \(.*/, ''))).toEqual([
      'policies/business-hours.yaml:1:45: this must be a whole number, not the text `x`',
      'policies/business-hours.yaml:1:58: this list is empty',
      'policies/business-hours.yaml:2:18: there is no person or team `nobody`',
      'policies/business-hours.yaml:2:27: unknown key `reasn`',
    ]);
  });

  test('the gates of a stage hold although one of its steps is wrong', () => {
    const text = 'stages:\n  - name: deploy\n    policies: [business-hours]\n    steps: [{ deploy: taget }]\n';
    const { environments } = read({ [PIPE]: text });
    expect(environments['production']?.gate).toEqual([]);
    expect(read({ [PIPE]: text }).config?.pipelines['deploy']?.stages[0]?.policies).toEqual(['business-hours']);
  });

  test('what stands in for a value that does not fit does fit', () => {
    const judged = Object.values(publishedSchemas()).flatMap(partsOf);
    expect(judged.length).toBeGreaterThan(50);
    for (const schema of judged)
      expect({ schema, wrong: misfits(standIn(schema), schema) }).toMatchObject({ wrong: [] });
  });
});

/** Every value that must be there: those of required keys, and lists that may not be empty. */
function partsOf(schema: Schema): readonly Schema[] {
  type Parts = {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
    readonly items?: Schema;
    readonly additionalProperties?: Schema | false;
    readonly anyOf?: readonly Schema[];
  };
  const { properties = {}, required = [], items, additionalProperties, anyOf = [] } = schema as Parts;
  const values: readonly Schema[] = [items, additionalProperties].flatMap((part) =>
    part === undefined || part === false ? [] : [part],
  );
  const below = [Object.values(properties), anyOf, values].flat().flatMap(partsOf);
  const needed = required.map((key) => properties[key] ?? {});
  return [...(schema['minItems'] === undefined ? [] : [schema]), ...needed, ...below];
}

describe('an expression without quotes inside `{ }` or `[ ]`', () => {
  const QUOTE = 'an expression inside `{ }` or `[ ]` must be in quotes: YAML takes its braces for a map';

  function found(text: string): readonly string[] {
    return openDocument('a.yaml', text).problems.map(problemLine);
  }

  test.each([
    ['env: { A: ${{ variables.X }} }', `a.yaml:1:11: ${QUOTE} (quote it: "\${{ variables.X }}")`],
    ['env: [${{ variables.X }}]', `a.yaml:1:7: ${QUOTE} (quote it: "\${{ variables.X }}")`],
    ['a: { b: x${{ y }}z }\nc: 1', `a.yaml:1:9: ${QUOTE} (quote it: "x\${{ y }}z")`],
    ['a: {\n  b: ${{ y }}\n}\nc: 1\n', `a.yaml:2:6: ${QUOTE} (quote it: "\${{ y }}")`],
  ])('%j is one error', (text, line) => {
    expect(found(text)).toEqual([line]);
  });

  test('each of two is said, and no other', () => {
    expect(found('a: { b: ${{ x }}, c: ${{ y }} }\nd: "${{ z }}"\ne: ${{ z }}\n')).toHaveLength(2);
  });

  test('the rest of the file is read, with expressions as they were written', () => {
    const { value } = openDocument(
      'a.yaml',
      'a: { b: ${{ x }} }\nc: |\n  echo "${{ y }}"\n  echo ${{ z }}\nd: "q ${{ w }}"\n',
    );
    expect(value).toEqual({ a: { b: '${{ x }}' }, c: 'echo "${{ y }}"\necho ${{ z }}\n', d: 'q ${{ w }}' });
  });

  test('problems of the rest are said beside it', () => {
    const text = `${environment({ policies: '[nope]' })}variables: { A: \${{ x }} }\n`;
    expect(problems({ [ENV]: text }).map((line) => line.replace(/ \(.*/, ''))).toContain(
      `${ENV}:3:12: there is no policy \`nope\``,
    );
    expect(problems({ [ENV]: text }).join('\n')).toContain(QUOTE);
  });

  test('where it is not the reason, the parser speaks', () => {
    expect(found('a: "${{ x }}"\nb: [1\n').join('\n')).not.toContain('in quotes');
  });
});
