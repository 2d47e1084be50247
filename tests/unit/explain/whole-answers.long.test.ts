// The same as whole-answers.test.ts, for five thousand scenes.

import fc from 'fast-check';
import { test } from 'vitest';
import { agrees } from '../../support/whole-answers.ts';
import { scenes } from '../../support/whole-scenes.ts';

test('every face gives the status and the until of the judge', () => {
  fc.assert(fc.property(scenes(), agrees), { numRuns: 5_000 });
}, 1_800_000);
