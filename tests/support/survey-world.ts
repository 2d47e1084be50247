// A config repository in memory and a survey of it: people push, tag and break it by hand, runs end well by decree,
// and the test asks what is observed then.

import { Survey } from '../../engine/controller/observe/survey.ts';
import type { LedgerRecord, RunRecord } from '../../engine/ledger/records/table.ts';
import type { LedgerPlace } from '../../engine/model/ledger-place.ts';
import type { ObservedEnvironment } from '../../engine/model/observed.ts';
import type { Grant } from '../../engine/model/owners.ts';
import type { Contents, Version } from '../../engine/model/version.ts';
import type { HolidayTable } from '../../engine/ports/holidays.ts';
import type { Signing } from '../../engine/ports/signing.ts';
import type { StoryFile } from './git-repositories.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import type { MemoryExports } from './memory-export.ts';
import { type Around, openMemoryGit } from './memory-git.ts';
import { type MemoryRemote, memoryRemote } from './memory-remote.ts';
import { type EnvironmentText, startingFiles } from './scenario-files.ts';

export type SurveyWorld = {
  readonly remote: MemoryRemote;
  readonly clock: HandClock;
  readonly survey: Survey;
  /** What a controller of this name sees that begins with an empty cache. */
  another(
    id: string,
    options?: {
      readonly only?: readonly string[];
      readonly around?: Around;
      readonly exports?: MemoryExports;
      readonly grants?: readonly Grant[];
      readonly acceptGates?: ReadonlyMap<string, string>;
      /** `--ledger`. */
      readonly moveLedger?: LedgerPlace;
    },
  ): Survey;
  /** A commit on main; answers its id. */
  commit(
    files: Readonly<Record<string, StoryFile>>,
    options?: { readonly branch?: string; readonly parent?: string },
  ): Promise<string>;
  tag(name: string, commit: string): Promise<void>;
  look(): Promise<void>;
  observe(environment: string): Promise<ObservedEnvironment>;
  /** What is offered there runs there now; answers its version. */
  deploys(environment: string): Promise<Version>;
  /** Appends these to the next run of the environment, numbered. */
  tell(environment: string, ...records: readonly object[]): void;
};

export type SurveyWorldOptions = {
  readonly only?: readonly string[];
  readonly holidays?: HolidayTable;
  readonly files?: Readonly<Record<string, StoryFile>>;
  /** Repositories of their own for the ledger, by address. */
  readonly ledgers?: Readonly<Record<string, MemoryRemote>>;
};

/** A signature is the signer's name over the text, and counts where that name stands in the list of keys. */
export const nameSigning: Signing = {
  sign: async (text) => `ana:${text}`,
  hasKey: async () => true,
  verify: async (text, signature, allowedSigners) => {
    const [name = '', ...over] = signature.split(':');
    if (over.join(':') !== text) return { type: 'invalid', sentence: 'it is over another text' };
    return allowedSigners.split('\n').includes(name)
      ? { type: 'signed', by: name }
      : { type: 'invalid', sentence: `nobody knows the key of ${name}` };
  },
};

export async function surveyWorld(
  environments: Readonly<Record<string, EnvironmentText>>,
  options: SurveyWorldOptions = {},
): Promise<SurveyWorld> {
  const remote = memoryRemote();
  const clock = handClock();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  let nonces = 0;
  const another: SurveyWorld['another'] = (
    id,
    { only = options.only ?? [], around, exports = new Map(), grants = [], acceptGates = new Map(), moveLedger } = {},
  ) => {
    const git = openMemoryGit(around === undefined ? { remote, exports } : { remote, exports, around });
    const controller = { id, name: id === 'controller-1' ? 'one' : id };
    return new Survey({
      git,
      openLedger: async (url) => {
        const apart = options.ledgers?.[url];
        return apart === undefined ? git : openMemoryGit({ remote: apart });
      },
      openSigning: async () => nameSigning,
      openHolidays: async () => options.holidays ?? { holidays: async () => ({}), knows: async () => false },
      clock,
      log,
      controller,
      nonce: () => `${++nonces}`,
      only,
      grants,
      acceptGates,
      keepsPlace: true,
      ...(moveLedger === undefined ? {} : { moveLedger }),
    });
  };
  const survey = another('controller-1');
  await remote.commit({ ...startingFiles('world', environments), ...options.files });

  const world: SurveyWorld = {
    remote,
    clock,
    survey,
    another,
    commit: (files, options = {}) => remote.commit(files, options),
    tag: async (name, commit) => remote.setRef(`refs/tags/${name}`, commit),
    async look() {
      clock.advance(1);
      await survey.take(await survey.look(), clock.monotonicMs());
    },
    async observe(environment) {
      await world.look();
      const observed = await survey.observe([environment], { jobs: new Map(), effects: new Map() });
      const [one] = observed.environments;
      if (one === undefined) throw new Error(`${environment} is not observed`);
      return one;
    },
    async deploys(environment) {
      const { offers, config, gates, ledger } = await world.observe(environment);
      const [offer] = offers;
      if (offer === undefined) throw new Error(`nothing is offered to ${environment}`);
      const { gates: inForce, seq } = ledger.state;
      if (gates !== null && gates.digest !== inForce?.digest) {
        const serial = (inForce?.serial ?? 0) + 1;
        const { digest, terms } = gates;
        const accepted = {
          type: 'gates-accepted',
          serial,
          digest,
          from: config ?? '',
          gates: terms,
          words: [],
        } as const;
        const common = { id: `gates-accepted:${seq}`, at: clock.now(), by: 'controller one' };
        survey.ledger.append(environment, [{ ...accepted, ...common, on: 'operator', because: 'the story says so' }]);
      }
      world.tell(environment, opening(offer.version, offer.contents, config ?? offer.version.commit), {
        type: 'run-ended',
        outcome: 'Succeeded',
        sentence: 'deployed',
      });
      return offer.version;
    },
    tell(environment, ...records) {
      const { state } = survey.ledger.entry(environment);
      const open = state.open.at(-1);
      const run = open?.id ?? `${environment}-${state.runs + 1}`;
      const epoch = state.epoch + 1;
      const numbered = records.map((record, index): LedgerRecord => {
        const id = `${run}.${(open?.records ?? 0) + index + 1}`;
        const own = (record as RunRecord).type === 'run-opened' ? { epoch, ...record } : record;
        return { at: clock.now(), by: 'controller one', run, id, ...own } as LedgerRecord;
      });
      survey.ledger.append(environment, numbered);
    },
  };
  return world;
}

export function opening(version: Version, contents: Contents, config: string, change: object = {}): object {
  return {
    type: 'run-opened',
    kind: 'deploy',
    trigger: 'commit',
    version,
    contents,
    previous: null,
    reason: null,
    requestedBy: null,
    request: null,
    emergency: false,
    skip: 'none',
    config,
    cause: null,
    stages: [],
    controller: 'controller-1',
    because: 'no gate is set',
    ...change,
  };
}
