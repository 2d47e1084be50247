// Public holidays, which no core may look up: they come from a library that is large, reads clocks, and changes with
// laws.

import type { Holidays } from '../model/policy-facts.ts';

export type HolidayTable = {
  /**
   * Local dates by place (`RO`, `US-CA`), complete for the years asked for and for no others. A place that is not
   * known is left out, so that what needs it stays closed. The same question is answered with the same object.
   */
  holidays(places: readonly string[], years: readonly number[]): Promise<Holidays>;
  knows(place: string): Promise<boolean>;
};
