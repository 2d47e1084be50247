// Other people's words in a comment are words, whatever they hold: read by GitHub's own renderer where it is
// installed, and by the rules for links, mentions and closing words that it applies to the text afterwards.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { codeBlock, codeSpan, inert } from '../../../engine/mirror/markdown.ts';

const HOSTILE = [
  '@acme/everyone please',
  'fixes #1, closes GH-2 and resolves acme/shop#3',
  '</details><img src=x onerror=alert(1)>',
  '``` ` ```` backticks `',
  '| a | table | row |',
  '[a link](https://evil.example) and ![image](https://evil.example/x.png)',
  'https://evil.example/x and www.evil.example and ana@evil.example',
  '**bold** _it_ ~~gone~~ $x$ <!-- gone',
  '# heading\n- item\n> quote',
  'a\u202eb\u200bc',
  '&lt;b&gt; &#64;acme',
  '\\*not\\* \\`code\\`',
];

const hasRenderer = spawnSync('cmark-gfm', ['--version']).status === 0;

function rendered(markdown: string): string {
  const ran = spawnSync(
    'cmark-gfm',
    ['-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-e', 'tagfilter', '--unsafe'],
    {
      input: markdown,
      encoding: 'utf8',
    },
  );
  return ran.stdout;
}

/** What GitHub turns into a mention, a reference or a closing word, outside of code. */
function references(html: string): readonly string[] {
  const text = html
    .replace(/<code[^>]*>[\s\S]*?<\/code>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
  return text.match(/(?:^|\W)@[\w-]+|#\d+|\bGH-\d+|:\/\/\S|\bwww\.\w/gi) ?? [];
}

describe('a sentence with', () => {
  for (const text of HOSTILE) {
    test.skipIf(!hasRenderer)(`${JSON.stringify(text)} is rendered as words`, () => {
      const html = rendered(`before ${inert(text)} after\n\n| a | b |\n|---|---|\n| ${inert(text)} | end |\n`);
      expect(html.match(/<(?!\/?(?:p|table|thead|tbody|tr|th|td|code)>)[^>]*>/g)).toBeNull();
      expect(references(html)).toEqual([]);
      expect(html).toContain('<td>end</td>');
      expect(html.match(/<p>/g)).toHaveLength(1);
    });
  }
});

describe('a code span of', () => {
  for (const text of HOSTILE) {
    test.skipIf(!hasRenderer)(`${JSON.stringify(text)} is code, also in a table`, () => {
      const html = rendered(`${codeSpan(text)}\n\n| a | b |\n|---|---|\n| ${codeSpan(text)} | end |\n`);
      expect(html).toMatch(/^<p><code>[\s\S]*<\/code><\/p>\n<table>/);
      expect(html).toMatch(/<td><code>[\s\S]*<\/code><\/td>\n<td>end<\/td>/);
      expect(references(html)).toEqual([]);
    });
  }
});

test('what stands between two backticks of a sentence is shown as code', () => {
  expect(inert('add `policies:` to it')).toBe('add `policies:` to it');
  expect(inert('a lone ` is none')).toBe('a lone \\` is none');
});

test('what has no shape is named', () => {
  expect(inert('a\u202eb')).toContain('u202e');
  expect(codeSpan('a\u202eb')).toContain('u202e');
});

test.skipIf(!hasRenderer)('a block ends only where it ends', () => {
  const html = rendered(`${codeBlock('-a\n+```\n+</details>\n+@acme', 'diff')}\n\nend\n`);
  expect(html).toMatch(/^<pre><code class="language-diff">[\s\S]*<\/code><\/pre>\n<p>end<\/p>\n$/);
});

test('a span of nothing is still a span', () => {
  expect(codeSpan(' \n ')).toBe('``` ```');
});
