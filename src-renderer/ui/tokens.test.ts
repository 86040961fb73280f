import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Rgb = readonly [number, number, number];

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokens = (theme: 0 | 1): Map<string, Rgb> =>
  new Map(
    [...css.matchAll(/--([a-z0-9-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);/g)].map(
      ([, name = '', light = '', dark = '']) => [name, rgb(theme === 0 ? light : dark)],
    ),
  );

function rgb(hex: string): Rgb {
  const at = (index: number) => Number.parseInt(hex.slice(index, index + 2), 16);
  return [at(0), at(2), at(4)];
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const SURFACES = ['bg', 'surface', 'raised', 'sunken'];

for (const theme of [0, 1] as const) {
  const name = theme === 0 ? 'light' : 'dark';
  const of = (token: string): Rgb => {
    const colour = tokens(theme).get(token);
    if (colour === undefined) throw new Error(`No token ${token}`);
    return colour;
  };

  test(`${name}: every text and status colour can be read on every surface (4.5:1)`, () => {
    for (const text of ['ink', 'ink-2', 'ink-3', 'ok', 'info', 'warn', 'danger', 'violet', 'accent']) {
      for (const surface of SURFACES) {
        expect(contrast(of(text), of(surface)), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test(`${name}: control borders, focus ring and series can be told from the surface (3:1)`, () => {
    for (const graphic of ['line-strong', 'focus']) {
      for (const surface of SURFACES) {
        expect(contrast(of(graphic), of(surface)), `${graphic} on ${surface}`).toBeGreaterThanOrEqual(3);
      }
    }
    for (const series of ['2xx', '3xx', '4xx', '429', '5xx', 'refused']) {
      expect(contrast(of(`chart-${series}`), of('surface')), series).toBeGreaterThanOrEqual(3);
    }
  });

  test(`${name}: the words on the primary button and on selected rows can be read`, () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('ink-3'), of('accent-soft'))).toBeGreaterThanOrEqual(4.5);
  });
}
