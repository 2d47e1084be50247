// What work costs in processor time of this process: a loop shows in it, and a machine that is busy with others does
// not. It judges nothing: each test has a bound of its own.

export function processorTime<T>(work: () => T): { readonly answer: T; readonly spentMs: number } {
  const before = process.cpuUsage();
  const answer = work();
  const { user, system } = process.cpuUsage(before);
  return { answer, spentMs: (user + system) / 1_000 };
}
