// Whole answers against an independent judge: status and `until`, in every face that gives them.

import fc from 'fast-check';
import { test } from 'vitest';
import { agrees } from '../../support/whole-answers.ts';
import { scenes } from '../../support/whole-scenes.ts';

test('every face gives the status and the until of the judge', () => {
  fc.assert(fc.property(scenes(), agrees), { numRuns: 150 });
});
