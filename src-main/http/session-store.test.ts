import { beforeEach, describe, expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { PAIRING_CODE_MS, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from '#contract/session-rules.ts';
import { randomBytes } from '#main/platform/random.ts';
import { PAIRING_TRIES_MAX, SESSIONS_MAX, SessionStore } from './session-store.ts';

let nowMs: number;
let store: SessionStore;
let changes: number;
beforeEach(() => {
  nowMs = 1_795_305_600_000;
  changes = 0;
  store = new SessionStore({
    nowMs: () => timestampMs.parse(nowMs),
    randomBytes,
    onChange: () => void (changes += 1),
  });
});

const owner = { role: 'admin', name: 'Browser', tokenId: null, userAgent: 'test' } as const;

describe('pairing codes', () => {
  test('a code works once', () => {
    const { code } = store.createCode('issuer');
    expect(store.redeemCode(code)).toEqual({ ok: true, role: 'issuer', continues: null });
    expect(store.redeemCode(code)).toEqual({ ok: false, reason: 'used' });
  });

  test('a code works for 60 s and not a millisecond longer', () => {
    const first = store.createCode('owner');
    const second = store.createCode('owner');
    nowMs += PAIRING_CODE_MS - 1;
    expect(store.redeemCode(first.code).ok).toBe(true);
    nowMs += 1;
    expect(store.redeemCode(second.code)).toEqual({ ok: false, reason: 'expired' });
  });

  test('after five wrong tries the right code is void too, until a new one is made', () => {
    const { code } = store.createCode('owner');
    for (let tries = 0; tries < PAIRING_TRIES_MAX; tries += 1) {
      expect(store.redeemCode(`wrong${String(tries)}`)).toEqual({ ok: false, reason: 'unknown' });
    }
    expect(store.redeemCode(code)).toEqual({ ok: false, reason: 'exhausted' });
    const fresh = store.createCode('owner');
    expect(store.redeemCode(code).ok).toBe(false);
    expect(store.redeemCode(fresh.code).ok).toBe(true);
  });

  test('codes hold at least 128 bits and never repeat', () => {
    const codes = new Set(Array.from({ length: 1_000 }, () => store.createCode('owner').code));
    expect(codes.size).toBe(1_000);
    for (const code of codes) expect(code).toMatch(/^[0-9A-Za-z]{22}$/);
  });
});

describe('going on at another port', () => {
  test('a code gives the same session a second CSRF token; the first one stays good', () => {
    const { cookie, csrfToken, session } = store.open(owner);
    const code = store.createContinueCode(session.id) ?? '';
    const redeemed = store.redeemCode(code);
    expect(redeemed).toEqual({ ok: true, role: 'admin', continues: session.id });
    const further = store.continue(cookie, session.id);
    expect(further?.session.id).toBe(session.id);
    expect(store.find(cookie, further?.csrfToken ?? '', true)?.info.id).toBe(session.id);
    expect(store.find(cookie, csrfToken, true)?.info.id).toBe(session.id);
    expect(store.redeemCode(code)).toEqual({ ok: false, reason: 'used' });
  });

  test('neither another session, nor none, nor one that has ended goes on', () => {
    const one = store.open(owner);
    const other = store.open(owner);
    expect(store.continue(other.cookie, one.session.id)).toBeNull();
    expect(store.continue('', one.session.id)).toBeNull();
    store.end(one.session.id);
    expect(store.continue(one.cookie, one.session.id)).toBeNull();
    expect(store.createContinueCode(one.session.id)).toBeNull();
  });
});

describe('sessions', () => {
  test('cookie and CSRF token are needed together, of the same session', () => {
    const one = store.open(owner);
    const two = store.open(owner);
    expect(store.find(one.cookie, one.csrfToken, true)?.info.id).toBe(one.session.id);
    expect(store.find(one.cookie, two.csrfToken, true)).toBeNull();
    expect(store.find(one.cookie, '', true)).toBeNull();
    expect(store.find('', one.csrfToken, true)).toBeNull();
    expect(store.find(one.csrfToken, one.cookie, true)).toBeNull();
  });

  test('activity moves the idle end, background calls do not', () => {
    const { cookie, csrfToken } = store.open(owner);
    nowMs += SESSION_IDLE_MS - 1;
    expect(store.find(cookie, csrfToken, true)).not.toBeNull();
    nowMs += SESSION_IDLE_MS - 1;
    expect(store.find(cookie, csrfToken, false)).not.toBeNull();
    nowMs += 1;
    expect(store.find(cookie, csrfToken, true)).toBeNull();
  });

  test('no activity carries a session past its absolute end', () => {
    const { cookie, csrfToken, session } = store.open(owner);
    const endsAt = nowMs + SESSION_ABSOLUTE_MS;
    expect(session.absoluteEndsAt).toBe(endsAt);
    while (nowMs + 60_000 < endsAt) {
      nowMs += 60_000;
      expect(store.find(cookie, csrfToken, true)).not.toBeNull();
    }
    nowMs = endsAt;
    expect(store.find(cookie, csrfToken, true)).toBeNull();
  });

  test('one session too many ends the one longest idle and says so', () => {
    const ended: string[] = [];
    store.onEnd((id) => ended.push(id));
    const opened = Array.from({ length: SESSIONS_MAX }, () => {
      nowMs += 1;
      return store.open(owner);
    });
    nowMs += 1;
    const [first, second] = opened;
    if (first === undefined || second === undefined) throw new Error('Nothing was opened.');
    store.find(first.cookie, first.csrfToken, true);
    store.open(owner);
    expect(ended).toEqual([second.session.id]);
    expect(store.list(null)).toHaveLength(SESSIONS_MAX);
  });

  test('an ended session is gone at once and cannot be ended twice', () => {
    const { cookie, csrfToken, session } = store.open(owner);
    expect(store.list(session.id)).toMatchObject([{ id: session.id, isCurrent: true }]);
    expect(store.end(session.id)).toBe(true);
    expect(store.end(session.id)).toBe(false);
    expect(changes).toBe(2);
    expect(store.isOpen(session.id)).toBe(false);
    expect(store.find(cookie, csrfToken, true)).toBeNull();
  });
});
