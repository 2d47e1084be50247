// `${{ … }}`: what is found in a text, and how values reach a script without ever becoming part of it.

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { shellContexts } from '../../../engine/model/shell.ts';
import { resolveScript, resolveTemplate, templateParts, templateValues } from '../../../engine/model/template.ts';

const HOSTILE = `a b"; echo 'owned' $(id) \`id\` * \\ ${'$'}{HOME}\n#`;

describe('parts', () => {
  test.each([
    ['', []],
    ['plain $x ${y} }}', [{ type: 'text', text: 'plain $x ${y} }}' }]],
    [
      '${{a}}${{  b.c }}',
      [
        { type: 'expression', name: 'a' },
        { type: 'expression', name: 'b.c' },
      ],
    ],
    [
      'x${{ a',
      [
        { type: 'text', text: 'x' },
        { type: 'unclosed', text: '${{ a' },
      ],
    ],
  ])('of %s', (text, parts) => {
    expect(templateParts(text)).toEqual(parts);
  });
});

describe('a template', () => {
  test('has its values put in as they are', () => {
    expect(resolveTemplate('http://${{ h }}/${{ h }}?${{ q }}', { h: 'host', q: '${{ h }}' })).toBe(
      'http://host/host?${{ h }}',
    );
  });

  test('with a name that has no value is a defect of ours', () => {
    expect(() => resolveTemplate('${{ toString }}', {})).toThrow('was checked to exist');
  });

  test('knows a version that has no tag and ran nowhere before', () => {
    const values = templateValues({
      environment: { name: 'staging', url: null, variables: { PORT: '1' } },
      version: { commit: 'a'.repeat(40), tag: null },
      previous: null,
      run: { id: 'staging-3', epoch: 7, kind: 'deploy' },
    });
    expect(values).toMatchObject({
      'version.short': 'aaaaaaa',
      'version.tag': '',
      'previous.commit': '',
      'variables.PORT': '1',
      'run.epoch': '7',
    });
  });
});

describe('a script', () => {
  test.each([
    ['echo ${{ v }}', 'echo "${TIDEGATE_VALUE_1}"'],
    ['echo "${{ v }}/x"', 'echo "${TIDEGATE_VALUE_1}/x"'],
    ['echo ${{ v }} ${{ w }} ${{ v }}', 'echo "${TIDEGATE_VALUE_1}" "${TIDEGATE_VALUE_2}" "${TIDEGATE_VALUE_1}"'],
    ['echo "$(cat ${{ v }})"', 'echo "$(cat "${TIDEGATE_VALUE_1}")"'],
    ['cat <<END\n${{ v }}\nEND\necho ${{ v }}', 'cat <<END\n${TIDEGATE_VALUE_1}\nEND\necho "${TIDEGATE_VALUE_1}"'],
  ])('%s', (text, script) => {
    expect(resolveScript(text, { v: '1', w: '2' }).script).toBe(script);
  });

  test.each([
    ['printf %s ${{ v }}'],
    ['printf %s "${{ v }}"'],
    ['printf "%s" "$(printf "%s" ${{ v }})"'],
    ["printf '%s' it\\'s >&2; x=${{ v }}; printf %s \"$x\""],
    ["# it's\nprintf %s ${{ v }}"],
  ])('gives its value whole to sh: %s', (text) => {
    const { script, env } = resolveScript(text, { v: HOSTILE });
    expect(script).not.toContain('owned');
    const out = execFileSync('sh', ['-c', script], {
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(out).toBe(HOSTILE);
  });
});

describe('where an expression stands', () => {
  test.each([
    ['${{a}}', ['plain']],
    ['"${{a}}" ${{b}}', ['double', 'plain']],
    ["'${{a}}' ${{b}}", ['literal', 'plain']],
    ['"it\'s ${{a}}"', ['double']],
    ['echo \\" ${{a}}', ['plain']],
    ["echo \\' ${{a}}", ['plain']],
    ['"\\"${{a}}"', ['double']],
    ['"$(echo ${{a}} "${{b}}" \'${{c}}\')${{d}}"', ['plain', 'double', 'literal', 'double']],
    ['$((${{a}} + (1))) ${{b}}', ['arithmetic', 'plain']],
    ['`echo ${{a}}`${{b}}', ['double', 'plain']],
    ["# don't ${{a}}\n${{b}}", ['comment', 'plain']],
    ["echo a#b ' # ${{a}}'", ['literal']],
    ["cat <<E\n'${{a}}'\nE\n${{b}}", ['double', 'plain']],
    ["cat <<'E' ${{a}}\n${{b}}\nE\n${{c}}", ['plain', 'literal', 'plain']],
    ['cat <<-E\n\t${{a}}\n\tE\n${{b}}', ['double', 'plain']],
    ['cat <<A <<\\B\n${{a}}\nA\n${{b}}\nB\n', ['double', 'literal']],
    ['cat <<< ${{a}}', ['plain']],
    ['${{ a', ['plain']],
  ])('%s', (script, contexts) => {
    expect(shellContexts(script)).toEqual(contexts);
  });
});
