// The kinds of rule there are. One line a kind.

import type { Schema } from '../schema/shape.ts';
import type { RuleKind } from './kind.ts';
import { windowRule } from './window.ts';

export const RULE_KINDS: readonly RuleKind[] = [windowRule];

export const ruleSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  RULE_KINDS.map((kind) => [kind.key, kind.schema]),
);
