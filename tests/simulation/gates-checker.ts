// Whether a run may be let in, and may touch its target: asked of the truth, at that very instant. What is in force
// and what the head says have to allow it, each whole. What a controller cannot know yet is granted it.

import type { RunRecord } from '../../engine/ledger/records/table.ts';
import { type Asked, closedBecause, nameOf, SLACK_MS } from './gate-truth.ts';
import { GatesInForce, type InForce, mayBeSetAside, saidIn } from './gates-in-force.ts';
import type { Machine } from './machine.ts';
import { allGates, type Terms, termsAt, termsKey } from './terms.ts';
import type { World } from './world.ts';

type Opened = Extract<RunRecord, { type: 'run-opened' }>;

/** Docs: beyond five minutes nothing new starts. */
const CLOCK_OFF_MS = 5 * 60_000;

export class GatesChecker {
  readonly inForce: GatesInForce;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.inForce = new GatesInForce(world);
  }

  /** It touches its target for the first time. */
  touches(machine: Machine, environment: string, run: Opened): void {
    const { witness } = this.#world;
    // What a person has rewritten is not known here any more than there.
    if (this.#isSpoilt(environment)) return;
    if (this.#isOff(machine)) witness.breach('gates', `${run.run} touches ${environment} by a clock that is off`);
    this.#judge(machine, environment, run, 'touches', machine.now, TOUCHING);
    const stopped = this.#suspended(machine, environment, run);
    if (stopped !== null) witness.breach('gates', `${run.run} touches ${environment}: ${stopped}`);
  }

  /** A run is let in: its version was looked at, and both sides allow it. */
  granted(machine: Machine, environment: string, run: Opened): void {
    const { commit, tag } = run.version;
    if (!machine.facts.get(environment)?.some((known) => known.has(`${commit} ${tag ?? ''}`)))
      this.#world.witness.breach(
        'facts',
        `${run.run} brings ${tag ?? commit.slice(0, 7)}, about which nothing was found out`,
      );
    if (this.#isSpoilt(environment)) return;
    this.#judge(machine, environment, run, 'is let into', run.at, LETTING_IN);
  }

  #judge(machine: Machine, environment: string, run: Opened, what: string, now: number, asks: Asks): void {
    const closed = this.#closed(machine, environment, run, now, asks);
    if (closed === null) return;
    this.#world.witness.breach(closed.law, `${run.run} ${what} ${environment}: ${closed.because}`);
  }

  /**
   * Closed by each of the heads that this controller has seen in the last minutes, and by its last one before, with
   * whatever it may take for in force.
   */
  #closed(machine: Machine, environment: string, run: Opened, now: number, asks: Asks): Closed | null {
    const { timeline, attic, ledger } = this.#world;
    const recent = machine.sights.filter(({ at }) => at >= timeline.now - SLACK_MS);
    const before = machine.sights.findLast(({ at }) => at < timeline.now - SLACK_MS);
    const accepted = this.inForce.knownBy(machine, environment);
    if (accepted.length === 0) return { law: 'in-force', because: 'nobody has accepted any gates there' };
    let closed: Closed | null = { law: 'gates', because: 'it has never looked' };
    for (const { refs } of before === undefined ? recent : [before, ...recent]) {
      const asked = {
        environment,
        run: run.run,
        commit: run.version.commit,
        now,
        trueNow: timeline.now,
        refs,
        ledger,
        store: attic,
        contents: (name: string, commit: string) => this.#world.contents(name, commit),
      };
      for (const inForce of accepted) {
        closed = this.#closedBy(refs.get('refs/heads/main') ?? '', inForce, run, asked, asks);
        if (closed === null) return null;
      }
    }
    return closed;
  }

  /** What is in force and what the head says have to allow it, each whole, with its own people. */
  #closedBy(
    head: string,
    inForce: InForce,
    run: Opened,
    asked: Omit<Asked, 'side' | 'inForce'>,
    asks: Asks,
  ): Closed | null {
    const model = this.#world.modelAt(head);
    const { broken } = model;
    const { environment } = asked;
    if (broken === 'repository' || (broken !== 'nothing' && broken.environment === environment))
      return { law: 'gates', because: 'its configuration cannot be read' };
    const atHead = termsAt(model, environment);
    if (atHead === null) return { law: 'gates', because: 'it is not there' };
    const { terms } = inForce;
    if (terms === null) return { law: 'in-force', because: 'it was removed, and nobody has accepted its gates again' };
    const isSame = termsKey(terms) === termsKey(atHead);
    const isOffered = asks.isOffer && run.trigger !== 'request';
    if (!isSame && isOffered && JSON.stringify(terms.follow) !== JSON.stringify(atHead.follow))
      return { law: 'in-force', because: 'it follows something else than what is in force' };
    const ofHead = this.#isSetAside(environment, inForce, terms, atHead)
      ? null
      : shutGate(asks.gates(atHead), { ...asked, side: atHead, inForce: isSame ? null : terms });
    if (ofHead !== null) return { law: 'gates', because: ofHead };
    const closed = isSame ? null : shutGate(asks.gates(terms), { ...asked, side: terms, inForce: null });
    return closed === null ? null : { law: 'in-force', because: `gates ${inForce.serial} are in force: ${closed}` };
  }

  #isSetAside(environment: string, { serial }: InForce, terms: Terms, atHead: Terms): boolean {
    const said = [
      ...this.#world.ledger.of(environment).flatMap(({ record }) => saidIn(record) ?? []),
      ...this.#world.gateTags.filter((tag) => tag.environment === environment),
    ];
    return said.some(
      (word) => word.serial === serial && word.answer === 'rejected' && mayBeSetAside(word.by, terms, atHead),
    );
  }

  #suspended(machine: Machine, environment: string, run: Opened): string | null {
    const { ledger, timeline } = this.#world;
    for (const name of [environment, '_all']) {
      const words = ledger.of(name).filter(({ record }) => record.type === 'suspended' || record.type === 'resumed');
      const known = words.filter(({ at }) => at < timeline.now - SLACK_MS).at(-1)?.record;
      const isNews = words.some(({ at }) => at >= timeline.now - SLACK_MS);
      if (known?.type !== 'suspended' || isNews) continue;
      if (known.until !== null && known.until < machine.now + SLACK_MS) continue;
      if (name === '_all' && run.requestedBy !== null && nameOf(run.requestedBy) === nameOf(known.by)) continue;
      return `suspended by ${known.by}`;
    }
    return null;
  }

  /** Its own ledger, the one of all, or one that a gate of its asks. */
  #isSpoilt(environment: string): boolean {
    const { ledger } = this.#world;
    const { environments, gates } = this.#world.modelAt(this.#world.head());
    const atHead = (environments[environment]?.gates ?? []).map((name) => gates[name]);
    const inForce = this.inForce.newest(environment)?.terms ?? null;
    const asked = [...atHead, ...(inForce === null ? [] : allGates(inForce).map(([, gate]) => gate))].flatMap((gate) =>
      gate?.type === 'soak' ? [gate.in] : [],
    );
    return [environment, '_all', ...asked].some((name) => ledger.spoilt.has(name));
  }

  /** The remote has told it so, some time ago. */
  #isOff({ clockOffsetMs, clockSetAt, sights }: Machine): boolean {
    const { tellsTime, timeline } = this.#world;
    const hasLooked = sights.some(({ at }) => at >= clockSetAt && at < timeline.now - SLACK_MS);
    return tellsTime && hasLooked && Math.abs(clockOffsetMs) > CLOCK_OFF_MS;
  }
}

type Asks = {
  readonly gates: (terms: Terms) => ReturnType<typeof allGates>;
  /** Both sides have to follow the same: nothing is offered otherwise. What was let in goes on. */
  readonly isOffer: boolean;
};

/** Gates of stages are asked when a stage starts, and not when a run is let in. */
const LETTING_IN: Asks = { gates: ({ gates }) => gates, isOffer: true };
const TOUCHING: Asks = { gates: allGates, isOffer: false };

type Closed = { readonly law: 'gates' | 'in-force'; readonly because: string };

function shutGate(gates: ReturnType<typeof allGates>, asked: Asked): string | null {
  for (const [name, gate] of gates) {
    const because = closedBecause(name, gate, asked);
    if (because !== null) return because;
  }
  return null;
}
