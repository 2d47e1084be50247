// The `http` step: asks a URL until it answers as wanted. A redirect is an answer, not followed: what is verified is
// the URL that was named. Nothing of an answer is trusted: bounded in time and size, and only shown shortened.

import { formatDuration } from '../../base/duration.ts';
import type { Performer } from '../../ports/runner.ts';
import { type Observation, pollUntil } from '../poll-until.ts';
import { jsonMismatch } from './json-match.ts';
import type { Request } from './kind.ts';

const BODY_BYTES_MAX = 1024 * 1024;

export const perform: Performer<Request> = async (work, _place, context) => {
  const url = URL.canParse(work.url) ? new URL(work.url) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { outcome: 'errored', sentence: `${work.url} is not an http or https URL` };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      outcome: 'errored',
      sentence: `the URL for ${url.host} has a user or password in it; put them into a header`,
    };
  }
  const what = `${work.method} ${work.url}`;
  context.say(`${what}, until ${wish(work)}`);
  const last = await pollUntil(work, context, (signal) => ask(work, signal));
  if (last.good)
    return { outcome: 'succeeded', sentence: `${what} ${last.sentence} after ${formatDuration(last.tookMs)}` };
  const time = last.tries === 1 ? '' : ` (${last.tries} tries in ${formatDuration(last.tookMs)})`;
  return { outcome: 'failed', sentence: `${what} ${last.sentence}${time}` };
};

async function ask(work: Request, signal: AbortSignal): Promise<Observation> {
  const response = await fetch(work.url, {
    method: work.method,
    headers: { 'user-agent': 'tidegate', ...work.headers, connection: 'close' },
    body: work.body,
    redirect: 'manual',
    signal,
  });
  try {
    if (!work.status.includes(response.status)) {
      return { good: false, sentence: `answered ${response.status}, wanted ${work.status.join(' or ')}` };
    }
    if (work.json === null) return { good: true, sentence: `answered ${response.status}` };
    return judgeBody(work, await boundedText(response), response.status);
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

function judgeBody(work: Request, text: string | null, status: number): Observation {
  if (text === null) return { good: false, sentence: `answered ${status} with more than 1 MiB` };
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { good: false, sentence: `answered ${status} with something that is not JSON` };
  }
  const mismatch = jsonMismatch(work.json, answer);
  return mismatch === null
    ? { good: true, sentence: `answered ${status} with the wanted JSON` }
    : { good: false, sentence: `answered ${status}, but ${mismatch}` };
}

/** Null when it is longer than what one reads. */
async function boundedText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function wish(work: Request): string {
  const json = work.json === null ? '' : ` with ${JSON.stringify(work.json).slice(0, 200)}`;
  const time = work.withinMs === 0 ? 'in one try' : `within ${formatDuration(work.withinMs)}`;
  return `${work.status.join(' or ')}${json}, ${time}`;
}
