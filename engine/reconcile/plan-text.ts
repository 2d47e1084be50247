// What would be done, as one text: an approval is bound to its digest. A pure function of the commit: who looks, when
// and where makes no difference, nor where in a file something stands.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { VersionConfig } from '../model/observed.ts';
import type { Contents } from '../model/version.ts';

/**
 * `commit` null: what would be done, by whichever commit. Null for a version whose configuration cannot be used:
 * nothing would be done.
 */
export function planText(
  environment: string,
  commit: string | null,
  contents: Contents,
  config: VersionConfig,
): string | null {
  if (config.type !== 'read') return null;
  const { pipeline, environment: settings } = config;
  const { target, url, variables, secrets } = settings;
  const plan = {
    environment,
    ...(commit === null ? {} : { commit }),
    inputs: contents.inputs,
    pipeline: { name: pipeline.name, stages: pipeline.stages, onFailure: pipeline.onFailure },
    target,
    url,
    variables,
    secrets,
  };
  const placeless = JSON.stringify(plan, (key, value: unknown) => (key === 'place' ? undefined : value));
  return canonicalJson(JSON.parse(placeless) as Json);
}
