import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applicationId, keyId, partnerId, requestId, timestampMs } from '#contract/ids.ts';
import { WARNING_CODES } from '#contract/verify.ts';
import type { ValidDecision } from '#contract/verify.ts';
import { decisionText } from './decision-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const count = fc.nat();
const moment = fc.nat().map((ms) => timestampMs.parse(ms));
const id = (length: number) => fc.stringMatching(new RegExp(`^[0-9A-Za-z]{${String(length)}}$`));
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const rateLimit = fc.record({ limit: count, remaining: count, resetMs: count, windowMs: count });

/** Every field of the contract: the compiler refuses this when one is missing. */
const key: fc.Arbitrary<Required<ValidDecision['key']>> = fc.record({
  keyId: id(12).map((text) => keyId.parse(text)),
  name: anyText,
  environment: fc.constantFrom('live', 'test'),
  secretVersion: count,
  scopes: fc.array(anyText, { maxLength: 4 }),
  expiresAt: orNull(moment),
  graceEndsAt: moment,
  meta: fc.oneof(fc.constant({}), fc.dictionary(anyText, fc.jsonValue(), { maxKeys: 3 })),
  externalId: orNull(anyText),
});
const valid: fc.Arbitrary<Omit<Required<ValidDecision>, 'trace'>> = fc.record({
  valid: fc.constant(true),
  code: fc.constant('VALID'),
  status: fc.constant(200),
  requestId: fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/).map((text) => requestId.parse(text)),
  key: fc.tuple(key, fc.boolean()).map(([{ graceEndsAt, ...others }, hasGrace]) => {
    const { meta, externalId, ...before } = others;
    return { ...before, ...(hasGrace ? { graceEndsAt } : {}), meta, externalId };
  }),
  application: fc.record({
    id: id(16).map((text) => applicationId.parse(`app_${text}`)),
    name: anyText,
    slug: fc.stringMatching(/^[a-z0-9]{2,24}$/),
  }),
  partner: fc.record({
    id: id(16).map((text) => partnerId.parse(`par_${text}`)),
    name: anyText,
    tier: anyText,
  }),
  rateLimit: orNull(rateLimit),
  rateLimits: fc.array(
    fc.tuple(anyText, rateLimit).map(([name, rate]) => ({ name, ...rate })),
    { maxLength: 3 },
  ),
  quota: orNull(
    fc.record({ limit: count, remaining: count, period: fc.constantFrom('day', 'month'), resetsAt: moment }),
  ),
  rotation: orNull(
    fc.record({
      state: fc.constant('retiring'),
      rotatedAt: moment,
      secretEndsAt: moment,
      currentVersion: count,
    }),
  ),
  warnings: fc.array(fc.record({ code: fc.constantFrom(...WARNING_CODES), message: anyText }), {
    maxLength: 2,
  }),
  latencyUs: fc.integer({ min: 0, max: 10_000_000 }).map((tenths) => tenths / 10),
});

test('an answer that lets a request pass is the JSON that JSON.stringify makes, byte for byte, for any field and any text', () => {
  fc.assert(
    fc.property(valid, (decision) => {
      expect(decisionText(decision)).toBe(JSON.stringify(decision));
    }),
    { numRuns: 300 },
  );
});

test('the steps of an explained decision are in its JSON', () => {
  const [decision] = fc.sample(valid, 1);
  if (decision === undefined) throw new Error('No sample.');
  const explained = {
    ...decision,
    trace: [{ step: 'parse', outcome: 'passed', detail: null, tookUs: 1 }] as never,
  };
  expect(decisionText(explained)).toBe(JSON.stringify(explained));
});
