import { TriangleAlert } from 'lucide-react';
import { TARGETS, type Health } from '#contract/health.ts';
import type { SystemStatus } from '#contract/system.ts';
import { latency } from '#renderer/format/durations.ts';
import { count, finePercent, percent } from '#renderer/format/numbers.ts';
import styles from './on-call.module.css';

/** The service levels as figures, each with its target. `answers` are of the last hour whatever the range; null = not known yet. */
export function Tiles({
  health,
  answers,
}: {
  readonly health: Health;
  readonly answers: SystemStatus['answers'] | null;
}) {
  const { auth, latencyUs, limits } = health;
  const isGood = auth.rate === null || auth.rate >= TARGETS.successRate;
  const isFast = latencyUs === null || latencyUs.p95 <= TARGETS.latencyUs;
  const time = (us: number | undefined): string => (us === undefined ? '—' : latency(us));
  return (
    <dl className={styles.tiles}>
      <Tile
        name="Success rate"
        value={auth.rate === null ? '—' : finePercent(auth.rate)}
        isMissed={!isGood}
        note={`Target ${finePercent(TARGETS.successRate)}`}
      />
      <Tile
        name="Failed"
        value={count(auth.bad)}
        note={`${count(auth.unknown)} unknown, ${count(auth.withdrawn)} withdrawn or expired, ${count(auth.rotation)} old secrets`}
      />
      <Tile name="Half within" value={time(latencyUs?.p50)} note="Time to decide, p50" />
      <Tile
        name="95 % within"
        value={time(latencyUs?.p95)}
        isMissed={!isFast}
        note={`p95, target ${latency(TARGETS.latencyUs)}`}
      />
      <Tile name="99 % within" value={time(latencyUs?.p99)} note="p99" />
      <AnswerTile answers={answers} />
      <Tile
        name="Over a limit"
        value={percent(limits.share)}
        isMissed={limits.share > TARGETS.limitShare}
        note={`${count(limits.rateLimited)} rate, ${count(limits.quotaExceeded)} quota; target ${percent(TARGETS.limitShare)}`}
      />
      <Tile
        name="Requests"
        value={count(health.total)}
        note={health.keysUsed === 1 ? 'with 1 key' : `with ${count(health.keysUsed)} keys`}
      />
    </dl>
  );
}

/** The same as callers saw it, with the waiting before and after the decision. */
function AnswerTile({ answers }: { readonly answers: SystemStatus['answers'] | null }) {
  const figures = answers?.latencyUs ?? null;
  if (figures === null)
    return <Tile name="95 % answered within" value="—" note="No answer in the last hour" />;
  return (
    <Tile
      name="95 % answered within"
      value={latency(figures.p95)}
      isMissed={figures.p95 > TARGETS.latencyUs}
      note={`Arrival to answer, last hour: p50 ${latency(figures.p50)}, p99 ${latency(figures.p99)}; target ${latency(TARGETS.latencyUs)}`}
    />
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly isMissed?: boolean;
}

function Tile({ name, value, note, isMissed = false }: TileProps) {
  return (
    <div className={styles.tile} data-missed={isMissed}>
      <dt>{name}</dt>
      <dd>
        {value}
        {isMissed && <TriangleAlert aria-label="Misses its target" size={16} />}
      </dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  );
}
