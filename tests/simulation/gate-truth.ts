// Whether a gate is open, judged from what really is on the remote and by arithmetic of its own: no line of the
// engine's policies is used here. It asks for what is necessary, never for what is sufficient: where it says closed,
// nothing may start.

import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import type { MemoryStore } from '../support/memory-store.ts';
import { type LedgerTruth, reaches } from './ledger-truth.ts';
import type { Gate } from './repository-model.ts';
import { allGates, lifters, type Terms } from './terms.ts';

export type Asked = {
  readonly environment: string;
  readonly run: string;
  readonly commit: string;
  /** What the controller's clock says, and what time it is. */
  readonly now: number;
  readonly trueNow: number;
  /** Tags as the controller last saw them. */
  readonly refs: ReadonlyMap<string, string>;
  readonly ledger: LedgerTruth;
  readonly store: MemoryStore;
  /** Content of an environment's folder at a commit. */
  readonly contents: (environment: string, commit: string) => string | null;
  /** Whose gates these are, with the people that they name. */
  readonly side: Terms;
  /** Where `side` is the head's and something else is in force: that. */
  readonly inForce: Terms | null;
};

/** What a controller may not know yet of the remote, and what two clocks may differ by. */
export const SLACK_MS = 2 * 60_000;

/** Null when it is open, else why not. */
export function closedBecause(name: string, gate: Gate, asked: Asked): string | null {
  const sentence = shut(gate, asked);
  return sentence === null || isLifted(name, gate, asked) ? null : `${name}: ${sentence}`;
}

function shut(gate: Gate, asked: Asked): string | null {
  switch (gate.type) {
    case 'window': {
      const { day, hour, text } = localTime(asked.now, gate.timezone);
      const isOpen = gate.days.includes(day) && hour >= gate.from && hour < gate.to;
      return isOpen ? null : `it is ${text} in ${gate.timezone}`;
    }
    case 'freeze': {
      const { date, text } = localTime(asked.now, gate.timezone);
      return date >= gate.from && date <= gate.to ? `${text} is in the freeze` : null;
    }
    case 'approval': {
      const names = approvers(asked, gate.expiresMs).filter((name) => asked.side.teams.crew.includes(name));
      return names.length >= gate.count ? null : `approved by ${names.join(', ') || 'nobody'}`;
    }
    case 'soak':
      return hasSoaked(gate.in, gate.forMs, asked) ? null : `it has not run in ${gate.in} for long enough`;
    case 'limit': {
      const others = startsBefore(asked, gate.perMs);
      return others < gate.runs ? null : `${others} runs have begun in that time`;
    }
    case 'lock':
      // Asked of the targets themselves, at every touch.
      return null;
    case 'maintenance':
      return hasBegun(gate, asked.now) ? null : `no maintenance has begun ${gate.hours} h before or less`;
    case 'calendar': {
      const { date, text } = localTime(asked.now, gate.timezone);
      return date === gate.day ? `${text} is in ${gate.name}` : null;
    }
    case 'when': {
      const by = requestedBy(asked);
      return by === null || nameOf(by) === 'ana' ? null : `${by} may not ask for it`;
    }
  }
}

/** Some quarter of an hour ago its beginning struck, and it has not lasted its hours since. */
function hasBegun({ timezone, days, start, hours }: Extract<Gate, { type: 'maintenance' }>, now: number): boolean {
  const quarter = 15 * 60_000;
  for (let at = Math.floor(now / quarter) * quarter; at > now - hours * 4 * quarter; at -= quarter) {
    const { day, hour, text } = localTime(at, timezone);
    if (days.includes(day) && hour === start && text.endsWith(':00')) return true;
  }
  return false;
}

function requestedBy({ environment, run, ledger }: Asked): string | null {
  for (const { record } of ledger.of(environment))
    if (record.type === 'run-opened' && record.run === run)
      return record.trigger === 'request' ? record.requestedBy : null;
  return null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(at: number, timezone: string) {
  let format = formats.get(timezone);
  if (format === undefined) {
    const parts = { weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, ...parts, minute: '2-digit', hourCycle: 'h23' });
    formats.set(timezone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts['weekday'] ?? '') + 1;
  return {
    day,
    hour: Number(parts['hour']),
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    text: `${parts['weekday']} ${parts['hour']}:${parts['minute']}`,
  };
}

/** Each person's last word on this very commit, as records and tags have it; but for who made the change. */
function approvers(asked: Asked, expiresMs: number | null) {
  const { environment, commit, ledger, refs, store, trueNow, now } = asked;
  const words = new Map<string, boolean>();
  for (const { at, record } of ledger.of(environment)) {
    if (record.type !== 'approved' && record.type !== 'rejected') continue;
    if (
      record.version.commit !== commit ||
      (expiresMs !== null && Math.min(trueNow - at, now - record.at) > expiresMs + SLACK_MS)
    )
      continue;
    words.set(nameOf(record.by), record.type === 'approved');
  }
  for (const [ref, oid] of refs) {
    const named = /^refs\/tags\/approve\/([^/]+)\/([0-9a-f]{40})@([a-z]+)\d+$/.exec(ref);
    if (named?.[1] !== environment || named[2] !== commit) continue;
    const object = store.kept(oid)?.object;
    if (object?.type === 'tag' && object.object === commit) words.set(named[3] ?? '', true);
  }
  const author = isReturn(asked) || isUntouched(asked) ? null : authorOf(store, commit);
  return [...words].flatMap(([name, isYes]) => (isYes && name !== author ? [name] : []));
}

/** What runs has it already, or came from it: then its own author has made none of what changes now. */
function isReturn({ environment, commit, ledger, store }: Asked): boolean {
  const versions = new Map<string, string>();
  let running: string | null = null;
  for (const { record } of ledger.of(environment)) {
    if (record.type === 'run-opened') versions.set(record.run, record.version.commit);
    if (record.type === 'adopted') running = record.version.commit;
    if (record.type === 'run-ended' && record.outcome === 'Succeeded') running = versions.get(record.run) ?? null;
  }
  return running !== null && reaches(store, running, commit);
}

/** The commit that a tag is on may be about something else: then who wrote it has made none of this change. */
function isUntouched({ environment, commit, store, contents }: Asked): boolean {
  const object = store.kept(commit)?.object;
  const [parent] = object?.type === 'commit' ? object.parents : [];
  return parent !== undefined && contents(environment, parent) === contents(environment, commit);
}

function authorOf(store: MemoryStore, commit: string): string | null {
  const object = store.kept(commit)?.object;
  return object?.type === 'commit' ? (object.author.email.split('@')[0] ?? null) : null;
}

function hasSoaked(there: string, forMs: number, { ledger, commit, contents, trueNow, now }: Asked): boolean {
  const wanted = contents(there, commit);
  const versions = new Map<string, string>();
  return ledger.of(there).some(({ at, record }) => {
    if (record.type === 'run-opened') versions.set(record.run, record.version.commit);
    if (record.type !== 'run-ended' || record.outcome !== 'Succeeded') return false;
    const ran = versions.get(record.run);
    return (
      ran !== undefined &&
      contents(there, ran) === wanted &&
      Math.max(trueNow - at, now - record.at) >= forMs - SLACK_MS
    );
  });
}

function startsBefore({ environment, run, ledger, now }: Asked, perMs: number): number {
  const deploys = new Set<string>();
  const begun = new Map<string, number>();
  for (const { record } of ledger.of(environment)) {
    if (record.type === 'run-opened' && record.kind === 'deploy') deploys.add(record.run);
    if (record.type === 'stage-started' && deploys.has(record.run) && !begun.has(record.run))
      begun.set(record.run, record.at);
  }
  return [...begun].filter(([other, at]) => other !== run && at > now - perMs + SLACK_MS).length;
}

/** What the engine calls it, where it has another name here. */
const KIND: Readonly<Record<string, string>> = { freeze: 'window', maintenance: 'window', calendar: 'window' };

function isLifted(name: string, gate: Gate, asked: Asked): boolean {
  const lifting = liftingOf(name, gate, asked);
  if (lifting === null) return false;
  const rule = `${name}/${KIND[gate.type] ?? gate.type}`;
  const { environment, run, commit, trueNow, now } = asked;
  const openedAt = asked.ledger
    .of(environment)
    .find(({ record }) => record.type === 'run-opened' && record.run === run)?.at;
  const people = asked.ledger.of(environment).flatMap(({ at, record }) => {
    const voice = voiceIn(record, commit, rule);
    if (voice === null || !lifting.by.includes(voice.by)) return [];
    const from = voice.isEmergency ? Math.max(at, openedAt ?? at) : at;
    const isOver =
      Math.min(trueNow - from, now - record.at) > lifting.expiresMs + SLACK_MS ||
      (voice.until !== null && now > voice.until + SLACK_MS);
    return isOver ? [] : [voice.by];
  });
  return new Set(people).size >= lifting.people;
}

/**
 * Who may override it. A rule that stands only at the head, or is another there, also those whom any exception in
 * force names, each alone.
 */
function liftingOf(name: string, gate: Gate, { side, inForce }: Asked) {
  const { override } = gate;
  const own = override === null ? [] : [{ by: side.teams[lifters(override)], ...override }];
  if (
    inForce === null ||
    allGates(inForce).some(([other, same]) => other === name && JSON.stringify(same) === JSON.stringify(gate))
  ) {
    const [one] = own;
    return one === undefined ? null : { by: one.by, people: one.people, expiresMs: one.expiresMs };
  }
  const others = allGates(inForce).flatMap(([, other]) =>
    other.override === null ? [] : [{ by: inForce.teams[lifters(other.override)], ...other.override }],
  );
  const any = [...own, ...others];
  if (any.length === 0) return null;
  return { by: any.flatMap(({ by }) => by), people: 1, expiresMs: Math.max(...any.map(({ expiresMs }) => expiresMs)) };
}

function voiceIn(record: LedgerRecord, commit: string, rule: string) {
  if (record.type === 'overridden' && record.version.commit === commit) {
    const reaches = record.rules.length === 0 || record.rules.includes(rule);
    return reaches ? { by: nameOf(record.by), until: record.until, isEmergency: false } : null;
  }
  if (record.type === 'deploy-requested' && record.emergency && record.version.commit === commit)
    return { by: nameOf(record.by), until: null, isEmergency: true };
  return null;
}

export function nameOf(by: string): string {
  return by.split(' ')[0] ?? '';
}
