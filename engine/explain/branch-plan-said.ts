// What merging does in one environment, in two sentences: the first for anyone who reads nothing else.

import { type Instant, sayInstant } from '../base/instant.ts';
import type { EnvironmentPlan, GatesAhead } from './branch-plan.ts';
import { bareSentence, leafName } from './leaves.ts';

type Merging = { readonly bold: string; readonly rest: string };

export function sayMerging(plan: EnvironmentPlan, now: Instant, timezone: string): Merging {
  const { name, effect, when, follows } = plan;
  const live = when?.earliest ?? when?.notBefore ?? null;
  const at = live === null ? '' : sayInstant(live, when?.zone ?? timezone);
  const missing = (when?.needs ?? []).map((leaf) => `${leafName(leaf)}: ${bareSentence(leaf)}`).join('; ');
  switch (effect) {
    case 'at-once':
      return { bold: `Merging deploys this to ${name} at once.`, rest: '' };
    case 'later':
      return { bold: `Merging deploys nothing at once: it can be live in ${name} ${at}.`, rest: '' };
    case 'needs-people':
      return {
        bold: `Merging deploys nothing at once.`,
        rest: `${live !== null && live > now ? `It can be live ${at} at the earliest. ` : ''}Missing: ${missing}.`,
      };
    case 'by-tag':
      return {
        bold: `Merging deploys nothing: ${name} follows ${follows}.`,
        rest: sayOnce('Once a tag names it', plan, at),
      };
    case 'by-promotion':
      return {
        bold: `Merging deploys nothing in ${name} at once: it comes after ${follows}.`,
        rest: sayOnce(`Once ${follows} has it`, plan, at),
      };
    case 'refused':
      return { bold: `Merged as it is, it cannot go live in ${name}.`, rest: when?.sentence ?? '' };
    case 'gates-only':
      return { bold: `Merging deploys nothing in ${name}.`, rest: '' };
    case 'broken':
      return { bold: `Merged as it is, nothing new can come to ${name}: its configuration has problems.`, rest: '' };
    case 'removed':
      return { bold: `Merging takes ${name} out of the configuration.`, rest: 'What runs there goes on.' };
  }
}

function sayOnce(once: string, { when }: EnvironmentPlan, at: string): string {
  if (when === null || when.notBefore === null) return when?.sentence ?? '';
  const missing = when.needs
    .filter(({ rule }) => rule !== 'follow')
    .map((leaf) => `${leafName(leaf)}: ${bareSentence(leaf)}`);
  return `${once}, it can be live ${at} at the earliest${missing.length === 0 ? '' : `; missing: ${missing.join('; ')}`}.`;
}

/** When a change of gates would count, and by whose word. */
export function sayGatesAhead({ because, missing, kind, waits }: GatesAhead): string {
  if (because !== null) return `Merged, it counts at the next look: ${because}.`;
  const until = kind === 'change' ? 'both these and the gates in force apply until then' : 'nothing goes in until then';
  if (missing.length === 0) return `Merged, it waits: ${waits}; ${until}.`;
  return `Merged, it counts once ${missing.join(' and ')} accept it; ${until}.`;
}
