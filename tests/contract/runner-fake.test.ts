import { openFakeRunner } from '../support/fake-runner.ts';
import { runnerContract } from './runner.ts';

runnerContract('the runner in memory', async (options) => {
  const runner = openFakeRunner({
    ...options,
    behave: ({ work: [work] }) => ('script' in work && work.script === 'sleep 600' ? 'runs' : {}),
  });
  return {
    runner,
    place: (id) => ({ directory: '/nowhere', log: `/nowhere/${id}.log`, temporary: '/nowhere' }),
    running: async () => runner.running(),
    elapse: async (ms) => runner.elapse(ms),
    dispose: () => runner.close(),
  };
});
