import { nowMs, useNow } from './clock.ts';
import { absoluteTime, relativeTime } from './time.ts';
import { useTimeZone } from './time-zone.tsx';

interface MomentProps {
  /** ms UTC. */
  readonly at: number;
  readonly className?: string;
}

/** "3 min ago" that keeps itself up to date; the tooltip has the moment in local time and in UTC. */
export function RelativeTime({ at, className }: MomentProps) {
  // A moment of the last minute changes every second; an older one need not wake the page that often.
  const now = useNow(Math.abs(nowMs() - at) < 120_000 ? 1_000 : 15_000);
  return (
    <time
      className={className}
      dateTime={new Date(at).toISOString()}
      title={`${absoluteTime(at, 'local')} local · ${absoluteTime(at, 'utc')}`}
    >
      {relativeTime(at, now)}
    </time>
  );
}

/** A moment in the chosen zone; the tooltip has the other one. */
export function AbsoluteTime({ at, className }: MomentProps) {
  const { choice } = useTimeZone();
  return (
    <time
      className={className}
      dateTime={new Date(at).toISOString()}
      title={choice === 'utc' ? `${absoluteTime(at, 'local')} local` : absoluteTime(at, 'utc')}
    >
      {absoluteTime(at, choice)}
    </time>
  );
}
