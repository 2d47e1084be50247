// A security key in software: signs as OpenSSH's keys of the kind `sk-ssh-ed25519` do, with the flags that a test
// wants. Format: PROTOCOL.sshsig and PROTOCOL.u2f of OpenSSH.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';

export const TOUCHED = 0x01;
export const VERIFIED = 0x04;

const TYPE = 'sk-ssh-ed25519@openssh.com';
const APPLICATION = 'ssh:';

export type SecurityKey = {
  readonly publicKey: string;
  /** An armoured signature over a text; without flags nobody touched the key. */
  sign(text: string, namespace: string, flags: number): string;
};

export function securityKey(): SecurityKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = Buffer.concat([string(TYPE), string(raw), string(APPLICATION)]);
  return {
    publicKey: `${TYPE} ${blob.toString('base64')}`,
    sign(text, namespace, flags) {
      const rest = [string(namespace), string(''), string('sha512')];
      const message = Buffer.concat([Buffer.from('SSHSIG'), ...rest, string(digest('sha512', text))]);
      const state = Buffer.from([flags, 0, 0, 0, 7]);
      const signature = sign(
        null,
        Buffer.concat([digest('sha256', APPLICATION), state, digest('sha256', message)]),
        privateKey,
      );
      const signed = Buffer.concat([string(TYPE), string(signature), state]);
      const version = Buffer.from([0, 0, 0, 1]);
      return armoured(Buffer.concat([Buffer.from('SSHSIG'), version, string(blob), ...rest, string(signed)]));
    },
  };
}

export function armoured(blob: Buffer): string {
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
}

function string(bytes: string | Buffer): Buffer {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function digest(algorithm: string, bytes: string | Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest();
}
