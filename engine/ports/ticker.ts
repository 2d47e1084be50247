// Calls back again and again: the pulse of polling. A missed or doubled beat is harmless.

export type Ticker = {
  /**
   * `jitterMs`: each beat comes up to so much later, so that many controllers do not ask a remote at the same moment.
   */
  start(everyMs: number, jitterMs: number, beat: () => void): () => void;
};
