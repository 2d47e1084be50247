// `start` and `demo`: delegated whole; the playground is no part of the command line.

import type { Context } from '../context.ts';
import type { PlayHooks } from '../wiring.ts';

export async function start(context: Context): Promise<number> {
  return await context.wiring.start({ state: context.state }, hooksOf(context));
}

export async function demo(context: Context): Promise<number> {
  return await context.wiring.demo({ state: context.state }, hooksOf(context));
}

function hooksOf({ wiring, look }: Context): PlayHooks {
  return { print: wiring.terminal.writeOut, isColored: look.isColored };
}
