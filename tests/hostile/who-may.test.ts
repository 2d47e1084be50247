// An action allowed by one face and forbidden by another. Precedent: CVE-2023-22736 (Argo CD: what the API refused,
// the controller did where it was asked another way). Each act is tried by each person at each face: what the command
// answers before it writes, what a record does that somebody pushed to the ledger with plain Git, and a tag where
// tags speak. The controller is the judge of the last two, by what it then does.

import { describe, expect, test } from 'vitest';
import { answerRefusal } from '../../engine/acts/answers.ts';
import { exceptionOf, inTheWayOf } from '../../engine/acts/exceptions.ts';
import { deployRefusal, rollbackRefusal } from '../../engine/acts/requests.ts';
import type { PolicyConfig } from '../../engine/model/config.ts';
import type { Observed, ObservedEnvironment, ReviewedCommit } from '../../engine/model/observed.ts';
import { NO_EVIDENCE, type Signed } from '../../engine/model/policy-facts.ts';
import { type ForgeProposal, NO_FORGE_FACTS } from '../../engine/model/proposal.ts';
import type { Answer } from '../../engine/model/record.ts';
import { reconcile } from '../../engine/reconcile/reconcile.ts';
import { place } from '../support/config-builders.ts';
import { accepting, gatesFrom } from '../support/gates-builders.ts';
import { freeze, observedBy, officeHours, Story, version } from '../support/observed-builders.ts';
import { policy, twoApprovals } from '../support/policy-builders.ts';

const PEOPLE = {
  'a lead who made the change': 'Ana <ana@example.org>',
  'a lead': 'Eve <eve@example.org>',
  'somebody of QA': 'Dan <dan@example.org>',
  'somebody of no team': 'Kim <kim@example.org>',
  'a stranger': 'Mal <mal@evil.example>',
  'a stranger who is called a controller': 'controller one',
};
const EMAILS = { ana: 'ana@example.org', eve: 'eve@example.org', dan: 'dan@example.org', kim: 'kim@example.org' };
/** Numbers of accounts on the forge, by their place. */
const ACCOUNTS = ['', 'ana', 'eve', 'dan', 'kim', 'mal', 'controller'];
const TEAMS = { leads: ['ana', 'eve'], qa: ['dan'], deciders: ['ana', 'eve', 'dan'] };
const NEW = version('v1.1.0');
const NOW = '2026-11-20 12:00';

type Act = 'approve' | 'reject' | 'override' | 'emergency' | 'deploy' | 'rollback';
type Setting = 'optional' | 'required' | 'required in force only';
type Word = { readonly by: string; readonly signs: boolean };
type Scene = { readonly environment: ObservedEnvironment; readonly observed: Observed; readonly now: number };

const GATES: Readonly<Record<Act, readonly PolicyConfig[]>> = {
  approve: [twoApprovals({ require: [{ from: 'deciders', count: 1 }] })],
  reject: [twoApprovals({ require: [{ from: 'deciders', count: 1 }] })],
  override: [closed()],
  emergency: [closed()],
  deploy: [policy('who', { type: 'deployers', place: place('policies/who.yaml'), by: ['leads'] })],
  rollback: [],
};
const ACTS = Object.keys(GATES) as readonly Act[];
const SETTINGS: readonly Setting[] = ['optional', 'required', 'required in force only'];

/** Who may, where words count as they are given. Everybody else may not, at any face. */
const MAY: Readonly<Record<Act, readonly string[]>> = {
  approve: ['a lead', 'somebody of QA'],
  // An author has no yes about their own change, and a no like everybody.
  reject: ['a lead who made the change', 'a lead', 'somebody of QA'],
  override: ['a lead who made the change', 'a lead'],
  emergency: ['a lead who made the change', 'a lead'],
  deploy: ['a lead who made the change', 'a lead'],
  rollback: ['a lead who made the change', 'a lead'],
};

const rows = ACTS.flatMap((act) =>
  SETTINGS.flatMap((setting) =>
    [true, false].flatMap((signs) =>
      Object.entries(PEOPLE).map(([who, by]) => [act, who, signs ? 'signed' : 'unsigned', setting, by] as const),
    ),
  ),
);

describe('CVE-2023-22736', () => {
  test.each(rows)(
    '%s by %s, %s, with signatures %s, is answered alike by every face',
    (act, who, sign, setting, by) => {
      const word = { by, signs: sign === 'signed' };
      const isHeard = word.signs || setting === 'optional';
      const may = isHeard && MAY[act].includes(who);
      expect({ command: byCommand(act, setting, word), record: byRecord(act, setting, word) }).toEqual({
        command: may,
        record: may,
      });
      if (act !== 'approve' && act !== 'reject') return;
      expect(byTag(act, setting, word)).toBe(may);
      // Nobody signs a review: where words must be signed it is none, no matter whose.
      expect(byReview(act, setting, word)).toBe(setting === 'optional' && MAY[act].includes(who));
    },
  );

  test.each(ACTS)('%s under a name that another key signed is not heard, no matter who may', (act) => {
    const story = storyOf(act);
    recorded(story, act, PEOPLE['a lead']);
    const scene = sceneOf(story, act, 'required', new Map([[idOf(story), { type: 'signed', by: 'kim@example.org' }]]));
    expect(happened(act, scene)).toBe(false);
  });
});

test.each(Object.entries(PEOPLE))('stopping and going on are nobody’s right but the server’s: %s may', (_, by) => {
  const story = new Story().at(NOW).deployed('v1.0.0').offers('v1.1.0');
  for (const signatures of ['optional', 'required'] as const) {
    story.event({ type: 'suspended', reason: 'why', until: null }, by);
    expect(happened('deploy', sceneOf(story, 'deploy', signatures))).toBe(false);
    story.event({ type: 'resumed', reason: 'why' }, by);
    expect(happened('deploy', sceneOf(story, 'deploy', signatures))).toBe(true);
  }
});

function closed(): PolicyConfig {
  return officeHours({ allow: [], deny: [freeze('2026-01-01', '2027-01-01')] });
}

function storyOf(act: Act): Story {
  const story = new Story().gatedBy(...GATES[act]).at(NOW);
  story.deployed('v0.9.0').deployed('v1.0.0');
  if (act === 'deploy') story.knows('v1.1.0');
  else if (act !== 'rollback') story.offers('v1.1.0');
  // What is rejected was let in by somebody before.
  if (act === 'reject')
    story.event({ type: 'approved', version: NEW, planDigest: 'plan', reason: '' }, PEOPLE['a lead']);
  return story;
}

function sceneOf(story: Story, act: Act, setting: Setting, signers: ObservedEnvironment['signers'] = new Map()): Scene {
  const plain = story.observed();
  const { gates } = plain;
  if (gates === null) throw new Error('the story has gates');
  const people = Object.fromEntries(
    Object.entries(EMAILS).map(([name, email]) => {
      return [name, { emails: [email], github: { login: name, id: ACCOUNTS.indexOf(name) }, gitlab: null }];
    }),
  );
  const said = gatesFrom({
    ...gates,
    environment: { ...gates.environment, rollbackBy: ['leads'] },
    people,
    teams: TEAMS,
    signatures: setting === 'required' ? 'required' : 'optional',
  });
  // Where nothing at all is in force a change of gates is accepted first, at once.
  const policies = act === 'rollback' ? [twoApprovals()] : said.policies;
  const accepted = gatesFrom({ ...said, policies, signatures: setting === 'optional' ? 'optional' : 'required' });
  const ledger = { type: 'read', state: accepting({ ...story.state, gates: null }, accepted) } as const;
  const change = { authors: [PEOPLE['a lead who made the change']], paths: ['a'], kinds: [''], commits: 1 };
  // The approval that a rejection is about is Eve's own, signed.
  const first = act === 'reject' ? story.state.approvals[0] : undefined;
  const byEve: Signed = { type: 'signed', by: EMAILS.eve };
  const confirmed = first === undefined ? [] : ([[first.id, byEve]] as const);
  const environment: ObservedEnvironment = {
    ...plain,
    ledger,
    gates: said,
    evidence: new Map([[NEW.commit, { ...NO_EVIDENCE, planDigest: 'plan', change }]]),
    signers: new Map([...confirmed, ...signers]),
  };
  return { environment, observed: { ...observedBy(story), environments: [environment] }, now: story.now };
}

function byCommand(act: Act, setting: Setting, { by, signs }: Word): boolean {
  const { environment, observed, now } = sceneOf(storyOf(act), act, setting);
  const asked = { by, signs, reason: 'why' };
  switch (act) {
    case 'approve':
    case 'reject': {
      const answer = act === 'approve' ? 'approved' : 'rejected';
      const given = { ...asked, answer, planDigest: 'plan' } as const;
      return answerRefusal(environment, observed, now, NEW, given) === null;
    }
    case 'override':
      return exceptionOf(environment, observed, now, NEW, { ...asked, rules: [], until: null }).type === 'overrides';
    case 'emergency':
    case 'deploy': {
      const wanted = { ...asked, emergency: act === 'emergency' };
      if (deployRefusal(environment, observed, now, NEW, wanted) !== null) return false;
      const found = inTheWayOf(environment, observed, now, NEW, wanted);
      return found !== null && found.unlifted.length === 0 && found.denial === null;
    }
    case 'rollback':
      return rollbackRefusal(environment, observed, now, { ...asked, to: null }) === null;
  }
}

function byRecord(act: Act, setting: Setting, { by, signs }: Word): boolean {
  const story = storyOf(act);
  recorded(story, act, by);
  const signers = new Map(signs ? [[idOf(story), { type: 'signed', by: emailOf(by) } as const]] : []);
  return happened(act, sceneOf(story, act, setting, signers));
}

function byTag(act: 'approve' | 'reject', setting: Setting, { by, signs }: Word): boolean {
  const story = storyOf(act);
  const answer: Answer = act === 'approve' ? 'approved' : 'rejected';
  const name = `${act}/production/v1.1.0`;
  const oid = version('the tag').commit;
  story.event(
    {
      type: 'approval-tag-seen',
      tag: name,
      oid,
      commit: NEW.commit,
      answer,
      person: by,
      reason: '',
      ...(signs ? { signedBy: emailOf(by) } : {}),
    },
    'controller one',
  );
  const signed: Signed = signs ? { type: 'signed', by: emailOf(by) } : { type: 'unsigned' };
  const { environment, observed, now } = sceneOf(story, act, setting);
  const tag = {
    name,
    called: name,
    answer,
    oid,
    commit: NEW.commit,
    named: NEW.commit,
    person: by,
    reason: '',
    signed,
  };
  const tagged: ObservedEnvironment = { ...environment, approvalTags: [tag] };
  return happened(act, { environment: tagged, observed: { ...observed, environments: [tagged] }, now });
}

/** The same said on a forge, about a pull request that does what is offered. */
function byReview(act: 'approve' | 'reject', setting: Setting, { by }: Word): boolean {
  const { environment, observed, now } = sceneOf(storyOf(act), act, setting);
  const login = /^[a-z]+/.exec(by.toLowerCase())?.[0] ?? '';
  const commit = version('the head of #7').commit;
  const digest = 'd'.repeat(64);
  const evidence = environment.evidence.get(NEW.commit) ?? NO_EVIDENCE;
  const authors = evidence.change?.authors ?? null;
  const of: ReviewedCommit = {
    digest: 'new',
    contentDigest: digest,
    isChange: true,
    authors,
    gates: null,
    differs: new Map(),
  };
  const reviewed: ObservedEnvironment = {
    ...environment,
    evidence: new Map([[NEW.commit, { ...evidence, contentDigest: digest }]]),
    reviewed: new Map([[commit, of]]),
  };
  const person = { login, id: ACCOUNTS.indexOf(login) };
  const answer: Answer = act === 'approve' ? 'approved' : 'rejected';
  const review = { id: '1', by: person, answer, commit, binds: 'commit', seenAt: now } as const;
  const proposal: ForgeProposal = {
    ...{ number: 7, url: null, branch: 'feature', isFork: false, base: 'main', head: commit, state: 'closed' },
    ...{ isDraft: false, author: null, updatedAt: now, reviews: [review] },
  };
  const forge = { ...NO_FORGE_FACTS, asOf: now, reachable: true, proposals: [proposal] };
  return happened(act, { environment: reviewed, observed: { ...observed, environments: [reviewed], forge }, now });
}

function recorded(story: Story, act: Act, by: string): void {
  switch (act) {
    case 'approve':
    case 'reject': {
      const type = act === 'approve' ? 'approved' : 'rejected';
      story.event({ type, version: NEW, planDigest: 'plan', reason: 'why' }, by);
      return;
    }
    case 'override':
      story.event({ type: 'overridden', version: NEW, rules: [], reason: 'why', until: null }, by);
      return;
    case 'emergency':
    case 'deploy': {
      const emergency = act === 'emergency';
      story.event({ type: 'deploy-requested', version: NEW, reason: 'why', emergency, skipTests: false }, by);
      return;
    }
    case 'rollback':
      story.event({ type: 'rollback-requested', to: null, reason: 'why' }, by);
  }
}

/** The id of what was said last. */
function idOf(story: Story): string {
  return story.state.events[0] ?? '';
}

/** The principal of somebody's own key; anyone who is nobody here has one too. */
function emailOf(by: string): string {
  return /<([^>]*)>/.exec(by)?.[1] ?? by;
}

/** Whether the controller does what was meant: it begins a run, or, where somebody said no, it does not. */
function happened(act: Act, { observed, now }: Scene): boolean {
  const opened = reconcile(observed, now).append.some(({ record }) => record.type === 'run-opened');
  return act === 'reject' ? !opened : opened;
}
