// The stories that docs/policies/*.md tell: for each page what runs, what is offered and what is known of it, so that
// its rule has something to judge. The rules themselves are those that stand on the page, read over the starter.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Assembled, assemble } from '../../engine/config/assemble.ts';
import { configKind } from '../../engine/config/kinds.ts';
import { parseFile } from '../../engine/config/parse.ts';
import type { Config } from '../../engine/model/config.ts';
import { type Evidence, NO_EVIDENCE } from '../../engine/model/policy-facts.ts';
import { ANA, DAN, instant, Story, version } from './observed-builders.ts';

export type ToldPage = {
  /** When it is told, where a command names no moment. */
  readonly at: string;
  readonly story: (config: Config, now: number) => Story | readonly Story[];
};

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const LEO = 'Leo <leo@example.org>';

/** The YAML examples of a page, over the starter without its own policy tests. */
export function pageFiles(text: string): Readonly<Record<string, string>> {
  return { ...starter(), ...examplesIn(text) };
}

export function readPage(text: string): Assembled {
  const files = pageFiles(text);
  const parsed = Object.entries(files)
    .filter(([file]) => configKind(file) !== null)
    .map(([file, content]) => parseFile(file, content));
  const paths = Object.keys(files);
  return assemble(parsed, { has: (wanted) => paths.some((file) => file === wanted || file.startsWith(`${wanted}/`)) });
}

function examplesIn(text: string): Record<string, string> {
  const blocks = text.matchAll(/^```yaml\n# (policies\/\S+)\n([\s\S]*?)^```/gm);
  return Object.fromEntries([...blocks].map(([, file = '', content = '']) => [file, content]));
}

function starter(): Record<string, string> {
  const files = ['environments', 'pipelines', 'policies', 'schemas', 'scripts'].flatMap((part) =>
    readdirSync(path.join(ROOT, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))),
  );
  return Object.fromEntries(
    ['tidegate.yaml', ...files.filter((file) => !file.startsWith('policies/tests/'))].map((file) => [
      file,
      readFileSync(path.join(ROOT, file), 'utf8'),
    ]),
  );
}

/** `Dan` as Git names him; Ana, where nobody is named. */
export function personCalled(name = 'Ana'): string {
  return `${name} <${name.toLowerCase()}@example.org>`;
}

/** Production under these policies of the page: v1.4.2 runs since Thursday, v1.4.3 is offered. */
function production(config: Config, names: readonly string[], evidence: Partial<Evidence> = {}, offered = 'v1.4.3') {
  const story = new Story().at('2026-11-19 10:00').deployed('v1.4.2').offers(offered);
  return gated(story, config, names).observes({ evidence: new Map([[version(offered).commit, known(evidence)]]) });
}

function gated(story: Story, config: Config, names: readonly string[]): Story {
  const policies = names.flatMap((name) => config.policies[name] ?? []);
  if (policies.length !== names.length) throw new Error(`not all of ${names.join(', ')} are on the page`);
  const { gates } = story.gatedBy(...policies).observed();
  if (gates === null) throw new Error('a story has gates');
  const { people, teams } = config.repository;
  return story.observes({ gates: { ...gates, people, teams } });
}

function known(evidence: Partial<Evidence>): Evidence {
  return { ...NO_EVIDENCE, planDigest: 'plan', ...evidence };
}

const PATHS = ['environments/production/services/web.yaml'];
const FEATURE = { authors: [DAN], paths: PATHS, kinds: ['feat'], commits: 1 };
const FRIDAY = '2026-11-20 15:00';

export const PAGES_TOLD: Readonly<Record<string, ToldPage>> = {
  window: {
    at: '2026-11-21 20:00',
    story: (config, now) =>
      production(config, [now === instant('2026-12-05 12:00') ? 'maintenance' : 'business-hours'], { change: FEATURE }),
  },
  calendars: { at: FRIDAY, story: (config) => production(config, ['shop-hours'], { change: FEATURE }) },
  train: {
    at: FRIDAY,
    story: (config) => seen(production(config, ['release-train'], { change: FEATURE }), '2026-11-25 12:00'),
  },
  approval: {
    at: FRIDAY,
    story: (config) =>
      production(config, ['two-approvals'], { change: FEATURE })
        .at('2026-11-20 09:00')
        .event(approved(), ANA)
        .event(approved(), DAN),
  },
  override: {
    at: '2026-11-21 23:45',
    story: (config) =>
      asks(production(config, ['sundays-and-nights'], { change: FEATURE }).at('2026-11-21 23:40'), 'v1.4.3', ANA, true),
  },
  soak: {
    at: FRIDAY,
    story: (config) => {
      const since = instant('2026-11-19 09:30');
      return production(config, ['soaked-in-staging'], {
        soaks: { staging: { type: 'healthy', since, soakedMs: 0 } },
      });
    },
  },
  checks: {
    at: FRIDAY,
    story: (config) => {
      const at = instant('2026-11-20 14:12');
      const result = { status: 'passed', at, by: 'CI <ci@example.org>' } as const;
      const checks = [
        { ...result, name: 'unit', value: null },
        { ...result, name: 'coverage', value: 83.5 },
        { ...result, name: 'ci/test', value: null },
      ];
      return production(config, ['tested'], { change: FEATURE, checks });
    },
  },
  deployers: {
    at: FRIDAY,
    story: (config) => asks(production(config, ['deployers']).at('2026-11-20 14:50'), 'v1.4.3', LEO),
  },
  signature: {
    at: FRIDAY,
    story: (config) =>
      production(config, ['signed'], { signed: { commit: { type: 'signed', by: 'dan' }, tag: { type: 'unsigned' } } }),
  },
  downgrade: {
    at: FRIDAY,
    story: (config) => {
      const story = gated(new Story().at('2026-11-18 10:00').deployed('v1.4.1'), config, ['no-downgrade']);
      const older = known({ isOlder: true });
      return story.deployed('v1.4.2').observes({ evidence: new Map([[version('v1.4.1').commit, older]]) });
    },
  },
  limit: {
    at: FRIDAY,
    story: (config) => {
      const story = gated(new Story().at('2026-11-20 08:10').deployed('v1.4.3'), config, ['three-a-day']);
      return story.at('2026-11-20 11:30').deployed('v1.4.4').at('2026-11-20 14:05').deployed('v1.4.5').offers('v1.4.6');
    },
  },
  lock: {
    at: FRIDAY,
    story: (config) =>
      production(config, ['database-lock']).observes({
        holders: [{ lock: 'database', environment: 'staging', run: 'staging-12' }],
      }),
  },
  testing: {
    at: '2026-11-21 14:30',
    story: (config) => production(config, ['business-hours', 'two-approvals'], { change: FEATURE }),
  },
  when: { at: FRIDAY, story: (config) => production(config, ['majors-by-hand'], { change: FEATURE }, 'v2.0.0') },
};

/** First seen to wait here at that moment. */
function seen(story: Story, at: string): Story {
  const [offer] = story.observed().offers;
  if (offer === undefined) throw new Error('nothing is offered');
  const { version: offered, contents } = offer;
  return story.at(at).event({ type: 'offered', version: offered, digest: contents.digest }, 'controller one');
}

function approved() {
  return { type: 'approved', version: version('v1.4.3'), planDigest: 'plan', reason: '' } as const;
}

function asks(story: Story, name: string, by: string, emergency = false): Story {
  const reason = emergency ? 'checkout is down' : 'for the demonstration';
  const asked = { type: 'deploy-requested', version: story.knows(name), reason, emergency, skipTests: false } as const;
  return story.event(asked, by);
}
