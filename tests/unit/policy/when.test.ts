import { describe, expect, test } from 'vitest';
import { type Change, NO_EVIDENCE, type PolicyFacts } from '../../../engine/model/policy-facts.ts';
import type { WhenRule } from '../../../engine/policy/rules/when.ts';
import { evaluateWhen } from '../../../engine/policy/rules/when.ts';
import { version } from '../../support/observed-builders.ts';
import { facts } from '../../support/policy-facts.ts';
import { policyOf } from './window-build.ts';

const CHANGE: Change = {
  authors: ['Ana <ana@example.org>', 'Dan <dan@example.org>'],
  paths: ['docs/a.md', 'docs/b.md', 'site/index.html'],
  kinds: ['docs', 'fix'],
  commits: 3,
};

function verdict(expression: string, change: Change | null = CHANGE, more: Partial<PolicyFacts> = {}, says?: string) {
  const place = { file: 'policies/only.yaml', line: 1, column: 1 };
  const rule: WhenRule = { type: 'when', place, expression, says: says ?? null };
  const said = evaluateWhen(rule, policyOf('only', rule), facts({ evidence: { ...NO_EVIDENCE, change }, ...more }));
  expect(said).toMatchObject({ until: null, waitsFor: [], name: 'when' });
  return said;
}

const running = { current: { version: version('v1.4.1'), since: 0 } };
const asked: Partial<PolicyFacts> = { requestedBy: 'Ana <ana@example.org>', trigger: 'request', kind: 'rollback' };

describe('every fact', () => {
  test.each<[expression: string, more: Partial<PolicyFacts>]>([
    ['environment == "production"', {}],
    ['version.tag == "v1.4.2"', {}],
    ['version.short == "v1.4.2"', {}],
    [`version.commit == "${version('v1.4.2').commit}"`, {}],
    ['version.tag == "" && version.short == "1264ab1"', { version: { ...version('v1.4.2'), tag: null } }],
    ['kind == "deploy" && trigger == "commit"', {}],
    ['kind == "rollback" && trigger == "request"', asked],
    ['requestedBy == ""', {}],
    ['requestedBy.endsWith("@example.org>")', asked],
    ['change.authors.exists(a, a.contains("dan@"))', {}],
    ['change.paths.filter(p, p.startsWith("docs/")).size() == 2', {}],
    ['change.paths[2] == "site/index.html"', {}],
    ['change.kinds == ["docs", "fix"]', {}],
    ['!("feat" in change.kinds)', {}],
    ['change.commits >= 2 && change.commits < 2 * 2', {}],
    ['current.tag == "" && current.commit == ""', {}],
    ['current.tag == "v1.4.1" && current.commit != version.commit', running],
  ])('%s', (expression, more) => {
    expect(verdict(expression, CHANGE, more).status).toBe('allowed');
    expect(verdict(`!(${expression})`, CHANGE, more).status).toBe('denied');
  });
});

describe('an answer', () => {
  test.each<[title: string, said: ReturnType<typeof verdict>, status: string, sentence: string]>([
    [
      'true',
      verdict('change.commits < 5 || environment == "test"'),
      'allowed',
      '`change.commits < 5 || environment == "test"` is true here (change.commits is 3; environment is production)',
    ],
    [
      'false',
      verdict('change.kinds.all(k, k in ["docs", "chore"])'),
      'denied',
      '`change.kinds.all(k, k in ["docs", "chore"])` is false here (change.kinds is docs, fix), and must be true',
    ],
    [
      'false, in words of its own',
      verdict('change.commits < 2', CHANGE, {}, 'one commit at a time.'),
      'denied',
      'one commit at a time (change.commits is 3)',
    ],
    ['over nothing', verdict('1 > 2'), 'denied', '`1 > 2` is false here, and must be true'],
    [
      'over what is empty',
      verdict('requestedBy != "" || change.paths.size() > 0', { ...CHANGE, paths: [] }),
      'denied',
      `\`requestedBy != "" || change.paths.size() > 0\` is false here (requestedBy is ''; change.paths is nothing), and must be true`,
    ],
    [
      'on several lines',
      verdict('change.commits\n  == 3'),
      'allowed',
      '`change.commits == 3` is true here (change.commits is 3)',
    ],
    [
      'over many paths',
      verdict('change.paths.size() < 3', { ...CHANGE, paths: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }),
      'denied',
      '`change.paths.size() < 3` is false here (change.paths is a, b, c, d, e and 2 more), and must be true',
    ],
    [
      'over as many paths as are shown',
      verdict('change.paths.size() < 3', { ...CHANGE, paths: ['a', 'b', 'c', 'd', 'e'] }),
      'denied',
      '`change.paths.size() < 3` is false here (change.paths is a, b, c, d, e), and must be true',
    ],
    [
      'over a path as long as is shown, and one longer',
      verdict('change.paths.size() < 1', { ...CHANGE, paths: ['a'.repeat(80), 'b'.repeat(81)] }),
      'denied',
      `\`change.paths.size() < 1\` is false here (change.paths is ${'a'.repeat(80)}, ${'b'.repeat(80)}…), and must be true`,
    ],
    [
      'none: no such item',
      verdict('change.paths[7] == "x"'),
      'denied',
      '`change.paths[7] == "x"` has no answer here: no such key: index out of bounds, index 7 >= size 3 (change.paths is docs/a.md, docs/b.md, site/index.html); correct the condition',
    ],
    [
      'none: division by zero',
      verdict('10 / (change.commits - 3) > 1'),
      'denied',
      '`10 / (change.commits - 3) > 1` has no answer here: division by zero (change.commits is 3); correct the condition',
    ],
    [
      'none: the change is not known',
      verdict('change.commits < 5', null),
      'denied',
      '`change.commits < 5` asks about the change, and what changes between what runs in production and this version cannot be known',
    ],
    [
      'none, though it would be true whatever the change is',
      verdict('environment == "production" || change.commits < 5', null),
      'denied',
      '`environment == "production" || change.commits < 5` asks about the change, and what changes between what runs in production and this version cannot be known',
    ],
    [
      'without a word about the change',
      verdict('environment == "production"', null),
      'allowed',
      '`environment == "production"` is true here (environment is production)',
    ],
  ])('%s', (_title, said, status, sentence) => {
    expect(said).toMatchObject({ status, sentence: `only: ${sentence}` });
  });

  test('never rests on a rule that a check would have refused', () => {
    for (const expression of ['version.tag.matches("v.*")', 'environment', '1 +', 'timestamp("x") == timestamp("x")'])
      expect(verdict(expression)).toMatchObject({ status: 'denied' });
  });
});

describe('what would never end is not begun', () => {
  const paths = (count: number, length = 60) =>
    Array.from({ length: count }, (_, index) => `${'a'.repeat(length)}${index}`);
  const doubled = '.map(p, p + p)'.repeat(30);
  const nested = '.map(p, [p, p]).map(q, [q, q])';

  test.each<[title: string, expression: string, count: number, length?: number]>([
    ['a list within a list', 'change.paths.exists(p, change.paths.exists(q, p == q + "x"))', 20_000],
    ['three of them', 'change.paths.all(p, change.paths.all(q, change.paths.all(r, p + q != r)))', 2_000],
    ['a search in a list, again and again', 'change.paths.all(p, !((p + "x") in change.paths))', 20_000],
    ['texts that double', `change.paths${doubled}.exists(p, p.contains("x"))`, 100],
    ['one text that doubles', `["a"]${doubled}.exists(p, p.contains("b"))`, 0],
    ['lists that double', `[change.paths].map(p, p + p)${'.map(p, p + p)'.repeat(30)}.exists(p, "x" in p)`, 100],
    [
      'lists of lists that are compared',
      `change.paths${nested} == change.paths${nested.repeat(1)} && ["a"]${'.map(p, [p, p])'.repeat(25)}.size() == 1 && ["a"]${'.map(p, [p, p])'.repeat(25)} == ["a"]${'.map(p, [p, p])'.repeat(25)}`,
      9,
    ],
    ['a hopeless search', `change.paths.exists(p, p.contains("${'a'.repeat(1_500)}b"))`, 5_000, 4_000],
  ])('%s', (_title, expression, count, length) => {
    const change = { ...CHANGE, paths: paths(count, length) };
    // Begun, it would outlast any test.
    const said = verdict(expression, change);
    expect(said.status).toBe('denied');
    expect(said.sentence).toMatch(/too large to be judged|longer than|too many/);
  });

  test('a change of ten thousand paths is judged', () => {
    const change = { ...CHANGE, paths: paths(10_000) };
    expect(verdict('change.paths.all(p, ["docs/", "site/", "a"].exists(d, p.startsWith(d)))', change).status).toBe(
      'allowed',
    );
    expect(verdict('change.paths.exists(p, p.contains("schema") && p.endsWith(".sql"))', change).status).toBe('denied');
  });
});
