import { setTimeout as delay } from 'node:timers/promises';
import { jobsAlive, openBench } from '../unit/runner/bench.ts';
import { until } from '../unit/runner/until.ts';
import { runnerContract } from './runner.ts';

runnerContract('the runner of real processes', async (options) => {
  const bench = openBench(options);
  return {
    runner: bench.runner,
    place: bench.place,
    running: (count) =>
      until(
        () => jobsAlive(bench.runner),
        (ids) => ids.length === count,
      ),
    elapse: (ms) => delay(ms),
    dispose: bench.dispose,
  };
});
