// Another life of a controller goes on with the run: what had no recorded end is in doubt.

import type { Run } from '../../model/run.ts';
import { runKind } from './kind.ts';

export const leaseTaken = runKind({
  type: 'lease-taken',
  fields: { epoch: 'count', controller: 'text', because: 'text', zones: 'text or absent' },
  weight: 5,
  afterFailure: true,
  isClaim: () => true,
  say: (record) => `${record.run}: taken over (epoch ${record.epoch}): ${record.because}`,
  whyNot: ({ epoch }, record) => (record.epoch <= epoch ? `its epoch ${record.epoch} is not above ${epoch}` : null),
  fold: (run, { epoch, controller }) => ({ ...run, lease: { epoch, controller }, inDoubt: stageUnderWay(run) }),
  settle: (_state, { epoch, zones }) => ({ epoch, ...(zones === undefined ? {} : { zones }) }),
});

function stageUnderWay(run: Run): string | null {
  return run.stages.find((stage) => stage.startedAt !== null && stage.outcome === null)?.name ?? null;
}
