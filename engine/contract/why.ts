// `tidegate why --json`: whether a version may run there, rule by rule.

import { asideOf } from '../explain/leaves.ts';
import { dueNotices } from '../explain/notices.ts';
import { needsOf } from '../explain/remedies.ts';
import type { Why } from '../explain/why.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import { noticeJson, noticeShape } from './notice.ts';
import { needsJson, needsOrNull } from './remedy.ts';
import { ruleJson, ruleWithAside, statusShape } from './rule.ts';
import { listOf, object, type Shape, says, TEXT } from './shape.ts';
import { versionJsonOrNull, versionOrNull } from './version.ts';

export const whyAnswer = object({
  environment: TEXT,
  version: says('Null only where nothing runs and nothing is offered.', versionOrNull),
  at: instantShape,
  status: statusShape,
  until: instantOrNull,
  sentence: TEXT,
  rules: listOf(ruleWithAside),
  needs: needsOrNull,
  notices: says('Who is to be told what now, in the order asked.', listOf(noticeShape)),
});

export type WhyJson = Shape<typeof whyAnswer>;

/** `isVerbose`: also what has nothing to do with this version. */
export function whyJson(why: Why, isVerbose = false): WhyJson {
  const { verdict } = why;
  return {
    environment: why.environment,
    version: versionJsonOrNull(why.version),
    at: instantJson(why.now),
    status: verdict.status,
    until: instantJsonOrNull(verdict.until),
    sentence: verdict.sentence,
    rules: why.leaves.map((leaf) => ({ ...ruleJson(leaf), ...(isVerbose ? { aside: asideOf(leaf) } : {}) })),
    needs: needsJson(needsOf(why)),
    notices: dueNotices(verdict.notices, why.now).map(noticeJson),
  };
}
