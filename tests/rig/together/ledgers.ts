// The ledgers as plain git shows them on the remote, and what must hold of them: nothing that was there is gone,
// epochs never go back, each epoch is one controller's, and no stage that was known as succeeded is begun again.

import { git } from '../../support/git-repositories.ts';
import { unwarranted } from '../unwarranted.ts';
import type { Touch } from './target.ts';

type Commit = { readonly controller: string; readonly epoch: number; readonly subject: string };

export class Ledgers {
  readonly #repository: string;
  readonly #environments: readonly string[];
  readonly #tips = new Map<string, Set<string>>();
  readonly #succeeded = new Map<string, number>();

  constructor(repository: string, environments: readonly string[]) {
    this.#repository = repository;
    this.#environments = environments;
  }

  /** Takes in what the remote has now: knowledge first, then `deeds`, what the target was told. */
  look(deeds: () => readonly Touch[]): void {
    const fresh: string[] = [];
    for (const name of this.#environments) {
      const tip = this.#git('rev-parse', '--verify', '--quiet', ref(name));
      if (tip === '') continue;
      const seen = this.#tips.get(name) ?? new Set();
      this.#tips.set(name, seen);
      if (seen.has(tip)) continue;
      seen.add(tip);
      fresh.push(...this.#succeededAt(tip));
    }
    const begun = begins(deeds());
    for (const stage of fresh) if (!this.#succeeded.has(stage)) this.#succeeded.set(stage, begun.get(stage) ?? 0);
  }

  isOpen(environment: string): boolean {
    return this.#git('ls-tree', '--name-only', ref(environment), 'active/') !== '';
  }

  /** The name of the controller that wrote last. */
  writer(environment: string): string {
    return this.#commits(environment, 1)[0]?.controller ?? '';
  }

  lost(): readonly string[] {
    return [...this.#tips].flatMap(([name, tips]) => {
      const held = new Set(this.#git('rev-list', ref(name)).split('\n'));
      return [...tips].filter((tip) => !held.has(tip)).map((tip) => `${ref(name)} does not hold ${tip} any more`);
    });
  }

  repeated(deeds: readonly Touch[]): readonly string[] {
    const begun = begins(deeds);
    return [...this.#succeeded]
      .filter(([stage, times]) => (begun.get(stage) ?? 0) > times)
      .map(
        ([stage, times]) => `${stage} began ${begun.get(stage)} times, ${times} when it was known to have succeeded`,
      );
  }

  /** Every version does what it should: none may be called bad. */
  unwarranted(): readonly string[] {
    return unwarranted(this.#repository, this.#environments.map(ref));
  }

  /** Records that entered although their writer's epoch was over. */
  late(): readonly string[] {
    return this.#environments.flatMap((name) => {
      const found: string[] = [];
      const holders = new Map<number, string>();
      let epoch = 0;
      for (const commit of this.#commits(name).toReversed()) {
        const holder = holders.get(commit.epoch) ?? commit.controller;
        holders.set(commit.epoch, holder);
        const what = `${name}: ${commit.controller} wrote "${commit.subject}" in epoch ${commit.epoch}`;
        if (commit.epoch < epoch) found.push(`${what}, after epoch ${epoch}`);
        else if (holder !== commit.controller) found.push(`${what}, which is ${holder}'s`);
        epoch = Math.max(epoch, commit.epoch);
      }
      return found;
    });
  }

  #commits(environment: string, limit = 100_000): readonly Commit[] {
    const trailer = (key: string) => `%(trailers:key=Tidegate-${key},valueonly,separator=%x7C)`;
    const format = `--format=${trailer('Controller')}%x09${trailer('Epoch')}%x09%s`;
    const log = this.#git('log', `-${limit}`, '--first-parent', format, ref(environment));
    return log
      .split('\n')
      .map((line) => line.split('\t'))
      .flatMap(([controller = '', epoch = '', subject = '']) =>
        controller === '' ? [] : [{ controller: controller.split(' ')[0] ?? '', epoch: Number(epoch), subject }],
      );
  }

  #succeededAt(tip: string): readonly string[] {
    const open = this.#git('ls-tree', '-r', '--name-only', tip, 'active/').split('\n');
    return open
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => this.#git('show', `${tip}:${file}`).split('\n'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((record) => record['type'] === 'stage-ended' && record['outcome'] === 'Succeeded')
      .map((record) => `${record['run']} ${record['stage']}`);
  }

  #git(...args: readonly string[]): string {
    try {
      return git(this.#repository, args);
    } catch (cause) {
      // It says no where a ref is not there; anyone who could not even answer proves nothing.
      if (cause instanceof Error && 'status' in cause && typeof cause.status === 'number') return '';
      throw cause;
    }
  }
}

function begins(deeds: readonly Touch[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { verb, run, stage } of deeds) {
    if (verb === 'begin') counts.set(`${run} ${stage}`, (counts.get(`${run} ${stage}`) ?? 0) + 1);
  }
  return counts;
}

function ref(environment: string): string {
  return `refs/heads/tidegate/${environment}`;
}
