// Random lives of a few writers of one ledger: pushes that are lost or unanswered, restarts with and without a disk,
// others who write in between. In the end every event is there once, and no run has a record twice.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { journalLine, readJournal } from '../../../../engine/controller/ledger/journal.ts';
import type { LedgerRecord } from '../../../../engine/ledger/records/table.ts';
import {
  ENVIRONMENT,
  ended,
  event,
  type Fate,
  ledgerWorld,
  opened,
  skipped,
  taken,
  type Writer,
} from '../../../support/ledger-world.ts';
import { memoryCache } from '../../../support/memory-git.ts';

type Deed = {
  readonly who: 0 | 1;
  readonly does: 'event' | 'run' | 'push' | 'look' | 'restart' | 'take-over';
  readonly fate: Fate;
};

const deeds = fc.array(
  fc.record({
    who: fc.constantFrom(0, 1),
    does: fc.constantFrom('event', 'event', 'run', 'run', 'push', 'push', 'look', 'restart', 'take-over'),
    fate: fc.constantFrom('through', 'through', 'through', 'unanswered', 'lost', 'thrown'),
  }) as fc.Arbitrary<Deed>,
  { minLength: 1, maxLength: 25, size: 'max' },
);

test('whatever becomes of pushes, each event is written once and the ledger stays in order', async () => {
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      const world = ledgerWorld();
      const lives = [new Person(await world.writer('one')), new Person(await world.writer('two'))] as const;
      for (const { who, does, fate } of all) {
        const life = lives[who];
        life.writer.fate = fate;
        if (does === 'restart') life.writer = await world.writer(life.writer.id, memoryCache());
        await life.do(does);
      }
      for (const life of [...lives, ...lives]) await life.settle();
      expect(await world.problems()).toEqual([]);
      const ids = (await world.written()).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { events } of lives)
        expect(ids.filter((id) => events.includes(id)).sort()).toEqual([...events].sort());
    }),
    { numRuns: Number(process.env['LIVES'] ?? 60) },
  );
});

class Person {
  writer: Writer;
  readonly events: string[] = [];
  #journal: string[] = [];

  constructor(writer: Writer) {
    this.writer = writer;
  }

  async do(does: Deed['does']): Promise<void> {
    switch (does) {
      case 'event': {
        const record = event(`${this.writer.id}-${this.events.length}`);
        this.events.push(record.id);
        return this.#append([record]);
      }
      case 'run':
        return this.#goOn();
      case 'push':
        await this.#push();
        return;
      case 'look':
        await this.writer.look();
        return;
      case 'restart':
        this.writer.ledger.recover(ENVIRONMENT, readJournal(this.#journal).get(ENVIRONMENT) ?? []);
        return;
      case 'take-over': {
        const run = this.writer.entry.state.open.at(-1);
        if (run === undefined) return;
        const epoch = this.writer.entry.state.epoch + 1;
        await this.#push([taken(numberOf(run.id), run.records + 1, epoch, this.writer.id)]);
      }
    }
  }

  /** The world is well again: everything that is pending arrives. */
  async settle(): Promise<void> {
    this.writer.fate = 'through';
    for (let round = 0; round < 4; round += 1) {
      await this.writer.look();
      await this.#push();
    }
    expect(this.writer.entry.pending).toEqual([]);
  }

  /** One record further in a run that is ours, or a new one. */
  async #goOn(): Promise<void> {
    const { entry, id } = this.writer;
    const run = entry.state.open.at(-1);
    if (run === undefined) {
      await this.#push([opened(entry.state.runs + 1, entry.state.epoch + 1, id)]);
      return;
    }
    if (run.lease?.epoch !== entry.claimedEpoch) return;
    const stage = run.stages.find(({ skipped: done }) => !done);
    const next = run.records + 1;
    this.#append([stage === undefined ? ended(numberOf(run.id), next) : skipped(numberOf(run.id), stage.name, next)]);
  }

  #append(records: readonly LedgerRecord[]): void {
    if (this.writer.entry.remote.type === 'damaged') return;
    this.writer.ledger.append(ENVIRONMENT, records);
    this.#journal.push(...records.map((record) => journalLine(ENVIRONMENT, record)));
  }

  async #push(claim?: readonly LedgerRecord[]): Promise<void> {
    await this.writer.push(claim).catch(() => {});
    // As the flusher does: the journal is cleared only when nothing is pending.
    if (this.writer.entry.pending.length === 0 && this.writer.entry.doubt === null) this.#journal = [];
  }
}

function numberOf(run: string): number {
  return Number(/\d+$/.exec(run)?.[0]);
}
