// A controller's life: look, decide, and go on until it is told to end; or, with `once`, until nothing is left to do.

import { hasErrors } from '../../base/problem.ts';
import type { ControllerExit } from '../../model/controller-exit.ts';
import { Fault } from '../../ports/fault.ts';
import type { Ticker } from '../../ports/ticker.ts';
import type { WebhookPort } from '../../ports/webhook.ts';
import { Controller } from './controller.ts';
import type { ControllerParts } from './controller-parts.ts';

type LifeOptions = ControllerParts & {
  readonly once: boolean;
  readonly ticker: Ticker;
  /** Follows what is configured; a controller that runs once has none. */
  readonly webhook?: WebhookPort;
  /** Hands over what outside events do; returns what takes the handlers off again. */
  readonly listen: (handlers: { readonly lookNow: () => void; readonly end: () => void }) => () => void;
};

/** `--once` gives up when the world said no so often in a row. */
const FAULTS_MAX = 4;
/** Each poll comes up to this much later than its beat. */
const JITTER = 0.1;

/**
 * Without polls, only this tells that another controller's run has ended (well before its lease would run out), or
 * that the remote is back.
 */
const AWAITING_LOOK_MS = 1_000;

export async function runController(options: LifeOptions): Promise<ControllerExit> {
  const controller = new Controller(options);
  let endNow = () => {};
  const asked = new Promise<void>((resolve) => {
    endNow = resolve;
  });
  const unlisten = options.listen({ lookNow: () => void controller.lookNow(), end: endNow });
  try {
    return options.once ? await once(controller, options, asked) : await forever(controller, options, asked);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    options.log.error(`given up: ${cause.message}; ${cause.hint}`, { code: cause.code });
    return 3;
  } finally {
    unlisten();
    await controller.stop();
  }
}

async function once(
  controller: Controller,
  { survey, clock }: LifeOptions,
  asked: Promise<void>,
): Promise<ControllerExit> {
  let cancel = () => {};
  const watch = () => {
    controller.checkClock();
    if (controller.needsLook) controller.lookSoon();
    cancel = clock.after(AWAITING_LOOK_MS, watch);
  };
  cancel = clock.after(AWAITING_LOOK_MS, watch);
  try {
    await Promise.race([lookFirst(controller).then(() => settle(controller)), asked]);
  } finally {
    cancel();
  }
  const usable = Object.keys(survey.head?.config?.environments ?? {}).length > 0;
  return !usable && hasErrors(survey.head?.problems ?? []) ? 2 : 0;
}

/**
 * What changed between the look and the fetch is looked at once more: a single pass must not end over somebody's
 * push.
 */
async function lookFirst(controller: Controller): Promise<void> {
  try {
    await controller.look();
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.retry !== 'now' || cause.code === 'repository-damaged') throw cause;
    await controller.look();
  }
}

/** Idle, flushed, looked again: what our own pushes changed may let something else go. */
async function settle(controller: Controller): Promise<void> {
  for (let quiet = 0; quiet < 1; quiet += 1) {
    await controller.idle(FAULTS_MAX);
    await controller.flush();
    await controller.look();
    await controller.idle(FAULTS_MAX);
  }
}

async function forever(
  controller: Controller,
  { survey, ticker, webhook }: LifeOptions,
  asked: Promise<void>,
): Promise<ControllerExit> {
  let everyMs = 0;
  let stop = () => {};
  let isOver = false;
  const beat = () => {
    controller.beat();
    retime();
  };
  const retime = () => {
    const repository = survey.serving?.config?.repository;
    if (repository !== undefined) webhook?.follow(repository.forge);
    const wantedMs = repository?.pollMs ?? 10_000;
    if (wantedMs === everyMs) return;
    everyMs = wantedMs;
    stop();
    stop = ticker.start(everyMs, everyMs * JITTER, beat);
  };
  // The configuration that the first look reads says how often to look; until then, as often as by default.
  retime();
  void controller.lookNow().then(() => {
    if (!isOver) retime();
  });
  try {
    await Promise.race([controller.ended(), asked]);
    return 0;
  } finally {
    isOver = true;
    stop();
  }
}
