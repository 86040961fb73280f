import { describe, expect, it } from 'vitest';
import { EXPIRY_LEAD_DAYS } from '#contract/notice-kinds.ts';
import { dueExpiryLead, planNotices, type NoticeFacts } from './notice-plan.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 12);

const NOTHING: NoticeFacts = {
  nowMs: NOW_MS,
  sinceMs: NOW_MS - DAY_MS,
  expiring: [],
  inGrace: [],
  idle: [],
  rotations: [],
  overlaps: [],
  missedOverlaps: [],
  handoffs: [],
  quotas: [],
  spikes: [],
  turnedAway: [],
  leaked: [],
  accessRequests: [],
  backup: null,
  storage: [],
};
const KEY = {
  keyId: 'k7Qd2mX9pR4t',
  name: 'Data feed',
  environment: 'live',
  applicationName: 'Feed',
  partnerName: 'Acme',
  contactEmail: 'feed@acme.example',
};

/** Same numbers at every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What somebody is told who looks at these moments and remembers what was told. */
function toldAt(key: { createdAtMs: number; expiresAtMs: number }, looks: readonly number[]): string[] {
  const told = new Set<string>();
  const said: string[] = [];
  for (const nowMs of looks) {
    for (const { onceKey } of planNotices({ ...NOTHING, nowMs, expiring: [{ ...KEY, ...key }] })) {
      if (!told.has(onceKey)) said.push(onceKey.split(':').at(-1) ?? '');
      told.add(onceKey);
    }
  }
  return said;
}

describe('reminders of expiry', () => {
  it('a key that lives a year is told 30, 14, 7 and 1 days ahead, once each, however often somebody looks', () => {
    const key = { createdAtMs: NOW_MS, expiresAtMs: NOW_MS + 365 * DAY_MS };
    const looks = Array.from({ length: 366 * 24 }, (_, hour) => NOW_MS + hour * HOUR_MS);
    expect(toldAt(key, looks)).toEqual(['30', '14', '7', '1']);
  });

  it('a key is never told further ahead than half of its whole life', () => {
    const dense = (lifeMs: number): string[] => {
      const looks = Array.from({ length: 800 }, (_, step) => NOW_MS + (step * lifeMs) / 800);
      return toldAt({ createdAtMs: NOW_MS, expiresAtMs: NOW_MS + lifeMs }, looks);
    };
    expect(dense(2 * DAY_MS - 1)).toEqual([]);
    expect(dense(2 * DAY_MS)).toEqual(['1']);
    expect(dense(14 * DAY_MS - 1)).toEqual(['1']);
    expect(dense(14 * DAY_MS)).toEqual(['7', '1']);
    expect(dense(59 * DAY_MS)).toEqual(['14', '7', '1']);
    expect(dense(60 * DAY_MS)).toEqual(['30', '14', '7', '1']);
  });

  it('who looks at any moments is told each lead at most once, in falling order, and only the newest of what was missed', () => {
    const random = numbersFrom(7);
    for (let round = 0; round < 500; round += 1) {
      const lifeMs = Math.floor(random() * 120 * DAY_MS);
      const key = { createdAtMs: NOW_MS, expiresAtMs: NOW_MS + lifeMs };
      const looks = Array.from(
        { length: Math.ceil(random() * 12) },
        () => NOW_MS + random() * lifeMs * 1.1,
      ).sort((one, other) => one - other);
      expect(toldAt(key, looks)).toEqual(oracle(key, looks));
    }
  });

  /** By the words of the promise: walk over the leads' own times instead of asking what is due now. */
  function oracle(key: { createdAtMs: number; expiresAtMs: number }, looks: readonly number[]): string[] {
    const said: string[] = [];
    const steps = EXPIRY_LEAD_DAYS.filter((days) => key.expiresAtMs - key.createdAtMs >= 2 * days * DAY_MS);
    for (const look of looks) {
      if (look >= key.expiresAtMs) break;
      const passed = steps.filter((days) => key.expiresAtMs - look <= days * DAY_MS).map(String);
      const newest = passed.at(-1);
      if (newest !== undefined && !said.includes(newest)) said.push(newest);
    }
    return said;
  }

  it('an expired key is not told, and a later expiry begins anew', () => {
    const key = { createdAtMs: NOW_MS - 90 * DAY_MS, expiresAtMs: NOW_MS };
    expect(dueExpiryLead(key, NOW_MS)).toBeNull();
    expect(dueExpiryLead(key, NOW_MS - 1)).toBe(1);
    const onceKeys = [30, 31].map(
      (days) =>
        planNotices({
          ...NOTHING,
          expiring: [{ ...KEY, createdAtMs: 0, expiresAtMs: NOW_MS + days * DAY_MS - DAY_MS }],
        })[0]?.onceKey,
    );
    expect(new Set(onceKeys).size).toBe(2);
  });
});

describe('the end of an overlap', () => {
  const overlap = (leftMs: number, oldUsedAtMs: number | null, wholeMs = 10 * DAY_MS) =>
    planNotices({
      ...NOTHING,
      overlaps: [
        {
          ...KEY,
          version: 1,
          startedAtMs: NOW_MS + leftMs - wholeMs,
          endsAtMs: NOW_MS + leftMs,
          oldUsedAtMs,
        },
      ],
    }).map(({ kind }) => kind);

  it('is told in its last tenth while somebody still uses the old secret, and not otherwise', () => {
    expect(overlap(DAY_MS, NOW_MS - HOUR_MS)).toEqual(['overlap_ending']);
    expect(overlap(DAY_MS + 1, NOW_MS - HOUR_MS)).toEqual([]);
    expect(overlap(HOUR_MS, null)).toEqual([]);
    expect(overlap(HOUR_MS, NOW_MS - 2 * DAY_MS)).toEqual([]);
    expect(overlap(0, NOW_MS - 1)).toEqual([]);
  });

  it('a use from before the rotation is no use of an old secret, and a short overlap is told in its second half', () => {
    expect(overlap(HOUR_MS / 2, NOW_MS - 2 * HOUR_MS, HOUR_MS)).toEqual([]);
    expect(overlap(HOUR_MS / 2, NOW_MS - 1, HOUR_MS)).toEqual(['overlap_ending']);
    expect(overlap(HOUR_MS / 2 + 1, NOW_MS - 1, HOUR_MS)).toEqual([]);
  });
});

describe('what happened', () => {
  const at = (atMs: number) =>
    planNotices({
      ...NOTHING,
      handoffs: [{ id: 'hnd_1', keyName: 'K', recipientName: 'Dana', attention: 'unopened', atMs }],
      spikes: [{ ...KEY, atMs, requests: 500, usual: 1, most: 2 }],
      leaked: [{ ...KEY, revokedAtMs: atMs }],
      accessRequests: [{ id: 'acr_1', reference: 'R', application: 'A', team: 'T', createdAtMs: atMs }],
      quotas: [50, 80].map((threshold) => ({
        owner: { kind: 'key', id: KEY.keyId, name: 'K' } as const,
        contactEmail: null,
        ...{ threshold, used: 8, limit: 10, periodStartMs: 0, atMs },
      })),
    }).map(({ kind }) => kind);

  it('before anybody asked for notices is not told, and of quotas only what is near the limit', () => {
    expect(at(NOTHING.sinceMs - 1)).toEqual([]);
    expect(at(NOTHING.sinceMs)).toEqual([
      'handoff_unopened',
      'quota_reached',
      'key_spike',
      'key_leaked',
      'access_request',
    ]);
  });

  it('a leaked key is not told to its contact by this way: whoever contains the leak writes to them', () => {
    const [notice] = planNotices({ ...NOTHING, leaked: [{ ...KEY, revokedAtMs: NOW_MS }] });
    expect(notice?.contactEmail).toBeNull();
  });

  it('a rotation is told from the moment it is due, once for each secret', () => {
    const due = (dueAtMs: number) =>
      planNotices({ ...NOTHING, rotations: [{ ...KEY, version: 3, dueAtMs }] }).map(({ onceKey }) => onceKey);
    expect(due(NOW_MS + 1)).toEqual([]);
    expect(due(NOW_MS)).toEqual(due(NOW_MS - 90 * DAY_MS));
  });

  it('backups are told when two tries have failed, and not right after a start', () => {
    const backup = {
      everyMs: DAY_MS,
      newestAtMs: NOW_MS - DAY_MS - 2 * HOUR_MS,
      startedAtMs: NOW_MS - DAY_MS,
    };
    const told = (more: Partial<typeof backup>) =>
      planNotices({ ...NOTHING, backup: { ...backup, ...more } }).map(({ kind }) => kind);
    expect(told({})).toEqual(['backup_failed']);
    expect(told({ newestAtMs: backup.newestAtMs + 1 })).toEqual([]);
    expect(told({ startedAtMs: NOW_MS - 9 * 60_000 })).toEqual([]);
  });
});
