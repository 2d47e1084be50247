// The schemas as editors get them: the very definitions that validate, published in the package's folder `editor/`.
// (Not in `schemas/`: in a config repository that folder holds the schemas of services.)

import { calendarSchema } from './schema/calendar.ts';
import { environmentSchema } from './schema/environment.ts';
import { pipelineSchema } from './schema/pipeline.ts';
import { policySchema } from './schema/policy.ts';
import { policyTestSchema } from './schema/policy-test.ts';
import { repositorySchema } from './schema/repository.ts';
import type { Schema } from './schema/shape.ts';

const DRAFT = { $schema: 'https://json-schema.org/draft/2020-12/schema' };

/** By file name. */
export function publishedSchemas(): Readonly<Record<string, Schema>> {
  return {
    'tidegate.schema.json': { ...DRAFT, ...repositorySchema },
    'environment.schema.json': { ...DRAFT, ...environmentSchema },
    'pipeline.schema.json': { ...DRAFT, ...pipelineSchema },
    'policy.schema.json': { ...DRAFT, ...policySchema },
    'calendar.schema.json': { ...DRAFT, ...calendarSchema },
    'policy-test.schema.json': { ...DRAFT, ...policyTestSchema },
  };
}
