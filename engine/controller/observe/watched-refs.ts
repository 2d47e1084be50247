// Which refs decisions are about, and what two looks at them have in common. Pure: the survey asks the remote.

import type { Config } from '../../model/config.ts';
import { REPOSITORY_LEDGER, type StoredSecret } from '../../model/environment-state.ts';
import { tagPattern } from '../../model/tag-pattern.ts';
import { Fault } from '../../ports/fault.ts';
import type { RemoteRefs } from '../../ports/git.ts';
import { locksByEnvironment, needsByEnvironment, sourcesOf } from './dependents.ts';

/** Folders of tags by which people answer, for one environment. */
export function answerPrefixes(environment: string): readonly string[] {
  return [`refs/tags/approve/${environment}/`, `refs/tags/reject/${environment}/`];
}

const ANSWERS = ['refs/tags/approve/', 'refs/tags/reject/'];

/** A person's answer is no version, whatever a pattern of tags matches. */
export function isAnswer(ref: string): boolean {
  return /^refs\/tags\/(?:approve|reject)\//.test(ref);
}

/**
 * Branches, tags where somebody follows tags or asks for approvals, the ledger. `asked`: further environments whose
 * gates of before a change ask for approvals.
 */
export function prefixesNeeded(config: Config | null, namespace: string, asked: Iterable<string>): readonly string[] {
  const prefixes = new Set(['refs/heads/', `${namespace}/`]);
  const answered = new Set(asked);
  for (const { follow } of Object.values(config?.environments ?? {})) {
    if (follow.type === 'tags') prefixes.add(`refs/tags/${tagPattern(follow.pattern)?.prefix ?? ''}`);
  }
  for (const [name, needs] of config === null ? [] : needsByEnvironment(config))
    if (needs.approvals) answered.add(name);
  // Anyone who accepts changes of gates may do so anywhere.
  if (config?.repository.changes != null) for (const prefix of ANSWERS) prefixes.add(prefix);
  else for (const name of answered) for (const prefix of answerPrefixes(name)) prefixes.add(prefix);
  return [...prefixes].filter((prefix) => prefix === 'refs/heads/' || !prefix.startsWith('refs/heads/')).sort();
}

/** Tips of the branches that somebody follows, by ref. */
export function followedTips(
  config: Config | null,
  defaultBranch: string,
  refs: RemoteRefs,
): ReadonlyMap<string, string> {
  const branches = new Set<string>([defaultBranch]);
  for (const { follow } of Object.values(config?.environments ?? {})) {
    if (follow.type === 'branch' && follow.branch !== null) branches.add(follow.branch);
    if (follow.type === 'tags') for (const branch of follow.on) branches.add(branch);
  }
  const tips = new Map<string, string>();
  for (const branch of branches) {
    const oid = refs.refs.get(`refs/heads/${branch}`);
    if (oid !== undefined) tips.set(`refs/heads/${branch}`, oid);
  }
  return tips;
}

type LedgersAsked = {
  readonly config: Config | null;
  readonly namespace: string;
  /** Environments of the head, sound or not. */
  readonly declared: readonly string[];
  /** Refs whose tip was seen before. */
  readonly known: Iterable<string>;
  /** Environments whose runs hold locks by the ledger of the whole repository. */
  readonly lockHolders: readonly string[];
  /** Whose secrets are, by the same ledger. */
  readonly secrets: readonly StoredSecret[];
  readonly isOurs: (environment: string) => boolean;
  /** Whether gates are in force there, as far as its ledger was read. */
  readonly isGated: (environment: string) => boolean;
};

/**
 * The ledgers to read, by environment: those we decide about, those that such decisions look at, and the repository's
 * own.
 */
export function ledgerRefs(refs: RemoteRefs, asked: LedgersAsked): ReadonlyMap<string, string> {
  const { config, isOurs } = asked;
  const prefix = `${asked.namespace}/`;
  const names = new Set([...asked.declared, ...Object.keys(config?.environments ?? {})]);
  for (const ref of [...refs.refs.keys(), ...asked.known]) {
    const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : '';
    if (/^[a-z0-9][a-z0-9-]*$/.test(name)) names.add(name);
  }
  const sources = new Set(asked.lockHolders);
  if (config !== null) {
    for (const name of Object.keys(config.environments)) {
      if (isOurs(name)) for (const source of sourcesOf(config, name)) sources.add(source);
    }
    for (const name of sharers(config, asked)) sources.add(name);
    const locks = locksByEnvironment(config);
    const shared = new Set([...locks].flatMap(([name, named]) => (isOurs(name) ? named : [])));
    for (const [name, named] of locks) if (named.some((lock) => shared.has(lock))) sources.add(name);
  }
  // Whom the gates of the others name answers for an environment without any in force: that it has a ledger says
  // nothing.
  const isNew = [...asked.declared].some((name) => isOurs(name) && !asked.isGated(name));
  const wanted = [...names].filter((name) => isOurs(name) || isNew || sources.has(name)).sort();
  return new Map([...wanted, REPOSITORY_LEDGER].map((name) => [name, `${prefix}${name}`]));
}

/** Environments that may own what ours name: the same place for a target, a secret. */
function sharers(config: Config, { isOurs, secrets }: LedgersAsked): readonly string[] {
  const all = Object.values(config.environments);
  const ours = all.filter(({ name }) => isOurs(name));
  const places = new Set(ours.flatMap(({ target }) => target.claim ?? []));
  const named = new Set(ours.flatMap((environment) => environment.secrets));
  return [
    ...all.filter(({ target }) => places.has(target.claim ?? '')).map(({ name }) => name),
    ...all.filter((environment) => environment.secrets.some((secret) => named.has(secret))).map(({ name }) => name),
    ...secrets.flatMap(({ secret, environment }) => (named.has(secret) ? [environment] : [])),
  ];
}

/** Git keeps branches as paths: where there is a branch `tidegate`, there can be no `tidegate/production`. */
export function assertRoom(refs: RemoteRefs, namespace: string): void {
  if (!refs.refs.has(namespace)) return;
  const name = namespace.replace(/^refs\/heads\//, '');
  throw new Fault('ledger-blocked', `a branch named ${name} stands where the ledger ${name}/<environment> has to be`, {
    retry: 'later',
    hint: 'rename or delete that branch, or name another place in tidegate.yaml: `ledger: { namespace: refs/heads/… }`',
  });
}

/** Whether two looks saw the same, but for the ledger: its refs are read and compared on their own. */
export function sameRefs(a: RemoteRefs, b: RemoteRefs, ledger: string): boolean {
  if (a.head !== b.head) return false;
  const sources = (refs: RemoteRefs) => [...refs.refs].filter(([ref]) => !ref.startsWith(ledger));
  const before = sources(a);
  const after = sources(b);
  return before.length === after.length && after.every(([ref, oid]) => a.refs.get(ref) === oid);
}
