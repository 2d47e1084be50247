// Deliberate breaches, each by one part of a controller's world put in wrongly. A checker that lets its mutant live checks nothing.

import type { ControllerParts } from '../../engine/controller/controller.ts';
import type { SurveyOptions } from '../../engine/controller/survey.ts';
import type { Machine } from './machine.ts';

export type Mutant = {
  readonly story: string;
  /** The checker that must notice it. */
  readonly caughtBy: string;
  readonly survey?: (options: SurveyOptions) => Partial<SurveyOptions>;
  readonly parts?: (parts: ControllerParts, machine: Machine) => Partial<ControllerParts>;
};

/** The engine as it is. */
export const NONE: Mutant = { story: 'the engine as it is', caughtBy: 'nothing' };
