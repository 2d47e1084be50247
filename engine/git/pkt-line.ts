// Git's wire framing (git help gitprotocol-common): four hexadecimal digits of length, themselves included, then the
// payload. `0000` ends a message, `0001` parts it. Pure; hostile lengths are refused.

type Packet = { readonly type: 'line'; readonly text: string } | { readonly type: 'flush' | 'delimiter' | 'end' };

/** Null when the bytes are no sequence of whole packets. */
export function readPackets(bytes: Buffer): readonly Packet[] | null {
  const packets: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const digits = bytes.toString('latin1', at, at + 4);
    if (!/^[0-9a-f]{4}$/i.test(digits)) return null;
    const length = Number.parseInt(digits, 16);
    if (length < 4) {
      if (length === 3) return null;
      packets.push({ type: length === 0 ? 'flush' : length === 1 ? 'delimiter' : 'end' });
      at += 4;
      continue;
    }
    if (at + length > bytes.length) return null;
    packets.push({ type: 'line', text: bytes.toString('utf8', at + 4, at + length).replace(/\n$/, '') });
    at += length;
  }
  return packets;
}

export function packetLine(text: string): string {
  return `${(Buffer.byteLength(text) + 5).toString(16).padStart(4, '0') + text}\n`;
}

export const FLUSH = '0000';
export const DELIMITER = '0001';
