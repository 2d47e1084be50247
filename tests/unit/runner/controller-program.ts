// A controller in miniature, for tests that kill it: STATE EXPORT ID SCRIPT LEASE-MS, renewed ten
// times as often as it must be. Says so when the job's supervisor is there.

import { openRunner } from '../../../engine/runner/runner.ts';
import { filesTarget } from '../../../engine/targets/files.ts';

const [, , stateDirectory = '', directory = '', id = '', script = '', leaseMs = ''] = process.argv;
const runner = openRunner({
  concurrency: 2,
  stateDirectory,
  env: process.env,
  inProcess: { files: filesTarget({ stateDirectory }) },
});
const job = runner.start(
  {
    id,
    environment: 'production',
    work: { type: 'process', script },
    timeoutMs: 600_000,
    graceMs: 400,
    outputBytesMax: 1_000_000,
    env: {},
    secrets: [],
  },
  { directory, log: `${directory}/${id}.log`, temporary: `${directory}/tmp` },
);
runner.renew('production', Number(leaseMs));
const renewing = setInterval(() => runner.renew('production', Number(leaseMs)), Number(leaseMs) / 10);
console.log(JSON.stringify({ supervisor: runner.supervisorPid() }));
console.log(JSON.stringify(await job.ended));
clearInterval(renewing);
await runner.close();
