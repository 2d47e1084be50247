// What a step uses is an input, wherever its line names it.

import { describe, expect, test } from 'vitest';
import { inputsOf } from '../../../engine/config/inputs.ts';
import { pathsNamed } from '../../../engine/config/paths-named.ts';
import { type Files, read, SOUND, tree } from './repository.ts';

const THERE: Files = Object.fromEntries(
  [
    ...['tools/apply.sh', 'tools/lib/common.sh', 'smoke.sh', 'server.mjs', 'compose.yaml', 'data.json', 'test/a.js'],
    ...['build/Makefile', 'build/deep/x', 'package.json', 'Makefile', 'my dir/a b.sh', 'env/prod.env', 'x', '-odd'],
  ].map((path) => [path, '']),
);

function named(script: string): readonly string[] {
  return [...pathsNamed(script, tree(THERE))].sort();
}

describe('paths of the repository in a script', () => {
  test.each<[string, readonly string[]]>([
    ['sh tools/apply.sh', ['tools/apply.sh']],
    ['node server.mjs --port 80', ['server.mjs']],
    ['. ./smoke.sh', ['smoke.sh']],
    ['source tools/lib/common.sh && true', ['tools/lib/common.sh']],
    ['make -C build all', ['Makefile', 'build']],
    ['make --directory=build/', ['Makefile', 'build']],
    ['make', ['Makefile']],
    ['cd build && ./deep/x', ['build', 'build/deep/x']],
    ['(cd build && make)\nsh smoke.sh', ['build', 'build/Makefile', 'smoke.sh']],
    ['cd tools\n./apply.sh', ['tools', 'tools/apply.sh']],
    ['docker compose -f compose.yaml up', ['compose.yaml']],
    ['docker compose --file=compose.yaml -p shop up', ['compose.yaml']],
    ['docker compose -fcompose.yaml up', ['compose.yaml']],
    ['docker run -v ./tools:/tools img', ['compose.yaml', 'tools']],
    ['jq . < data.json', ['data.json']],
    ['jq . <data.json >out.json', ['data.json']],
    ['curl -d @data.json https://example.org/x', ['data.json']],
    ['node x', ['x']],
    ['npm test', ['package.json']],
    ['npm --prefix build test', ['build', 'package.json']],
    ['node ./test/a.js', ['test/a.js']],
    ['node test/', ['test']],
    ['sh "my dir/a b.sh"', ['my dir/a b.sh']],
    ["sh 'my dir'/a\\ b.sh", ['my dir/a b.sh']],
    ['sh -c "node server.mjs; sh tools/apply.sh"', ['server.mjs', 'tools/apply.sh']],
    ['if [ -f smoke.sh ]; then sh smoke.sh; fi', ['smoke.sh']],
    ['OUT=$(sh tools/apply.sh) && echo "$OUT"', ['tools/apply.sh']],
    ['echo "$(cat data.json) `cat x`"', ['data.json', 'x']],
    ['OUT=`sh tools/apply.sh`', ['tools/apply.sh']],
    ['sh tools/*.sh', ['tools']],
    ['sh tools/$WHICH.sh', ['tools']],
    ['sh "tools/${WHICH}/x.sh"', ['tools']],
    ['cat <<EOF | sh\nsh tools/apply.sh\nEOF', ['tools/apply.sh']],
    ['env $(cat env/prod.env) true', ['env/prod.env']],
    ['A=1 B=2 sh smoke.sh', ['smoke.sh']],
    ['sh ./tools/../smoke.sh', ['smoke.sh']],
    ['true # sh smoke.sh', []],
    ['echo a#smoke.sh', []],
    ['test -n "$X"', []],
    ['sh /tools/apply.sh', []],
    ['sh ../tools/apply.sh', []],
    ['cd /srv && sh smoke.sh', []],
    ['cd "$DIR" && sh smoke.sh', []],
    ['sh $DIR/smoke.sh', []],
    ['echo $((1 + 2)) | tee out', []],
    ["echo 'it", []],
    ['', []],
  ])('%j', (script, paths) => {
    expect(named(script)).toEqual(paths);
  });

  test('a script that was made to hurt takes no more than its length', () => {
    for (const piece of ['[', '${', '$(', '(', '"', "'", '\\', '`', '<<', '${{ ', '* '])
      expect(named(piece.repeat(20_000)).length).toBeLessThan(3);
  });
});

describe('inputs by what is known of the environment', () => {
  function inputs(run: string, files: Files, keys = ''): readonly string[] {
    const all = {
      ...SOUND,
      'pipelines/deploy.yaml': `stages:\n  - name: deploy\n    steps: [{ run: ${JSON.stringify(run)} }, { deploy: target }]\n`,
      'environments/production/environment.yaml': `${SOUND['environments/production/environment.yaml']}${keys}`,
      ...files,
    };
    const { config } = read(all);
    const own = ['environments/production', 'pipelines/deploy.yaml'];
    return config === null ? [] : inputsOf(config, 'production', tree(all)).filter((path) => !own.includes(path));
  }

  test('its name and its variables are looked through', () => {
    const files = { 'conf/production.json': '', 'conf/staging.json': '', 'k8s/eu/x': '', 'k8s/us/x': '' };
    expect(inputs('sh -c "cat conf/${{ environment.name }}.json"', files)).toEqual(['conf/production.json']);
    expect(inputs('cat conf/$TIDEGATE_ENVIRONMENT.json', files)).toEqual(['conf/production.json']);
    expect(inputs('apply k8s/${{ variables.REGION }}', files, 'variables: { REGION: eu }\n')).toEqual(['k8s/eu']);
    expect(inputs('cat conf/${{ run.id }}.json', files)).toEqual(['conf']);
  });

  test('the folder of another environment is not, and never all of them', () => {
    const files = { 'environments/staging/environment.yaml': SOUND['environments/production/environment.yaml'] ?? '' };
    expect(inputs('ls environments', files)).toEqual([]);
    expect(inputs('cat environments/$X/environment.yaml environments/staging/environment.yaml', files)).toEqual([]);
  });

  test('a script names all scripts', () => {
    expect(inputs('sh scripts/test.sh', {})).toEqual(['scripts']);
  });
});
