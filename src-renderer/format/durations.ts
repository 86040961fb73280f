const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

const UNITS = [
  { ms: 86_400_000, one: 'day', many: 'days' },
  { ms: 3_600_000, one: 'hour', many: 'hours' },
  { ms: 60_000, one: 'minute', many: 'minutes' },
  { ms: 1_000, one: 'second', many: 'seconds' },
] as const;

/** `2 days`, `1 hour 30 minutes`: at most two units, rounded down; below a second in ms. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${String(Math.max(0, Math.round(ms)))} ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const unit of UNITS) {
    const value = Math.floor(rest / unit.ms);
    if (value === 0) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(`${String(value)} ${value === 1 ? unit.one : unit.many}`);
    rest -= value * unit.ms;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** Microseconds as `84 µs`, `1.8 ms` or `2.1 s`. */
export function latency(us: number): string {
  if (us < 1_000) return `${String(Math.round(us))} µs`;
  if (us < 1_000_000) return `${oneDigit.format(us / 1_000)} ms`;
  return `${oneDigit.format(us / 1_000_000)} s`;
}

/** `45 s`, `1 min 20 s`: for counting down. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${String(seconds)} s`;
  const rest = seconds % 60;
  return `${String(Math.floor(seconds / 60))} min${rest === 0 ? '' : ` ${String(rest)} s`}`;
}
