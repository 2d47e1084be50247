// A person asks for a version by name.

import { sayVersion } from '../../model/version.ts';
import { SIGNABLE } from '../fields.ts';
import { after, signatureOf } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const deployRequested = eventKind({
  type: 'deploy-requested',
  fields: { version: 'version', reason: 'reason', emergency: 'flag', skipTests: 'flag', ...SIGNABLE },
  weight: 5,
  tone: () => 'plain',
  say({ by, version, emergency, reason }) {
    return `${by} asks to deploy ${sayVersion(version)}${emergency ? ' (emergency)' : ''}${after(reason)}`;
  },
  fold(_state, record) {
    const { id, by, at, reason, version, emergency, skipTests } = record;
    const said = { id, by, at, reason, ...signatureOf(record) };
    // A newer request replaces one that still waits: the last word of a person counts.
    return { requests: [{ ...said, type: 'deploy', version, emergency, skipTests }] };
  },
});
