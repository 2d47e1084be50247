// The commands over one repository: each looks at the remote, answers, and is done. Writing is appending one event,
// compare-and-swap, with a controller running elsewhere or none at all.

import type { Instant } from '../../base/instant.ts';
import { fold } from '../../ledger/fold.ts';
import type { EventRecord, NewEvent } from '../../ledger/records/table.ts';
import { type EnvironmentState, emptyState } from '../../model/environment-state.ts';
import { mustSignIn } from '../../model/must-sign.ts';
import type { Run } from '../../model/run.ts';
import { runEnvironment } from '../../model/run-id.ts';
import type { Version } from '../../model/version.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitPerson, RemoteRefs } from '../../ports/git.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import { ifMissing } from '../../ports/missing.ts';
import type { Signing } from '../../ports/signing.ts';
import { archivedRun, archivedRuns } from '../ledger/archive.ts';
import { doubtFault } from '../ledger/push-fault.ts';
import { verifyAll } from '../ledger/verify-all.ts';
import type { VerifyReport } from '../ledger/verify-report.ts';
import type { WordsCheck } from '../ledger/verify-words.ts';
import type { Survey } from '../observe/survey.ts';
import { seeMerged } from './branch-plan.ts';
import type { Commands, Snapshot, Written } from './commands.ts';
import { mergeBranch } from './merge-branch.ts';
import { type ReleaseAnswer, release } from './release.ts';
import { setValue } from './set-value.ts';
import { signEvent } from './sign-event.ts';
import { simulate } from './simulation.ts';

type CommandParts = {
  readonly survey: Survey;
  readonly clock: Clock;
  readonly openHolidays: () => Promise<HolidayTable>;
  readonly openSigning: () => Promise<Signing>;
  /** `Name <email>` of the person at the keyboard, as git knows them. */
  readonly identity: () => Promise<string>;
  readonly uniqueId: () => string;
};

const TRIES_MAX = 8;
/** Once more, and no more: a person waits, and can read what the remote says. */
const DOUBTS_MAX = 2;

export function openCommands(parts: CommandParts): Commands {
  const { survey, clock, openHolidays, openSigning, identity, uniqueId } = parts;
  const nothing = { jobs: new Map(), effects: new Map() };
  let looked: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    await survey.take(await survey.look(), startedMs);
  };
  /** One look serves a whole command; what writes looks again. */
  const lookOnce = (): Promise<void> => {
    looked ??= look();
    return looked;
  };
  const stateOf = (environment: string): EnvironmentState =>
    survey.ledger.entries.get(environment)?.state ?? emptyState(environment);
  const tipOf = (environment: string): string | null => survey.ledger.entries.get(environment)?.remote.oid ?? null;

  return {
    snapshot: async (options = {}): Promise<Snapshot> => {
      await lookOnce();
      const only = options.environment === undefined ? null : [options.environment];
      let observed = await survey.observe(only, nothing, options.versions ?? []);
      if (survey.isTooNarrow) {
        // Gates of before a change ask for answers by tag, which nothing at the head does: now they are looked at
        // too.
        await look();
        observed = await survey.observe(only, nothing, options.versions ?? []);
      }
      const head = survey.head;
      return {
        observed,
        now: clock.now(),
        head: head?.commit ?? null,
        config: head?.config ?? null,
        problems: head?.problems ?? [],
      };
    },

    archive: async function* (environment: string): AsyncIterable<Run> {
      await lookOnce();
      const tip = tipOf(environment);
      if (tip !== null) yield* archivedRuns(survey.ledgerGit, environment, tip);
    },

    run: async (id: string): Promise<Run | null> => {
      await lookOnce();
      const environment = runEnvironment(id);
      const open = stateOf(environment).open.find((run) => run.id === id);
      const tip = tipOf(environment);
      return open ?? (tip === null ? null : archivedRun(survey.ledgerGit, environment, tip, id));
    },

    append: async (environment: string, event: NewEvent, options = {}): Promise<Written> => {
      const by = await identity();
      const id = `${event.type}:${uniqueId()}`;
      // Signed once, however often the ledger moves: somebody may have to type a passphrase for it.
      let signed: EventRecord | null = null;
      const doubts: Fault[] = [];
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        await look();
        const entry = survey.ledger.entries.get(environment);
        if (entry === undefined)
          throw new Fault('usage', `there is no environment ${environment}`, {
            retry: 'never',
            hint: 'the status without a name lists them',
          });
        if (entry.remote.type === 'damaged')
          throw new Fault('ledger-damaged', entry.remote.sentence, { retry: 'never', hint: 'restore it first' });
        if (entry.state.events.includes(id)) return written(entry.remote.oid, entry.ref, signed);
        const doubt = doubts[DOUBTS_MAX - 1];
        if (doubt !== undefined) throw doubt;
        const record: EventRecord = signed ?? ({ ...event, id, at: clock.now(), by } as EventRecord);
        const folded = fold(entry.state, record);
        if (folded.type === 'refused')
          throw new Fault('refused', folded.sentence, { retry: 'never', hint: 'nothing was written' });
        signed ??= await signEvent(environment, record, options.sign === true, parts);
        const result = (await survey.ledger.push([environment], new Map([[environment, [signed]]]))).get(environment);
        if (result?.type === 'accepted') return written(tipOf(environment), entry.ref, signed);
        if (result?.type === 'refused') {
          throw new Fault('remote-refused', `the remote refuses ${entry.ref}: ${result.message}`, {
            retry: 'never',
            hint: 'you need the right to push to the ledger of this environment',
          });
        }
        if (result?.type === 'in-doubt') doubts.push(doubtFault(entry.ref, result.fault));
      }
      throw new Fault('ref-moved', `the ledger of ${environment} kept moving`, { retry: 'now', hint: 'try again' });
    },

    version: async (name: string): Promise<Version | null> => {
      await lookOnce();
      return survey.refs === null ? null : findVersion(survey, survey.refs, name);
    },

    diff: async (environment: string, from: Version, to: Version): Promise<string> => {
      await lookOnce();
      const head = survey.head;
      if (head === null) return '';
      const inputs = await Promise.all(
        [from, to].map((version) => survey.reader.inputs(version.commit, environment, head)),
      );
      return survey.git.diff(from.commit, to.commit, [...new Set(inputs.flat())].sort());
    },

    simulate: async (ask, each) => {
      await lookOnce();
      return simulate(survey, await openHolidays(), ask, each);
    },

    merged: async (ask) => {
      await lookOnce();
      return { ...(await seeMerged(parts, ask)), now: clock.now() };
    },

    mergeBranch: async (ask) => mergeBranch(survey.git, ask, personOf(await identity()), clock.now()),

    setValue: async (ask) => setValue(survey.git, ask, personOf(await identity()), clock.now()),

    release: async (ask): Promise<ReleaseAnswer> => {
      await lookOnce();
      const { head, git, defaultBranch } = survey;
      if (head?.config == null) return { type: 'problems', problems: head?.problems ?? [] };
      const author = ask.isDry ? { name: '', email: '' } : personOf(await identity());
      const signing = ask.isDry ? null : await openSigning();
      const canSign = signing !== null && (ask.signs === 'always' || (await signing.hasKey()));
      const sign = canSign ? (text: string) => signing.sign(text, 'git') : null;
      const config = head.config.repository.release;
      return release({ git, config, defaultBranch, author, at: clock.now(), sign }, ask);
    },

    commitTimes: async (commits): Promise<ReadonlyMap<string, Instant>> => {
      const times = new Map<string, Instant>();
      for (const commit of new Set(commits)) {
        const facts = await survey.git.commit(commit).catch(ifMissing(null));
        if (facts !== null) times.set(commit, facts.committedAt);
      }
      return times;
    },

    verify: async (): Promise<VerifyReport> => {
      await lookOnce();
      const words: WordsCheck = {
        check: (text, signature) => survey.checkSignature(text, signature),
        required: mustSignIn(survey.serving?.config?.repository ?? null),
      };
      return verifyAll(survey.ledgerGit, survey.ledger.entries.values(), words);
    },

    identity,

    close: async (): Promise<void> => {
      await survey.git.close();
      if (survey.ledgerGit !== survey.git) await survey.ledgerGit.close();
    },
  };
}

/** `Name <email>`, as git has it. */
function personOf(by: string): GitPerson {
  const [, name = by, email = ''] = /^(.*) <([^<>]*)>$/.exec(by) ?? [];
  return { name, email };
}

function written(commit: string | null, ref: string, record: EventRecord | null): Written {
  return { commit: commit ?? '', ref, signed: record !== null && 'signature' in record };
}

/** A tag first, then a branch, then a commit: as people mean it when they name a version. */
async function findVersion(survey: Survey, refs: RemoteRefs, name: string): Promise<Version | null> {
  const tagRef = `refs/tags/${name}`;
  // Tags are only looked at where somebody follows them; a person may name any.
  const tags = refs.refs.has(tagRef) ? refs : await survey.git.look([tagRef]);
  const tag = tags.refs.get(tagRef);
  if (tag !== undefined) {
    await survey.git.fetch(new Map([[tagRef, tag]]));
    const commit = tags.peeled.get(tagRef) ?? (await survey.git.peel(tag));
    return commit === null ? null : { commit, tag: name };
  }
  const branchRef = `refs/heads/${name}`;
  const branch = refs.refs.get(branchRef);
  if (branch !== undefined) {
    await survey.git.fetch(new Map([[branchRef, branch]]));
    return { commit: branch, tag: null };
  }
  const commit = await survey.git.resolve(name);
  return commit === null ? null : { commit, tag: null };
}
