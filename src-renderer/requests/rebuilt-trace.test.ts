import { describe, expect, it } from 'vitest';
import { DECISION_CODES } from '#contract/verify.ts';
import { liveTrace, rebuiltTrace } from './rebuilt-trace.ts';

const row = { source: 'verified', rule: null, detail: null, secretVersion: 1 } as const;

describe('rebuilt trace', () => {
  it.each(DECISION_CODES)(
    'shows for %s exactly one refusing step, passes before it and nothing after it',
    (code) => {
      const outcomes = rebuiltTrace({ ...row, code }).map((line) => line.outcome);
      const failing = outcomes.indexOf('fail');
      expect(outcomes.filter((outcome) => outcome === 'fail')).toHaveLength(code === 'VALID' ? 0 : 1);
      if (code === 'VALID') expect(new Set(outcomes)).toEqual(new Set(['pass']));
      else {
        expect(outcomes.slice(0, failing).every((outcome) => outcome === 'pass')).toBe(true);
        expect(outcomes.slice(failing + 1).every((outcome) => outcome === 'notReached')).toBe(true);
      }
    },
  );

  it('names the rule that decided and the detail that was kept', () => {
    const scope = (extra: object) =>
      rebuiltTrace({ ...row, code: 'INSUFFICIENT_SCOPE', ...extra }).find((line) => line.step === 'scope')
        ?.detail;
    expect(scope({ rule: 'deny DELETE /v1/** (own rule)' })).toContain('deny DELETE /v1/**');
    expect(scope({ detail: 'Encoded slashes never match.' })).toBe('Encoded slashes never match.');
    const allowed = rebuiltTrace({ ...row, code: 'VALID', rule: 'allow GET /** (all:read)' });
    expect(allowed.find((line) => line.step === 'scope')?.detail).toContain('allow GET /**');
  });

  it('tells a blocked source, whose key nobody looked up, from an address that a key is not bound to', () => {
    const refusing = (secretVersion: number | null) =>
      rebuiltTrace({ ...row, code: 'IP_NOT_ALLOWED', secretVersion }).find(
        ({ outcome }) => outcome === 'fail',
      )?.step;
    expect(refusing(null)).toBe('source');
    expect(refusing(1)).toBe('ip');
  });

  it('says nothing about a request that was verified elsewhere', () => {
    expect(rebuiltTrace({ ...row, source: 'reported', code: 'VALID' })).toEqual([]);
  });
});

describe('live trace', () => {
  it('shows what came after the refusing step as not reached', () => {
    const lines = liveTrace([
      { step: 'scope', outcome: 'fail', detail: 'no', durationUs: 1 },
      { step: 'quota', outcome: 'skip', detail: 'Not reached', durationUs: 0 },
    ]);
    expect(lines.find((line) => line.step === 'quota')).toMatchObject({
      outcome: 'notReached',
      durationUs: null,
    });
  });
});
