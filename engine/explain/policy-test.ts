// `tidegate test`: a made-up moment is put to the very policies that decide, and their answer is held against what
// the repository expects of it. What a case does not give is not there: a rule that needs it does not allow.

import { formatInstant, type Instant } from '../base/instant.ts';
import { policiesNamed } from '../model/asked-policies.ts';
import type { Config, PolicyConfig } from '../model/config.ts';
import { mustSignIn } from '../model/must-sign.ts';
import type { Directory, GivenApproval, Holidays, PolicyFacts, Soaked } from '../model/policy-facts.ts';
import type { GivenFacts, PolicyTest } from '../model/policy-test.ts';
import { lookedAhead } from '../model/until.ts';
import { type RuleVerdict, rulesIn, type Verdict } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { evaluatePolicies } from '../policy/evaluate.ts';
import { type Lifting, liftingOf } from '../policy/lifting.ts';

export type TestResult = {
  readonly test: PolicyTest;
  readonly verdict: Verdict;
  /** Each rule that was asked, as `policy/rule`. */
  readonly rules: readonly { readonly name: string; readonly verdict: RuleVerdict }[];
  /** Empty where everything was as expected. */
  readonly failures: readonly Failure[];
};

type Failure = { readonly what: string; readonly expected: string; readonly got: string };

/** The plan that every approval of a case is bound to. */
const PLAN = 'plan';
/** What runs, runs since a week; nothing that people wrote says so. */
const CURRENT_MS = 7 * 86_400_000;

export function judgeTest(test: PolicyTest, config: Config, holidays: Holidays): TestResult {
  const policies = policiesAsked(test, config);
  const verdictAt = (now: Instant) => evaluatePolicies(policies, factsOf(test, config, policies, holidays, now));
  const verdict = lookedAhead(test.at, verdictAt(test.at), verdictAt, test.given.emergency.length > 0);
  const rules = rulesIn(verdict).map((rule) => ({ name: `${rule.policy}/${rule.name}`, verdict: rule }));
  return { test, verdict, rules, failures: failuresOf(test, verdict, rules) };
}

function policiesAsked({ asks }: PolicyTest, config: Config): readonly PolicyConfig[] {
  const names = 'environment' in asks ? (config.environments[asks.environment]?.policies ?? []) : asks.policies;
  return policiesNamed(names, config.policies);
}

function factsOf(
  { asks, at, given }: PolicyTest,
  { repository }: Config,
  policies: readonly PolicyConfig[],
  holidays: Holidays,
  now: Instant,
): PolicyFacts {
  const directory: Directory = { people: repository.people, teams: repository.teams };
  const version = versionCalled(given.version);
  const { lifted, ...lifting } = liftingIn(given, policies, directory, at, now);
  return {
    now,
    environment: 'environment' in asks ? asks.environment : 'test',
    version,
    kind: given.kind,
    trigger: given.trigger,
    requestedBy: given.requestedBy === null ? null : identity(given.requestedBy, directory),
    run: null,
    lifted: [...given.overridden, ...lifted],
    ...lifting,
    directory,
    signaturesRequired: mustSignIn(repository),
    evidence: {
      planDigest: PLAN,
      change: given.change === null ? null : withAuthors(given.change, directory),
      changeUnknown: null,
      signed: given.signed,
      soaks: soaksOf(given, at),
      checks: given.checks.map(({ name, status, value, agoMs }) => ({
        name,
        status,
        value,
        at: at - agoMs,
        by: 'test',
      })),
      isOlder: given.isOlder,
    },
    approvals: given.approvals.map((one, index) => approval(one, index, version, at, directory)),
    offeredAt: at - (given.offeredAgoMs ?? 0),
    current: given.current === null ? null : { version: versionCalled(given.current), since: at - CURRENT_MS },
    starts: given.startsAgoMs
      .toSorted((a, b) => a - b)
      .map((agoMs, index) => ({ run: `test-${given.startsAgoMs.length - index}`, at: at - agoMs })),
    holders: given.holders.map(({ lock, environment }) => ({ lock, environment, run: `${environment}-1` })),
    holidays,
  };
}

/** The same name is always the same commit; a name that is a commit stands for itself. */
function versionCalled(name: string): Version {
  if (/^[0-9a-f]{40}$/.test(name)) return { commit: name, tag: null };
  const hex = [...name].map((character) => (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')).join('');
  const commit = hex.padEnd(40, '0').slice(0, 40);
  return { commit, tag: /\d+\.\d+\.\d+/.test(name) ? name : null };
}

/** `ana` as Git would name her. */
function identity(name: string, { people }: Directory): string {
  const person = Object.hasOwn(people, name) ? people[name] : undefined;
  const login = person?.github?.login;
  const email = person?.emails[0] ?? (login === undefined ? null : `${login}@users.noreply.github.com`);
  return email === null ? name : `${name} <${email}>`;
}

function withAuthors(change: NonNullable<GivenFacts['change']>, directory: Directory) {
  return { ...change, authors: change.authors.map((author) => identity(author, directory)) };
}

function soaksOf({ soaks }: GivenFacts, at: Instant): Readonly<Record<string, Soaked>> {
  return Object.fromEntries(
    Object.entries(soaks).map(([name, said]): [string, Soaked] => {
      if (said === 'never') return [name, { type: 'never' }];
      if (said === 'failed') return [name, { type: 'failed', sentence: 'it failed there' }];
      return [name, { type: 'healthy', since: at - said.soakedMs, soakedMs: 0 }];
    }),
  );
}

function approval(
  { by, answer, agoMs, version: other, isSigned }: GivenFacts['approvals'][number],
  index: number,
  version: Version,
  at: Instant,
  directory: Directory,
): GivenApproval {
  return {
    id: `approval-${index}`,
    by: identity(by, directory),
    answer,
    version: other === null ? version : versionCalled(other),
    planDigest: PLAN,
    reason: '',
    at: at - agoMs,
    tag: null,
    signed: isSigned ? { type: 'signed', by, isVerified: true } : { type: 'unsigned' },
    void: null,
  };
}

/** As in an emergency deployment with a reason, for which these people have just asked. */
function liftingIn(
  { emergency, change: given }: GivenFacts,
  policies: readonly PolicyConfig[],
  directory: Directory,
  at: Instant,
  now: Instant,
): Lifting {
  const voices = emergency.map((person) => ({ person, reason: 'an emergency', at, until: null, rules: [] }));
  const change = given === null ? null : withAuthors(given, directory);
  return liftingOf(policies, voices, { now, directory, change });
}

function failuresOf({ expect }: PolicyTest, verdict: Verdict, rules: TestResult['rules']): readonly Failure[] {
  const failures: Failure[] = [];
  if (expect.status !== null && verdict.status !== expect.status) {
    failures.push({ what: 'status', expected: expect.status, got: verdict.status });
  }
  if (expect.until !== undefined && verdict.until !== expect.until) {
    failures.push({ what: 'until', expected: sayUntil(expect.until), got: sayUntil(verdict.until) });
  }
  for (const [name, status] of Object.entries(expect.rules)) {
    const found = rules.find((rule) => rule.name === name);
    if (found?.verdict.status === status) continue;
    const known = rules.map((rule) => rule.name).join(', ');
    failures.push({
      what: name,
      expected: status,
      got: found?.verdict.status ?? `no such rule among ${known || 'none'}`,
    });
  }
  for (const words of expect.says) {
    if (!verdict.sentence.includes(words)) failures.push({ what: 'says', expected: words, got: verdict.sentence });
  }
  return failures;
}

function sayUntil(until: Instant | null): string {
  return until === null ? 'never' : formatInstant(until);
}
