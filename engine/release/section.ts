// What stands below one heading of a changelog: kinds of change, with entries. Generated from commits, and merged
// three ways with what people made of it. An entry is the unit, not a line: what two write beside each other is no
// conflict.

import type { TicketConfig } from '../model/release-config.ts';
import { type Counted, isHidden } from './counted.ts';
import type { Change } from './message.ts';

const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security', 'Other'] as const;
type Kind = (typeof KINDS)[number];

const KIND_OF: Readonly<Record<string, Kind>> = {
  feat: 'Added',
  fix: 'Fixed',
  perf: 'Changed',
  refactor: 'Changed',
  revert: 'Changed',
  deprecate: 'Deprecated',
  remove: 'Removed',
  security: 'Security',
};

/** Where an entry goes whose kind a person has taken out or renamed. */
const ALSO = 'Also';

/** Of what counts, newest first within a kind, with what breaks before the rest. */
export function sectionFor(
  counted: readonly Counted[],
  { tickets, all }: { readonly tickets: TicketConfig | null; readonly all: boolean },
): string {
  const entries = counted.flatMap((commit) => entriesOf(commit, tickets, all));
  const blocks = KINDS.flatMap((kind) => {
    const own = entries.filter((entry) => entry.kind === kind);
    const sorted = [...own.filter(({ isBreaking }) => isBreaking), ...own.filter(({ isBreaking }) => !isBreaking)];
    const texts = [...new Set(sorted.map(({ text }) => text))];
    return texts.length === 0 ? [] : [`### ${kind}\n\n${texts.join('\n')}`];
  });
  return blocks.join('\n\n');
}

type Entry = { readonly kind: Kind; readonly text: string; readonly isBreaking: boolean };

const NEVER: ReadonlySet<Counted['as']> = new Set(['cancelled', 'merge', 'release']);

function entriesOf(commit: Counted, tickets: TicketConfig | null, all: boolean): readonly Entry[] {
  if (NEVER.has(commit.as) || commit.changelog?.type === 'skip') return [];
  const changes = commit.changes.filter((change) => all || !isHidden(change));
  const [first] = changes;
  if (first === undefined) return [];
  const told = commit.changelog?.type === 'text' ? [{ ...first, scope: null, text: commit.changelog.text }] : changes;
  return told.map((change, at) => entryOf(change, tickets === null || at > 0 ? [] : commit.tickets, tickets));
}

function entryOf(change: Change, own: readonly string[], tickets: TicketConfig | null): Entry {
  const { type, scope, isBreaking } = change;
  const kind = (type !== null && Object.hasOwn(KIND_OF, type) ? KIND_OF[type] : undefined) ?? 'Other';
  const text = plain(change.text);
  const linked = tickets === null ? text : withLinks(text, own, tickets);
  return {
    kind,
    isBreaking,
    text: `- ${isBreaking ? '**Breaking:** ' : ''}${scope === null ? '' : `**${plain(scope)}:** `}${linked}`,
  };
}

/** Each once: where the text names it, else behind it. */
function withLinks(text: string, own: readonly string[], { url }: TicketConfig): string {
  const link = (ticket: string) => `[${ticket}](${url.replaceAll('$0', () => encodeURIComponent(ticket))})`;
  let linked = text;
  const rest: string[] = [];
  for (const ticket of own) {
    const at = linked.indexOf(ticket);
    if (at < 0 || linked[at - 1] === '[') rest.push(link(ticket));
    else linked = linked.slice(0, at) + link(ticket) + linked.slice(at + ticket.length);
  }
  return rest.length === 0 ? linked : `${linked} (${rest.join(', ')})`;
}

/** One line, and no markup that reaches beyond it. */
function plain(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'))
    .trim();
}

export type MergedSection = {
  readonly text: string;
  /** Entries whose commit no longer counts and that a person has reworded: they stay. */
  readonly kept: readonly string[];
  /** Entries for which there was no place as a person left it: they stand under `Also`. */
  readonly beside: readonly string[];
};

/** `base`: as it was generated before; `theirs`: what people made of it; `ours`: as it is generated now. */
export function mergeSections(base: string, theirs: string, ours: string): MergedSection {
  const [before, there, now] = [base, theirs, ours].map(blocksOf);
  const was = new Map((before ?? []).flatMap(({ kind, entries }) => entries.map((entry) => [entry, kind] as const)));
  const has = new Set((there ?? []).flatMap(({ entries }) => entries));
  const is = new Map((now ?? []).flatMap(({ kind, entries }) => entries.map((entry) => [entry, kind] as const)));
  const gone = [...was.keys()].filter((entry) => !is.has(entry));
  const added = [...is].filter(([entry]) => !was.has(entry) && !has.has(entry));
  const blocks = (there ?? []).map(({ kind, entries, lines }) => ({ kind, entries, lines }));
  const left = blocks.map((block) => withoutEntries(block, new Set(gone)));
  const beside: string[] = [];
  const had = new Set((before ?? []).map(({ kind }) => kind));
  for (const [entry, kind] of added) {
    const isTakenOut = kind !== null && had.has(kind) && !left.some((block) => sameKind(block.kind, kind));
    if (isTakenOut) beside.push(entry);
    put(left, isTakenOut ? ALSO : kind, entry);
  }
  return {
    text: left.flatMap(textsOf).join('\n\n').trim(),
    kept: gone.filter((entry) => !has.has(entry)),
    beside,
  };
}

/** `kind`: null before the first heading. `lines`: below it, entries and all else. */
type Block = { readonly kind: string | null; readonly entries: readonly string[]; lines: readonly string[] };

function blocksOf(text: string): readonly Block[] {
  const blocks: { kind: string | null; lines: string[] }[] = [{ kind: null, lines: [] }];
  for (const line of linesOf(text)) {
    const kind = /^### +(.*?)\s*$/.exec(line)?.[1];
    if (kind === undefined) blocks.at(-1)?.lines.push(line);
    else blocks.push({ kind, lines: [] });
  }
  return blocks.map(({ kind, lines }) => ({
    kind,
    lines,
    entries: entryBlocks(lines).flatMap(({ entry }) => entry ?? []),
  }));
}

/** Lines as entries with what is indented below them; `entry` is null for what is none. */
function entryBlocks(
  lines: readonly string[],
): readonly { readonly entry: string | null; readonly lines: readonly string[] }[] {
  const found: { entry: string | null; lines: string[] }[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (/^[-*] /.test(line)) found.push({ entry: line.trimEnd(), lines: [line] });
    else if (last !== undefined && last.entry !== null && /^\s+\S/.test(line)) {
      last.lines.push(line);
      last.entry = `${last.entry}\n${line.trimEnd()}`;
    } else found.push({ entry: null, lines: [line] });
  }
  return found;
}

function withoutEntries(block: Block, gone: ReadonlySet<string>): Block {
  const kept = entryBlocks(block.lines).filter(({ entry }) => entry === null || !gone.has(entry));
  return { ...block, lines: kept.flatMap(({ lines }) => lines) };
}

function sameKind(a: string | null, b: string | null): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

/** At the end of its kind; a kind that is not there comes where the known ones come in order. */
function put(blocks: Block[], kind: string | null, entry: string): void {
  const at = blocks.findIndex((block) => sameKind(block.kind, kind));
  const there = blocks[at];
  if (there !== undefined) {
    blocks[at] = { ...there, lines: [...trimmed(there.lines), entry] };
    return;
  }
  const rank = (name: string | null) => (name === null ? -1 : KINDS.findIndex((one) => one === name));
  const own = rank(kind);
  const behind = own < 0 ? -1 : blocks.findIndex((block) => rank(block.kind) > own);
  blocks.splice(behind < 0 ? blocks.length : behind, 0, { kind, entries: [entry], lines: [entry] });
}

function textsOf({ kind, lines }: Block): readonly string[] {
  const body = trimmed(lines).join('\n');
  if (kind === null) return body === '' ? [] : [body];
  return body === '' ? [] : [`### ${kind}\n\n${body}`];
}

function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

export function linesOf(text: string): readonly string[] {
  return text.replaceAll('\r\n', '\n').split('\n');
}
