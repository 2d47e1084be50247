// A remedy as it is typed: each is a command that the program has, with options that it knows.

import { expect, test } from 'vitest';
import { commandOf } from '../../../engine/cli/text/remedy-shown.ts';
import type { Remedy } from '../../../engine/model/remedy.ts';

const environment = 'production';
const version = 'v1.4.2';

test.each<[remedy: Remedy, command: string]>([
  [{ act: 'approve', environment, version }, 'tidegate approve production v1.4.2'],
  [{ act: 'approve-gates', environment }, 'tidegate approve production --gates'],
  [{ act: 'cancel', environment }, 'tidegate cancel production'],
  [{ act: 'deploy', environment, version, emergency: false }, 'tidegate deploy production v1.4.2 --reason "…"'],
  [
    { act: 'deploy', environment, version, emergency: true },
    'tidegate deploy production v1.4.2 --emergency --reason "…"',
  ],
  [{ act: 'record-check', version, check: 'ci', withValue: false }, 'tidegate checks set v1.4.2 ci passed'],
  [{ act: 'record-check', version, check: 'ci', withValue: true }, 'tidegate checks set v1.4.2 ci passed --value …'],
  [
    { act: 'record-check', version, check: "qa's smoke; rm", withValue: false },
    "tidegate checks set v1.4.2 'qa'\\''s smoke; rm' passed",
  ],
  [
    { act: 'deploy', environment, version: null, emergency: false },
    'tidegate deploy production <version> --reason "…"',
  ],
  [{ act: 'override', environment, version }, 'tidegate override production v1.4.2 --reason "…"'],
  [{ act: 'resume', environment }, 'tidegate resume production --reason "…"'],
  [{ act: 'resume', environment: null }, 'tidegate resume --all --reason "…"'],
  [{ act: 'rollback', environment, version }, 'tidegate rollback production --to v1.4.2 --reason "…"'],
  [{ act: 'rollback', environment, version: null }, 'tidegate rollback production --reason "…"'],
])('%j is typed as %s', (remedy, command) => {
  expect(commandOf(remedy)).toBe(command);
});
