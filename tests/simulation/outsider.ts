// What somebody who is no controller uses: the commands over a survey of their own, with names for signatures and no
// holidays.

import type { Commands } from '../../engine/controller/commands/commands.ts';
import { openCommands } from '../../engine/controller/commands/open-commands.ts';
import { Survey } from '../../engine/controller/observe/survey.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { GitRepository } from '../../engine/ports/git.ts';
import { nameSigning } from '../support/survey-world.ts';
import { parseOnce } from './shared-reading.ts';

export type Outsider = {
  readonly git: GitRepository;
  readonly clock: Clock;
  readonly name: string;
  /** `Name <email>`. */
  readonly identity: string;
  readonly uniqueId: () => string;
};

export function outsider(who: Outsider): { readonly survey: Survey; readonly commands: Commands } {
  const { git, clock, name, uniqueId } = who;
  const openSigning = async () => nameSigning;
  const openHolidays = async () => ({ holidays: async () => ({}), knows: async () => false });
  const survey = new Survey({
    git,
    openLedger: async () => git,
    openSigning,
    openHolidays,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    controller: { id: name, name },
    nonce: uniqueId,
    only: [],
    parse: parseOnce,
  });
  const identity = async () => who.identity;
  return { survey, commands: openCommands({ survey, clock, openHolidays, openSigning, identity, uniqueId }) };
}
