// `tidegate logs --json`: the output of each step.

import { outcomeShape } from './run.ts';
import { COUNT, FLAG, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';

export const logsAnswer = object({
  run: TEXT,
  outcome: orNull(outcomeShape),
  logs: listOf(
    object({
      stage: TEXT,
      attempt: COUNT,
      step: COUNT,
      name: TEXT,
      isWhole: says('False where only the last lines are left, which the ledger keeps.', FLAG),
      text: TEXT,
    }),
  ),
});

export type LogsJson = Shape<typeof logsAnswer>;
