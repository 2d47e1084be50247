// A mutant of the adapter for each row of the table of what GitHub's schema does not say: its scene has to see it.

import { expect, test } from 'vitest';
import { alter } from '../support/forge/alter.ts';
import { play, RULES } from './forge-rules.ts';

test.each(RULES.map((rule) => [rule.rule, rule] as const))(
  'an adapter that does not know it is seen: %s',
  async (_name, rule) => {
    await expect(play(alter(rule.mutant), rule.scene)).rejects.toThrow();
  },
);
