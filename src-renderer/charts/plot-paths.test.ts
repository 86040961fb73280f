import { expect, test } from 'vitest';
import { columnsPath, heightOf, linePath, middleOf, type Plot } from './plot-paths.ts';

const PLOT: Plot = { x: 50, y: 10, width: 200, height: 100, buckets: 10, top: 40 };

test('a bucket has its middle in its share of the width, a value its height between the lower edge and the upper', () => {
  expect(middleOf(PLOT, 0)).toBe(60);
  expect(middleOf(PLOT, 9)).toBe(240);
  expect(heightOf(PLOT, 0)).toBe(110);
  expect(heightOf(PLOT, 10)).toBe(85);
  expect(heightOf(PLOT, 40)).toBe(10);
});

test('parts of columns are rectangles in one path, with a tenth of the bucket free on each side', () => {
  const parts = [
    { bucket: 0, from: 0, to: 20 },
    { bucket: 3, from: 20, to: 40 },
  ];
  expect(columnsPath(PLOT, parts, 0)).toBe('M52,60h16v50h-16zM112,10h16v50h-16z');
});

test('an outline stays inside its part, and what is too thin to be seen is drawn all the same', () => {
  expect(columnsPath(PLOT, [{ bucket: 0, from: 0, to: 20 }], 0.5)).toBe('M52.5,60.5h15v49h-15z');
  expect(columnsPath(PLOT, [{ bucket: 0, from: 0, to: 0.01 }], 0)).toContain('v0.5');
});

test('a line goes through its values, and a bucket without one is a gap', () => {
  expect(linePath(PLOT, [0, 40, null, null, 20, 20, null, null, null, 0])).toBe(
    'M60,110L80,10M140,60L160,60M240,110',
  );
  expect(linePath(PLOT, [null, null])).toBe('');
});
