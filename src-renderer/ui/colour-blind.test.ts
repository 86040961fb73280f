import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Three = readonly [number, number, number];
type Matrix = readonly [Three, Three, Three];

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const SERIES = ['2xx', '3xx', '4xx', '429', '5xx', 'refused'];

/** What people see who lack a kind of cone, in linear RGB: Machado, Oliveira and Fernandes (2009), full severity. */
const SIGHTS: Readonly<Record<string, Matrix>> = {
  'full sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Least distance in OKLab that was measured when the colours were chosen, rounded down. */
const LEAST = { light: 0.13, dark: 0.097 };

const times = (matrix: Matrix, [x, y, z]: Three): Three => {
  const [a, b, c] = matrix.map((row) => row[0] * x + row[1] * y + row[2] * z);
  return [a ?? 0, b ?? 0, c ?? 0];
};

function linear(hex: string): Three {
  const [r, g, b] = [0, 2, 4].map((index) => {
    const share = Number.parseInt(hex.slice(index, index + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [r ?? 0, g ?? 0, b ?? 0];
}

function oklab(rgb: Three): Three {
  const [l, m, s] = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    [Math.max(0, rgb[0]), Math.max(0, rgb[1]), Math.max(0, rgb[2])],
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)],
  );
}

const distance = (a: Three, b: Three): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

function seriesColours(theme: 'light' | 'dark'): readonly { readonly name: string; readonly rgb: Three }[] {
  return SERIES.map((name) => {
    const found = new RegExp(`--chart-${name}: light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\)`).exec(css);
    const hex = theme === 'light' ? found?.[1] : found?.[2];
    if (hex === undefined) throw new Error(`No token for the series ${name}`);
    return { name, rgb: linear(hex) };
  });
}

for (const theme of ['light', 'dark'] as const) {
  for (const [sight, matrix] of Object.entries(SIGHTS)) {
    test(`${theme}: the six series of the charts can be told from each other with ${sight}`, () => {
      const colours = seriesColours(theme).map(({ name, rgb }) => ({ name, lab: oklab(times(matrix, rgb)) }));
      for (const [index, one] of colours.entries()) {
        for (const other of colours.slice(index + 1)) {
          expect(distance(one.lab, other.lab), `${one.name} and ${other.name}`).toBeGreaterThanOrEqual(
            LEAST[theme],
          );
        }
      }
    });
  }
}
