// What was overridden, taken from the verdict that says so: kept in the run for good, and where a policy
// wants to hear about it afterwards, a post-mortem that is due until a person closes it.

import { everyPolicy } from '../model/asked-policies.ts';
import { rulesIn, type Verdict } from '../model/verdict.ts';
import type { Draft } from './draft.ts';

/** `policy/rule` names, each once, in the order asked. */
export function liftedIn(verdict: Verdict): readonly string[] {
  const names = rulesIn(verdict).flatMap(({ overridden, policy, name }) => (overridden ? [`${policy}/${name}`] : []));
  return [...new Set(names)];
}

/** One post-mortem a run, whatever was overridden for it and however often. */
export function accountFor(draft: Draft, run: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const policies = everyPolicy(draft.environment, draft.environment.versions.values());
  const due = names.filter((name) =>
    policies.some((policy) => policy.override?.postmortem === true && name.startsWith(`${policy.name}/`)),
  );
  if (due.length === 0 || draft.state.postmortemsDue.some((due) => due.run === run)) return;
  const sentence = `${run} overrode ${due.join(', ')}, and a post-mortem is required`;
  draft.event({ type: 'incident-opened', incident: run, about: run, sentence }, run);
}
