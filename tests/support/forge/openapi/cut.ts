// Cuts the slice of GitHub's OpenAPI description that the model forge is held to, out of the package @octokit/openapi
// (which is no dependency): node tests/support/forge/openapi/cut.ts PATH/TO/api.github.com.json
// Descriptions and examples are left out, and `nullable` becomes a type, as JSON Schema has it.

import { readFileSync, writeFileSync } from 'node:fs';

const OPERATIONS: readonly (readonly [method: string, path: string])[] = [
  ['get', '/user'],
  ['get', '/user/{account_id}'],
  ['get', '/users/{username}'],
  ['get', '/app'],
  ['post', '/app/installations/{installation_id}/access_tokens'],
  ['get', '/repos/{owner}/{repo}'],
  ['get', '/repos/{owner}/{repo}/pulls'],
  ['post', '/repos/{owner}/{repo}/pulls'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['patch', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['put', '/repos/{owner}/{repo}/pulls/{pull_number}/merge'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers'],
  ['post', '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['post', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['get', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['delete', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['get', '/repos/{owner}/{repo}/commits/{ref}/check-runs'],
  ['get', '/repos/{owner}/{repo}/commits/{ref}/statuses'],
  ['post', '/repos/{owner}/{repo}/statuses/{sha}'],
  ['get', '/repos/{owner}/{repo}/deployments'],
  ['post', '/repos/{owner}/{repo}/deployments'],
  ['get', '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses'],
  ['post', '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses'],
  ['get', '/repos/{owner}/{repo}/rules/branches/{branch}'],
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const DROPPED = new Set([
  'description',
  'example',
  'examples',
  'title',
  'deprecated',
  'externalDocs',
  'x-github',
  'xml',
]);

const source = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as JsonObject;
const components = source['components'] as { [kind: string]: { [name: string]: Json } };
const schemas: { [name: string]: Json } = {};
const operations: { [key: string]: Json } = {};
for (const [method, path] of OPERATIONS) {
  const paths = source['paths'] as { [path: string]: { [method: string]: JsonObject } };
  const operation = paths[path]?.[method];
  if (operation === undefined) throw new Error(`no ${method} ${path}`);
  operations[`${method.toUpperCase()} ${path}`] = cut(operation);
}
writeFileSync(new URL('github.json', import.meta.url), `${JSON.stringify({ operations, schemas })}\n`);

function cut(operation: JsonObject): Json {
  const parameters = ((operation['parameters'] ?? []) as Json[]).map((one) => resolve(one, 'parameters'));
  const body = operation['requestBody'] as JsonObject | undefined;
  const answers = Object.entries((operation['responses'] ?? {}) as { [status: string]: Json }).map(
    ([status, answer]) => [status, jsonOf(resolve(answer, 'responses'))],
  );
  return {
    parameters: parameters.map(({ name, in: where, required, schema }) => ({
      name: name ?? null,
      in: where ?? null,
      required: required ?? false,
      schema: schemaOf(schema ?? {}),
    })),
    body: body === undefined ? null : jsonOf(body),
    answers: Object.fromEntries(answers),
  };
}

function jsonOf(holder: JsonObject): Json {
  const content = holder['content'] as { [type: string]: { schema: Json } } | undefined;
  const schema = content?.['application/json']?.schema;
  return schema === undefined ? null : schemaOf(schema);
}

function resolve(value: Json, kind: string): JsonObject {
  const found = value as JsonObject;
  const ref = found['$ref'];
  if (typeof ref !== 'string') return found;
  return components[kind]?.[ref.split('/').at(-1) ?? ''] as JsonObject;
}

/** A schema with its references noted and, where GitHub says `nullable`, null among what it allows. */
function schemaOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(schemaOf);
  if (value === null || typeof value !== 'object') return value;
  const ref = value['$ref'];
  if (typeof ref === 'string') {
    const name = ref.split('/').at(-1) ?? '';
    if (!(name in schemas)) {
      schemas[name] = null;
      schemas[name] = schemaOf(components['schemas']?.[name] ?? {});
    }
    return { $ref: `#/schemas/${name}` };
  }
  const made: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (DROPPED.has(key) && !(key === 'title' && typeof inner === 'object')) continue;
    if (key === 'nullable') continue;
    made[key] = key === 'properties' ? propertiesOf(inner as JsonObject) : key === 'enum' ? inner : schemaOf(inner);
  }
  if (value['nullable'] !== true) return made;
  if (typeof made['type'] === 'string') {
    if (Array.isArray(made['enum']) && !made['enum'].includes(null)) made['enum'] = [...made['enum'], null];
    return { ...made, type: [made['type'], 'null'] };
  }
  return { anyOf: [{ type: 'null' }, made] };
}

function propertiesOf(properties: JsonObject): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schemaOf(schema)]));
}
