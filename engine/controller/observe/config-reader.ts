// The configuration at a commit, read once: files are parsed once per blob, commits assembled once. Which
// environments exist and what gates them comes from the head; steps and targets come from the version (DESIGN: which
// commit is believed for what).

import type { Problem } from '../../base/problem.ts';
import { type Assembled, assemble } from '../../config/assemble.ts';
import { inputsOf, makeInputs } from '../../config/inputs.ts';
import { fileRole, isConfigFolder } from '../../config/kinds.ts';
import { type ParsedFile, parseFile, unreadFile } from '../../config/parse.ts';
import { textOf, type Unread } from '../../config/unread.ts';
import type { Config, RepositoryConfig } from '../../model/config.ts';
import type { VersionConfig } from '../../model/observed.ts';
import { Fault } from '../../ports/fault.ts';
import type { FileAtCommit, GitRepository } from '../../ports/git.ts';
import { REMEMBERED, Recent } from '../ledger/recent.ts';

export type HeadConfig = {
  readonly commit: string;
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  readonly environments: Assembled['environments'];
  /** Input paths by environment, for those that are sound. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
};

type Listing = {
  /** Configuration files that concern one environment only, by its name. */
  readonly own: ReadonlyMap<string, readonly FileAtCommit[]>;
  /** Those that may concern any: pipelines and service schemas. */
  readonly shared: readonly FileAtCommit[];
  /** All configuration files. */
  readonly files: readonly FileAtCommit[];
  has(path: string): boolean;
  isFolder(path: string): boolean;
};

export class ConfigReader {
  readonly #git: GitRepository;
  readonly #parse: typeof parseFile;
  readonly #parsed = new Recent<string, ParsedFile>(5_000);
  readonly #listings = new Recent<string, Promise<Listing>>(16);
  readonly #heads = new Recent<string, Promise<HeadConfig>>(64);
  readonly #versions = new Recent<string, Promise<VersionConfig>>(REMEMBERED);

  /**
   * `parse`: of a path and its text; anyone who opens many readers of the same files may remember what it answered.
   */
  constructor(git: GitRepository, parse: typeof parseFile = parseFile) {
    this.#git = git;
    this.#parse = parse;
  }

  head(commit: string): Promise<HeadConfig> {
    return this.#heads.remember(commit, () => this.#readHead(commit));
  }

  /** One environment's steps, target and variables at a commit. */
  version(commit: string, environment: string, repository: RepositoryConfig): Promise<VersionConfig> {
    return this.#versions.remember(`${commit} ${environment}`, () =>
      this.#readVersion(commit, environment, repository),
    );
  }

  /** The environment's input paths at a commit: its own steps and target there, and `paths` of the head. */
  async inputs(commit: string, environment: string, head: HeadConfig): Promise<readonly string[]> {
    const known = head.inputs.get(environment);
    const settings = head.config?.environments[environment];
    if (head.commit === commit && known !== undefined) return known;
    if (head.config === null) return [`environments/${environment}`];
    const version = await this.version(commit, environment, head.config.repository);
    if (version.type !== 'read') return known ?? [`environments/${environment}`];
    const listing = await this.#listing(commit);
    const own = { ...version.environment, paths: settings?.paths ?? version.environment.paths };
    const config = {
      ...head.config,
      environments: { [environment]: own },
      pipelines: { [version.pipeline.name]: version.pipeline },
    };
    return inputsOf(config, environment, listing);
  }

  async #readHead(commit: string): Promise<HeadConfig> {
    const listing = await this.#listing(commit);
    const files = await this.#parsedFiles(listing.files);
    const { config, problems, environments } = assemble(files, listing);
    const inputs = new Map<string, readonly string[]>();
    if (config !== null) {
      const inputsFor = makeInputs(config, listing);
      for (const name of Object.keys(config.environments)) inputs.set(name, inputsFor(name));
    }
    return { commit, config, problems, environments, inputs };
  }

  async #readVersion(commit: string, environment: string, repository: RepositoryConfig): Promise<VersionConfig> {
    const listing = await this.#listing(commit);
    const wanted = [...(listing.own.get(environment) ?? []), ...listing.shared];
    const files = await this.#parsedFiles(wanted);
    const { config, problems, environments } = assemble(files, listing, { as: 'version', repository });
    const found = config?.environments[environment];
    const pipeline = found === undefined ? undefined : config?.pipelines[found.pipeline];
    if (found !== undefined && pipeline !== undefined) return { type: 'read', environment: found, pipeline };
    const own = environments[environment]?.version ?? [];
    return { type: 'problems', problems: own.length > 0 ? own : [missing(environment, problems)] };
  }

  #listing(commit: string): Promise<Listing> {
    return this.#listings.remember(commit, async () => {
      const files = await this.#git.listFiles(commit, ['']);
      const names = new Set(files.map(({ path }) => path));
      const folders = new Set<string>();
      for (const { path } of files) {
        for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
          const folder = path.slice(0, at);
          if (folders.has(folder)) break;
          folders.add(folder);
        }
      }
      return {
        ...sorted(files),
        has: (path) => names.has(path) || folders.has(path),
        isFolder: (path) => folders.has(path),
      };
    });
  }

  /** Null for a file that is too large to be read: a problem of that file, and the others are read all the same. */
  async #texts(files: readonly FileAtCommit[]): Promise<readonly (Uint8Array | null)[]> {
    try {
      return await this.#git.readBlobs(files.map((file) => file.oid));
    } catch (cause) {
      if (!isTooLarge(cause)) throw cause;
    }
    return Promise.all(
      files.map(async (file) => {
        try {
          return (await this.#git.readBlobs([file.oid]))[0] ?? null;
        } catch (cause) {
          if (isTooLarge(cause)) return null;
          throw cause;
        }
      }),
    );
  }

  async #parsedFiles(files: readonly FileAtCommit[]): Promise<readonly ParsedFile[]> {
    const fresh = files.filter((file) => isPlainFile(file) && !this.#parsed.has(key(file)));
    const texts = await this.#texts(fresh);
    fresh.forEach((file, index) => {
      const bytes = texts[index];
      const text = bytes ? textOf(bytes) : null;
      const parsed =
        text === null ? unreadFile(file.path, bytes ? 'not-utf8' : 'too-large') : this.#parse(file.path, text);
      this.#parsed.set(key(file), parsed);
    });
    return files.map((file) => this.#parsed.get(key(file)) ?? unreadFile(file.path, whyUnread(file)));
  }
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Fault && cause.code === 'remote-too-large';
}

/** A symlink or a submodule is no configuration, which is a problem of that file. */
function isPlainFile(file: FileAtCommit): boolean {
  return file.mode.startsWith('100');
}

function whyUnread({ mode }: FileAtCommit): Unread {
  return mode.startsWith('120') ? 'symlink' : mode.startsWith('160') ? 'submodule' : 'no-file';
}

function key(file: FileAtCommit): string {
  return `${isPlainFile(file) ? file.oid : 'link'} ${file.path}`;
}

function sorted(all: readonly FileAtCommit[]): Pick<Listing, 'own' | 'shared' | 'files'> {
  const own = new Map<string, FileAtCommit[]>();
  const shared: FileAtCommit[] = [];
  const files: FileAtCommit[] = [];
  for (const file of all) {
    const role = fileRole(file.path);
    if (role !== null || (!isPlainFile(file) && isConfigFolder(file.path))) files.push(file);
    if (role === null) continue;
    if (role.kind === 'pipeline' || role.kind === 'service-schema') shared.push(file);
    const environment = role.kind === 'environment' ? role.name : role.kind === 'service' ? role.environment : null;
    if (environment === null) continue;
    const known = own.get(environment);
    if (known === undefined) own.set(environment, [file]);
    else known.push(file);
  }
  return { own, shared, files };
}

function missing(environment: string, problems: readonly Problem[]): Problem {
  const first = problems.find((problem) => problem.severity === 'error');
  if (first !== undefined) return first;
  const file = `environments/${environment}/environment.yaml`;
  return {
    file,
    line: 0,
    column: 0,
    severity: 'error',
    message: 'this version has no such environment',
    hint: 'deploy a version that has it',
  };
}
