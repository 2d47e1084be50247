// A repository on this machine that the person who runs Tidegate may read and not write.

import { chmodSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { DoctorJson } from '../../engine/contract/doctor.ts';
import { AS_MERE_USER } from '../support/mere-user.ts';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => {
  chmodSync(path.join(story.repository, 'refs'), 0o700);
  return story.end();
});

test.skipIf(AS_MERE_USER === null)(
  'is told by `doctor` before anything has to be pushed (setpriv, for root)',
  async () => {
    story = new Scenario({ production: {} });
    chmodSync(path.join(story.repository, 'refs'), 0o500);
    const ran = await story.run(['doctor', '--json'], { behind: AS_MERE_USER ?? [] });
    expect(ran.code, `${ran.out}${ran.err}`).toBe(1);
    const { checks } = JSON.parse(ran.out) as DoctorJson;
    const found = checks.find(({ name }) => name === 'ledger-writable');
    expect(found).toMatchObject({ status: 'failed' });
    expect(`${found?.sentence}`).toContain(path.join(story.repository, 'refs'));
  },
);
