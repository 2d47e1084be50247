// Each environments/<env>/services/<service>.yaml against schemas/<service>.schema.json, where that is there.

import type { Finding, Notes } from './cursor.ts';
import type { FileIndex } from './file-index.ts';
import { explainService } from './files/service-misfit.ts';
import type { ParsedFile } from './parse.ts';

/** By environment. */
export function serviceFindings(index: FileIndex): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, readonly Finding[]>();
  for (const [environment, services] of index.services) {
    found.set(
      environment,
      services.flatMap((service) => judge(service, index)),
    );
  }
  return found;
}

function judge(service: ParsedFile, index: FileIndex): readonly Finding[] {
  const content = service.content;
  if (content?.kind !== 'service' || service.role?.kind !== 'service') return [];
  const schemaFile = index.serviceSchemas.get(service.role.name);
  if (schemaFile === undefined) return [];
  const broken = schemaFile.findings.filter((finding) => finding.severity === 'error');
  if (schemaFile.content?.kind !== 'service-schema') return broken;
  const judgement = schemaFile.content.schema.judge(content.value);
  if (judgement.type === 'fits') return broken;
  if (judgement.type === 'unusable') {
    const message = `this schema cannot be used: ${judgement.message}`;
    return [
      ...broken,
      {
        file: schemaFile.path,
        line: 1,
        column: 1,
        severity: 'error',
        message,
        hint: 'JSON Schema 2020-12 is understood here',
        concern: 'version',
      },
    ];
  }
  const notes: Notes = { findings: [], references: [] };
  const cursor = content.cursor(notes);
  for (const error of judgement.errors.slice(0, 20)) explainService(error, cursor);
  return [...broken, ...notes.findings];
}
