// How a job ends.

import type { JobEnding } from '../../engine/model/job.ts';

/** As well as can be, and at once. */
export const WELL: JobEnding = {
  outcome: 'succeeded',
  sentence: 'succeeded',
  exitCode: 0,
  signal: null,
  tail: '',
  logDigest: null,
  outputBytes: 0,
  durationMs: 0,
};
