// What the controller says to the person who runs it: each thing once, until it changes.

import { type Problem, problemLine } from '../../base/problem.ts';
import type { Fault, FaultCode } from '../../ports/fault.ts';
import type { Log } from '../../ports/log.ts';

/** The rest are counted: a shared file that is broken is a problem of every environment. */
const PROBLEMS_SAID_MAX = 5;

type Warnings = {
  /** Where tidegate.yaml has the ledger at another place than it is. */
  readonly placeWarning: string | null;
  /** What the controller was told of environments that are not there. */
  readonly namesWarning: string | null;
};

export class Sayings {
  readonly #log: Log;
  readonly #said = new Map<string, string>();
  /** By what is tried, the kinds of fault that it was said to end with since it last worked. */
  readonly #ills = new Map<string, Set<FaultCode>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** True when this differs from what was last said about it. */
  isNews(about: string, sentence: string): boolean {
    if ((this.#said.get(about) ?? '') === sentence) return false;
    this.#said.set(about, sentence);
    return true;
  }

  /**
   * Each kind of fault once until it works again, by its code: the words of a transfer that is cut carry counts, and
   * a new line for each of them hides the one that matters. What a look has said of the remote is not said of a push
   * as well.
   */
  fault(what: string, fault: Fault, lead = ''): void {
    const said = this.#ills.get(what) ?? new Set();
    if (said.has(fault.code) || (what !== LOOK && this.#ills.get(LOOK)?.has(fault.code))) return;
    this.#ills.set(what, said.add(fault.code));
    this.#log.warn(`${lead}${fault.message}; ${fault.hint}`, { code: fault.code });
  }

  /** The next fault of this is news again. True where one was said. */
  works(what: string): boolean {
    return this.#ills.delete(what);
  }

  /** `warnings`: what is odd about it beside its errors. */
  head(problems: readonly Problem[], branch: string, warnings: Warnings): void {
    this.problems(problems, branch);
    for (const about of ['placeWarning', 'namesWarning'] as const) {
      const warning = warnings[about];
      if (this.isNews(about, warning ?? '') && warning !== null) this.#log.warn(warning);
    }
  }

  /** Once for each head, and once more when it is fixed. */
  problems(problems: readonly Problem[], branch: string): void {
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (!this.isNews('problems', errors.map(problemLine).join('\n'))) return;
    const where = `the configuration at the head of ${branch}`;
    if (errors.length === 0) this.#log.info(`${where} is in order again`);
    for (const error of errors.slice(0, PROBLEMS_SAID_MAX)) this.#log.error(`${where}: ${problemLine(error)}`);
    const more = errors.length - PROBLEMS_SAID_MAX;
    if (more > 0) this.#log.error(`${where}: ${more} more; to check a clone of it lists them all`);
  }
}

const LOOK = 'look';
