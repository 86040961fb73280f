import { describe, expect, it } from 'vitest';
import { lineData } from './line-data.ts';
import type { TrafficPoint } from './traffic-series.ts';

const points = [1, null, 3, 4].map(
  (value, index) =>
    ({ start: index, end: index + 1, isPartial: index === 3, errorRate: value }) as TrafficPoint,
);

describe('line data', () => {
  const data = lineData(points, [{ valueOf: (point) => point.errorRate }]);

  it('keeps gaps, and the bucket still filling out of the solid line', () => {
    expect(data.map((datum) => datum.solid[0])).toEqual([1, null, 3, null]);
    expect(data.map((datum) => datum.partial[0])).toEqual([null, null, 3, 4]);
  });

  it('marks a value between gaps, which a line would not show', () => {
    expect(data.map((datum) => datum.alone[0])).toEqual([true, false, false, false]);
  });
});
