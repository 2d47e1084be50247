// A controller in miniature, for tests that kill it: STATE EXPORT ID SCRIPT. Says so when the job's supervisor is
// there. On USR2 its lease ends in a moment, is not renewed again, and it says so.

import { performerOf } from '../../../engine/performers.ts';
import { openRunner } from '../../../engine/runner/runner.ts';

const [, , stateDirectory = '', directory = '', id = '', script = ''] = process.argv;
const runner = openRunner({
  concurrency: 2,
  stateDirectory,
  env: process.env,
  performerOf,
});
const job = runner.start(
  {
    id,
    environment: 'production',
    work: [{ type: 'process', script }],
    sentence: script,
    timeoutMs: 600_000,
    graceMs: 400,
    outputBytesMax: 1_000_000,
    env: {},
    secrets: [],
  },
  { directory, log: `${directory}/${id}.log`, temporary: `${directory}/tmp` },
);
runner.renew('production', 600_000);
process.on('SIGUSR2', () => {
  runner.renew('production', 300);
  console.log('the lease ends');
});
console.log(JSON.stringify({ supervisor: runner.supervisorPid() }));
console.log(JSON.stringify(await job.ended));
await runner.close();
