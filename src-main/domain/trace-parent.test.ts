import { expect, test } from 'vitest';
import { traceIdOf } from './trace-parent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('a valid traceparent gives its trace id, also one of a later version with more parts', () => {
  expect(traceIdOf(`00-${TRACE}-${SPAN}-01`)).toBe(TRACE);
  expect(traceIdOf(` 00-${TRACE}-${SPAN}-00 `)).toBe(TRACE);
  expect(traceIdOf(`cc-${TRACE}-${SPAN}-01-what-comes`)).toBe(TRACE);
});

test('anything else gives none', () => {
  const invalid = [
    undefined,
    '',
    'hello',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}\n-${SPAN}-01`,
  ];
  for (const text of invalid) expect(traceIdOf(text), text).toBeNull();
});
