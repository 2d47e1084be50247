// Who lives in a steady world: plain environments of one to three stages, some behind a policy that allows, a few
// that take what another one has proven, and one or two that wait for a person. A pure function of how many there
// are.

import { type EnvironmentText, PEOPLE, type Script, script, startingFiles } from '../../support/scenario-files.ts';

export type Role = 'plain' | 'gated' | 'promoted' | 'approved';

export type Inhabitant = {
  readonly name: string;
  readonly role: Role;
  /** Where a promoted one takes its versions from. */
  readonly source: string | null;
  readonly isFiles: boolean;
  readonly text: EnvironmentText;
};

const PIPELINES = ['one', 'two', 'three'] as const;
const GATES = ['always-open', 'conditional', 'limited'] as const;
/** Every so many of the plain ones switch files instead of calling a script. */
const FILES_EVERY = 5;

export function drawRoster(count: number): readonly Inhabitant[] {
  const approved = Math.max(1, Math.round(count * 0.04));
  const promoted = Math.max(1, Math.round(count * 0.08));
  const gated = Math.max(1, Math.round(count * 0.2));
  const plain = count - approved - promoted - gated;
  if (plain < promoted) throw new Error(`a steady world needs more than ${count} environments`);
  return [
    ...times(plain, (at) => {
      const isFiles = at % FILES_EVERY === FILES_EVERY - 1;
      const pipeline = isFiles ? 'two' : PIPELINES[at % PIPELINES.length];
      return inhabitant('plain', at, { isFiles, text: { ...(pipeline === undefined ? {} : { pipeline }) } });
    }),
    ...times(gated, (at) => {
      const gate = GATES[at % GATES.length] ?? GATES[0];
      return inhabitant('gated', at, { text: { pipeline: 'two', policies: `[${gate}]` } });
    }),
    ...times(promoted, (at) => {
      const source = nameOf('plain', at);
      return inhabitant('promoted', at, { source, text: { pipeline: 'one', follow: `{ promoted: ${source} }` } });
    }),
    ...times(approved, (at) => inhabitant('approved', at, { text: { pipeline: 'two', policies: '[four-eyes]' } })),
  ];
}

const SETTINGS = `version: 1\ntimezone: UTC\npoll: 1s\n${PEOPLE}\n`;

const FILES: Readonly<Record<string, string | Script>> = {
  'tidegate.yaml': SETTINGS,
  'pipelines/one.yaml': 'stages:\n  - { name: deploy, steps: [{ deploy: target }] }\n',
  'pipelines/two.yaml': `stages:
  - { name: deploy, steps: [{ deploy: target }] }
  - { name: verify, steps: [{ name: health, run: scripts/verify.sh }] }
`,
  'pipelines/three.yaml': `stages:
  - { name: test, skippable: true, steps: [{ name: check, run: scripts/test.sh }] }
  - { name: deploy, steps: [{ deploy: target }] }
  - { name: verify, steps: [{ name: health, run: scripts/verify.sh }] }
`,
  'policies/always-open.yaml': `window:
  timezone: Europe/Bucharest
  allow: [{ days: mon-sun, hours: "00:00-24:00" }]
`,
  'policies/conditional.yaml': 'when: \'change.kinds.all(k, k != "secret")\'\n',
  'policies/limited.yaml': 'limit: { runs: 100, per: 1m }\n',
  'policies/four-eyes.yaml': 'approval: { require: [{ from: crew }], author: excluded }\n',
};

/** Only words of the shell itself: what a step costs is the engine's, not the step's. */
const READ = `read -r app < "environments/$TIDEGATE_ENVIRONMENT/app.txt"
echo "$TIDEGATE_RUN $TIDEGATE_STAGE" >> "$WORLD/deeds"
while [ -e "$WORLD/killed" ]; do sleep 0.1; done`;
const JUDGE = 'case "$app" in *broken*) echo "$app is not well"; exit 1;; esac';
const APPLY = `${READ}\necho "$app" > "$WORLD/live-$TIDEGATE_ENVIRONMENT"`;

const SCRIPTS: Readonly<Record<string, Script>> = {
  'scripts/test.sh': script(`${READ}\ncase "$app" in *untested*) echo "$app does not pass"; exit 1;; esac`),
  'scripts/verify.sh': script(`${READ}\n${JUDGE}`),
  'scripts/apply.sh': script(APPLY),
  'scripts/apply-and-look.sh': script(`${APPLY}\n${JUDGE}`),
};

export function filesOf(roster: readonly Inhabitant[], world: string): Record<string, string | Script> {
  const starting = startingFiles(world, Object.fromEntries(roster.map(({ name, text }) => [name, text])));
  // Only what is used here: the pipeline and the scripts of the scenarios are not.
  const environments = Object.entries(starting).filter(([file]) => file.startsWith('environments/'));
  return { ...Object.fromEntries(environments), ...FILES, ...SCRIPTS };
}

function inhabitant(
  role: Role,
  at: number,
  rest: { readonly text: EnvironmentText; readonly source?: string; readonly isFiles?: boolean },
): Inhabitant {
  const { source = null, isFiles = false, text } = rest;
  // Anyone who has no stage that asks whether the version is well must ask while it is put in place.
  const apply = text.pipeline === 'one' ? 'apply-and-look' : 'apply';
  const target = isFiles ? 'files' : `{ script: { apply: scripts/${apply}.sh } }`;
  return { name: nameOf(role, at), role, source, isFiles, text: { ...text, target } };
}

function nameOf(role: Role, at: number): string {
  return `${role}-${at + 1}`;
}

function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
