// `tidegate simulate --from --to [--policies BRANCH] [env]`: history replayed against policies. Decisions are printed
// as they come, so that a year of them never stands in memory as one text.

import { suggestion } from '../../config/suggest.ts';
import { instantJson } from '../../contract/instant.ts';
import { decisionJson, simulatedJson } from '../../contract/simulate.ts';
import type { SimulationAsk, SimulationEnd } from '../../controller/commands/commands.ts';
import type { Decision } from '../../explain/simulate-lane.ts';
import { count, emptyTally, type Tally } from '../../explain/simulate-summary.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unknown, unusable } from '../failure.ts';
import { harmlessJson } from '../paint.ts';
import { simulateLines } from '../text/simulate-shown.ts';
import { span, typedSpan } from './span.ts';

const YEAR_MS = 365 * 86_400_000;

export async function simulate(context: Context, given: Given): Promise<number> {
  const { terminal } = context.wiring;
  // Days are days of UTC: whose zone counts is only known once the policies are read.
  const typed = typedSpan(given, 'UTC');
  const to = typed.to ?? context.at ?? context.wiring.now();
  const asked = span(typed.from ?? to - YEAR_MS, to);
  const ask: SimulationAsk = { ...asked, policies: given.text('policies'), environment: given.args[0] ?? null };
  const tallies = new Map<string, Tally>();
  let told = 0;
  const each = (decision: Decision) => {
    const tally = tallies.get(decision.environment) ?? emptyTally(decision.environment);
    tallies.set(decision.environment, tally);
    count(tally, decision);
    if (!context.isJson) return;
    const opening = `{\n  "from": ${quoted(ask.from)},\n  "to": ${quoted(ask.to)},\n  "decisions": [`;
    terminal.writeOut(`${told === 0 ? opening : ','}\n    ${harmlessJson(decisionJson(decision))}`);
    told += 1;
  };
  const end = await context.withCommands((commands) =>
    context.patiently('replaying history', commands.simulate(ask, each)),
  );
  const simulated = simulatedOr(end, ask);
  const shown = simulated.environments.map((name) => tallies.get(name) ?? emptyTally(name));
  const { policies, notes, timezone } = simulated;
  if (!context.isJson) {
    context.print(simulateLines(shown, { ...asked, policies, notes, timezone }), null);
    return 0;
  }
  if (told === 0) terminal.writeOut(`{\n  "from": ${quoted(ask.from)},\n  "to": ${quoted(ask.to)},\n  "decisions": [`);
  const rest = harmlessJson(simulatedJson(shown, policies, notes), 2);
  terminal.writeOut(`\n  ],\n${rest.slice(rest.indexOf('\n') + 1)}\n`);
  return 0;
}

function quoted(at: number): string {
  return JSON.stringify(instantJson(at));
}

function simulatedOr(end: SimulationEnd, ask: SimulationAsk): Extract<SimulationEnd, { type: 'simulated' }> {
  switch (end.type) {
    case 'simulated':
      return end;
    case 'unknown-branch':
      throw unknown(`there is no branch ${ask.policies ?? ''} in the repository`, 'push it first');
    case 'unknown-environment':
      throw unknown(
        `there is no environment ${ask.environment}`,
        suggestion(ask.environment ?? '', end.names, 'environments'),
      );
    case 'problems':
      throw unusable(end.problems);
  }
}
