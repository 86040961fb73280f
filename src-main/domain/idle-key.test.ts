import { expect, it } from 'vitest';
import { idleStep } from './idle-key.ts';

const DAY_MS = 86_400_000;
const KEY = { isEligible: true, quietSinceMs: 0, unheardMs: 0, idleDays: 30, warning: null };
const WARNED = { ...KEY, warning: { quietSinceMs: 0, idleDays: 30, suspendsAtMs: 30 * DAY_MS } };

it('an unused key is told of seven days before it is suspended, and suspended not a moment earlier', () => {
  expect(idleStep(KEY, 23 * DAY_MS - 1)).toEqual({ kind: 'none' });
  expect(idleStep(KEY, 23 * DAY_MS)).toEqual({ kind: 'warn', warning: WARNED.warning });
  expect(idleStep(WARNED, 30 * DAY_MS - 1)).toEqual({ kind: 'none' });
  expect(idleStep(WARNED, 30 * DAY_MS)).toEqual({ kind: 'suspend' });
});

it('a key that was unused for long when the rule was set still has seven days', () => {
  expect(idleStep(KEY, 300 * DAY_MS)).toMatchObject({ warning: { suspendsAtMs: 307 * DAY_MS } });
  const otherRule = { ...WARNED, idleDays: 14 };
  expect(idleStep(otherRule, 24 * DAY_MS)).toMatchObject({ warning: { suspendsAtMs: 31 * DAY_MS } });
});

it('what was used, or is no longer to be judged, is forgotten and never suspended', () => {
  const late = 60 * DAY_MS;
  expect(idleStep({ ...WARNED, quietSinceMs: 50 * DAY_MS }, late)).toEqual({ kind: 'forget' });
  expect(idleStep({ ...WARNED, isEligible: false }, late)).toEqual({ kind: 'forget' });
  expect(idleStep({ ...WARNED, idleDays: null }, late)).toEqual({ kind: 'forget' });
  expect(idleStep({ ...KEY, isEligible: false }, late)).toEqual({ kind: 'none' });
});

it('time in which the program did not run is no silence, before the notice and after it', () => {
  const stopped = { ...KEY, unheardMs: 10 * DAY_MS };
  expect(idleStep(stopped, 33 * DAY_MS - 1)).toEqual({ kind: 'none' });
  const told = idleStep(stopped, 33 * DAY_MS);
  expect(told).toMatchObject({ kind: 'warn', warning: { suspendsAtMs: 40 * DAY_MS } });
  if (told.kind !== 'warn') throw new Error('not told');
  const again = { ...stopped, unheardMs: 13 * DAY_MS, warning: told.warning };
  expect(idleStep(again, 43 * DAY_MS - 1)).toEqual({ kind: 'none' });
  expect(idleStep(again, 43 * DAY_MS)).toEqual({ kind: 'suspend' });
});
