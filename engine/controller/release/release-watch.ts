// The controller's hand on releases that go by proposals: what was merged is tagged, what is open is brought up to
// date, what was deployed goes back. Level, not edge: all of it follows from the branches and tags that there are, so
// nothing is remembered, and a week without a controller loses nothing. It goes beside the loop and never in its way.

import type { ReleaseComponent, ReleaseConfig } from '../../model/release-config.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository, RemoteRefs } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import { commitOfTag, lookForRelease, type ReleaseGround, releasedOn, tipOf } from './gather.ts';
import { mergeBack } from './merge-back.ts';
import { bringUpToDate, openProposals } from './proposals.ts';
import { BY_ITSELF, tagMerged } from './tag-merged.ts';

/** A round is over, whatever came of it: that alone may have kept the controller from being idle. */
export type ReleaseEvent = { readonly type: 'looked' };

/** What it is told at each look. */
export type ReleaseScene = {
  readonly git: GitRepository;
  readonly refs: RemoteRefs;
  /** Null where releases are nobody's business here. */
  readonly config: ReleaseConfig | null;
  readonly defaultBranch: string;
  /** The tag that runs in the environment which `after` names; null where there is none. */
  readonly deployed: string | null;
};

type WatchParts = {
  readonly log: Log;
  readonly scene: () => ReleaseScene | null;
  /** What follows from a push of ours must be seen by everybody. */
  readonly look: () => Promise<void>;
  readonly emit: (event: ReleaseEvent) => void;
};

export class ReleaseWatch {
  readonly #parts: WatchParts;
  #round: Promise<void> | null = null;
  #isAskedAgain = false;
  #isEnded = false;
  /** Branches, tags and settings as they were when there was nothing left to do. */
  #settled = '';
  #said = new Set<string>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  get underWay(): boolean {
    return this.#round !== null;
  }

  /** The remote was looked at. Returns at once. */
  looked(): void {
    if (this.#isEnded) return;
    if (this.#round !== null) {
      this.#isAskedAgain = true;
      return;
    }
    const scene = this.#parts.scene();
    if (scene === null || scene.config === null || scene.config.by !== 'proposal') return;
    const key = keyOf(scene);
    if (key === this.#settled) return;
    this.#isAskedAgain = false;
    this.#round = this.#watch(scene, scene.config, key).finally(() => {
      this.#round = null;
      this.#parts.emit({ type: 'looked' });
      if (this.#isAskedAgain) this.looked();
    });
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#round;
  }

  async #watch(scene: ReleaseScene, config: ReleaseConfig, key: string): Promise<void> {
    const said = new Set<string>();
    try {
      const ground = await lookForRelease(scene.git, config, scene.defaultBranch);
      let hasActed = false;
      for (const component of config.components) {
        const done = await this.#component(ground, component, scene.deployed, said);
        hasActed ||= done;
      }
      if (hasActed) await this.#parts.look();
      else this.#settled = key;
    } catch (cause) {
      // What fails is told and tried again at the next look: no run waits for it.
      if (!(cause instanceof Fault)) throw cause;
      said.add(`a release: ${cause.message}`);
    }
    for (const sentence of said) if (!this.#said.has(sentence)) this.#parts.log.warn(sentence);
    this.#said = said;
  }

  /** Whether anything was pushed. */
  async #component(
    ground: ReleaseGround,
    component: ReleaseComponent,
    deployed: string | null,
    said: Set<string>,
  ): Promise<boolean> {
    const { log } = this.#parts;
    const tagged = await tagMerged(ground, component, BY_ITSELF);
    if (tagged.type === 'problem') said.add(`nothing was tagged: ${tagged.sentence}; ${tagged.hint}`);
    if (tagged.type === 'tagged') {
      log.info(`tagged ${tagged.tag} at ${tagged.commit.slice(0, 7)}, which was merged into ${ground.to}`);
      return true;
    }
    for (const proposal of await openProposals(ground, component)) {
      const updated = await bringUpToDate(ground, component, proposal);
      if (updated.type === 'problem') said.add(`${proposal.branch}: ${updated.sentence}; ${updated.hint}`);
      if (updated.type !== 'updated') continue;
      log.info(`${proposal.branch} is up to date: ${updated.tag} (${updated.commit.slice(0, 7)})`);
      for (const sentence of updated.said) log.warn(`${proposal.branch}: ${sentence}`);
      return true;
    }
    return await this.#goBack(ground, component, deployed);
  }

  async #goBack(ground: ReleaseGround, component: ReleaseComponent, deployed: string | null): Promise<boolean> {
    const { to, from, config, refs } = ground;
    if (from === to) return false;
    const { any } = await releasedOn(ground, component.tag, [tipOf(ground, to)]);
    if (any === null || (config.after !== null && deployed !== any.name)) return false;
    const back = await mergeBack(ground, any.name, commitOfTag(refs, any.name));
    if (back.type === 'merged') {
      this.#parts.log.info(`merged ${any.name} back into ${from} (${back.commit.slice(0, 7)})`);
      return true;
    }
    if (back.type !== 'beside' || !back.isNew) return false;
    this.#parts.log.warn(`${any.name} waits on ${back.branch} to be merged into ${from}: ${back.why}`);
    return true;
  }
}

/** Of what a round looks at, beside the ledger of nobody. */
function keyOf({ refs, config, defaultBranch, deployed }: ReleaseScene): string {
  const seen = [...refs.refs].filter(([ref]) => ref.startsWith('refs/tags/') || isBranchOfPeople(ref));
  return JSON.stringify([config, defaultBranch, deployed, seen.sort()]);
}

function isBranchOfPeople(ref: string): boolean {
  return ref.startsWith('refs/heads/') && !ref.startsWith('refs/heads/tidegate/');
}
