// The compiled schemas. Compiling costs milliseconds, so each is compiled when the first file of its kind comes, and once
// for each set of validators; the set lives as long as its parser.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { environmentSchema } from './schema/environment.ts';
import { pipelineSchema } from './schema/pipeline.ts';
import { policySchema } from './schema/policy.ts';
import { repositorySchema } from './schema/repository.ts';

/** The kinds of file that we define. */
export const FILE_SCHEMAS = {
  repository: repositorySchema,
  environment: environmentSchema,
  pipeline: pipelineSchema,
  policy: policySchema,
} as const;

export type SchemaKind = keyof typeof FILE_SCHEMAS;

export type Validators = {
  forKind(kind: SchemaKind): ValidateFunction;
  /** Of a service's own schema, which anybody may have written: throws where it is no JSON Schema. */
  forService(schema: object): ValidateFunction;
};

export function makeValidators(): Validators {
  const compiled = new Map<SchemaKind, ValidateFunction>();
  // Ours are not checked against the meta-schema at run time (a test does that), nor kept by id: this halves the cost.
  const ours = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    meta: false,
  });
  return {
    forKind(kind) {
      const known = compiled.get(kind);
      if (known !== undefined) return known;
      const made = ours.compile(FILE_SCHEMAS[kind]);
      compiled.set(kind, made);
      return made;
    },
    forService(schema) {
      const theirs = new Ajv2020({
        allErrors: false,
        verbose: true,
        strict: false,
        addUsedSchema: false,
        logger: false,
      });
      formats.default(theirs);
      return theirs.compile(schema);
    },
  };
}
