// The runner of one controller: takes jobs by their derived id, each once, and says how each ended.
// Processes wait for one of `concurrency` slots in the order in which they were asked for and live under the
// supervisor. What runs inside the controller takes no slot: it costs a timer and a socket, and a verification that
// polls for minutes must not keep another environment's deployment waiting. Runs bound its number anyway.

import { randomBytes } from 'node:crypto';
import type { InProcessWork, JobEnding, JobSpec } from '../model/job.ts';
import type { JobPlace, PerformerOf, Runner, RunningJob } from '../ports/runner.ts';
import { type StopReason, stoppedEnding, unstarted } from './endings.ts';
import { type InProcessJob, startInProcess } from './in-process.ts';
import { inTurn, type Part } from './in-turn.ts';
import { jobEnvironment } from './job-environment.ts';
import { leaseNow, watchLeases } from './leases.ts';
import { createMasker, isTooShort } from './masking.ts';
import { createProcessJobs } from './process-jobs.ts';
import { makeOutputFile, outputFileOf, withOutputs } from './step-outputs.ts';

export type RunnerOptions = {
  /** Process jobs at once. */
  readonly concurrency: number;
  /** The controller's own folder: the supervisor keeps its journal, pipes and compile cache below `runner/`. */
  readonly stateDirectory: string;
  /** The controller's environment variables: PATH and the like, and what `secrets:` names. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who does work that is no process, by its kind. */
  readonly performerOf: PerformerOf;
  /** What people call the repository, for those performers. */
  readonly repository?: string;
  /** The supervisor's program file, where it does not lie beside this one (a bundle). */
  readonly supervisorEntry?: string;
};

export type LocalRunner = Runner & {
  /** Starts the supervisor ahead of the first job, which then need not wait for it. */
  warm(): void;
  /** The supervisor's process id; null when none runs. */
  supervisorPid(): number | null;
};

/** Endings kept by id. Ids are asked for again while their run is open; one that lies so many jobs back is closed. */
const ENDED_MAX = 4_096;

type CompleteEnvironment = Extract<ReturnType<typeof jobEnvironment>, { type: 'complete' }>;

export function openRunner(options: RunnerOptions): LocalRunner {
  const known = new Map<string, RunningJob>();
  const ended: string[] = [];
  const inProcess = new Map<string, InProcessJob>();
  /** Jobs that have begun and not ended, and why they are to end. */
  const unfinished = new Map<string, StopReason | null>();
  const processes = createProcessJobs({ ...options, nonce: randomBytes(16).toString('hex') });
  const leases = watchLeases((environment) => {
    for (const job of inProcess.values()) if (job.environment === environment) job.stop('lease-expired');
  });
  let closed: Promise<void> | null = null;

  function begin(spec: JobSpec, place: JobPlace): Promise<JobEnding> {
    if (closed !== null)
      return Promise.resolve(unstarted({ outcome: 'cancelled', sentence: 'not started: the controller is stopping' }));
    if (leases.expired(spec.environment)) return Promise.resolve(unstarted(stoppedEnding('lease-expired', 0, 0)));
    const environment = jobEnvironment(spec, place, options.env);
    if (environment.type === 'incomplete') {
      const names = environment.missing.join(', ');
      const sentence = `not started: the step names the secret ${names}, which the controller's environment does not have`;
      return Promise.resolve(unstarted({ outcome: 'errored', sentence }));
    }
    const tooShort = spec.secrets.filter((name) => isTooShort(options.env[name] ?? ''));
    const ending = run(spec, place, environment);
    return tooShort.length === 0 ? ending : ending.then((end) => withTooShort(end, tooShort));
  }

  function run(spec: JobSpec, place: JobPlace, environment: CompleteEnvironment): Promise<JobEnding> {
    const { id } = spec;
    const stopped = (): StopReason | null =>
      unfinished.get(id) ?? (leases.expired(spec.environment) ? 'lease-expired' : null);
    unfinished.set(id, null);
    const masker = createMasker(environment.secrets);
    const file = outputFileOf(place);
    // Work that the controller does itself puts nothing out.
    const putsOut = spec.work.some(({ type }) => type === 'process');
    try {
      if (putsOut) makeOutputFile(file);
    } catch (error) {
      unfinished.delete(id);
      const why = error instanceof Error ? error.message : String(error);
      return Promise.resolve(
        unstarted({ outcome: 'errored', sentence: `not started: no file for its outputs (${why})` }),
      );
    }
    const ending = inTurn(
      spec,
      (work, part) =>
        work.type === 'process'
          ? processes.start(work, part, place, environment)
          : perform(work, part, place, environment),
      stopped,
    );
    return ending.then((end) => (putsOut ? withOutputs(end, file, masker) : end)).finally(() => unfinished.delete(id));
  }

  function perform(
    { kind, input }: InProcessWork,
    part: Part,
    place: JobPlace,
    environment: CompleteEnvironment,
  ): Promise<JobEnding> {
    const { stateDirectory, repository = 'a repository' } = options;
    const job = startInProcess(part, place, createMasker(environment.secrets), async (context) =>
      (await options.performerOf(kind))(input, place, { ...context, stateDirectory, repository }),
    );
    inProcess.set(part.id, job);
    return job.ended.finally(() => inProcess.delete(part.id));
  }

  async function stop(id: string, why: 'cancelled' | 'lease-lost'): Promise<void> {
    // Between two pieces of it nothing runs that could be stopped.
    if (unfinished.get(id) === null) unfinished.set(id, why);
    processes.stop(id, why);
    inProcess.get(id)?.stop(why);
    await known.get(id)?.ended;
  }

  async function close(): Promise<void> {
    await Promise.all([...known.keys()].map((id) => stop(id, 'cancelled')));
    leases.close();
    await processes.close();
  }

  return {
    start(spec, place) {
      const before = known.get(spec.id);
      if (before !== undefined) return before;
      const job = { id: spec.id, ended: begin(spec, place) };
      known.set(spec.id, job);
      const remember = (): void => {
        ended.push(spec.id);
        if (ended.length > ENDED_MAX) known.delete(ended.shift() ?? '');
      };
      job.ended.then(remember, remember);
      return job;
    },
    stop,
    forget: (id) => void known.delete(id),
    renew(environment, forMs) {
      const until = leaseNow() + forMs;
      leases.renew(environment, until);
      processes.renew(environment, until);
    },
    setConcurrency: processes.setConcurrency,
    close() {
      closed ??= close();
      return closed;
    },
    warm: processes.warm,
    supervisorPid: processes.supervisorPid,
  };
}

/** Anyone who relies on masks has to know where there is none. */
function withTooShort(ending: JobEnding, names: readonly string[]): JobEnding {
  const said = `the secret ${names.join(', ')} is too short to be masked in what is printed`;
  return { ...ending, sentence: `${ending.sentence}; ${said}` };
}
