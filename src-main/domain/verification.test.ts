import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { VERIFICATION_STEP_NAMES } from '#contract/trace-step.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { decide, momentText, VERIFICATION_STEPS } from './verification.ts';
import type { BindingName, Evidence, KeyFacts, RefusalCode } from './verification.ts';

const NOW = 1_795_000_000_000;
const KEY: KeyFacts = {
  keyId: 'k7Qd2mX9pR4t' as KeyId,
  bindingsJson: '{}',
  revokedAtMs: null,
  suspendedAtMs: null,
  suspendMessage: null,
  expiresAtMs: null,
  expiryGraceMs: null,
  secretVersion: 1,
  secretEndsAtMs: null,
  brownoutFromMs: null,
  brownoutEveryMs: null,
  brownoutLengthMs: null,
  currentVersion: 1,
};
const ORDER = DECISION_CODES.filter((code): code is RefusalCode => code !== 'VALID');
const BINDING_CODES: Readonly<Record<BindingName, RefusalCode>> = {
  ip: 'IP_NOT_ALLOWED',
  origin: 'ORIGIN_NOT_ALLOWED',
  userAgent: 'USER_AGENT_NOT_ALLOWED',
  service: 'SERVICE_NOT_ALLOWED',
  time: 'TIME_NOT_ALLOWED',
  signature: 'SIGNATURE_NOT_ALLOWED',
};
const LIMITED = { message: 'm', detail: null, retryAfterMs: 5 };

/** Evidence in which exactly the given codes would fail, with a note of what was asked. */
function evidenceOf(failing: ReadonlySet<RefusalCode>): Evidence & { readonly asked: string[] } {
  const asked: string[] = [];
  const ask = <T>(name: string, value: T): T => {
    asked.push(name);
    return value;
  };
  const key: KeyFacts = {
    ...KEY,
    revokedAtMs: failing.has('REVOKED') ? 1 : null,
    suspendedAtMs: failing.has('SUSPENDED') ? 1 : null,
    expiresAtMs: failing.has('EXPIRED') ? NOW : NOW + 1,
  };
  const why = failing.has('INSUFFICIENT_SCOPE') ? { message: 'm', detail: 'd' } : null;
  return {
    asked,
    nowMs: NOW,
    presented: failing.has('MISSING_KEY')
      ? { kind: 'missing' }
      : failing.has('MALFORMED')
        ? { kind: 'malformed', why: 'w' }
        : { kind: 'key', keyId: KEY.keyId },
    sourceRefusal: () => ask('source', null),
    findKey: () => ask('lookup', failing.has('NOT_FOUND') ? null : key),
    bindingRefusal: (binding) => ask(binding, failing.has(BINDING_CODES[binding]) ? 'w' : null),
    isObserving: () => false,
    noteObserved: () => {
      throw new Error('Nothing is observed here.');
    },
    scopes: () => ask('scope', { isAllowed: why === null, rule: 'r', missing: ['GET /a'], why }),
    rateRefusal: () => ask('rateLimit', failing.has('RATE_LIMITED') ? LIMITED : null),
    quotaRefusal: () => ask('quota', failing.has('QUOTA_EXCEEDED') ? LIMITED : null),
    spend: () => ask('spend', undefined),
  };
}

describe('the order', () => {
  test('whatever fails together, the first in the published order answers', () => {
    fc.assert(
      fc.property(fc.subarray(ORDER), (codes) => {
        expect(decide(evidenceOf(new Set(codes)))?.code ?? null).toBe(codes[0] ?? null);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a refusal never spends, a pass spends exactly once, and nothing is asked twice or too early', () => {
    fc.assert(
      fc.property(fc.subarray(ORDER), (codes) => {
        const evidence = evidenceOf(new Set(codes));
        const refusal = decide(evidence);
        const order = [
          'source',
          'lookup',
          'ip',
          'origin',
          'userAgent',
          'service',
          'time',
          'signature',
          'scope',
          'rateLimit',
          'quota',
          'spend',
        ];
        expect(evidence.asked).toEqual(order.slice(0, evidence.asked.length));
        expect(evidence.asked.includes('spend')).toBe(refusal === null);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a malformed or missing key is never looked up', () => {
    for (const code of ['MISSING_KEY', 'MALFORMED'] as const) {
      const evidence = evidenceOf(new Set([code]));
      decide(evidence);
      expect(evidence.asked).toEqual([]);
    }
  });

  test('from a blocked source no key is looked up', () => {
    const evidence = evidenceOf(new Set(['NOT_FOUND']));
    expect(decide({ ...evidence, sourceRefusal: () => 'w' })).toMatchObject({
      code: 'IP_NOT_ALLOWED',
      detail: 'w',
    });
    expect(evidence.asked).toEqual([]);
  });

  test('an observer sees the steps that ran, the last with its refusal', () => {
    const seen: [string, string | null][] = [];
    decide(evidenceOf(new Set(['IP_NOT_ALLOWED'])), (step, refusal) =>
      seen.push([step, refusal?.code ?? null]),
    );
    expect(seen).toEqual([
      ['parse', null],
      ['source', null],
      ['lookup', null],
      ['state', null],
      ['expiry', null],
      ['ip', 'IP_NOT_ALLOWED'],
    ]);
    expect(VERIFICATION_STEPS.map(({ step }) => step)).toEqual(VERIFICATION_STEP_NAMES);
  });

  test('bindings of a key that has none are not looked at, and are shown when somebody looks', () => {
    const unbound = (): Evidence & { readonly asked: string[] } => {
      const evidence = evidenceOf(new Set());
      return { ...evidence, findKey: () => ({ ...KEY, bindingsJson: null }) };
    };
    const quiet = unbound();
    decide(quiet);
    expect(quiet.asked).toEqual(['source', 'scope', 'rateLimit', 'quota', 'spend']);
    const seen: string[] = [];
    decide(unbound(), (step) => seen.push(step));
    expect(seen).toEqual(VERIFICATION_STEP_NAMES);
  });

  test('what is only observed never refuses, is noted in order, and nothing else is let off', () => {
    fc.assert(
      fc.property(fc.subarray(ORDER), (codes) => {
        const noted: RefusalCode[] = [];
        const evidence: Evidence = {
          ...evidenceOf(new Set(codes)),
          isObserving: () => true,
          noteObserved: ({ code }) => void noted.push(code),
        };
        const bindingCodes: readonly RefusalCode[] = Object.values(BINDING_CODES);
        const first = codes.find((code) => !bindingCodes.includes(code)) ?? null;
        expect(decide(evidence)?.code ?? null).toBe(first);
        const isReached = first === null || ORDER.indexOf(first) > ORDER.indexOf('TIME_NOT_ALLOWED');
        expect(noted).toEqual(isReached ? codes.filter((code) => bindingCodes.includes(code)) : []);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is said', () => {
  const withKey = (key: Partial<KeyFacts>): Evidence => ({
    ...evidenceOf(new Set()),
    findKey: () => ({ ...KEY, ...key }),
  });

  test('an ended overlap is told apart from a revoked key', () => {
    const revoked = decide(withKey({ revokedAtMs: NOW, secretEndsAtMs: NOW }));
    expect(revoked).toMatchObject({ code: 'REVOKED', detail: `Revoked on ${momentText(NOW)}.` });
    const ended = decide(withKey({ secretEndsAtMs: NOW }));
    expect(ended).toMatchObject({
      code: 'REVOKED',
      detail: `The overlap of this secret ended on ${momentText(NOW)}.`,
    });
    expect(decide(withKey({ secretEndsAtMs: NOW + 1 }))).toBeNull();
  });

  test('the message of a suspension is passed on', () => {
    const refusal = decide(withKey({ suspendedAtMs: 1, suspendMessage: 'Call us.' }));
    expect(refusal).toMatchObject({ code: 'SUSPENDED', detail: 'Call us.' });
    expect(refusal?.message).toContain('Call us.');
    expect(decide(withKey({ suspendedAtMs: 1 }))).toMatchObject({
      message: 'This API key is suspended.',
      detail: null,
    });
  });

  test('a key expires at its very millisecond', () => {
    expect(decide(withKey({ expiresAtMs: NOW }))?.code).toBe('EXPIRED');
    expect(decide(withKey({ expiresAtMs: NOW + 1 }))).toBeNull();
  });

  test('missing, rule and time to wait come from the step that failed', () => {
    expect(decide(evidenceOf(new Set(['INSUFFICIENT_SCOPE'])))).toMatchObject({
      missing: ['GET /a'],
      rule: 'r',
      detail: 'd',
      retryAfterMs: null,
    });
    expect(decide(evidenceOf(new Set(['QUOTA_EXCEEDED'])))).toMatchObject({ missing: [], retryAfterMs: 5 });
    expect(decide(evidenceOf(new Set(['NOT_FOUND'])))?.detail).toContain(KEY.keyId);
  });
});

describe('the words about an old secret', () => {
  const about = (facts: Partial<KeyFacts>) =>
    decide({ ...evidenceOf(new Set()), findKey: () => ({ ...KEY, ...facts }) });
  test('tell one that was replaced from one whose rotation was undone', () => {
    const ended = { secretEndsAtMs: NOW - 1 };
    expect(about({ ...ended, secretVersion: 1, currentVersion: 2 })).toMatchObject({
      code: 'REVOKED',
      message: 'This API key was replaced by a newer one.',
    });
    expect(about({ ...ended, secretVersion: 2, currentVersion: 1 })).toMatchObject({
      code: 'REVOKED',
      message: 'This API key was withdrawn. Use the former one.',
    });
  });
  test('name the end of a trial, and when it is worth to ask again', () => {
    const trial = { brownoutFromMs: NOW - 100, brownoutEveryMs: 10_000, brownoutLengthMs: 400 };
    const refusal = about({ ...trial, secretEndsAtMs: NOW + 60_000, currentVersion: 2 });
    expect(refusal).toMatchObject({ code: 'REVOKED', retryAfterMs: 300 });
    expect(refusal?.detail).toContain(`until ${momentText(NOW + 300)}`);
    expect(about({ ...trial, brownoutFromMs: NOW - 400, secretEndsAtMs: NOW + 60_000 })).toBeNull();
  });
});
