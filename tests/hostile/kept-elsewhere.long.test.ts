// The lines of DESIGN 11 whose tests stand with what they test, each with the precedent that must not happen here.
// Vitest itself is asked what tests there are: one that was renamed, skipped or left to do is missed here, whatever a
// file says.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasSshKeygen } from '../support/signing-keys.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

type Kept = readonly [precedent: string, file: string, name: string];

const KEPT: Readonly<Record<string, readonly Kept[]>> = {
  'arguments that look like options reaching git or ssh': [
    ['CVE-2018-17456', 'e2e/steps.long', 'names that want to be options > tags and branches of any name are data'],
    ['CVE-2017-1000117', 'e2e/steps.long', 'names that want to be options > --repo %s is refused'],
    ['CVE-2022-25912', 'contract/git-native-file', 'a URL that configuration rewrites is checked again'],
    ['CVE-2022-24765', 'contract/git-native-file', 'a hook or a helper that configuration asks for is not run'],
    ['CVE-2022-24066', 'unit/git/ls-refs', 'an ls-refs answer > hostile names are left out'],
  ],
  'symlinks and `..` that leave the checkout': [
    [
      'CVE-2021-21300',
      'contract/git-native-file',
      'trees that no honest git makes > a link and a folder of the same name',
    ],
    [
      'CVE-2022-24904',
      'unit/git/export-over',
      'what steps left in an export > links are never followed, neither for a file nor for a folder',
    ],
    ['CVE-2022-24904', 'unit/cli/looking', 'logs > never reads through a link that a state folder holds'],
  ],
  'YAML bombs, huge files, deep trees, a million tags': [
    [
      'the git bomb of 2017',
      'contract/git-native-file',
      'trees that no honest git makes > a tree that unfolds into more files than the bound',
    ],
    [
      'the git bomb of 2017',
      'contract/git-native-file',
      'trees that no honest git makes > folders nested deeper than anyone means',
    ],
    ['the endless data of TUF', 'contract/git-native-http', 'more bytes or refs than the bound are a Fault'],
    ['the slow retrieval of TUF', 'contract/git-native-http', 'a host that hangs is a Fault in time'],
    [
      'a log that fills a disk',
      'e2e/steps.long',
      'a step > that prints 100 MB is bounded on disk and in the ledger, and its end is kept',
    ],
  ],
  'secrets in errors, logs, records, pages': [
    [
      'CVE-2025-30066',
      'e2e/steps.long',
      'a step > sees no variable of the controller but what `secrets:` names, and those are masked everywhere',
    ],
    [
      'CVE-2020-5260',
      'e2e/remotes.long',
      'over HTTP with a login > a token from the environment is enough, and is written nowhere',
    ],
    [
      'CVE-2020-5260',
      'e2e/remotes.long',
      'over HTTP with a login > a login in the address works as well, and is neither shown nor kept',
    ],
    ['CVE-2025-30066', 'e2e/remotes.long', 'over HTTP with a login > steps do not see the token'],
    ['CVE-2020-11008', 'e2e/token', 'a ledger on another server is not given the token of this one'],
    ['CVE-2022-27774', 'contract/git-native-login', 'a token is not given to the host that a redirect leads to'],
    [
      'CVE-2025-30066',
      'unit/runner/runner-network',
      'an http step > keeps secrets out of its sentence and its log, and refuses a password in the URL',
    ],
  ],
  'an action allowed by one face and forbidden by another': [
    ['CVE-2023-22736', 'unit/cli/one-judge', 'no command decides by itself who may do what'],
    ['CVE-2023-22736', 'unit/cli/one-judge', 'the judges are few, and each is known'],
  ],
  'expressions that become code or shell': [
    ['GitHub Actions script injection', 'e2e/steps.long', 'values that want to be code > %j arrives as it is'],
  ],
  'approvals moved to another commit': [
    [
      'approvals that outlive a push',
      'e2e/approvals.long',
      'approvals > are void after a new commit, and `why` says so',
    ],
    ['CVE-2025-30066', 'e2e/approvals.long', 'approval tags > that were moved to another commit count for neither'],
    [
      'a tag under another name',
      'e2e/approvals.long',
      'approval tags > whose name says another version than they point at do not count',
    ],
    [
      'a tag under another name',
      'e2e/signed-tags.long',
      'where signatures are required (ssh-keygen) > a tag that somebody signed under another name is no answer under this one',
    ],
    [
      'a gate lifted by its own change',
      'e2e/approvals.long',
      'a policy loosened by the very change that it should hold is asked as it is in force',
    ],
  ],
  'self-approval': [
    [
      'GitHub Actions approving its own pull requests',
      'e2e/approvals.long',
      'approvals > of the author and of strangers are refused before they are written',
    ],
    [
      'a key listed by its own change',
      'e2e/signed-tags.long',
      'where signatures are required (ssh-keygen) > a key that the change itself lists stands for nobody in that change',
    ],
    [
      'a gate lifted by its own change',
      'e2e/signed-tags.long',
      'where signatures are required (ssh-keygen) > a change that stops requiring them is itself still held by them',
    ],
  ],
  'a force-push or an older tag replayed as new': [
    [
      'CVE-2025-30066',
      'e2e/tags.long',
      'which tag counts > a tag that was moved is refused, and says where it first stood',
    ],
    [
      'CVE-2025-30066',
      'e2e/tags.long',
      'which tag counts > a tag that waited, was moved and came back is refused while it is moved',
    ],
    ['CVE-2025-30066', 'e2e/tags.long', 'a bad tag > and our own tag is no way in for anyone who moves it'],
    [
      'the rollback attack of TUF',
      'e2e/tags.long',
      'which tag counts > the highest semantic version, not the youngest',
    ],
    [
      'the rollback attack of TUF',
      'e2e/ledger.long',
      'a ledger ref that was rewritten > to an older state is noticed by anyone who has seen the newer one',
    ],
    [
      'the rollback attack of TUF',
      'e2e/ledger.long',
      'a ledger ref that was deleted > stalls the environment, and is never begun again',
    ],
    [
      'a record edited afterwards',
      'e2e/ledger.long',
      'a ledger ref that was rewritten > with a record edited inside is found by verify, also from a fresh clone',
    ],
    [
      'a format that is guessed',
      'e2e/ledger.long',
      'a ledger ref that was rewritten > with something that no reader knows on top: Stalled, not guessed',
    ],
  ],
  'requests to loopback or metadata addresses from user-given URLs': [
    [
      'the breach of Capital One, 2019',
      'unit/runner/runner-network',
      'an http step > sends what it was told, and follows no redirect',
    ],
  ],
};

const names = new Map<string, ReadonlySet<string>>();

beforeAll(() => {
  const files = [...new Set(Object.values(KEPT).flatMap((kept) => kept.map(([, file]) => fileOf(file))))];
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-kept-'));
  const listed = path.join(folder, 'tests.json');
  try {
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    // `--json=` and never `--json <next>`: it would write over whatever file came next.
    execFileSync(process.execPath, [vitest, 'list', ...files, '--staticParse=false', `--json=${listed}`], {
      cwd: ROOT,
      env: plainEnv(),
    });
    const tests = JSON.parse(readFileSync(listed, 'utf8')) as readonly {
      readonly name: string;
      readonly file: string;
    }[];
    for (const { name, file } of tests) {
      const place = path.relative(ROOT, file).split(path.sep).join('/');
      names.set(place, new Set([...(names.get(place) ?? []), name]));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe.each(Object.entries(KEPT))('%s', (_, kept) => {
  for (const [precedent, file, name] of kept) {
    test.skipIf(name.includes('ssh-keygen') && !hasSshKeygen)(`${precedent}: ${file} tests it (${name})`, () => {
      const found = [...(names.get(fileOf(file)) ?? [])];
      expect(found, `of ${fileOf(file)}`).toContainEqual(expect.stringMatching(patternOf(name)));
    });
  }
});

/** Of a table, whose rows have values in their names. */
function patternOf(name: string): RegExp {
  const parts = name.split(/%[sj]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function fileOf(file: string): string {
  return `tests/${file}.test.ts`;
}

/** As from a shell: what the vitest around this one told its workers is not for the one inside. */
function plainEnv(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV|NODE_OPTIONS|VITE_)/.test(name));
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? '']));
}
