// index.json read back. The whole controller rests on this value, and anybody who may push the ref may write it: every
// field is looked at, and what Tidegate would not have written is refused with the place where it stands. Never throws.

import { isInstant } from '../base/instant.ts';
import type {
  ClaimedTarget,
  EnvironmentState,
  Incident,
  Left,
  PendingRequest,
  StoredApproval,
  StoredCheck,
  StoredLock,
  StoredOverride,
  StoredSecret,
} from '../model/environment-state.ts';
import type { CheckResult } from '../model/policy-facts.ts';
import { type Answer, type Outcome, REASON_LENGTH_MAX, type RunKind, type Trigger } from '../model/record.ts';
import {
  APPROVALS_MAX,
  CHECKS_MAX,
  CONTENTS_READ_MAX,
  COUNT_MAX,
  EVENTS_MAX,
  INCIDENTS_MAX,
  LEFT_MAX,
  LOCKS_MAX,
  NEWEST_MAX,
  OFFERED_MAX,
  OPEN_MAX,
  OVERRIDES_MAX,
  QUARANTINE_MAX,
  REQUESTS_MAX,
  SECRETS_MAX,
  STARTS_MAX,
  TAGS_MAX,
} from './bounds.ts';
import { completed } from './earlier-index.ts';
import { LEDGER_FORMAT } from './layout.ts';
import { isCommit, isContents, isCount, isInputs, isObject, isReason, isVersion, sayValue } from './shapes.ts';

type Index = { readonly open: readonly string[]; readonly rest: Omit<EnvironmentState, 'open'> };

/** The state but for its open runs, which are only named; or a sentence. */
export function decodeIndex(environment: string, text: string): Index | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'index.json is not JSON';
  }
  if (!isObject(value)) return 'index.json is not an object';
  if (value['format'] !== LEDGER_FORMAT) {
    return `index.json has format ${sayValue(value['format'])}; this Tidegate reads format ${LEDGER_FORMAT}`;
  }
  if (value['environment'] !== environment) return `index.json belongs to ${sayValue(value['environment'])}`;
  const whole = completed(value);
  const flaw = INDEX(whole);
  if (flaw !== null) return `index.json: ${flaw.slice(1)}`;
  const { format: _format, open, ...rest } = whole as { format: number; open: readonly string[] } & Index['rest'];
  // Each epoch and each run begins with a record: whoever counts more of them has made them up.
  if (rest.epoch > rest.seq) return `index.json: epoch ${rest.epoch} is more than its ${rest.seq} records`;
  if (rest.runs > rest.seq) return `index.json: ${rest.runs} runs are more than its ${rest.seq} records`;
  return { open, rest };
}

/** What is wrong with a value, as `.contents[3].version is no version`; null when nothing is. */
type Check = (value: unknown) => string | null;
type Shape<T> = { readonly [Key in keyof T]-?: Check };

function is(test: (value: unknown) => boolean, what: string): Check {
  return (value) => (test(value) ? null : ` is ${what}`);
}

function orAbsent(check: Check): Check {
  return (value) => (value === undefined ? null : check(value));
}

function orNull(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

function oneOf<T extends string>(choices: Readonly<Record<T, true>>): Check {
  return is((value) => typeof value === 'string' && Object.hasOwn(choices, value), 'not one of the choices');
}

function shape<T>(fields: Shape<T>): Check {
  const checks: [string, Check][] = Object.entries(fields);
  const known = new Set(Object.keys(fields));
  return (value) => {
    if (!isObject(value)) return ' is no object';
    for (const [key, check] of checks) {
      const flaw = check(value[key]);
      if (flaw !== null) return value[key] === undefined ? `.${key} is missing` : `.${key}${flaw}`;
    }
    const unknown = Object.keys(value).find((key) => !known.has(key));
    return unknown === undefined ? null : ` has a field that nobody knows: ${sayValue(unknown)}`;
  };
}

function listOf(check: Check, max: number): Check {
  return (value) => {
    if (!Array.isArray(value)) return ' is no list';
    if (value.length > max) return ` has ${value.length} entries; ${max} are the most that are kept`;
    for (const [index, entry] of value.entries()) {
      const flaw = check(entry);
      if (flaw !== null) return `[${index}]${flaw}`;
    }
    return null;
  };
}

const TEXT = is((value) => typeof value === 'string', 'no text');
const REASON = is(isReason, `no text of at most ${REASON_LENGTH_MAX} characters`);
const FLAG = is((value) => typeof value === 'boolean', 'neither true nor false');
const COUNT = is(isCount, `no whole number from 0 to ${COUNT_MAX}`);
const INSTANT = is(isInstant, 'no instant in the years 1970 to 9999');
const COMMIT = is(isCommit, 'no object id');
const VERSION = is(isVersion, 'no version');
const CONTENTS = is(isContents, 'no contents');
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

const INDEX = shape<EnvironmentState & { format: number }>({
  format: COUNT,
  environment: TEXT,
  seq: COUNT,
  epoch: COUNT,
  runs: COUNT,
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
  incidents: listOf(shape<Incident>({ id: TEXT, run: TEXT, sentence: TEXT, at: INSTANT }), INCIDENTS_MAX),
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
  secrets: listOf(shape<StoredSecret>({ secret: TEXT, environment: TEXT, run: TEXT }), SECRETS_MAX),
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
});
