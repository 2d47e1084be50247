// All that the facts of an environment rest on: they are gathered again when it changes, and only then. What is left
// out here is believed for longer than it is true.

import type { EnvironmentState } from '../../model/environment-state.ts';

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

/** Whether facts that were gathered on one hold on the other. */
export function isSameGround(one: FactsRestOn, other: FactsRestOn): boolean {
  return (
    one.refsVersion === other.refsVersion &&
    one.head === other.head &&
    one.guards === other.guards &&
    (one.source === other.source || sourcePart(one) === sourcePart(other)) &&
    one.extra.length === other.extra.length &&
    one.extra.every((commit, index) => commit === other.extra[index]) &&
    (one.state === other.state || ownPart(one.state) === ownPart(other.state))
  );
}

function sourcePart({ source }: FactsRestOn): string {
  return JSON.stringify([source?.version, source?.contents.digest]);
}

function ownPart(state: EnvironmentState): string {
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
}
