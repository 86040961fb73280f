import { useState } from 'react';
import { timestampMs } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import { DAY_MS, MINUTE_MS } from '#contract/usage.ts';
import { useKey } from '#renderer/api/queries.ts';
import { useUsageSummary } from '#renderer/api/traffic-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { rehearse } from '#renderer/format/rehearsal.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { CallerList } from './caller-list.tsx';
import styles from './dialogs.module.css';

const RANGE_MS = 7 * DAY_MS;

/** A rotation as it would go, from the traffic of the last week: who is told in time by the answers, and who would be refused first.
 *  Looking changes nothing. */
export function RotationRehearsal(props: {
  readonly subject: KeySummary;
  readonly overlapMs: number;
  readonly idleEndMs: number | null;
}) {
  const { subject, overlapMs, idleEndMs } = props;
  const [range] = useState(() => {
    const to = Math.ceil(nowMs() / MINUTE_MS) * MINUTE_MS;
    return { from: timestampMs.parse(to - RANGE_MS), to: timestampMs.parse(to) };
  });
  const summary = useUsageSummary({ keyId: subject.keyId, ...range });
  const key = useKey({ keyId: subject.keyId });
  const current = key.data?.secrets.find(({ state }) => state === 'current');
  return (
    <AsyncRegion query={summary} subject="The callers of the last 7 days">
      {({ callers }) =>
        current === undefined ? (
          <p className={styles.hint}>This key has no current secret.</p>
        ) : (
          <Rehearsed
            {...rehearse(callers, { version: current.version, overlapMs, idleEndMs, rangeMs: RANGE_MS })}
          />
        )
      }
    </AsyncRegion>
  );
}

function Rehearsed({ told, untold }: ReturnType<typeof rehearse>) {
  if (told.length + untold.length === 0)
    return <p>Nobody used the current secret in the last 7 days: nobody would notice.</p>;
  return (
    <>
      {told.length > 0 && (
        <>
          <p>
            {counted(told.length, 'caller')} would be told in time: at the pace of the last 7 days, a call
            comes while both secrets work, and its answer carries <code>Deprecation</code> and{' '}
            <code>Sunset</code>.
          </p>
          <CallerList callers={told} label="Callers that would be told in time" />
        </>
      )}
      {untold.length > 0 && (
        <>
          <p>
            <strong>{counted(untold.length, 'caller')}</strong> may not be told: the next call may come when
            the old secret has ended, and is refused.
          </p>
          <CallerList callers={untold} label="Callers that may be refused" />
        </>
      )}
    </>
  );
}
