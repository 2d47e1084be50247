// A run waits, and nobody holds it.

import { runKind } from './kind.ts';

export const leaseReleased = runKind({
  type: 'lease-released',
  fields: { epoch: 'count' },
  afterFailure: true,
  say: (record) => `${record.run}: waits; lease released`,
  fold: (run, { epoch }) =>
    run.lease?.epoch === epoch ? { ...run, lease: null } : `epoch ${epoch} does not hold the lease`,
});
