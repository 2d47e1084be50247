// What an override lifted, taken from the verdict that it lifted it in: kept in the run for good, and where a policy wants to
// hear about it afterwards, a post-mortem that is due until a person closes it.

import { everyPolicy } from '../model/asked-policies.ts';
import { HEAD_ONLY } from '../model/sides.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Draft } from './draft.ts';

/** `policy/rule` names, each once, in the order asked. */
export function liftedIn(verdict: Verdict): readonly string[] {
  return [...new Set(lifted(verdict, null))];
}

function lifted(verdict: Verdict, policy: string | null): readonly string[] {
  if (verdict.name === 'all of') return verdict.children.flatMap((child) => lifted(child, null));
  if (verdict.children.length > 0) return verdict.children.flatMap((child) => lifted(child, verdict.name));
  return verdict.overridden
    ? [policy === null ? verdict.name : `${policy.replace(HEAD_ONLY, '')}/${verdict.name}`]
    : [];
}

/** One post-mortem a run, whatever it lifted and however often. */
export function accountFor(draft: Draft, run: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const policies = everyPolicy(draft.environment, draft.environment.versions.values());
  const due = names.filter((name) =>
    policies.some((policy) => policy.override?.postmortem === true && name.startsWith(`${policy.name}/`)),
  );
  if (due.length === 0 || draft.state.postmortemsDue.some((due) => due.run === run)) return;
  const sentence = `${run} lifted ${due.join(', ')}, and a post-mortem is required`;
  draft.event({ type: 'incident-opened', incident: run, about: run, sentence }, run);
}
