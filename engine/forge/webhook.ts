// What is answered to one delivery of a webhook, of GitHub or Gitea. It only wakes: nothing of it is believed, kept
// or counted, so that one that is lost costs a poll, and one that is sent again costs nothing. The signature is
// checked over the bytes as they came, before anything is read out of them.

import { createHmac, timingSafeEqual } from 'node:crypto';

export const BODY_BYTES_MAX = 1_048_576;

export type Delivery = {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly event: string;
  /** `sha256=…` */
  readonly signature: string;
  /** Null: it is longer than what is read. */
  readonly body: Buffer | null;
};

export type Judged = {
  readonly status: 202 | 400 | 401 | 403 | 404 | 405 | 413 | 415;
  /** `maybe`: nobody knows who sent it; it may wake once in a long while. */
  readonly wakes: 'yes' | 'no' | 'maybe';
};

export type Expected = {
  readonly secret: string;
  /** The number is known once the forge was asked; until then the name has to do. */
  readonly repository: { readonly id: number | null; readonly fullName: string };
};

export function judge(delivery: Delivery, expected: Expected): Judged {
  if (delivery.path !== '/hooks/github') return { status: 404, wakes: 'no' };
  if (delivery.method !== 'POST') return { status: 405, wakes: 'no' };
  if (!/^application\/json\b/i.test(delivery.contentType)) return { status: 415, wakes: 'no' };
  if (delivery.body === null) return { status: 413, wakes: 'maybe' };
  if (!isSigned(delivery.body, delivery.signature, expected.secret)) return { status: 401, wakes: 'no' };
  const repository = repositoryOf(delivery.body);
  if (repository === null) return { status: delivery.event === 'ping' ? 202 : 400, wakes: 'no' };
  if (!isOurs(repository, expected.repository)) return { status: 403, wakes: 'no' };
  return { status: 202, wakes: delivery.event === 'ping' ? 'no' : 'yes' };
}

/**
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries. An empty secret signs nothing.
 */
export function isSigned(body: Buffer, signature: string, secret: string): boolean {
  if (secret === '') return false;
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

type Named = { readonly id: number; readonly fullName: string };

function repositoryOf(body: Buffer): Named | null {
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'));
    const repository: unknown = fieldOf(payload, 'repository');
    const id = fieldOf(repository, 'id');
    const fullName = fieldOf(repository, 'full_name');
    return typeof id === 'number' && typeof fullName === 'string' ? { id, fullName } : null;
  } catch {
    return null;
  }
}

function fieldOf(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined;
}

function isOurs({ id, fullName }: Named, ours: Expected['repository']): boolean {
  return ours.id === null ? fullName.toLowerCase() === ours.fullName.toLowerCase() : id === ours.id;
}
