// The one protocol message that a look needs: version 2 `ls-refs` with ref prefixes (git help gitprotocol-v2). The
// server sends only what was asked for, where `git ls-remote` of one ref still transfers every tag. Pure.

import type { RemoteRefs } from '../ports/git.ts';
import { isOid, isRefName } from './names.ts';
import { DELIMITER, FLUSH, packetLine, readPackets } from './pkt-line.ts';

export type ServerSpeech = { readonly objectFormat: string; readonly unborn: boolean };

export function lsRefsRequest(speech: ServerSpeech, prefixes: readonly string[]): string {
  const lines = [
    packetLine('command=ls-refs'),
    packetLine('agent=tidegate'),
    packetLine(`object-format=${speech.objectFormat}`),
    DELIMITER,
    packetLine('peel'),
    packetLine('symrefs'),
  ];
  if (speech.unborn) lines.push(packetLine('unborn'));
  for (const prefix of ['HEAD', ...prefixes]) lines.push(packetLine(`ref-prefix ${prefix}`));
  return lines.join('') + FLUSH;
}

/**
 * From the answer to `GET info/refs` asked with `Git-Protocol: version=2`; null when the server speaks another
 * version.
 */
export function readCapabilities(bytes: Buffer): ServerSpeech | null {
  const lines = (readPackets(bytes) ?? []).flatMap((packet) => (packet.type === 'line' ? [packet.text] : []));
  if (!lines.includes('version 2')) return null;
  const lsRefs = lines.find((line) => line === 'ls-refs' || line.startsWith('ls-refs='));
  if (lsRefs === undefined) return null;
  const format = lines.find((line) => line.startsWith('object-format='));
  return {
    objectFormat: format?.slice('object-format='.length) ?? 'sha1',
    unborn: lsRefs.slice('ls-refs='.length).split(' ').includes('unborn'),
  };
}

export type FoundRefs = Pick<RemoteRefs, 'refs' | 'peeled' | 'head'>;

/** Null when the answer is not a whole `ls-refs` answer: it was cut, or the server meant something else. */
export function readLsRefs(bytes: Buffer): FoundRefs | null {
  const packets = readPackets(bytes);
  if (packets === null || packets.at(-1)?.type !== 'flush') return null;
  const found = refsBuilder();
  for (const packet of packets) {
    if (packet.type !== 'line') continue;
    const [oid = '', ref = '', ...attributes] = packet.text.split(' ');
    const attribute = (name: string) => attributes.find((text) => text.startsWith(`${name}:`))?.slice(name.length + 1);
    const target = attribute('symref-target');
    if (ref === 'HEAD' && target !== undefined) found.head(target);
    if (oid === 'unborn') continue;
    if (!isOid(oid)) return null;
    found.ref(ref, oid);
    const peeled = attribute('peeled');
    if (peeled !== undefined && isOid(peeled)) found.peeled(ref, peeled);
  }
  return found.done();
}

type RefsBuilder = {
  ref(name: string, oid: string): void;
  peeled(name: string, oid: string): void;
  head(target: string): void;
  done(): FoundRefs;
};

/**
 * Names that git would not accept are left out: they cannot be fetched, and must not reach a command line. The branch
 * that HEAD names is always among the refs when it exists, whatever prefixes were asked for.
 */
export function refsBuilder(): RefsBuilder {
  const refs = new Map<string, string>();
  const peeled = new Map<string, string>();
  let head: string | null = null;
  return {
    ref(name, oid) {
      if (name === 'HEAD' || isRefName(name)) refs.set(name, oid);
    },
    peeled(name, oid) {
      if (isRefName(name)) peeled.set(name, oid);
    },
    head(target) {
      if (isRefName(target)) head = target;
    },
    done() {
      const at = refs.get('HEAD');
      if (head !== null && at !== undefined) refs.set(head, at);
      return { refs, peeled, head };
    },
  };
}
