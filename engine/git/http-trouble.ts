// A Git host that answers a look with HTTP 429 or 5xx: said with its own words, and asked again no sooner than it
// wants.

import { Fault } from '../ports/fault.ts';
import type { LookBounds } from './look-bounds.ts';
import { maskText } from './remote-url.ts';

type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly bytes: Buffer;
};

export function httpTrouble(answer: Answer, { shown, secrets }: LookBounds): Fault {
  const afterMs = retryAfterMs(answer.retryAfter, Date.now());
  const words = maskText(wordsOf(answer), secrets);
  const wait = afterMs === null ? '' : ` and asks to be left alone for ${Math.round(afterMs / 1_000)} s`;
  const message = `${shown} answers HTTP ${answer.status}${words === '' ? '' : ` (${words})`}${wait}`;
  const hint = answer.status === 429 ? 'it is asked less often now' : 'look at the Git host, and what stands before it';
  const options = { retry: 'later', hint } as const;
  return new Fault('remote-unreachable', message, afterMs === null ? options : { ...options, afterMs });
}

/**
 * A page where a Git host lists its refs: of a proxy, or of somebody who wants a person to sign in. Null where it may
 * be one.
 */
export function noGitHost(answer: Pick<Answer, 'contentType' | 'bytes'>, { shown, secrets }: LookBounds): Fault | null {
  const { contentType, bytes } = answer;
  const isGit = contentType.startsWith('application/x-git-') || bytes.length === 0;
  if (isGit || /^[0-9a-f]{40,64}\t/.test(bytes.subarray(0, 65).toString('latin1'))) return null;
  const words = maskText(wordsOf(answer), secrets);
  const message = `${shown} does not answer as a Git host does, but with ${contentType || 'something'}${words && ` (${words})`}`;
  const hint = 'check the address, and whether a proxy or a sign-in page stands before it';
  return new Fault('remote-unreachable', message, { retry: 'later', hint });
}

/** RFC 9110, 10.2.3: seconds, or a date. */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

const WORDS_MAX = 200;
/** What is longer is a page for a browser. */
const READ_BYTES_MAX = 16 * 1024;

function wordsOf({ contentType, bytes }: Pick<Answer, 'contentType' | 'bytes'>): string {
  if (!/^(text\/|application\/(problem\+)?json)/.test(contentType)) return '';
  const text = bytes.subarray(0, READ_BYTES_MAX).toString('utf8');
  const plain = text
    .replaceAll(/<(style|script|head)\b.*?<\/\1>/gis, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return plain.length <= WORDS_MAX ? plain : `${plain.slice(0, WORDS_MAX - 3)}...`;
}
