// policies/tests/<name>.yaml from text to model. It decides nothing: a broken test stops no environment.

import { parseInstant } from '../../base/instant.ts';
import type { Signed } from '../../model/policy-facts.ts';
import type { Expected, GivenFacts, PolicyTest } from '../../model/policy-test.ts';
import type { Cursor } from '../cursor.ts';
import { millis } from '../millis.ts';
import { record } from '../record.ts';
import type { PolicyTestFile } from '../schema/policy-test.ts';

type Case = PolicyTestFile[number];
type Given = NonNullable<Case['given']>;

export function buildPolicyTests(file: PolicyTestFile, cursor: Cursor): readonly PolicyTest[] {
  const names = new Set<string>();
  return file.map((one, index) => {
    const at = cursor.at(index);
    if (names.has(one.name)) {
      at.at('name').warning(`two cases are called «${one.name}»`, 'say what is different about this one');
    }
    names.add(one.name);
    return {
      name: one.name,
      place: at.place(),
      asks: asksOf(one, at),
      at: instantOf(one.at, at.at('at')),
      given: givenOf(one.given ?? {}, at.at('given')),
      expect: expectOf(one.expect, at.at('expect')),
    };
  });
}

function asksOf(one: Case, cursor: Cursor): PolicyTest['asks'] {
  const said = (['environment', 'policy', 'policies'] as const).filter((key) => one[key] !== undefined);
  if (said.length !== 1 && cursor.complete) {
    const what =
      said.length === 0
        ? 'nothing says whose policies are asked'
        : `${said.map((key) => `\`${key}\``).join(' and ')} cannot stand together`;
    cursor.error(what, 'write one of `environment`, `policy` or `policies`');
  }
  if (one.environment !== undefined) {
    cursor.at('environment').refer('promoted', one.environment);
    return { environment: one.environment };
  }
  if (one.policy !== undefined) {
    cursor.at('policy').refer('policy', one.policy);
    return { policies: [one.policy] };
  }
  const policies = one.policies ?? [];
  for (const [index, policy] of policies.entries()) cursor.at('policies', index).refer('policy', policy);
  return { policies };
}

function givenOf(given: Given, cursor: Cursor): GivenFacts {
  const version = given.version ?? 'v1.0.0';
  const byItself = /\d+\.\d+\.\d+/.test(version) ? 'tag' : 'commit';
  const emergency = given.emergency === undefined ? [] : [given.emergency].flat();
  for (const person of emergency) cursor.at('emergency').refer('party', person);
  const isAsked = given.requestedBy !== undefined || emergency.length > 0;
  for (const [index, name] of (given.overridden ?? []).entries()) {
    cursor.at('overridden', index).refer('policy', name.split('/')[0] ?? '');
  }
  return {
    version,
    kind: given.kind ?? 'deploy',
    trigger: given.trigger ?? (isAsked ? 'request' : byItself),
    requestedBy: given.requestedBy ?? emergency[0] ?? null,
    change: changeOf(given.change),
    approvals: (given.approvals ?? []).map((one) => ({
      by: one.by,
      answer: one.answer ?? 'approved',
      agoMs: agoMs(one.ago),
      version: one.version ?? null,
      isSigned: one.signed ?? false,
    })),
    checks: Object.entries(given.checks ?? {}).map(([name, result]) => ({
      name,
      agoMs: 0,
      ...(typeof result === 'number' ? { status: 'passed', value: result } : { status: result, value: null }),
    })),
    soaks: record(
      Object.entries(given.soaks ?? {}).map(([environment, said]) => [
        environment,
        said === 'never' || said === 'failed' ? said : { soakedMs: millis(said, 0) },
      ]),
    ),
    startsAgoMs: (given.starts ?? []).map(agoMs),
    current: given.current ?? null,
    isOlder: given.older ?? false,
    signed: { commit: signedBy(given.signed?.commit), tag: signedBy(given.signed?.tag) },
    holders: Object.entries(given.locks ?? {}).map(([lock, environment]) => ({ lock, environment })),
    offeredAgoMs: given.waiting === undefined ? null : millis(given.waiting, 0),
    emergency,
    overridden: given.overridden ?? [],
  };
}

function changeOf(change: Given['change']): GivenFacts['change'] {
  if (change === undefined) return null;
  const kinds = change.kinds ?? [];
  return {
    kinds,
    authors: change.authors ?? [],
    paths: change.paths ?? [],
    commits: change.commits ?? Math.max(1, kinds.length),
  };
}

function expectOf(expected: Case['expect'], cursor: Cursor): Expected {
  const { status, until, rules, says } = expected;
  for (const name of Object.keys(rules ?? {})) {
    cursor.at('rules', name).refer('policy', name.split('/')[0] ?? '', cursor.at('rules', name).key());
  }
  return {
    status: status ?? null,
    ...(until === undefined ? {} : { until: until === 'never' ? null : instantOf(until, cursor.at('until')) }),
    rules: rules ?? {},
    says: says === undefined ? [] : typeof says === 'string' ? [says] : says,
  };
}

function instantOf(text: string, cursor: Cursor): number {
  const at = parseInstant(text);
  if (at === null) cursor.error(`there is no instant ${text}`, 'correct the date');
  return at ?? 0;
}

function agoMs(text: string | undefined): number {
  return millis(text?.replace(/ ago$/, ''), 0);
}

function signedBy(principal: string | undefined): Signed {
  return principal === undefined ? { type: 'unsigned' } : { type: 'signed', by: principal, isVerified: true };
}
