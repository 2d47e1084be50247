// What the controller can be made to call. Precedents: the breach of Capital One, 2019 (a request to a cloud's
// metadata service), CVE-2021-22214 (GitLab: requests made on behalf of strangers). A step has the controller's
// network, as docs/security.md says, and no filter is claimed; what is not a step calls nobody.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemLine } from '../../engine/base/problem.ts';
import { parseFile } from '../../engine/config/parse.ts';
import { environment, problems } from '../unit/config/repository.ts';

let server: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function here(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('CVE-2021-22214: reading a configuration', () => {
  test('asks nobody: not for a schema by `$ref`, `$schema` or `$id`, not for a URL of an environment or a step', async () => {
    const at = here();
    const found = problems({
      'schemas/web.schema.json': `{"$schema":"${at}/a","$id":"${at}/b","properties":{"x":{"$ref":"${at}/c"}}}`,
      'environments/production/services/web.yaml': 'x: 1\n',
      'environments/production/environment.yaml': `${environment()}url: ${at}/d\n`,
      'pipelines/verified.yaml': `stages: [{ name: verify, steps: [{ http: { url: "${at}/e" }, within: 60s }] }]\n`,
    });
    expect(found.join('\n')).toContain('schemas/web.schema.json');
    // The one who had asked would have been heard before this answer comes.
    await fetch(`${at}/last`);
    expect(asked).toEqual(['/last']);
  });
});

test.each(['http://127.0.0.1:1/', 'http://169.254.169.254/latest/meta-data/', 'http://[::1]/', 'http://localhost/'])(
  'the breach of Capital One, 2019: a step may name %s, because a script may; nobody is told that it may not',
  (url) => {
    const text = `stages: [{ name: verify, steps: [{ http: { url: "${url}" }, within: 60s }] }]\n`;
    expect(parseFile('pipelines/a.yaml', text).findings.map(problemLine)).toEqual([]);
  },
);

test.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1/', 'data:,x', 'unix:/var/run/docker.sock'])(
  'a step that names %s is refused: only http and https are asked',
  (url) => {
    const text = `stages: [{ name: verify, steps: [{ http: { url: "${url}" }, within: 60s }] }]\n`;
    expect(parseFile('pipelines/a.yaml', text).findings.map(problemLine)).toEqual([
      'pipelines/a.yaml:1:49: this is not an http or https URL (write it whole: https://app.example.org/health)',
    ]);
  },
);
