// `soak`: the contents have run well in another environment for so long, without failing there. Whatever soaked
// counts, also in pieces; a failure there starts it again. The answer rests on records of that environment alone,
// never on a clock of its own: the one who did not look there cannot know, and does not allow.

import { formatDuration } from '../base/duration.ts';
import { formatSecond, sayInstant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts, Soaked } from '../model/policy-facts.ts';
import type { SoakRule } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { sayVersion } from '../model/version.ts';
import { leavesOf } from './leaf.ts';

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
