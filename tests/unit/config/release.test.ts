// `release:` of tidegate.yaml: defaults, and parts that cannot be told apart, refused by name.

import { describe, expect, test } from 'vitest';
import { WHOLE } from '../../../engine/model/release-config.ts';
import { type Files, problems, read, SOUND } from './repository.ts';

const withRelease = (release: string, more: Files = {}): Files => ({
  'tidegate.yaml': `${SOUND['tidegate.yaml']}\nrelease: ${release}\n`,
  ...more,
});
const parts = (web: string, api: string) => withRelease(`{ components: { web: { ${web} }, api: { ${api} } } }`);

test('what is left out has its default', () => {
  expect(read({}).config?.repository.release).toBeNull();
  expect(read(withRelease('{}')).config?.repository.release).toEqual({
    from: null,
    to: null,
    by: 'push',
    tickets: null,
    components: [WHOLE],
    after: null,
    train: null,
    steps: [],
    checklist: null,
  });
});

test('a component has tags of its name, and counts what it shares', () => {
  const files = parts('paths: [web/], shared: [ui], changelog: web.md', 'paths: [api], changelog: api.md, tag: api/v');
  expect(read(files).config?.repository.release?.components).toEqual([
    { name: 'web', paths: ['web', 'ui'], tag: 'web-v', changelog: 'web.md', versions: [] },
    { name: 'api', paths: ['api'], tag: 'api/v', changelog: 'api.md', versions: [] },
  ]);
});

describe('what is wrong is said with its place', () => {
  const api = 'paths: [api], changelog: api.md';
  test.each<[string, Files, string | null]>([
    ['as it should be', parts('paths: [web], changelog: web.md', api), null],
    ['from one branch to another, by proposal', withRelease('{ from: develop, to: main, by: proposal }'), null],
    ['paths that overlap', parts('paths: [api/web], changelog: web.md', api), 'api of api and api/web of web overlap'],
    ['the same paths', parts('paths: [api], changelog: web.md', api), 'api of api and api of web overlap'],
    ['paths that begin alike are two', parts('paths: [api-web], changelog: web.md', api), null],
    ['the same changelog', parts('paths: [web], changelog: api.md', api), 'web has the same changelog'],
    ['the same tags', parts('paths: [web], changelog: web.md, tag: api-v', api), 'the tags of both are `api-v…`'],
    [
      'tags of one that read like those of the other',
      parts('paths: [web], changelog: web.md, tag: v', 'paths: [api], changelog: api.md, tag: v2-'),
      'api and web cannot be told apart: tags `v2-…` read like versions of `v…`',
    ],
    ['a tag that ends in a digit', withRelease('{ tag: v1 }'), 'it ends with a digit'],
    ['a tag that is none', withRelease('{ tag: "v .." }'), 'no tag can begin like this'],
    ['a tag that is an answer', withRelease('{ tag: approve/production/v }'), 'people answer by such tags'],
    ['a push elsewhere', withRelease('{ from: develop, to: main }'), 'a push releases the branch itself'],
    [
      'a file outside',
      withRelease('{ changelog: ../CHANGELOG.md }'),
      '`../CHANGELOG.md` does not lie in the repository',
    ],
    ['tickets with a group', withRelease('{ tickets: { match: "(a+)+", url: "https://t/$0" } }'), 'it has a group'],
    [
      'tickets that repeat',
      withRelease('{ tickets: { match: "a*a*a*a*", url: "https://t/$0" } }'),
      'it repeats more than 3 times',
    ],
    [
      'tickets that are none',
      withRelease('{ tickets: { match: "[a", url: "https://t/$0" } }'),
      'it is no regular expression',
    ],
    [
      'a pointer that is none',
      withRelease('{ versions: [{ file: a.json, pointer: version }] }'),
      'a JSON pointer, such as /version',
    ],
    [
      'its own keys beside components',
      withRelease('{ tag: v, components: { api: { paths: [api], changelog: a.md } } }'),
      'each component has its own `tag`',
    ],
    [
      'steps without a train',
      withRelease('{ steps: [{ name: branch, days_before: 3 }] }'),
      'nothing says when these are due',
    ],
    [
      'an environment that is not there',
      withRelease('{ after: prodution }'),
      'there is no environment prodution (did you mean `production`?)',
    ],
    ['a train that is not there', withRelease('{ train: train }'), 'there is no policy train'],
    ['a checklist that is not there', withRelease('{ checklist: release }'), 'there is no checklists/release.md'],
    ['one that is', withRelease('{ checklist: release }', { 'checklists/release.md': '- [ ] a\n' }), null],
  ])('%s', (_, files, said) => {
    const found = problems(files);
    if (said === null) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(said);
  });
});
