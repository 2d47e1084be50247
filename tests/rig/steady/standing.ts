// Where each environment stands, as the remote tells it: read from the tips of the ledgers with plain git, never
// asked of the controller. It says who still has work before them, which is what commits wait for.

import { askGit, Blobs } from './plain-git.ts';
import type { SteadyWorld } from './world.ts';

/** What this rig looks at of an index.json. */
type Index = {
  readonly runs: number;
  readonly seq: number;
  readonly open: readonly string[];
  readonly current: { readonly version: { readonly commit: string } } | null;
  readonly quarantine: readonly { readonly version: { readonly commit: string } }[];
  readonly stalled: { readonly sentence: string } | null;
  readonly held: { readonly sentence: string; readonly branch: string | null } | null;
};

export type Stand = {
  readonly isOpen: boolean;
  /** It runs what the branch says, or has already refused that. */
  readonly isUpToDate: boolean;
  readonly isHeld: boolean;
  /** The commit with the contents that somebody has to put back on main by hand. */
  readonly putBack: string | null;
  readonly stalled: string | null;
};

const LEDGERS = 'refs/heads/tidegate/';
const UNKNOWN: Stand = { isOpen: false, isUpToDate: false, isHeld: false, putBack: null, stalled: null };

export class Standing {
  readonly #world: SteadyWorld;
  readonly #blobs: Blobs;
  readonly #tips = new Map<string, string>();
  readonly #indexes = new Map<string, Index>();
  readonly #stands = new Map<string, Stand>();
  #head = '';

  constructor(world: SteadyWorld) {
    this.#world = world;
    this.#blobs = new Blobs(world.repository);
  }

  close(): Promise<void> {
    return this.#blobs.close();
  }

  /** Takes in what the remote has now. */
  async look(newest: ReadonlyMap<string, string>): Promise<void> {
    const format = '--format=%(objectname) %(refname)';
    const refs = await askGit(this.#world.repository, ['for-each-ref', format, LEDGERS, 'refs/heads/main']);
    const tips = new Map(refs.split('\n').map((line) => [line.slice(41), line.slice(0, 40)] as const));
    const head = tips.get('refs/heads/main') ?? '';
    const hasMoved = head !== this.#head;
    this.#head = head;
    await Promise.all(
      this.#world.environments.map(async (name) => {
        const tip = tips.get(`${LEDGERS}${name}`) ?? '';
        if (!hasMoved && tip === this.#tips.get(name)) return;
        if (tip !== '' && tip !== this.#tips.get(name)) await this.#readIndex(name, tip);
        this.#tips.set(name, tip);
        await this.#judge(name, newest.get(name) ?? '');
      }),
    );
  }

  of(environment: string): Stand {
    return this.#stands.get(environment) ?? UNKNOWN;
  }

  /** Environments with work that nobody holds up: what the controller has before it. */
  busy(): readonly string[] {
    return this.#world.roster
      .filter(({ name, role }) => {
        const { isOpen, isUpToDate, isHeld, stalled } = this.of(name);
        if (isOpen) return true;
        return (role === 'plain' || role === 'gated') && !isUpToDate && !isHeld && stalled === null;
      })
      .map(({ name }) => name);
  }

  /** Of all ledgers, as their indexes count them. */
  totals(): { readonly runs: number; readonly records: number } {
    const all = [...this.#indexes.values()];
    return {
      runs: all.reduce((sum, { runs }) => sum + runs, 0),
      records: all.reduce((sum, { seq }) => sum + seq, 0),
    };
  }

  app(commit: string, environment: string): Promise<string | null> {
    return this.#blobs.read(`${commit}:environments/${environment}/app.txt`);
  }

  async #readIndex(name: string, tip: string): Promise<void> {
    const text = await this.#blobs.read(`${tip}:index.json`);
    if (text !== null) this.#indexes.set(name, JSON.parse(text) as Index);
  }

  async #judge(name: string, newest: string): Promise<void> {
    const index = this.#indexes.get(name);
    if (index === undefined) return;
    const { current, quarantine, open, held, stalled } = index;
    const [wanted, runs] = await Promise.all([
      this.app(this.#head, name),
      current === null ? null : this.app(current.version.commit, name),
    ]);
    const isRefused = quarantine.some(({ version }) => version.commit === newest);
    this.#stands.set(name, {
      isOpen: open.length > 0,
      isUpToDate: isRefused || (wanted !== null && wanted === runs),
      isHeld: held !== null,
      putBack: held?.branch === null ? (current?.version.commit ?? null) : null,
      stalled: stalled?.sentence ?? null,
    });
  }
}
