import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** As much of vitest as the tests of small parts use, in a process that runs them thousands of times. What it does not know throws. */
interface Suite {
  readonly tests: (() => unknown)[];
}

const suite: Suite = { tests: [] };

/** Runs every test that was collected, in order; stops at the first that fails. */
export async function runTests(): Promise<Error | null> {
  for (const one of suite.tests) {
    try {
      await one();
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  return null;
}

/** How many there are. */
export function testCount(): number {
  return suite.tests.length;
}

type Body = (...args: never[]) => unknown;

function define(_name: string, body: Body): void {
  suite.tests.push(() => body());
}

const collected = Object.assign(define, {
  each: (rows: readonly unknown[]) => (_name: string, body: Body) => {
    for (const row of rows) suite.tests.push(() => body(...((Array.isArray(row) ? row : [row]) as never[])));
  },
});
/** Two names of one, as in vitest. */
export { collected as it, collected as test };

/** Groups have no meaning here. */
export function describe(_name: string, body: () => void): void {
  body();
}

class Matching {
  readonly matches: (value: unknown) => boolean;
  constructor(matches: (value: unknown) => boolean) {
    this.matches = matches;
  }
}

/** What the tests say of a value. */
export const expect = Object.assign(
  (actual: unknown, _message?: string) => ({ ...matchers(actual, true), not: matchers(actual, false) }),
  {
    stringContaining: (part: string) =>
      new Matching((value) => typeof value === 'string' && value.includes(part)),
    stringMatching: (shape: RegExp | string) =>
      new Matching((value) => typeof value === 'string' && new RegExp(shape).test(value)),
    any: (kind: { readonly name: string }) =>
      new Matching((value) => typeof value === kind.name.toLowerCase()),
  },
);

function matchers(actual: unknown, wanted: boolean) {
  const check = (holds: boolean): void => {
    assert.equal(holds, wanted);
  };
  const number = Number(actual);
  return {
    toBe: (other: unknown) => check(Object.is(actual, other)),
    toEqual: (other: unknown) => check(equals(actual, other, false)),
    toStrictEqual: (other: unknown) => check(equals(actual, other, false)),
    toMatchObject: (other: unknown) => check(equals(actual, other, true)),
    toBeNull: () => check(actual === null),
    toBeUndefined: () => check(actual === undefined),
    toBeGreaterThan: (other: number) => check(number > other),
    toBeGreaterThanOrEqual: (other: number) => check(number >= other),
    toBeLessThan: (other: number) => check(number < other),
    toBeLessThanOrEqual: (other: number) => check(number <= other),
    toBeCloseTo: (other: number) => check(Math.abs(number - other) < 0.005),
    toHaveLength: (length: number) =>
      check((actual as { readonly length?: number } | null)?.length === length),
    toContain: (part: unknown) => check((actual as readonly unknown[]).includes(part)),
    toMatch: (shape: RegExp | string) =>
      check(typeof shape === 'string' ? String(actual).includes(shape) : shape.test(String(actual))),
    toThrow: (shape?: RegExp | string | (new (...args: never[]) => Error)) => check(throws(actual, shape)),
  };
}

function throws(work: unknown, shape?: RegExp | string | (new (...args: never[]) => Error)): boolean {
  try {
    (work as () => void)();
    return false;
  } catch (error) {
    if (shape === undefined) return true;
    if (typeof shape === 'function') return error instanceof shape;
    const message = error instanceof Error ? error.message : String(error);
    return typeof shape === 'string' ? message.includes(shape) : shape.test(message);
  }
}

/** Members that are undefined do not count, as in vitest; with `isPart` what `wanted` does not name may be there too. */
function equals(actual: unknown, wanted: unknown, isPart: boolean): boolean {
  if (wanted instanceof Matching) return wanted.matches(actual);
  if (typeof wanted !== 'object' || wanted === null || typeof actual !== 'object' || actual === null)
    return Object.is(actual, wanted);
  if (Array.isArray(wanted) || Array.isArray(actual)) {
    if (!Array.isArray(wanted) || !Array.isArray(actual) || actual.length !== wanted.length) return false;
    return wanted.every((one, index) => equals((actual as unknown[])[index], one, isPart));
  }
  if (!isPlain(wanted)) return isDeepStrictEqual(actual, wanted);
  const names = new Set([...Object.keys(wanted), ...(isPart ? [] : Object.keys(actual))]);
  return [...names].every((name) => equals((actual as never)[name], (wanted as never)[name], isPart));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
