// A doctor who finds all well, but for what a test says.

import type { LedgerHost, MachineFindings } from '../../engine/model/findings.ts';
import type { Doctor } from '../../engine/ports/doctor.ts';

export const WELL_MACHINE: MachineFindings = {
  node: '26.1.0',
  state: {
    path: '/var/lib/tidegate',
    refusal: null,
    bytesFree: 74 * 1024 ** 3,
    inodesFree: 4_800_000,
    heldBy: null,
  },
};

export const WELL_HOST: LedgerHost = {
  push: { type: 'accepted' },
  blockedBy: null,
  settings: { folder: '/srv/shop.git', denyNonFastForwards: true, denyDeletes: true, fsync: 'committed' },
};

export function fakeDoctor(findings: Partial<Doctor> = {}): Doctor {
  return {
    machine: async () => WELL_MACHINE,
    gitVersion: async () => [2, 47],
    reach: async () => ({
      type: 'reached',
      tookMs: 42,
      clockSkewMs: 1_200,
      shown: 'https://git.example.org/shop.git',
    }),
    ledgerHost: async () => WELL_HOST,
    signers: async () => 'ana ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA\n',
    signingKey: async () => ({ type: 'signs', signed: { type: 'signed', by: 'ana' } }),
    missingPrograms: async () => [],
    close: async () => {},
    ...findings,
  };
}
