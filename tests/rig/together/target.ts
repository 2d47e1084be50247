// The target that several controllers deploy to. Every job says there when it begins, ten times a second that it is
// still at work, and when it ends, with controller, epoch and time since boot; a job of an older epoch is refused.
// Time is read before the epoch is compared: a job that is frozen between the two tells an old time and not a false
// one.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { script } from '../../support/scenario-files.ts';

export const WORK = script(`who=\${PWD#*/state-}; who=\${who%%/*}
newest=$WORLD/epoch-$TIDEGATE_ENVIRONMENT
touch_target() {
  read -r up rest < /proc/uptime
  seen=0; [ ! -e "$newest" ] || read -r seen < "$newest"
  verb=$1
  if [ "$TIDEGATE_EPOCH" -lt "\${seen:-0}" ]; then verb=refused
  elif [ "$TIDEGATE_EPOCH" -gt "\${seen:-0}" ]; then echo "$TIDEGATE_EPOCH" > "$newest.$$" && mv "$newest.$$" "$newest"; fi
  echo "$verb $who $TIDEGATE_ENVIRONMENT $TIDEGATE_EPOCH $TIDEGATE_RUN $TIDEGATE_STAGE $up $$" >> "$WORLD/target"
  [ "$verb" != refused ] || { echo "epoch $TIDEGATE_EPOCH is older than $seen"; exit 75; }
}
touch_target begin
left=$1
while [ "$left" -gt 0 ]; do sleep 0.1; touch_target beat; left=$((left - 1)); done
touch_target end
if [ "$TIDEGATE_STAGE" = deploy ]; then
  cp "environments/$TIDEGATE_ENVIRONMENT/app.txt" "$WORLD/live-$TIDEGATE_ENVIRONMENT"
fi`);

export type Touch = {
  readonly verb: string;
  readonly who: string;
  readonly environment: string;
  readonly epoch: number;
  readonly run: string;
  readonly stage: string;
  /** Since boot. */
  readonly atMs: number;
  readonly job: string;
};

export function touches(world: string): readonly Touch[] {
  const file = path.join(world, 'target');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [verb = '', who = '', environment = '', epoch, run = '', stage = '', up, job = ''] = line.split(' ');
      return { verb, who, environment, epoch: Number(epoch), run, stage, atMs: Number(up) * 1_000, job };
    });
}

export function uptimeMs(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000;
}

/**
 * Pairs of jobs that were at work on one environment at a time. What the target refused was no work only where
 * `guarded`.
 */
export function overlaps(all: readonly Touch[], guarded: boolean): readonly string[] {
  const jobs = new Map<string, { first: Touch; last: Touch }>();
  for (const touch of all) {
    if (guarded && touch.verb === 'refused') continue;
    const key = `${touch.who} ${touch.environment} ${touch.run} ${touch.stage} ${touch.epoch} ${touch.job}`;
    const job = jobs.get(key);
    if (job === undefined) jobs.set(key, { first: touch, last: touch });
    else job.last = touch;
  }
  const found: string[] = [];
  const inOrder = [...jobs.values()].toSorted((a, b) => a.first.atMs - b.first.atMs);
  for (const [at, before] of inOrder.entries()) {
    for (const after of inOrder.slice(at + 1)) {
      if (after.first.environment !== before.first.environment || after.first.atMs >= before.last.atMs) continue;
      found.push(`${say(after.first)} began while ${say(before.first)} was at work`);
    }
  }
  return found;
}

function say({ who, run, stage, epoch }: Touch): string {
  return `${who}'s ${run} ${stage} (epoch ${epoch})`;
}
