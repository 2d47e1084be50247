// An environment that was taken out of the repository, and that is in force: nothing is left to be fixed or decided.
// Its ledger stays, because adding the folder again meets it.

import type { ObservedEnvironment } from '../model/observed.ts';

type Known = Pick<ObservedEnvironment, 'gates' | 'gatesChange' | 'ledger'>;

export function isGone({ gates, gatesChange, ledger }: Known): boolean {
  const inForce = ledger.state.gates;
  return gates === null && gatesChange.isRemoved && inForce !== null && inForce.terms === null;
}

export function sayGone(name: string): string {
  return `${name} was removed, and that is in force; its ledger stays, and so does what it runs`;
}
