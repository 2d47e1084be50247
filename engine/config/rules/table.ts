// The kinds of rule there are. One line a kind.

import type { Schema } from '../schema/shape.ts';
import { approvalRule } from './approval.ts';
import { checksRule } from './checks.ts';
import { deployersRule } from './deployers.ts';
import { downgradeRule } from './downgrade.ts';
import type { RuleKind } from './kind.ts';
import { limitRule } from './limit.ts';
import { lockRule } from './lock.ts';
import { signatureRule } from './signature.ts';
import { soakRule } from './soak.ts';
import { trainRule } from './train.ts';
import { whenRule } from './when.ts';
import { windowRule } from './window.ts';

export const RULE_KINDS: readonly RuleKind[] = [
  windowRule,
  trainRule,
  approvalRule,
  soakRule,
  checksRule,
  deployersRule,
  signatureRule,
  downgradeRule,
  limitRule,
  lockRule,
  whenRule,
];

export const ruleSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  RULE_KINDS.map((kind) => [kind.key, kind.schema]),
);
