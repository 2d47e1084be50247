// Time as the shell sees it. `now` is what people's clocks say and what policies are judged by; `monotonicMs` only
// ever goes forward and is what leases and timeouts are measured by.

import type { Instant } from '../base/instant.ts';

export type Cancel = () => void;

export type Clock = {
  readonly kind: 'real' | 'given';
  now(): Instant;
  monotonicMs(): number;
  /** Calls back once; the returned function prevents it. */
  after(delayMs: number, then: () => void): Cancel;
};
