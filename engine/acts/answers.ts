// What a person who is about to approve or reject is told first: whether that word could count at all. The rules
// themselves answer it, with the word among their facts, and in their own sentences: nothing is written that they
// would pass over.

import type { Instant } from '../base/instant.ts';
import { ASKED_NOW } from '../explain/asked-now.ts';
import { askedPolicies } from '../model/asked-policies.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { StoredApproval } from '../model/environment-state.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Directory, PolicyFacts, Signed } from '../model/policy-facts.ts';
import type { Answer } from '../model/record.ts';
import type { Status } from '../model/verdict.ts';
import { sayVersion, type Version } from '../model/version.ts';
import { groupsFor } from '../policy/approval.ts';
import { wordsOn } from '../policy/approval-words.ts';
import type { ApprovalRule } from '../policy/rules/approval.ts';
import { evaluateRule } from '../policy/rules/table.ts';
import { Draft } from '../reconcile/draft.ts';
import { answeringFor } from '../reconcile/owners.ts';
import { factsFor, type Subject } from '../reconcile/subject.ts';

export type Given = {
  readonly by: string;
  readonly answer: Answer;
  readonly reason: string;
  readonly planDigest: string;
  /** It will bear a signature; whose, only the signature itself can say. */
  readonly signs: boolean;
};

/** What a command that answers needs to know of a version: null where nobody can say what it would do. */
export function planDigestOf({ evidence }: ObservedEnvironment, version: Version): string | null {
  return evidence.get(version.commit)?.planDigest || null;
}

/** Nobody can approve what nobody can say. */
export function sayUnplanned({ name }: ObservedEnvironment, version: Version): string {
  return `what ${sayVersion(version)} would do in ${name} cannot be found out, so nobody can answer for it`;
}

/** A sentence where this word could never count. */
export function answerRefusal(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
  given: Given,
): string | null {
  const before = factsOf(environment, observed, now, version);
  const after = factsOf(withAnswer(environment, now, version, given), observed, now, version);
  if (environment.gates === null) return 'the gates at the head of the default branch cannot be read';
  const asks = approvalRules(environment, observed, version);
  if (asks.length === 0) return `no policy of ${environment.name} asks for an approval`;
  const sentences = asks.map((ask) => whyInVain(ask, before, after));
  return sentences.includes(null) ? null : [...new Set(sentences)].join('; ');
}

/** What each rule that asks for approvals says of this version now. */
export function approvalsNow(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  version: Version,
): readonly { readonly policy: string; readonly status: Status; readonly sentence: string }[] {
  const facts = factsOf(environment, observed, now, version);
  return approvalRules(environment, observed, version).map(({ policy, rule, directory }) => {
    const { status, sentence } = evaluateRule(rule, policy, { ...facts, directory });
    return { policy: policy.name, status, sentence };
  });
}

type Asking = { readonly policy: PolicyConfig; readonly rule: ApprovalRule; readonly directory: Directory };

/** Of the environment itself, and of those whose secrets the version names. */
function approvalRules(environment: ObservedEnvironment, observed: Observed, version: Version): readonly Asking[] {
  const seen = new Set<ApprovalRule>();
  const rulesOf = (policies: readonly PolicyConfig[], directory: Directory) =>
    policies.flatMap((policy) =>
      policy.rules.flatMap((rule) => {
        if (rule.type !== 'approval' || seen.has(rule)) return [];
        seen.add(rule);
        return [{ policy, rule, directory }];
      }),
    );
  const own = askedPolicies(environment, [environment.versions.get(version.commit)]);
  return [
    ...own.flatMap(({ side, own: granting, ofStages }) => rulesOf([...granting, ...ofStages], side)),
    ...answeringFor(environment, observed, version.commit).flatMap((gates) => rulesOf(gates.policies, gates)),
  ];
}

/** Null where the word counts, or takes back what the same person said before. */
function whyInVain({ policy, rule, directory }: Asking, before: PolicyFacts, after: PolicyFacts): string | null {
  const facts = { ...after, directory };
  const groups = [...new Set(groupsFor(rule, facts).map(({ from }) => from))];
  if (groups.length === 0) return `${policy.name}: nothing that needs an approval was changed`;
  const words = wordsOn(rule, groups, facts);
  const counted = [...words.approved, ...words.rejected].some(({ approval }) => approval.id === ASKED_NOW);
  if (counted || wordsOn(rule, groups, { ...before, directory }).rejected.length > words.rejected.length) return null;
  const alone = wordsOn(rule, groups, { ...facts, approvals: facts.approvals.filter(({ id }) => id === ASKED_NOW) });
  return `${policy.name}: ${alone.ignored[0] ?? 'it would not count'}`;
}

function withAnswer(
  environment: ObservedEnvironment,
  now: Instant,
  version: Version,
  { by, answer, reason, planDigest, signs }: Given,
): ObservedEnvironment {
  const { ledger, signers } = environment;
  const said: StoredApproval = { id: ASKED_NOW, by, answer, version, planDigest, reason, at: now, tag: null };
  const state = { ...ledger.state, approvals: [...ledger.state.approvals, said] };
  // With which key is seen when it is made.
  const mine: Signers = signs ? [[ASKED_NOW, { type: 'signed', by, isVerified: true }]] : [];
  return { ...environment, ledger: { ...ledger, state }, signers: new Map([...signers, ...mine]) };
}

type Signers = readonly (readonly [string, Signed])[];

function factsOf(environment: ObservedEnvironment, observed: Observed, now: Instant, version: Version): PolicyFacts {
  const subject: Subject = {
    version,
    digest: environment.contents.get(version.commit)?.digest ?? '',
    kind: 'deploy',
    trigger: version.tag === null ? 'commit' : 'tag',
    requestedBy: null,
    request: null,
    emergency: null,
    run: null,
  };
  const directory = environment.gates ?? { people: {}, teams: {} };
  return factsFor(new Draft(environment, observed, now), subject, directory, {
    lifted: [],
    liftedUntil: {},
    halfLifted: {},
  });
}
