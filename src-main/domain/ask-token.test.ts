import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { isAskToken, makeAskToken } from './ask-token.ts';

const mac = (text: string) => createHmac('sha256', 'key').update(text).digest('base64url').slice(0, 22);
const refused = { service: 'trade', method: 'POST', path: '/offers/7' };
const nowMs = Date.UTC(2026, 10, 22, 12, 20);
const hour = 3_600_000;

it('a token proves its endpoint for a day and not longer than 25 hours', () => {
  const token = makeAskToken(mac, refused, nowMs);
  expect(token).toMatch(/^[0-9a-z]+\.[0-9A-Za-z_-]{22}$/);
  for (const [later, isGood] of [
    [0, true],
    [24 * hour, true],
    [25 * hour, false],
    [1_000 * hour, false],
  ] as const) {
    expect(isAskToken(mac, refused, token, nowMs + later)).toBe(isGood);
  }
});

it('a token proves no other service, method or path, and no other end', () => {
  const token = makeAskToken(mac, refused, nowMs);
  const [end = '', hash = ''] = token.split('.');
  for (const other of [
    { service: 'stock' },
    { method: 'GET' },
    { path: '/offers' },
    { path: '/offers/7/' },
  ]) {
    expect(isAskToken(mac, { ...refused, ...other }, token, nowMs)).toBe(false);
  }
  const later = (Number.parseInt(end, 36) + 1).toString(36);
  expect(isAskToken(mac, refused, `${later}.${hash}`, nowMs)).toBe(false);
  const shifted = { service: 'trade\nPOST', method: 'x', path: refused.path };
  expect(isAskToken(mac, shifted, token, nowMs)).toBe(false);
});

it('2,000 changed tokens and texts that are none prove nothing', () => {
  const token = makeAskToken(mac, refused, nowMs);
  for (let round = 0; round < 2_000; round += 1) {
    const at = round % token.length;
    const code = 33 + ((token.charCodeAt(at) + round) % 90);
    const forged = token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1);
    if (forged !== token) expect(isAskToken(mac, refused, forged, nowMs)).toBe(false);
  }
  for (const text of [
    '',
    '.',
    'a.b',
    `${token}x`,
    ` ${token}`,
    `${token}\n`,
    token.replace('.', ''),
    '٣.x',
  ]) {
    expect(isAskToken(mac, refused, text, nowMs)).toBe(false);
  }
});
