// A changelog in the form of keepachangelog.com, as text: found in it is what was released last, and put into it is
// what comes next. What people wrote stays as they wrote it. Nothing but `##` headings says what a version is.

import semver from 'semver';
import { linesOf, mergeSections } from './section.ts';

export type Heading = {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Without a `v`; `unreleased`; null where it is neither. */
  readonly names: { readonly type: 'version'; readonly version: string } | { readonly type: 'unreleased' } | null;
};

export type Newest =
  /** No heading of a version. */
  | { readonly type: 'none' }
  | { readonly type: 'version'; readonly version: string; readonly line: number; readonly section: string }
  | { readonly type: 'problem'; readonly line: number; readonly sentence: string; readonly hint: string };

const HEAD = [
  '# Changelog',
  '',
  'All notable changes to this project are written here, in the manner of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).',
  '',
];

/** What was released last, or is to be, as the file has it. */
export function newestRelease(text: string | null): Newest {
  const lines = linesOf(text ?? '');
  const marker = lines.findIndex((line) => /^(<{7}|>{7}) /.test(line));
  if (marker >= 0) {
    const sentence = 'a merge has left its conflict there';
    return { type: 'problem', line: marker + 1, sentence, hint: 'keep what is meant, and remove the marks' };
  }
  const headings = headingsOf(lines);
  const first = headings.find(({ names }) => names?.type !== 'unreleased');
  if (first === undefined) return { type: 'none' };
  if (first.names?.type !== 'version') {
    const sentence = `\`${first.text}\` names no version`;
    return { type: 'problem', line: first.line, sentence, hint: 'write it as `## [1.4.0] - 2026-11-24`' };
  }
  return { type: 'version', version: first.names.version, line: first.line, section: bodyOf(lines, headings, first) };
}

/** What stands below the heading of a version; null where it has none. */
export function sectionOf(text: string | null, version: string): string | null {
  const lines = linesOf(text ?? '');
  const headings = headingsOf(lines);
  const found = headings.find(({ names }) => names?.type === 'version' && names.version === version);
  return found === undefined ? null : bodyOf(lines, headings, found);
}

/**
 * The file with a release on top. What stands below `Unreleased` moves into it, as people wrote it, before what was
 * generated; a section of this version that is there already is replaced.
 */
export function withRelease(text: string | null, version: string, date: string, body: string): string {
  const given = linesOf(text ?? '');
  const lines = given.some((line) => line.trim() !== '') ? given : HEAD;
  const headings = headingsOf(lines);
  const same = headings.find(({ names }) => names?.type === 'version' && names.version === version);
  if (same !== undefined) {
    const end = endOf(lines, headings, same);
    return textOf([...lines.slice(0, same.line), '', ...linesOf(body), '', ...lines.slice(end)]);
  }
  const unreleased = headings.find(({ names }) => names?.type === 'unreleased');
  const waiting = unreleased === undefined ? '' : bodyOf(lines, headings, unreleased);
  const section = waiting === '' ? body : mergeSections('', waiting, body).text;
  const fresh = [`## [${version}] - ${date}`, '', ...linesOf(section), ''];
  if (unreleased !== undefined) {
    const rest = lines.slice(endOf(lines, headings, unreleased));
    return textOf([...lines.slice(0, unreleased.line), '', ...fresh, ...rest]);
  }
  const before = headings[0] === undefined ? lines.length : headings[0].line - 1;
  const top = lines.slice(0, before);
  return textOf([
    ...top,
    ...(top.at(-1)?.trim() === '' || top.length === 0 ? [] : ['']),
    ...fresh,
    ...lines.slice(before),
  ]);
}

/** The same file with another version in the heading of one; its date stays. */
export function renamedRelease(text: string, from: string, to: string): string {
  const lines = linesOf(text);
  const found = headingsOf(lines).find(({ names }) => names?.type === 'version' && names.version === from);
  if (found === undefined) return text;
  return textOf(lines.map((line, at) => (at === found.line - 1 ? line.replace(from, to) : line)));
}

function headingsOf(lines: readonly string[]): readonly Heading[] {
  const headings: Heading[] = [];
  let fence: string | null = null;
  for (const [at, line] of lines.entries()) {
    const mark = /^ {0,3}(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : fence === mark ? null : fence;
    if (fence !== null || !/^## /.test(line)) continue;
    headings.push({ line: at + 1, text: line.trim(), names: namesOf(line.slice(3).trim()) });
  }
  return headings;
}

function namesOf(title: string): Heading['names'] {
  if (/^\[?unreleased\]?\b/i.test(title)) return { type: 'unreleased' };
  const written = /^\[?v?([0-9][^\s\]]*)\]?/.exec(title)?.[1];
  const version = written === undefined ? null : semver.parse(written);
  return version === null || version.raw !== written ? null : { type: 'version', version: written };
}

/** Index of the line behind it. A list of links at the end belongs to no section. */
function endOf(lines: readonly string[], headings: readonly Heading[], heading: Heading): number {
  const next = headings.find(({ line }) => line > heading.line);
  if (next !== undefined) return next.line - 1;
  let end = lines.length;
  while (end > heading.line && /^(\s*|\[[^\]]+\]: \S+.*)$/.test(lines[end - 1] ?? '')) end -= 1;
  return end;
}

function bodyOf(lines: readonly string[], headings: readonly Heading[], heading: Heading): string {
  return lines
    .slice(heading.line, endOf(lines, headings, heading))
    .join('\n')
    .trim();
}

/** No more than one empty line, none at the beginning, one line end at the end. */
function textOf(lines: readonly string[]): string {
  const kept = lines.filter((line, at) => line.trim() !== '' || (lines[at - 1] ?? '').trim() !== '');
  return `${kept.join('\n').trim()}\n`;
}
