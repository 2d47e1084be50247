// The name of a run: its environment and a number that counts up as runs open. An environment may be called `eu-1`,
// so that only the last part is the number. Nobody else puts such a name together or takes it apart.

export function runId(environment: string, number: number): string {
  return `${environment}-${number}`;
}

/** NaN where it is no name of a run. */
export function runNumber(id: string): number {
  return Number(/-(\d+)$/.exec(id)?.[1] ?? Number.NaN);
}

/** As it is where it is no name of a run. */
export function runEnvironment(id: string): string {
  return id.replace(/-\d+$/, '');
}

/** Which of its run's records it is, by the name of the record: they are counted from 1. */
export function placeInRun(record: string): number {
  return Number(/\.(\d+)$/.exec(record)?.[1] ?? Number.NaN);
}
