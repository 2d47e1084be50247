// Whose a target and a secret are, asked before a run begins and said aloud. A place has the last word about itself;
// a secret has only this one, so where nobody can say yes it waits. Nothing overrides it: what is asked for belongs
// to somebody else.

import { formatInstant } from '../base/instant.ts';
import { SECRETS_MAX } from '../ledger/bounds.ts';
import type { EnvironmentConfig } from '../model/config.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import {
  type AnsweringGates,
  isGranted,
  isOpenToAll,
  mayAnswerFor,
  NO_OWNERS,
  type Owners,
  ownersOf,
} from '../model/owners.ts';
import { allOf, type OwnVerdict } from '../model/verdict.ts';
import { evaluatePolicies } from '../policy/evaluate.ts';
import type { Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';
import { plain } from './plain-verdict.ts';
import { factsFor, type Subject, subjectOf } from './subject.ts';

/**
 * For the run that is opened: where its target is, under a mark that no other environment and no other repository
 * has.
 */
export function targetClaim(
  draft: Draft,
  run: string,
  commit: string,
): { readonly targetPlace: string; readonly targetMark: string } | null {
  const settings = settingsOf(draft, commit);
  const place = settings === null ? null : settings.target.claim;
  const { target } = draft.state;
  if (place === null || target?.place === place) return null;
  const { controller } = draft.observed;
  return { targetPlace: place, targetMark: target?.mark ?? `${run} ${formatInstant(draft.now)} ${controller.id}` };
}

/**
 * With the run that is opened, in one push: what it names and nobody has, and what the operator has given to its
 * environment.
 */
export function claimSecrets(draft: Draft, run: string, commit: string): void {
  const { name } = draft.environment;
  const { secrets: claimed } = draft.observed.repository.state;
  const { grants } = ownersIn(draft.observed);
  for (const secret of secretsOf(draft, commit)) {
    const own = claimed.find((claim) => claim.secret === secret && claim.environment === name);
    const because = isGranted(secret, name, grants) ? 'granted' : 'first';
    const isFree = whoseIs(secret, draft.environment, draft.observed).length === 0;
    const isDue = because === 'granted' ? own?.because !== 'granted' : isFree;
    if (!isDue) continue;
    const record = { type: 'secret-claimed', secret, environment: name, holder: run, because } as const;
    draft.repositoryWide(record, `${run}:${secret}:${draft.state.epoch}`);
  }
}

/**
 * The early answer: the ledger of another environment says that the place is its. One that claimed it before goes on,
 * and the place says which of two it is.
 */
export function targetVerdict(draft: Draft, { version }: Candidate): OwnVerdict | null {
  const settings = settingsOf(draft, version.commit);
  const place = settings === null ? null : settings.target.claim;
  const { name } = draft.environment;
  const isThere = draft.state.target === null ? draft.state.current !== null : draft.state.target.place === place;
  if (place === null || isThere) return null;
  const owner = ownersIn(draft.observed)
    .places.get(place)
    ?.find((other) => other !== name);
  if (owner === undefined) return null;
  const sentence =
    `${place} is the target of ${owner}, and a place has one owner: give ${name} another \`to:\`; to take it over, deploy ` +
    `${owner} to another place or remove it from the repository, and then remove ${place}/.tidegate.json`;
  return plain('denied', 'owner', sentence);
}

export function secretsVerdict(draft: Draft, candidate: Candidate): OwnVerdict | null {
  const verdicts = secretsOf(draft, candidate.version.commit).flatMap((secret) => {
    const verdict = secretVerdict(draft, subjectOf(candidate), secret);
    return verdict === null ? [] : [verdict];
  });
  if (verdicts.length === 0) return null;
  const all = allOf(verdicts.map((verdict) => verdict.sentence).join('; '), verdicts);
  return { ...all, node: 'own', name: 'secret', waitsFor: [...new Set(all.waitsFor)], children: [] };
}

function secretVerdict(draft: Draft, subject: Subject, secret: string): OwnVerdict | null {
  const { name } = draft.environment;
  const owners = ownersIn(draft.observed);
  const whose = whoseIs(secret, draft.environment, draft.observed);
  if (whose.includes(name)) return null;
  if (whose.length === 0) return draft.observed.repository.state.secrets.length < SECRETS_MAX ? null : noRoom(secret);
  if (whose.some((owner) => isOpenToAll(owner, owners))) return null;
  const belongs = `the secret ${secret} belongs to ${whose.join(', ')}`;
  const operator = `the operator gives it to ${name} with the option \`--grants ${name}=${secret}\``;
  const asked = answeringOf(whose, owners);
  if (asked.length === 0) {
    const sentence = `${belongs}, where no rule names anybody who could say yes for it; ${operator}`;
    return plain('waiting', 'secret', sentence, `a grant of ${secret}`);
  }
  const answers = asked.map((gates) =>
    evaluatePolicies(gates.policies, factsFor(draft, subject, gates, NOTHING_LIFTED)),
  );
  const all = allOf('', answers);
  const isAllowed = all.status === 'allowed';
  const said = answers.flatMap(({ children }) => children).filter(({ status }) => isAllowed || status !== 'allowed');
  const words = [...new Set(said.map((child) => child.sentence))].join('; ');
  const sentence = isAllowed ? `${belongs}: ${words}` : `${belongs}, whose people are asked: ${words}; or ${operator}`;
  return { ...all, node: 'own', name: 'secret', sentence, children: [] };
}

/** Gates by which others are asked for what a version names of theirs. */
export function answeringFor(
  environment: ObservedEnvironment,
  observed: Observed,
  commit: string,
): readonly AnsweringGates[] {
  const owners = ownersIn(observed);
  const config = environment.versions.get(commit);
  const secrets = config?.type === 'read' ? config.environment.secrets : [];
  return secrets.flatMap((secret) => {
    const whose = whoseIs(secret, environment, observed);
    return whose.includes(environment.name) || whose.some((owner) => isOpenToAll(owner, owners))
      ? []
      : answeringOf(whose, owners);
  });
}

/** Where nobody has claimed it, the person who runs with it already stands before an environment that never ran. */
function whoseIs(secret: string, { ledger }: ObservedEnvironment, observed: Observed): readonly string[] {
  const { grants, presumed } = ownersIn(observed);
  const owners = ownersOf(secret, observed.repository.state.secrets, grants);
  return owners.length > 0 || ledger.state.current !== null ? owners : (presumed.get(secret) ?? []);
}

/** Of several owners the first that anybody can answer for. */
function answeringOf(whose: readonly string[], owners: Owners): readonly AnsweringGates[] {
  return whose.map((owner) => mayAnswerFor(owner, owners) ?? []).find((gates) => gates.length > 0) ?? [];
}

function noRoom(secret: string): OwnVerdict {
  const sentence = `${SECRETS_MAX} secrets have an owner already, which is the most: ${secret} can have none; name fewer`;
  return plain('waiting', 'secret', sentence, 'fewer secrets');
}

const NOTHING_LIFTED = { lifted: [], liftedUntil: {}, halfLifted: {} };

function secretsOf(draft: Draft, commit: string): readonly string[] {
  return [...new Set(settingsOf(draft, commit)?.secrets ?? [])].sort();
}

function settingsOf({ environment }: Draft, commit: string): EnvironmentConfig | null {
  const config = environment.versions.get(commit);
  return config?.type === 'read' ? config.environment : null;
}

function ownersIn({ owners = NO_OWNERS }: Observed): Owners {
  return owners;
}
