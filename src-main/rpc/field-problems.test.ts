import { expect, it } from 'vitest';
import { z } from 'zod';
import { fieldProblems } from './field-problems.ts';

const KEY = 'lk_live_datafeed_k7Qd2mX9pR4t_8sW2m1Cx5VbN6hJ3k7Qd2mX9pR4tLkX7bT14fQ0a9Zr2z9f4A';

it('a key that was sent as the name of a field is not in the problem, the public part of it is', () => {
  const parsed = z.strictObject({ path: z.string() }).safeParse({ path: '/', [KEY]: 1 });
  const [problem] = fieldProblems(parsed.error?.issues ?? []);
  expect(problem?.path).toBe('lk_live_datafeed_k7Qd2mX9pR4t_[redacted]');
});
