// `soak:` the contents have run well in another environment for so long, without failing there. All time there
// counts, also in pieces; a failure there starts it again. The answer rests on records of that environment alone,
// never on a clock of its own: where nobody looked there, nobody knows, and that does not allow.

import { formatDuration } from '../../base/duration.ts';
import { formatSecond, sayInstant } from '../../base/instant.ts';
import { millis } from '../../config/millis.ts';
import { duration, name, object } from '../../config/schema/shape.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { PolicyFacts, Soaked } from '../../model/policy-facts.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { sayVersion } from '../../model/version.ts';
import { leavesOf } from '../leaf.ts';
import { COUNT, TEXT } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly soak: SoakRule;
  }
}

/** Healthy for so long in another environment, without a failure there. */
export type SoakRule = Rule<'soak'> & { readonly environment: string; readonly forMs: number };

const schema = object(
  'The same contents must have run well in another environment for so long, without failing there.',
  {
    in: name('The environment where it must have run.', { examples: ['staging'] }),
    for: duration('For how long; a failure there starts it again.', { examples: ['48h', '2d'] }),
  },
  ['in', 'for'],
);

export const soakRule = ruleKind({
  type: 'soak',
  schema,
  build(value, cursor) {
    const place = cursor.key();
    cursor.at('in').refer('soak', value.in);
    return () => ({ type: 'soak', place, environment: value.in, forMs: millis(value.for, 0) });
  },
  evaluate: evaluateSoak,
  needs: ({ environment }) => ({ soaks: [environment] }),
  say: ({ environment, forMs }) => `healthy in ${environment} for ${formatDuration(forMs)}`,
  stored: { environment: TEXT, forMs: COUNT },
});

export function evaluateSoak(rule: SoakRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { environment: there, forMs } = rule;
  const { soaks } = facts.evidence;
  const soaked = Object.hasOwn(soaks, there) ? soaks[there] : undefined;
  const version = sayVersion(facts.version);
  const wanted = forMs === 0 ? 'it must succeed there' : `it must run well there for ${formatDuration(forMs)}`;
  const { waiting } = leavesOf(rule, policy);
  const waitsFor = [`soak in ${there}`];
  const seen = { environment: there, wanted: formatDuration(forMs) };
  if (soaked === undefined)
    return waiting(`whether ${version} ran well in ${there} is not known; ${wanted}`, waitsFor, seen);
  switch (soaked.type) {
    case 'never':
      return waiting(`${version} has not run in ${there} yet; ${wanted}`, waitsFor, seen);
    case 'failed':
      return waiting(
        `${version} failed in ${there} (${soaked.sentence}); ${wanted}, and a new version is most likely what does`,
        waitsFor,
        seen,
      );
    case 'healthy':
      return whileHealthy(soaked, rule, policy, facts);
  }
}

function whileHealthy(
  { since, soakedMs }: Extract<Soaked, { type: 'healthy' }>,
  rule: SoakRule,
  policy: PolicyConfig,
  { now, version }: PolicyFacts,
): RuleVerdict {
  const { environment: there, forMs } = rule;
  const { allowed, waiting } = leavesOf(rule, policy);
  // A `since` that lies ahead is the clock of another machine: nothing has soaked by it yet.
  const totalMs = soakedMs + (since === null ? 0 : Math.max(0, now - since));
  const seen = {
    environment: there,
    soaked: formatDuration(totalMs),
    wanted: formatDuration(forMs),
    ...(since === null ? {} : { since: formatSecond(since) }),
  };
  if (forMs === 0) return allowed(`${sayVersion(version)} has succeeded in ${there}`, seen);
  const had = `${sayVersion(version)} has run well in ${there} for ${formatDuration(totalMs)}`;
  if (totalMs >= forMs) return allowed(`${had}, of ${formatDuration(forMs)} wanted`, seen);
  const rest =
    totalMs < 1_000
      ? `${sayVersion(version)} has just begun to run in ${there}, of ${formatDuration(forMs)} wanted`
      : `${had} of ${formatDuration(forMs)}`;
  if (since === null) {
    const missing = formatDuration(forMs - totalMs);
    return waiting(
      `${rest} and does not run there now; it must run well there for another ${missing}`,
      [`soak in ${there}`],
      seen,
    );
  }
  const until = since + forMs - soakedMs;
  return waiting(`${rest}; enough on ${sayInstant(until, 'UTC')}`, [`soak in ${there}`], seen, until);
}
