// One value of a YAML file is changed, and nothing else: comments, order and the kind of what stood there stay.

import { describe, expect, test } from 'vitest';
import { fieldsOf, withFields, withValue } from '../../../engine/config/with-fields.ts';

const FILE = `# what runs
image:
  tag: "1.8.2"   # from the build
replicas: 3
debug: true
ratio: 0.5
hosts: [a, b]
`;

describe('a value that is set', () => {
  test.each([
    ['image.tag', '1.9.0', 'tag: "1.8.2"', 'tag: 1.9.0'],
    ['image.tag', '2', 'tag: "1.8.2"', 'tag: "2"'],
    ['image.tag', 'true', 'tag: "1.8.2"', 'tag: "true"'],
    ['replicas', '5', 'replicas: 3', 'replicas: 5'],
    ['replicas', 'many', 'replicas: 3', 'replicas: many'],
    ['replicas', '-2', 'replicas: 3', 'replicas: -2'],
    ['replicas', '0x10', 'replicas: 3', 'replicas: "0x10"'],
    ['ratio', '0.75', 'ratio: 0.5', 'ratio: 0.75'],
    ['debug', 'false', 'debug: true', 'debug: false'],
    ['debug', 'maybe', 'debug: true', 'debug: maybe'],
    ['debug', 'yes please', 'debug: true', 'debug: yes please'],
  ])('%s as %s', (key, value, before, after) => {
    expect(withValue(FILE, key, value)).toBe(FILE.replace(before, after));
  });

  test('the same is the same file', () => {
    expect(withValue(FILE, 'image.tag', '1.8.2')).toBe(FILE);
    expect(withValue(FILE, 'debug', 'true')).toBe(FILE);
  });

  test('a key that was not there is added as a text', () => {
    expect(withValue('image: { tag: a }\n', 'image.digest', '12')).toContain('digest: "12"');
    expect(withValue('', 'image.tag', '1')).toBe('image:\n  tag: "1"\n');
  });

  test('a file that cannot be read stays as it is', () => {
    expect(withValue('a: [', 'a', '1')).toBeNull();
    expect(withValue('a: 1\na: 2\n', 'a', '3')).toBeNull();
  });

  test('a key below a value is none', () => {
    expect(withValue('image: shop\n', 'image.tag', '1')).toBeNull();
  });
});

describe('values that are taken over', () => {
  test('keep what stands around them, and leave what the source does not have', () => {
    const into = 'image: { tag: "1", pull: always } # ours\nport: 80\n';
    expect(withFields(into, 'image: { tag: "2" }\nport: 81\n', ['image.tag', 'image.digest'])).toBe(
      'image: { tag: "2", pull: always } # ours\nport: 80\n',
    );
  });

  test('are told apart by kind', () => {
    expect(fieldsOf('a: 1\nb: "1"\nc: null\n', ['a', 'b', 'c', 'd'])).toEqual({ a: '1', b: '"1"', c: 'null', d: null });
    expect(fieldsOf('a: [', ['a'])).toBeNull();
  });
});
