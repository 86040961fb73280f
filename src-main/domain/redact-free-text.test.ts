import { expect, it } from 'vitest';
import { redactFreeText } from './redact-free-text.ts';

const options = { hasAddresses: false, shapes: [], homeFolder: '/home/dana' };
const clean = (text: string, over: Partial<typeof options> = {}) =>
  redactFreeText(text, { ...options, ...over }).text;

it.each([
  ['connect ECONNREFUSED 203.0.113.9:443', 'connect ECONNREFUSED [address]:443'],
  ['10.0.0.0/8 and 2001:db8::/32', '[address]/8 and [address]/32'],
  ['from 2001:db8::5: refused', 'from [address]: refused'],
  ['http://[::1]:7420/x', 'http://[[address]]:7420/x'],
  ['::ffff:10.4.2.17', '[address]'],
  ['fe80::1%eth0', '[address]%eth0'],
  ['at 12:30:45 in file.ts:12:34, version 1.2.3', 'at 12:30:45 in file.ts:12:34, version 1.2.3'],
])('takes addresses out of %s and leaves what only looks like one', (text, expected) => {
  expect(clean(text)).toBe(expected);
});

it.each([
  ['https://dana:hunter2@acme.example/a', 'https://[redacted]@acme.example/a'],
  ['https://acme.example/a?token=abc#x', 'https://acme.example/a?[redacted]'],
  ['/h/page?code=1234', '/h/page?[redacted]'],
  ['key acme_9f4Kd02LmQx81ZpT7vB3 refused', 'key [redacted] refused'],
  ['mail dana@acme.example', 'mail [mail address]'],
  ['/home/dana/latchkey/keys.db', '~/latchkey/keys.db'],
  ['write-file-atomic-in-the-folder failed', 'write-file-atomic-in-the-folder failed'],
])('takes out of %s what lets in or names somebody', (text, expected) => {
  expect(clean(text)).toBe(expected);
});

it('leaves addresses where they are wanted, and still no secret', () => {
  expect(clean('10.4.2.17 sent https://a.example/?k=1', { hasAddresses: true })).toBe(
    '10.4.2.17 sent https://a.example/?[redacted]',
  );
});

it('counts what it took out', () => {
  const text = '10.0.0.1 and ::1 wrote to a@b.example, https://a.example/#code';
  expect(redactFreeText(text, options).counts).toEqual({ addresses: 2, secrets: 1, mailAddresses: 1 });
});

it('cuts a long text between two words, so that no half of a key is left', () => {
  const key = `lk_live_datafeed_k7Qd2mX9pR4t_${'8sW2m1Cx'.repeat(5)}`;
  expect(clean(`${'word '.repeat(797)}${key} end`)).toMatch(/word \[cut\]$/);
});

it('takes little time for a text made to be slow', () => {
  const started = performance.now();
  for (const part of ['a:', '1.', 'a@', 'https://a', '/?', 'aaaa:', 'a-1']) clean(part.repeat(500));
  expect(performance.now() - started).toBeLessThan(1_000);
});
