// Who accepts changes of gates in the lives in which people change them: from seed 20000 on, drawn from a stream of
// their own, so that the lives of earlier seeds stay as they are.

import { Random } from './random.ts';
import type { RepositoryModel } from './repository-model.ts';

const GATES_FROM = 20_000;

export function changesGates(seed: string): boolean {
  return Number(seed) >= GATES_FROM;
}

export function withGatekeepers(seed: string, model: RepositoryModel): RepositoryModel {
  if (!changesGates(seed)) return model;
  const luck = new Random(seed).stream('gatekeepers');
  const by = luck.pick(['leads', 'crew'] as const);
  const author = luck.pick(['excluded', 'counts'] as const);
  const changes = luck.chance(0.3) ? { by, count: 1, author } : null;
  const names = Object.entries(model.gates).flatMap(([name, { type }]) => (STAGED.has(type) ? [name] : []));
  const gates = names.length > 0 && luck.chance(0.2) ? [luck.pick(names)] : [];
  return { ...model, changes, pipeline: { skippable: luck.chance(0.8), gates } };
}

/** What asks the same of every environment whose pipeline it is. */
const STAGED: ReadonlySet<string> = new Set(['window', 'freeze', 'approval']);
