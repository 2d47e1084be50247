// Gates as a Tidegate wrote them before rules had `userVerification`, exceptions an `author` and fields
// the words of 0.1.0.

import type { GateTerms } from '../../engine/model/gate-terms.ts';
import { place } from './config-builders.ts';
import { gatedTerms } from './gates-builders.ts';
import { policy, twoApprovals } from './policy-builders.ts';

const HERE = place('policies/signed.yaml');
const SIGNED = policy('signed', {
  type: 'signature',
  place: HERE,
  by: ['leads'],
  of: 'tag',
  userVerification: 'optional',
});
const MAINTENANCE = policy('maintenance', {
  type: 'window',
  place: HERE,
  timezone: 'UTC',
  allow: [
    {
      span: { type: 'recurring', timezone: 'UTC', rrule: 'FREQ=DAILY', first: '2026-01-04', durationMs: 86_400_000 },
      noticeMs: null,
      name: null,
      calendar: null,
    },
  ],
  deny: [],
  holidays: [],
  onWindowClose: 'pause',
});
const TRAIN = policy('train', {
  type: 'train',
  place: HERE,
  timezone: 'UTC',
  departures: [{ type: 'recurring', timezone: 'UTC', rrule: 'FREQ=DAILY', first: '2026-01-04', durationMs: 3_600_000 }],
  cutoffMs: 86_400_000,
  frozenKinds: ['feat'],
});

/** What a configuration says today. */
export const TODAY: GateTerms = {
  ...gatedTerms(),
  policies: [...gatedTerms().policies, twoApprovals(), SIGNED, MAINTENANCE, TRAIN],
  stages: gatedTerms().stages.map((stage) => (stage.touches ? { ...stage, policies: [twoApprovals()] } : stage)),
};

const WORDS_OF_THEN = [
  ['"onWindowClose":"finish"', '"running":"finish"'],
  ['"onWindowClose":"pause"', '"running":"stop-before-next-stage"'],
  ['"queue":"latest"', '"supersede":"newest"'],
  ['"cutoffMs":', '"freezeMs":'],
  ['"queue":"all"', '"supersede":"every"'],
] as const;

/** JSON of gates as it was written before 0.1.0. */
export function inWordsOfThen(json: string): string {
  return WORDS_OF_THEN.reduce((text, [today, then]) => text.replaceAll(today, then), json);
}

/** The same as it was written then. */
export function asBefore(terms: GateTerms): GateTerms {
  return JSON.parse(inWordsOfThen(JSON.stringify(terms)), (key, value: unknown) => {
    if (key === 'userVerification') return undefined;
    if (key !== 'override' || value === null) return value;
    const { author: _, ...override } = value as { readonly author: string };
    return override;
  }) as GateTerms;
}
