// One commit message, read for what a release needs to know of it: kinds of change, what breaks, wishes, what it
// takes back, tickets. A squashed pull request holds a list of messages in its body, and each of them counts. Must
// never throw: anybody who may commit writes what is read here.

import { CommitParser } from 'conventional-commits-parser';
import { type TicketConfig, ticketProblem } from '../model/release-config.ts';

/** One thing that a commit says it did. `type` is null where it does not say of which kind. */
export type Change = {
  readonly type: string | null;
  readonly scope: string | null;
  readonly text: string;
  readonly isBreaking: boolean;
};

export type Message = {
  readonly subject: string;
  /** At least one; the header first, where it says a kind or nothing else does. */
  readonly changes: readonly Change[];
  /** As written behind `Release-As:`; the last one of the message. */
  readonly releaseAs: string | null;
  /** Ids, abbreviated or not, of the commits that it reverts. */
  readonly reverts: readonly string[];
  /** `Changelog:` of the message: another text for its entry, or none at all. */
  readonly changelog: { readonly type: 'skip' } | { readonly type: 'text'; readonly text: string } | null;
  readonly tickets: readonly string[];
  /** A release of ours, which says nothing about what changed. */
  readonly isRelease: boolean;
};

/** A commit's message beyond this is not written by hand. */
const MESSAGE_LENGTH_MAX = 64 * 1024;
const TICKETS_MAX = 50;
const LINE_LENGTH_MAX = 500;

const HEADER = /^([A-Za-z][\w-]*)(?:\(([^()\r\n]*)\))?(!)?: +(.*)$/;
const BULLET = /^[ \t]{0,3}[*-][ \t]+(.*)$/;
const RELEASE_AS = /^[ \t>*-]*Release-As:[ \t]*(\S+)[ \t]*$/i;
const CHANGELOG = /^[ \t>*-]*Changelog:[ \t]*(\S.*?)[ \t]*$/i;
const REVERTED = /This reverts commit ([0-9a-f]{7,64})/gi;
const NOTHING = /^(none|no|n\/?a|nothing|-+)?[.!]?$/i;

export const RELEASE_TRAILER = 'Tidegate-Release';

export function readMessage(given: string, tickets: TicketConfig | null): Message {
  const message = given.slice(0, MESSAGE_LENGTH_MAX).replaceAll('\r\n', '\n');
  const lines = message.split('\n');
  const subject = (lines.find((line) => line.trim() !== '') ?? '').trim();
  const parsed = parse(message);
  const bullets = lines.flatMap((line) => changeOf(BULLET.exec(line)?.[1] ?? ''));
  const header = changeOf(subject);
  const breaks = parsed.notes.some(({ text }) => !NOTHING.test(firstLine(text)));
  const own: Change = { type: null, scope: null, text: subject, isBreaking: false };
  const said =
    header.length > 0 || bullets.length === 0 ? [...(header.length > 0 ? header : [own]), ...bullets] : bullets;
  const changes = distinct(
    said.map((change, index) => (index === 0 && breaks ? { ...change, isBreaking: true } : change)),
  );
  const changelog = last(lines, CHANGELOG);
  return {
    subject,
    changes,
    releaseAs: last(lines, RELEASE_AS),
    reverts: [...message.matchAll(REVERTED)].map(([, oid = '']) => oid.toLowerCase()),
    changelog:
      changelog === null ? null : /^skip$/i.test(changelog) ? { type: 'skip' } : { type: 'text', text: changelog },
    tickets: tickets === null ? [] : ticketsIn(message, tickets),
    isRelease: lines.some((line) => line.startsWith(`${RELEASE_TRAILER}: `)),
  };
}

/** Lines are cut where nobody writes that much. */
export function ticketsIn(text: string, { match }: TicketConfig): readonly string[] {
  if (ticketProblem(match) !== null) return [];
  const pattern = new RegExp(match, 'g');
  const lines = text.split('\n').map((line) => line.slice(0, LINE_LENGTH_MAX));
  const found = lines.flatMap((line) => [...line.matchAll(pattern)].map(([whole]) => whole));
  return [...new Set(found.filter((whole) => whole !== ''))].slice(0, TICKETS_MAX);
}

function parse(message: string) {
  const parser = new CommitParser({
    headerPattern: HEADER,
    headerCorrespondence: ['type', 'scope', 'breaking', 'subject'],
    noteKeywords: ['BREAKING CHANGE', 'BREAKING-CHANGE', 'BREAKING CHANGES'],
    notesPattern: (keywords) => new RegExp(`^[\\s|*>-]*(${keywords})[:\\s]+(.*)`),
  });
  try {
    return parser.parse(message);
  } catch {
    // It refuses an empty message, which says nothing.
    return { notes: [] };
  }
}

function changeOf(line: string): readonly Change[] {
  const match = HEADER.exec(line.trim());
  if (match === null) return [];
  const [, type = '', scope, breaking, text = ''] = match;
  // `Release-As: 2.0.0` and other trailers look like headers.
  if (text.trim() === '' || /^[A-Z].*-|^(Changelog|BREAKING)$/.test(type)) return [];
  const trimmed = scope?.trim();
  return [
    {
      type: type.toLowerCase(),
      scope: trimmed === undefined || trimmed === '' ? null : trimmed,
      text: text.trim(),
      isBreaking: breaking !== undefined,
    },
  ];
}

function distinct(changes: readonly Change[]): readonly Change[] {
  const kept = new Map<string, Change>();
  for (const change of changes) {
    const key = `${change.type} ${change.scope} ${withoutNumber(change.text)}`;
    const known = kept.get(key);
    if (known === undefined) kept.set(key, change);
    else if (change.isBreaking) kept.set(key, { ...known, isBreaking: true });
  }
  return [...kept.values()];
}

/** A forge puts the number of the pull request behind the subject of a squash, and not behind those in its body. */
function withoutNumber(text: string): string {
  return text.replace(/ \([#!]\d+\)$/, '');
}

function last(lines: readonly string[], pattern: RegExp): string | null {
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1) ?? null;
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').trim();
}
