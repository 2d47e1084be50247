// A mutant of the adapter, made on the wire: as if it asked for something else, or read something else out of the
// answer.

import type { Fetch } from '../../../engine/forge/github/wire.ts';

type Body = { [key: string]: unknown };
export type Altered = { readonly only: RegExp } & (
  | { readonly url: (url: string) => string }
  /** Changes the body of a request, or the whole of an answer. */
  | { readonly sent: (body: Body) => void }
  | { readonly read: (data: never) => unknown }
  | { readonly headers: (headers: Headers) => void }
  | { readonly told: (headers: Headers) => void }
  /** As octokit's retry plugin does. */
  | { readonly again: (status: number | null) => boolean }
);

export function alter(altered: Altered): (fetch: Fetch) => Fetch {
  return (fetch) => async (input, init) => {
    const name = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;
    if (!altered.only.test(name)) return await fetch(input, init);
    const headers = new Headers(init?.headers);
    let url = String(input);
    let body = init?.body;
    if ('url' in altered) url = altered.url(url);
    if ('headers' in altered) altered.headers(headers);
    if ('sent' in altered && typeof body === 'string') {
      const parsed = JSON.parse(body) as Body;
      altered.sent(parsed);
      body = JSON.stringify(parsed);
    }
    const send = () => fetch(url, { ...init, headers, ...(body === undefined ? {} : { body }) });
    if ('again' in altered) {
      const first = await send().catch(() => null);
      return altered.again(first?.status ?? null) || first === null ? await send() : first;
    }
    const answer = await send();
    if ('told' in altered) {
      const told = new Headers(answer.headers);
      altered.told(told);
      return new Response(answer.status === 304 ? null : await answer.arrayBuffer(), {
        status: answer.status,
        headers: told,
      });
    }
    if (!('read' in altered) || answer.status === 304) return answer;
    const read = altered.read as (data: unknown) => unknown;
    const text = JSON.stringify(read(await answer.json()));
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
}
