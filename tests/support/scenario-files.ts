// The configuration repository that scenarios play in: environments with a files and a script target, and a pipeline
// test (skippable) > deploy > verify whose scripts do what the files of the environment say. What the scripts did is
// written to a log outside of the repository, so that a story can ask what really happened and in which order.

export type EnvironmentText = {
  /** As in YAML. Default: `{ branch: main }`. */
  readonly follow?: string;
  readonly pipeline?: string;
  /** Default: `[]`. */
  readonly policies?: string;
  /** `files` (default): `current` below the state folder; `script`: scripts/apply.sh; else YAML. */
  readonly target?: string;
  /** Further lines, each a key of environment.yaml. */
  readonly more?: readonly string[];
};

export const PEOPLE = [
  'people: { ana: { email: ana@example.org }, dan: { email: dan@example.org }, eve: { email: eve@example.org } }',
  'teams: { leads: [ana], crew: [ana, dan] }',
].join('\n');

export const TIDEGATE_YAML = `version: 1\ntimezone: UTC\n${PEOPLE}\n`;

export const DEPLOY_PIPELINE = `stages:
  - name: test
    skippable: true
    steps: [{ name: check, run: scripts/test.sh }]
  - name: deploy
    steps: [{ deploy: target }]
  - name: verify
    steps: [{ name: health, run: scripts/verify.sh }]
on_failure: rollback
`;

/** Open on weekdays from nine to six; a lead may override it. */
export const OFFICE_HOURS = `window:
  timezone: Europe/Bucharest
  allow: [{ days: mon-fri, hours: "09:00-18:00" }]
override: { by: [leads], reason: required, expires: 4h }
`;

/** Every script says what it does and to what, before it may fail. */
const SAY =
  'echo "$TIDEGATE_ENVIRONMENT $TIDEGATE_STAGE $(cat "environments/$TIDEGATE_ENVIRONMENT/app.txt")" >> "$WORLD/deeds"';

const TEST_SH = `#!/bin/sh
${SAY}
! grep -q untested "environments/$TIDEGATE_ENVIRONMENT/app.txt"
`;

const VERIFY_SH = `#!/bin/sh
${SAY}
while [ -e "$WORLD/pause" ]; do sleep 0.02; done
if [ -e "$WORLD/down" ]; then echo "everything is down"; exit 1; fi
if grep -q broken "environments/$TIDEGATE_ENVIRONMENT/app.txt"; then echo "health: not well"; exit 1; fi
`;

const APPLY_SH = `#!/bin/sh
${SAY}
cp "environments/$TIDEGATE_ENVIRONMENT/app.txt" "$WORLD/live-$TIDEGATE_ENVIRONMENT"
`;

export type Script = { readonly mode: '100755'; readonly text: string };

export function script(text: string): Script {
  return { mode: '100755', text: text.startsWith('#!') ? text : `#!/bin/sh\n${text}\n` };
}

export function environmentYaml(name: string, world: string, environment: EnvironmentText = {}): string {
  const target = { files: `{ files: { to: live/${name} } }`, script: '{ script: { apply: scripts/apply.sh } }' };
  const kind = environment.target ?? 'files';
  return [
    `follow: ${environment.follow ?? '{ branch: main }'}`,
    `pipeline: ${environment.pipeline ?? 'deploy'}`,
    `policies: ${environment.policies ?? '[]'}`,
    `target: ${kind === 'files' || kind === 'script' ? target[kind] : kind}`,
    `variables: { WORLD: ${JSON.stringify(world)} }`,
    ...(environment.more ?? []),
    '',
  ].join('\n');
}

export function startingFiles(
  world: string,
  environments: Readonly<Record<string, EnvironmentText>>,
): Record<string, string | Script> {
  const files: Record<string, string | Script> = {
    'tidegate.yaml': TIDEGATE_YAML,
    'pipelines/deploy.yaml': DEPLOY_PIPELINE,
    'scripts/test.sh': script(TEST_SH),
    'scripts/verify.sh': script(VERIFY_SH),
    'scripts/apply.sh': script(APPLY_SH),
  };
  for (const [name, environment] of Object.entries(environments)) {
    files[`environments/${name}/environment.yaml`] = environmentYaml(name, world, environment);
    files[`environments/${name}/app.txt`] = 'one\n';
  }
  return files;
}
