// index.json read back. The whole controller rests on this value, and anybody who may push the ref may write it:
// every field is looked at, and what Tidegate would not have written is refused with the place where it stands. Never
// throws.

import { is, listOf, oneOf, orAbsent, orNull, shape } from '../base/flaws.ts';
import { isCount, isObject, sayValue } from '../base/foreign-value.ts';
import { isInstant } from '../base/instant.ts';
import type {
  ClaimedTarget,
  EnvironmentState,
  Left,
  Leftover,
  PendingRequest,
  PostmortemDue,
  StoredApproval,
  StoredCheck,
  StoredLock,
  StoredOverride,
  StoredReview,
  StoredSecret,
} from '../model/environment-state.ts';
import type { GatesWord } from '../model/gate-terms.ts';
import { type LedgerPlace, placeProblem } from '../model/ledger-place.ts';
import type { CheckResult } from '../model/policy-facts.ts';
import type { ReviewEnd } from '../model/proposal.ts';
import { type Answer, type Outcome, REASON_LENGTH_MAX, type RunKind, type Trigger } from '../model/record.ts';
import {
  APPROVALS_MAX,
  CHECKS_MAX,
  CONTENTS_READ_MAX,
  COUNT_MAX,
  EVENTS_MAX,
  GATE_WORDS_MAX,
  LEFT_MAX,
  LEFTOVERS_MAX,
  LOCKS_MAX,
  NEWEST_MAX,
  OFFERED_MAX,
  OPEN_MAX,
  OVERRIDES_MAX,
  POSTMORTEMS_DUE_MAX,
  PROPOSALS_MAX,
  QUARANTINE_MAX,
  REQUESTS_MAX,
  REVIEW_AUTHORS_MAX,
  SECRETS_MAX,
  STARTS_MAX,
  TAGS_MAX,
} from './bounds.ts';
import { completed } from './earlier-index.ts';
import { DIGEST, type GatesNamed } from './gates-file.ts';
import { LEDGER_FORMAT, LEDGER_FORMAT_BEFORE } from './layout.ts';
import { PROMOTION, PROPOSAL } from './proposal-shape.ts';
import { isCommit, isContents, isInputs, isReason, isVersion } from './shapes.ts';

type Index = {
  readonly open: readonly string[];
  readonly gates: GatesNamed | null;
  readonly rest: Omit<EnvironmentState, 'open' | 'gates'>;
};

type Stored = Index['rest'] & Pick<Index, 'open' | 'gates'> & { readonly format: number };

/** The state but for its open runs and its gates, which are only named; or a sentence. */
export function decodeIndex(environment: string, text: string): Index | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'index.json is not JSON';
  }
  if (!isObject(value)) return 'index.json is not an object';
  if (value['format'] !== LEDGER_FORMAT && value['format'] !== LEDGER_FORMAT_BEFORE) {
    return `index.json has format ${sayValue(value['format'])}; this Tidegate reads formats ${LEDGER_FORMAT_BEFORE} and ${LEDGER_FORMAT}`;
  }
  // With the format the gates would be left out: anyone who wants them forgotten could go back to it.
  if (value['format'] === LEDGER_FORMAT_BEFORE && Object.hasOwn(value, 'gates')) {
    return `index.json has format ${LEDGER_FORMAT_BEFORE}, and names gates`;
  }
  if (value['environment'] !== environment) return `index.json belongs to ${sayValue(value['environment'])}`;
  const whole = completed(value);
  const flaw = INDEX(whole);
  if (flaw !== null) return `index.json: ${flaw.slice(1)}`;
  const { format: _format, open, gates, ...rest } = whole as Stored;
  // Each epoch and each run begins with a record: anyone who counts more of them has made them up.
  if (rest.epoch > rest.seq) return `index.json: epoch ${rest.epoch} is more than its ${rest.seq} records`;
  if (rest.runs > rest.seq) return `index.json: ${rest.runs} runs are more than its ${rest.seq} records`;
  return { open, gates, rest };
}

const TEXT = is((value) => typeof value === 'string', 'no text');
const REASON = is(isReason, `no text of at most ${REASON_LENGTH_MAX} characters`);
const FLAG = is((value) => typeof value === 'boolean', 'neither true nor false');
const COUNT = is(isCount, `no whole number from 0 to ${COUNT_MAX}`);
const INSTANT = is(isInstant, 'no instant in the years 1970 to 9999');
const COMMIT = is(isCommit, 'no object id');
const VERSION = is(isVersion, 'no version');
const CONTENTS = is(isContents, 'no contents');
const REVIEW_END = oneOf<ReviewEnd>({ dismissed: true, changed: true, gone: true });
const KIND = oneOf<RunKind>({ deploy: true, rollback: true, heal: true });
const OUTCOME = oneOf<Outcome>({
  Succeeded: true,
  Failed: true,
  Errored: true,
  Superseded: true,
  Cancelled: true,
  RolledBack: true,
});
const TRIGGER = oneOf<Trigger>({
  commit: true,
  tag: true,
  promotion: true,
  revert: true,
  request: true,
  schedule: true,
  failure: true,
});

type Deploy = Extract<PendingRequest, { type: 'deploy' }>;
type Rollback = Extract<PendingRequest, { type: 'rollback' }>;
const SIGNATURE = orAbsent(TEXT);
const ASKED = { id: TEXT, by: TEXT, at: INSTANT, reason: REASON, type: TEXT, signature: SIGNATURE };
const ANSWER = oneOf<Answer>({ approved: true, rejected: true });
const STATUS = oneOf<CheckResult['status']>({ passed: true, failed: true, pending: true });
const DEPLOY = shape<Deploy>({ ...ASKED, version: VERSION, emergency: FLAG, skipTests: FLAG });
const ROLLBACK = shape<Rollback>({ ...ASKED, to: orNull(VERSION) });

function request(value: unknown): string | null {
  if (!isObject(value)) return ' is no object';
  if (value['type'] === 'deploy') return DEPLOY(value);
  return value['type'] === 'rollback' ? ROLLBACK(value) : '.type is neither deploy nor rollback';
}

const PLACE = shape<LedgerPlace>({ namespace: TEXT, repository: orNull(TEXT) });

function place(value: unknown): string | null {
  const flaw = PLACE(value);
  if (flaw !== null) return flaw;
  const wrong = placeProblem(value as LedgerPlace);
  return wrong === null ? null : ` is no place for a ledger: ${wrong}`;
}

const INDEX = shape<Stored>({
  format: COUNT,
  environment: TEXT,
  seq: COUNT,
  epoch: COUNT,
  runs: COUNT,
  gates: orNull(shape<GatesNamed>({ serial: COUNT, digest: DIGEST })),
  gateWords: listOf(
    shape<GatesWord>({
      id: TEXT,
      by: TEXT,
      answer: oneOf<GatesWord['answer']>({ approved: true, rejected: true, overridden: true }),
      serial: COUNT,
      digest: DIGEST,
      reason: REASON,
      at: INSTANT,
      signature: SIGNATURE,
      tag: orNull(shape<NonNullable<GatesWord['tag']>>({ name: TEXT, oid: COMMIT, signedBy: SIGNATURE })),
      review: orAbsent(
        shape<NonNullable<GatesWord['review']>>({
          id: TEXT,
          number: COUNT,
          account: COUNT,
          ended: orAbsent(REVIEW_END),
        }),
      ),
    }),
    GATE_WORDS_MAX,
  ),
  current: orNull(
    shape<NonNullable<EnvironmentState['current']>>({
      version: VERSION,
      contents: CONTENTS,
      run: TEXT,
      trigger: TRIGGER,
      config: COMMIT,
      since: INSTANT,
      left: listOf(shape<Left>({ version: VERSION, digest: TEXT }), LEFT_MAX),
    }),
  ),
  contents: listOf(
    shape<EnvironmentState['contents'][number]>({
      digest: TEXT,
      version: VERSION,
      run: TEXT,
      outcome: OUTCOME,
      inputs: is(isInputs, 'no inputs'),
      healthySince: orNull(INSTANT),
      healthyMs: COUNT,
    }),
    CONTENTS_READ_MAX,
  ),
  quarantine: listOf(
    shape<EnvironmentState['quarantine'][number]>({
      digest: TEXT,
      version: VERSION,
      run: TEXT,
      sentence: TEXT,
      at: INSTANT,
    }),
    QUARANTINE_MAX,
  ),
  tags: listOf(shape<EnvironmentState['tags'][number]>({ tag: TEXT, oid: COMMIT, commit: COMMIT }), TAGS_MAX),
  writtenTags: listOf(TEXT, TAGS_MAX),
  suspended: orNull(
    shape<NonNullable<EnvironmentState['suspended']>>({
      by: TEXT,
      reason: REASON,
      at: INSTANT,
      until: orNull(INSTANT),
    }),
  ),
  held: orNull(
    shape<NonNullable<EnvironmentState['held']>>({
      run: TEXT,
      branch: orNull(TEXT),
      into: TEXT,
      tip: orAbsent(COMMIT),
      commit: COMMIT,
      badDigest: TEXT,
      goodDigest: TEXT,
      sentence: TEXT,
      at: INSTANT,
    }),
  ),
  leftovers: listOf(shape<Leftover>({ branch: TEXT, commit: COMMIT }), LEFTOVERS_MAX),
  stalled: orNull(shape<NonNullable<EnvironmentState['stalled']>>({ sentence: TEXT, run: TEXT, at: INSTANT })),
  requests: listOf(request, REQUESTS_MAX),
  approvals: listOf(
    shape<StoredApproval>({
      id: TEXT,
      by: TEXT,
      answer: ANSWER,
      version: VERSION,
      planDigest: orNull(TEXT),
      reason: REASON,
      at: INSTANT,
      tag: orNull(shape<NonNullable<StoredApproval['tag']>>({ name: TEXT, oid: COMMIT })),
      signedBy: SIGNATURE,
      signature: SIGNATURE,
      review: orAbsent(
        shape<StoredReview>({
          id: TEXT,
          number: COUNT,
          account: COUNT,
          digest: DIGEST,
          authors: orAbsent(listOf(TEXT, REVIEW_AUTHORS_MAX)),
          ended: orAbsent(REVIEW_END),
        }),
      ),
    }),
    APPROVALS_MAX,
  ),
  overrides: listOf(
    shape<StoredOverride>({
      id: TEXT,
      by: TEXT,
      version: VERSION,
      rules: listOf(TEXT, 1_000),
      reason: REASON,
      at: INSTANT,
      until: orNull(INSTANT),
      signature: SIGNATURE,
    }),
    OVERRIDES_MAX,
  ),
  offered: listOf(
    shape<EnvironmentState['offered'][number]>({ digest: TEXT, commit: COMMIT, at: INSTANT }),
    OFFERED_MAX,
  ),
  starts: listOf(shape<EnvironmentState['starts'][number]>({ run: TEXT, at: INSTANT }), STARTS_MAX),
  postmortemsDue: listOf(
    shape<PostmortemDue>({ id: TEXT, run: TEXT, sentence: TEXT, at: INSTANT }),
    POSTMORTEMS_DUE_MAX,
  ),
  checks: listOf(
    shape<StoredCheck>({
      commit: COMMIT,
      name: TEXT,
      status: STATUS,
      value: orNull(is(Number.isFinite, 'no number')),
      at: INSTANT,
      by: TEXT,
    }),
    CHECKS_MAX,
  ),
  locks: listOf(shape<StoredLock>({ lock: TEXT, environment: TEXT, run: TEXT }), LOCKS_MAX),
  secrets: listOf(
    shape<StoredSecret>({ secret: TEXT, environment: TEXT, run: TEXT, because: oneOf({ first: true, granted: true }) }),
    SECRETS_MAX,
  ),
  place: orAbsent(place),
  proposals: orAbsent(listOf(PROPOSAL, PROPOSALS_MAX)),
  promotion: orAbsent(orNull(PROMOTION)),
  target: orNull(shape<ClaimedTarget>({ place: TEXT, mark: TEXT })),
  open: listOf(TEXT, OPEN_MAX),
  newest: listOf(
    shape<EnvironmentState['newest'][number]>({
      id: TEXT,
      version: VERSION,
      digest: TEXT,
      kind: KIND,
      trigger: TRIGGER,
      cause: orNull(TEXT),
      outcome: OUTCOME,
      sentence: TEXT,
      openedAt: INSTANT,
      endedAt: INSTANT,
    }),
    NEWEST_MAX,
  ),
  events: listOf(TEXT, EVENTS_MAX),
  lastAt: orNull(INSTANT),
  lastBy: orNull(TEXT),
  zones: orAbsent(TEXT),
});
