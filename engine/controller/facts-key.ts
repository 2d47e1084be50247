// All that the facts of an environment rest on, as text: they are gathered again when it changes, and only then. What is left
// out here is believed for longer than it is true.

import { remembered } from '../base/remembered.ts';
import type { EnvironmentState } from '../model/environment-state.ts';

export type FactsRestOn = {
  /** Goes up when the remote's refs have changed, other than the ledger's. */
  readonly refsVersion: number;
  /** The head also says which keys count, and what the environment follows. */
  readonly head: string | null;
  readonly state: EnvironmentState;
  /** Where the environment that it follows stands. */
  readonly source: EnvironmentState['current'];
  readonly extra: readonly string[];
  /** Of a new environment: the gates in force everywhere, as one text. */
  readonly guards: string | null;
};

export function factsKey({ refsVersion, head, state, source, extra, guards }: FactsRestOn): string {
  const followed = source === null ? '' : JSON.stringify([source.version, source.contents.digest]);
  return `${refsVersion} ${head} ${guards} ${extra.join(' ')} ${followed} ${ownPart(state)}`;
}

/** A state is asked about at every look, and seldom changes. */
const ownPart = remembered((state: EnvironmentState) => {
  const { current, tags } = state;
  return JSON.stringify([
    current?.contents.digest,
    current?.version,
    current?.left,
    state.contents[0]?.run,
    state.quarantine.map(({ digest }) => digest),
    state.requests.map(({ id }) => id),
    state.approvals.flatMap(({ tag }) => tag?.name ?? []),
    state.open.map((run) => `${run.version.commit} ${run.contents.digest} ${run.kind} ${run.failure !== null}`),
    state.held?.run,
    // Both lists have the newest first.
    tags[0],
    state.writtenTags[0],
    state.gates?.serial,
    state.gates?.digest,
    state.gateWords.flatMap(({ tag }) => tag?.name ?? []),
  ]);
});
