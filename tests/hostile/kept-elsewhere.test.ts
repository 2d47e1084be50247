// The lines of DESIGN 11 that are tested elsewhere, by the names of those tests: one that vanishes is missed here.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

const KEPT: readonly (readonly [line: string, file: string, name: string])[] = [
  [
    'approval moved to another commit',
    'tests/e2e/approvals.test.ts',
    'that were moved to another commit count for neither',
  ],
  ['approval of an older commit', 'tests/e2e/approvals.test.ts', 'are void after a new commit, and `why` says so'],
  [
    'approval under another name',
    'tests/e2e/approvals.test.ts',
    'whose name says another version than they point at do not count',
  ],
  [
    'signed tag under another name',
    'tests/e2e/signed-tags.test.ts',
    'a tag that somebody signed under another name is no answer under this one',
  ],
  [
    'a change that grants itself rights',
    'tests/e2e/signed-tags.test.ts',
    'a key that the change itself lists vouches for nobody in that change',
  ],
  [
    'a change that lifts its own gate',
    'tests/e2e/signed-tags.test.ts',
    'a change that stops requiring them is itself still held by them',
  ],
  [
    'self-approval',
    'tests/e2e/approvals.test.ts',
    'of the author and of strangers are refused before they are written',
  ],
  ['moved tag', 'tests/e2e/tags.test.ts', 'a tag that was moved is refused, and says where it first stood'],
  [
    'moved tag that comes back',
    'tests/e2e/tags.test.ts',
    'a tag that waited, was moved and came back is refused while it is moved',
  ],
  ['older tag replayed as new', 'tests/e2e/tags.test.ts', 'the highest semantic version, not the youngest'],
  ['our own tag moved', 'tests/e2e/tags.test.ts', 'and our own tag is no way in for whoever moves it'],
  ['ledger force-pushed', 'tests/e2e/ledger.test.ts', 'to an older state is noticed by whoever has seen the newer one'],
  [
    'ledger edited inside',
    'tests/e2e/ledger.test.ts',
    'with a record edited inside is found by verify, also from a fresh clone',
  ],
  ['ledger deleted', 'tests/e2e/ledger.test.ts', 'stalls the environment, and is never begun anew'],
  [
    'ledger of another format',
    'tests/e2e/ledger.test.ts',
    'with something that no reader knows on top: Stalled, not guessed',
  ],
  [
    'secrets of steps',
    'tests/e2e/steps.test.ts',
    'sees no variable of the controller but what `secrets:` names, and those are masked everywhere',
  ],
  [
    'token of the remote',
    'tests/e2e/remotes.test.ts',
    'a token from the environment is enough, and is written nowhere',
  ],
  [
    'login in the address',
    'tests/e2e/remotes.test.ts',
    'a login in the address works as well, and is neither shown nor kept',
  ],
  ['token not for steps', 'tests/e2e/remotes.test.ts', 'steps do not see the token'],
  [
    'token over a redirect',
    'tests/contract/git-native-login.test.ts',
    'a token is not given to the host that a redirect leads to',
  ],
  ['redirect of a step', 'tests/unit/runner/runner-network.test.ts', 'sends what it was told, and follows no redirect'],
  ['slow remote', 'tests/contract/git-native-http.test.ts', 'a host that hangs is a Fault in time'],
  ['a million refs', 'tests/contract/git-native-http.test.ts', 'more bytes or refs than the bound are a Fault'],
  [
    'hooks of a configuration',
    'tests/contract/git-native-file.test.ts',
    'a hook or a helper that configuration asks for is not run',
  ],
  [
    'URL rewritten by configuration',
    'tests/contract/git-native-file.test.ts',
    'a URL that configuration rewrites is checked again',
  ],
  ['deep trees', 'tests/contract/git-native-file.test.ts', 'folders nested deeper than anyone means'],
  ['trees that unfold', 'tests/contract/git-native-file.test.ts', 'a tree that unfolds into more files than the bound'],
  [
    'CVE-2021-21300: a link and a folder of one name',
    'tests/contract/git-native-file.test.ts',
    'a link and a folder of the same name',
  ],
  [
    'links are not followed',
    'tests/unit/git/export-over.test.ts',
    'links are never followed, neither for a file nor for a folder',
  ],
  [
    'links in the state folder',
    'tests/unit/cli/looking.test.ts',
    'never reads through a link that a state folder holds',
  ],
  ['advertised names', 'tests/unit/git/ls-refs.test.ts', 'hostile names are left out'],
  ['YAML bomb (billion laughs)', 'tests/unit/config/hostile.test.ts', 'a bomb of aliases'],
  ['huge file', 'tests/unit/config/hostile.test.ts', 'larger than a mebibyte'],
  ['prototype keys', 'tests/unit/config/hostile.test.ts', 'names of JavaScript are names like others'],
  ['pattern that takes for ever', 'tests/unit/config/hostile.test.ts', 'a pattern that takes for ever'],
  ['one judge for all faces', 'tests/unit/cli/one-judge.test.ts', 'test('],
];

test.each(KEPT)('%s is tested in %s', (_, file, name) => {
  expect(readFileSync(path.join(ROOT, file), 'utf8')).toContain(name);
});
