import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { Overlap } from '#contract/overlap.ts';
import { overlapDraft, overlapInput, overlapProblems } from './overlap-draft.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 45);
const HOUR_MS = 3_600_000;
const none: Overlap = {
  retiringVersion: 1,
  endsAt: timestampMs.parse(NOW + 24 * HOUR_MS),
  idleEndMs: null,
  notBefore: null,
  idleEndsAt: null,
  brownout: null,
  comingBrownouts: [],
};
const planned: Overlap = {
  ...none,
  idleEndMs: 90 * 60_000,
  notBefore: timestampMs.parse(NOW + HOUR_MS),
  // Seconds do not fit into the field of a date and time.
  brownout: { startsAt: timestampMs.parse(NOW + 12_345), everyMs: 2 * HOUR_MS, lengthMs: 45_000 },
};

test('brownouts are off at first, and the first one would begin at least half an hour from now', () => {
  const draft = overlapDraft(none, NOW);
  expect(draft).toMatchObject({ endsWhenIdle: false, hasBrownouts: false, idleHours: 6 });
  expect(overlapInput(draft, none)).toEqual({ idleEndMs: null, notBefore: null, brownout: null });
  const startsAt = overlapInput({ ...draft, hasBrownouts: true }, none).brownout?.startsAt ?? 0;
  expect(startsAt - NOW).toBeGreaterThanOrEqual(30 * 60_000);
  expect(startsAt % HOUR_MS).toBe(0);
});

test('a form that was not touched changes nothing, not even the seconds of the first brownout', () => {
  expect(overlapInput(overlapDraft(planned, NOW), planned)).toEqual({
    idleEndMs: planned.idleEndMs,
    notBefore: planned.notBefore,
    brownout: planned.brownout,
  });
  expect(overlapProblems(overlapDraft(planned, NOW))).toEqual({});
});

test('what the server would refuse is marked at its field', () => {
  const draft = { ...overlapDraft(none, NOW), endsWhenIdle: true, hasBrownouts: true };
  expect(overlapProblems({ ...draft, idleHours: null })).toHaveProperty('idleHours');
  expect(overlapProblems({ ...draft, idleHours: 721 })).toHaveProperty('idleHours');
  expect(overlapProblems({ ...draft, brownoutSeconds: 0 })).toHaveProperty('brownoutSeconds');
  expect(overlapProblems({ ...draft, brownoutEveryMinutes: 1, brownoutSeconds: 16 })).toHaveProperty(
    'brownoutSeconds',
  );
  expect(overlapProblems({ ...draft, brownoutEveryMinutes: null })).toHaveProperty('brownoutEveryMinutes');
  expect(overlapProblems({ ...draft, brownoutStart: '' })).toHaveProperty('brownoutStart');
  expect(overlapProblems(draft)).toEqual({});
});
