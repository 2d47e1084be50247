// A law of one controller's life: no answer to a push is lost. That nobody answered, and that the remote refused and
// why, is said soon after, or was said already and nothing was taken since.

import type { PushResult } from '../../engine/ports/git.ts';
import type { Machine } from './machine.ts';

type Pushed = ReadonlyMap<string, PushResult>;

export class PushAnswers {
  readonly #machine: Machine;
  readonly #isAlive: () => boolean;
  /** Instants at which something was said of the remote, since it last took something. */
  #said: { readonly at: number; readonly sentence: string }[] = [];

  constructor(machine: Machine, isAlive: () => boolean) {
    this.#machine = machine;
    this.#isAlive = isAlive;
  }

  said(sentence: string): void {
    this.#said.push({ at: this.#machine.world.timeline.now, sentence });
  }

  async heard(push: () => Promise<Pushed>): Promise<Pushed> {
    const answers = await push();
    // What was said before it took something counts for a moment more: a look says what a push then finds.
    if ([...answers.values()].some(({ type }) => type === 'accepted')) this.#forget();
    for (const [ref, answer] of answers) {
      // Of refs that stand or fall together the answer about the other one is what counts.
      if (answer.type === 'in-doubt') this.#await(ref, 'nobody answered', ILL);
      if (answer.type === 'refused' && !/atomic/i.test(answer.message))
        this.#await(ref, `it was refused: ${answer.message}`, REFUSED);
    }
    return answers;
  }

  #forget(): void {
    const { now } = this.#machine.world.timeline;
    this.#said = this.#said.filter(({ at }) => at >= now - SOON_MS);
  }

  #await(ref: string, what: string, wanted: RegExp): void {
    const { world } = this.#machine;
    const isSaid = () => this.#said.some(({ sentence }) => wanted.test(sentence));
    if (isSaid()) return;
    const ask = () => {
      if (!this.#isAlive() || isSaid()) return;
      if (this.#machine.isFrozen) world.timeline.at(this.#machine.frozenUntil + SOON_MS, ask);
      else
        world.witness.breach('unanswered', `${this.#machine.name} pushed ${ref}, ${what}, and it said nothing of that`);
    };
    world.timeline.at(world.timeline.now + SOON_MS, ask);
  }
}

/** What a controller says of a remote that it does not reach, or that did not answer. */
const ILL = /did not say that it took|does not answer|the connection ended|took too long|has not answered|refuses/;
const REFUSED = /protected|refuse/;

/** Four polls. */
const SOON_MS = 2 * 60_000;
