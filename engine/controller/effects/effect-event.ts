// What the acts on the world tell the loop that asked for them.

/** `what`: what was tried; it is said again only once it has worked in between. */
export type FailedEvent = { readonly type: 'failed'; readonly what: string; readonly cause: unknown };

export type EffectEvent =
  /** What is known of the jobs there says how. */
  | { readonly type: 'job-ended'; readonly environment: string }
  /** Done, or due to be tried again. */
  | { readonly type: 'effect-over'; readonly environment: string }
  | FailedEvent;
