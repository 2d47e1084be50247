import { describe, expect, test } from 'vitest';
import { lsRefsRequest, readCapabilities, readLsRefs } from '../../../engine/git/ls-refs.ts';
import { packetLine, readPackets } from '../../../engine/git/pkt-line.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const answer = (...lines: string[]) => Buffer.from(`${lines.map(packetLine).join('')}0000`);

describe('packets', () => {
  test('lines, flushes and delimiters are told apart', () => {
    expect(readPackets(Buffer.from('0006a\n00010005b0000'))).toEqual([
      { type: 'line', text: 'a' },
      { type: 'delimiter' },
      { type: 'line', text: 'b' },
      { type: 'flush' },
    ]);
    expect(packetLine('grüße')).toBe('000cgrüße\n');
  });

  test.each(['000', '0003', 'ffff', '0009ab', 'zzzz', '-001', '0x10'])('%j is no sequence of packets', (bytes) => {
    expect(readPackets(Buffer.from(bytes))).toBeNull();
  });
});

describe('an ls-refs answer', () => {
  test('has refs, peeled tags and the branch that HEAD names', () => {
    const found = readLsRefs(
      answer(`${A} HEAD symref-target:refs/heads/main`, `${A} refs/heads/main`, `${B} refs/tags/v1 peeled:${A}`),
    );
    expect(Object.fromEntries(found?.refs ?? [])).toEqual({ HEAD: A, 'refs/heads/main': A, 'refs/tags/v1': B });
    expect(Object.fromEntries(found?.peeled ?? [])).toEqual({ 'refs/tags/v1': A });
    expect(found?.head).toBe('refs/heads/main');
  });

  test('of an empty repository names the branch that is to be', () => {
    const found = readLsRefs(answer('unborn HEAD symref-target:refs/heads/main'));
    expect(found?.head).toBe('refs/heads/main');
    expect(found?.refs.size).toBe(0);
  });

  test('lists the branch of HEAD although only HEAD was sent', () => {
    expect(readLsRefs(answer(`${A} HEAD symref-target:refs/heads/main`))?.refs.get('refs/heads/main')).toBe(A);
  });

  test('hostile names are left out', () => {
    const found = readLsRefs(
      answer(`${A} refs/heads/--upload-pack=x`, `${A} refs/heads/a..b`, `${A} --mirror`, `${A} ../../x`),
    );
    expect([...(found?.refs.keys() ?? [])]).toEqual(['refs/heads/--upload-pack=x']);
  });

  test.each([
    ['was cut', Buffer.from(packetLine(`${A} refs/heads/main`))],
    ['is an error', answer('ERR access denied')],
    ['is a web page', Buffer.from('<html>sign in</html>')],
    ['is empty', Buffer.alloc(0)],
  ])('that %s is none', (_, bytes) => expect(readLsRefs(bytes)).toBeNull());
});

test('capabilities tell the object format, and that version 1 is spoken', () => {
  const told = Buffer.from(
    `${packetLine('# service=git-upload-pack')}0000${packetLine('version 2')}${packetLine('ls-refs=unborn')}${packetLine('object-format=sha256')}0000`,
  );
  expect(readCapabilities(told)).toEqual({ objectFormat: 'sha256', unborn: true });
  expect(readCapabilities(answer('version 2', 'ls-refs'))).toEqual({ objectFormat: 'sha1', unborn: false });
  expect(readCapabilities(answer(`${A} HEAD\0multi_ack`))).toBeNull();
});

test('a request asks for HEAD and the prefixes and nothing else', () => {
  const request = lsRefsRequest({ objectFormat: 'sha1', unborn: true }, ['refs/heads/main']);
  const lines = readPackets(Buffer.from(request))?.map((packet) =>
    packet.type === 'line' ? packet.text : packet.type,
  );
  expect(lines).toEqual([
    'command=ls-refs',
    'agent=tidegate',
    'object-format=sha1',
    'delimiter',
    'peel',
    'symrefs',
    'unborn',
    'ref-prefix HEAD',
    'ref-prefix refs/heads/main',
    'flush',
  ]);
});
