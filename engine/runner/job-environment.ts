// The environment variables of a process job: a short list that every program needs, what the step says, and nothing
// else. Whatever the controller itself was given (tokens, agent sockets, CI variables) stays with the controller.

import type { JobSpec } from '../model/job.ts';
import type { JobPlace } from '../ports/runner.ts';
import { outputFileOf } from './step-outputs.ts';

type JobEnvironment =
  | { readonly type: 'complete'; readonly env: Readonly<Record<string, string>>; readonly secrets: readonly string[] }
  /** Names in `secrets:` that the controller was not given. */
  | { readonly type: 'incomplete'; readonly missing: readonly string[] };

/**
 * Who and where one is, which programs there are, language and zone. Not SSH_AUTH_SOCK: a step that may use the
 * agent's keys says so by naming it in `secrets:`. Not CI: what a step does must not hang on who starts it.
 */
const INHERITED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ'] as const;
const PATH_DEFAULT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function jobEnvironment(
  spec: Pick<JobSpec, 'env' | 'secrets'>,
  place: JobPlace,
  controller: Readonly<Record<string, string | undefined>>,
): JobEnvironment {
  const missing = spec.secrets.filter((name) => controller[name] === undefined);
  if (missing.length > 0) return { type: 'incomplete', missing };
  const secrets = pick(spec.secrets, controller);
  const env: Record<string, string> = {
    PATH: PATH_DEFAULT,
    ...pick(INHERITED, controller),
    // There is no terminal: no colours, no cursor movements, no pagers.
    TERM: 'dumb',
    TMPDIR: place.temporary,
    // As a shell started there would have it; a program that trusts PWD must not see the controller's.
    PWD: place.directory,
    ...spec.env,
    ...secrets,
    TIDEGATE_OUTPUT: outputFileOf(place),
  };
  return { type: 'complete', env, secrets: Object.values(secrets) };
}

function pick(names: readonly string[], from: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = from[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
