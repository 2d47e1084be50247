// Who works for the loop, each at one thing. They tell it what happens by `emit`; what else they are given is what
// they ask.

import { speaksFor } from '../../ledger/entry.ts';
import { NO_FORGE } from '../../ports/forge.ts';
import { Backoff } from '../effects/backoff.ts';
import { Effects } from '../effects/effects.ts';
import { Jobs } from '../effects/jobs.ts';
import { ForgeWatch } from '../forge/forge-watch.ts';
import type { Survey } from '../observe/survey.ts';
import { type ReleaseScene, ReleaseWatch } from '../release/release-watch.ts';
import { Claims } from './claims.ts';
import type { ControllerParts } from './controller-parts.ts';
import { Flusher } from './flusher.ts';
import { LocalDisk } from './local-disk.ts';
import type { LoopEvent } from './loop-event.ts';
import { Marks } from './marks.ts';
import { Patience } from './patience.ts';
import { RemoteWatch } from './remote-watch.ts';
import { Retries } from './retries.ts';
import { Sayings } from './sayings.ts';
import { Standstill } from './standstill.ts';
import { Troubles } from './troubles.ts';
import { Wakes } from './wakes.ts';

export type Collaborators = ReturnType<typeof openCollaborators>;

/** Null before the first look. Broken configuration tags nothing. */
function releaseScene({ refs, head, git, defaultBranch, ledger }: Survey): ReleaseScene | null {
  if (refs === null) return null;
  const config = head?.config?.repository.release ?? null;
  const after = config?.after ?? null;
  const current = after === null ? null : (ledger.entries.get(after)?.state.current ?? null);
  return { git, refs, config, defaultBranch, deployed: current?.version.tag ?? null };
}

/** `look`: asks the remote, calls back once it has answered, and takes in what it said. */
export function openCollaborators(
  parts: ControllerParts,
  emit: (event: LoopEvent) => void,
  look: (onAnswer: () => void) => Promise<void>,
) {
  const { survey, runner, folder, clock, log, random } = parts;
  const sayings = new Sayings(log);
  const patience = new Patience(clock.monotonicMs);
  const isOurs = (environment: string) => speaksFor(survey.ledger.entries.get(environment));
  const remote = new RemoteWatch({ clock, random, look, emit });
  const jobs = new Jobs({ git: survey.git, runner, folder, log, emit });
  const forge = parts.forges === undefined ? null : new ForgeWatch({ ...parts.forges, survey, clock, log, emit });
  const release = new ReleaseWatch({ scene: () => releaseScene(survey), log, look: () => remote.look(), emit });
  const flushing = { survey, clock, log, runner, folder, flushMs: parts.flushMs };
  const flusher = new Flusher({ ...flushing, backoff: new Backoff(random), sayings, emit });
  return {
    sayings,
    patience,
    marks: new Marks(),
    standstill: new Standstill(clock.monotonicMs),
    troubles: new Troubles(patience, sayings, log),
    isOurs,
    remote,
    forge,
    release,
    jobs,
    flusher,
    retries: new Retries(clock, random, emit),
    claimRetries: new Retries(clock, random, emit),
    wakes: new Wakes(clock, emit),
    disk: new LocalDisk({
      folder,
      flush: () => flusher.flushAll(),
      isPending: (environment) => survey.ledger.entry(environment).pending.length > 0,
      emit,
    }),
    claims: new Claims({ push: (claims) => flusher.claim(claims), room: () => flusher.room, emit }),
    effects: new Effects({
      ...{ survey, clock, jobs, isOurs, emit },
      backoff: new Backoff(random),
      look: () => remote.look(),
      forge: () => forge?.hand ?? NO_FORGE,
    }),
  };
}
