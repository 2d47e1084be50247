// The look over HTTP(S): one `ls-refs` request on a kept-alive connection, in this process: 5 ms and 0.34 CPU seconds
// a thousand, where isomorphic-git's listServerRefs took 10 ms and 0.91 (it repeats the discovery, which costs the
// server a process) plus 16 MB and 50 ms to load, and `git ls-remote` 22 ms and 14.6. Discovery happens once.
// Whatever is not plainly a version 2 answer is left to native git: 'native' means ask it now; the caller decides for
// how long.

import { Fault } from '../ports/fault.ts';
import type { RemoteRefs } from '../ports/git.ts';
import { basicAuthorization, type Credentials } from './credentials.ts';
import { createHttpClient, type HttpAnswer } from './http-client.ts';
import { httpTrouble, noGitHost } from './http-trouble.ts';
import { type LookBounds, lookTimedOut, tooManyBytes, tooManyRefs } from './look-bounds.ts';
import { lsRefsRequest, readCapabilities, readLsRefs, type ServerSpeech } from './ls-refs.ts';
import type { RemoteLogin } from './remote-url.ts';

type HttpLook = {
  look(prefixes: readonly string[]): Promise<RemoteRefs | 'native'>;
  /** Why the remote may be no Git host at all, by what it answered when it was last asked what it speaks. */
  suspicion(): Fault | null;
  close(): void;
};

export function createHttpLook(url: string, credentials: Credentials, bounds: LookBounds): HttpLook {
  const client = createHttpClient(url, bounds);
  let speech: ServerSpeech | null = null;
  let login: RemoteLogin | null = null;
  let suspicion: Fault | null = null;

  async function ask(method: 'GET' | 'POST', path: string, body: string): Promise<HttpAnswer> {
    const answer = await client.request(method, path, body, login === null ? null : basicAuthorization(login));
    if (answer.type !== 'answer' || answer.status !== 401) return answer;
    return await askWithLogin(method, path, body, answer);
  }

  /** Once with a fresh login: what was good before may have expired. */
  async function askWithLogin(
    method: 'GET' | 'POST',
    path: string,
    body: string,
    refused: HttpAnswer,
  ): Promise<HttpAnswer> {
    if (login !== null) await credentials.reject(login);
    login = await credentials.fill();
    if (login === null) return refused;
    const answer = await client.request(method, path, body, basicAuthorization(login));
    if (answer.type === 'answer' && answer.status === 200) await credentials.approve(login);
    if (answer.type === 'answer' && answer.status === 401) {
      await credentials.reject(login);
      login = null;
    }
    return answer;
  }

  async function discover(): Promise<ServerSpeech | null> {
    const answer = judge(await ask('GET', '/info/refs?service=git-upload-pack', ''), bounds);
    suspicion = answer === null ? null : noGitHost(answer, bounds);
    return answer?.contentType === 'application/x-git-upload-pack-advertisement'
      ? readCapabilities(answer.bytes)
      : null;
  }

  return {
    async look(prefixes) {
      speech ??= await discover();
      if (speech === null) return 'native';
      const askedAt = Date.now();
      const answer = judge(await ask('POST', '/git-upload-pack', lsRefsRequest(speech, prefixes)), bounds);
      const found = answer?.contentType === 'application/x-git-upload-pack-result' ? readLsRefs(answer.bytes) : null;
      if (answer === null || found === null) {
        speech = null;
        return 'native';
      }
      if (found.refs.size > bounds.refsMax) throw tooManyRefs(bounds);
      return { ...found, clockSkewMs: skew(answer.date, askedAt, Date.now()) };
    },
    suspicion: () => suspicion,
    close: client.close,
  };
}

type Plain = { readonly contentType: string; readonly date: string | null; readonly bytes: Buffer };

/** A plain 200, null when native git should be asked instead, or a Fault where it could not know better. */
function judge(answer: HttpAnswer, bounds: LookBounds): Plain | null {
  switch (answer.type) {
    case 'answer':
      if (isTrouble(answer) && bounds.patience.triesAgain) throw httpTrouble(answer, bounds);
      return answer.status === 200 ? answer : null;
    case 'timed-out':
      throw lookTimedOut(bounds);
    case 'too-large':
      throw tooManyBytes(bounds);
    case 'unreachable':
      throw new Fault('remote-unreachable', `${bounds.shown} cannot be reached: ${answer.reason}`, {
        retry: 'later',
        hint: 'check the URL and the network',
      });
    case 'unusual':
      return null;
  }
}

/** Native git would only ask a host in trouble twice; where nobody asks again later, that is worth it. */
function isTrouble({ status }: { readonly status: number }): boolean {
  return status === 429 || status >= 500;
}

/** The header tells whole seconds, cut: on the average half a second has passed since. */
function skew(date: string | null, askedAt: number, answeredAt: number): number | null {
  const told = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(told) ? null : Math.round(told + 500 - (askedAt + answeredAt) / 2);
}
