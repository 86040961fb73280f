const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** `12,480`. */
export function count(value: number): string {
  return whole.format(value);
}

/** Up to 9,999 exactly, above that `10k+`. For badges. */
export function cappedCount(value: number): string {
  return value > 9_999 ? '10k+' : whole.format(value);
}

/** `1.2K`, `3M`. For axes and tight columns. */
export function compactCount(value: number): string {
  return short.format(value);
}

/** Share 0 to 1 as `3.8 %`; `0 %` only for zero, `< 0.1 %` for what would round to it. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${oneDigit.format(share * 100)} %`;
}

/** Share 0 to 1 as `99.98 %`, rounded down: nothing but all is `100 %`. */
export function finePercent(share: number): string {
  return `${twoDigits.format(Math.floor(share * 10_000 + 1e-9) / 100)} %`;
}

/** `1 key`, `2 keys`: a count with its noun. `plural` defaults to the noun with an s. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${whole.format(value)} ${value === 1 ? noun : plural}`;
}

/** `118 requests/s` figure: one digit below ten, none above. */
export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? oneDigit.format(perSecond) : whole.format(perSecond);
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `5.1 kB`, decimal units. */
export function bytes(value: number): string {
  let rest = value;
  let index = 0;
  while (rest >= 1_000 && index < BYTE_UNITS.length - 1) {
    rest /= 1_000;
    index += 1;
  }
  return `${index === 0 ? whole.format(rest) : oneDigit.format(rest)} ${BYTE_UNITS[index] ?? 'B'}`;
}
