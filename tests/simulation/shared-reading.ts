// What commits of the configuration mean, read once for all controllers and people of a life: it is the same for
// anyone who reads it, and restarts and commands would parse it over and over. Only answers are shared, never faults:
// who has not got the commit itself gets none. Answers live no longer than their life, so that no life depends on
// which were lived before it.

import { type ParsedFile, parseFile } from '../../engine/config/parse.ts';
import { Recent } from '../../engine/controller/ledger/recent.ts';
import type { HeadConfig } from '../../engine/controller/observe/config-reader.ts';
import type { Survey } from '../../engine/controller/observe/survey.ts';
import type { RepositoryConfig } from '../../engine/model/config.ts';
import type { VersionConfig } from '../../engine/model/observed.ts';

/** By path and text, for all lives: it answers at once, so that nothing comes sooner or later for it. */
const parsed = new Recent<string, ParsedFile>(2_000);

export function parseOnce(path: string, text: string): ParsedFile {
  return parsed.remember(`${path}\n${text}`, () => parseFile(path, text));
}

export class SharedReading {
  readonly #heads = new Map<string, HeadConfig>();
  readonly #versions = new Map<string, VersionConfig>();
  readonly #inputs = new Map<string, readonly string[]>();
  readonly #settings = new WeakMap<RepositoryConfig, string>();

  /** From here on this survey asks what is known before it reads. */
  give(survey: Survey): void {
    const { reader, git } = survey;
    const head = reader.head.bind(reader);
    const version = reader.version.bind(reader);
    const inputs = reader.inputs.bind(reader);
    reader.head = async (commit) => {
      await git.commit(commit);
      return this.#heads.get(commit) ?? learn(this.#heads, commit, await head(commit));
    };
    reader.version = async (commit, environment, repository) => {
      const key = `${commit} ${environment} ${this.#textOf(repository)}`;
      await git.commit(commit);
      return this.#versions.get(key) ?? learn(this.#versions, key, await version(commit, environment, repository));
    };
    reader.inputs = async (commit, environment, at) => {
      const key = `${commit} ${environment} ${at.commit}`;
      await git.commit(commit);
      return this.#inputs.get(key) ?? learn(this.#inputs, key, await inputs(commit, environment, at));
    };
  }

  /** A version is read under settings of the head, which may be others at the next. */
  #textOf(repository: RepositoryConfig): string {
    const known = this.#settings.get(repository);
    if (known !== undefined) return known;
    const text = JSON.stringify(repository);
    this.#settings.set(repository, text);
    return text;
  }
}

function learn<T>(known: Map<string, T>, key: string, value: T): T {
  known.set(key, value);
  return value;
}
