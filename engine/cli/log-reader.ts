// Follows the log files of one run: each look hands over what is new since the last, with a head wherever another
// step's output begins. Never shows half a line of a step that is still writing, nor half a character.

import { StringDecoder } from 'node:string_decoder';
import type { Run } from '../model/run.ts';
import { type LogFile, logFiles, readFrom } from './log-files.ts';

type Progress = { readonly decoder: StringDecoder; offset: number; partial: string };

export class LogReader {
  readonly #state: string;
  readonly #stage: string | null;
  readonly #progress = new Map<string, Progress>();
  #last: string | null = null;

  constructor(state: string, stage: string | null) {
    this.#state = state;
    this.#stage = stage;
  }

  /** Whether this machine has any log of the run. */
  get hasFound(): boolean {
    return this.#progress.size > 0;
  }

  /** `isOver`: nothing more will be written, so that a last line without its end is handed over too. */
  async look(
    run: Run,
    isOver: boolean,
    head: (file: LogFile, name: string) => void,
    text: (text: string) => void,
  ): Promise<void> {
    for (const file of await logFiles(this.#state, run)) {
      if (this.#stage !== null && file.stage !== this.#stage) continue;
      const known = this.#progress.get(file.path);
      const progress: Progress = known ?? { decoder: new StringDecoder('utf8'), offset: 0, partial: '' };
      this.#progress.set(file.path, progress);
      const show = (piece: string) => {
        if (piece === '') return;
        if (this.#last !== file.path) head(file, stepName(run, file));
        this.#last = file.path;
        text(piece);
      };
      if (known === undefined) head(file, stepName(run, file));
      if (known === undefined) this.#last = file.path;
      const end = await readFrom(file.path, progress.offset, (bytes) => {
        const whole = progress.partial + progress.decoder.write(bytes);
        const cut = whole.lastIndexOf('\n') + 1;
        progress.partial = whole.slice(cut);
        show(whole.slice(0, cut));
      });
      progress.offset = end ?? progress.offset;
      const isEnded = isOver || hasEnded(run, file);
      if (isEnded && progress.partial !== '') {
        show(`${progress.partial}\n`);
        progress.partial = '';
      }
    }
  }
}

function stepName(run: Run, file: LogFile): string {
  const steps = run.stages.find((stage) => stage.name === file.stage)?.steps ?? [];
  return (
    steps.find((step) => step.attempt === file.attempt && step.step === file.step)?.name ?? `step ${file.step + 1}`
  );
}

function hasEnded(run: Run, file: LogFile): boolean {
  const steps = run.stages.find((stage) => stage.name === file.stage)?.steps ?? [];
  return steps.some((step) => step.attempt === file.attempt && step.step === file.step);
}
