import { useState } from 'react';
import type { LeakId, TimestampMs } from '#contract/ids.ts';
import type { LeakMatch } from '#contract/leaks.ts';
import { useBlockSources, useRecordLeak, useRevokeKey, useSuspendKey } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { enforcedText, useEnforcement } from '#renderer/keys/use-enforcement.ts';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** How a leaked key is taken out of use. */
export type Containment = 'revoke' | 'suspend';

/** The key is out of use; null: its incident could not be stored. */
interface Contained {
  readonly leakId: LeakId | null;
}

interface ContainInput {
  readonly containment: Containment;
  readonly match: Pick<LeakMatch, 'keyId' | 'name' | 'secretVersion'>;
  readonly place: string;
  readonly foundAt: TimestampMs;
  /** Blocked for every key after the key is out of use. */
  readonly sources: readonly string[];
}

const REASON = 'Leaked';

/** Takes a key out of use as leaked, and begins its incident; null when the key was not. The key comes first: an incident that cannot be stored is told, and
 *  stops nothing. */
export function useContain() {
  const record = useRecordLeak();
  const revoke = useRevokeKey();
  const suspend = useSuspendKey();
  const block = useBlockSources();
  const enforcedAfter = useEnforcement();
  const { say } = useToasts();
  const [isRunning, setRunning] = useState(false);
  const contain = async ({
    containment,
    match,
    place,
    foundAt,
    sources,
  }: ContainInput): Promise<Contained | null> => {
    const { keyId, name, secretVersion } = match;
    setRunning(true);
    try {
      const clickedAtMs = nowMs();
      const ended =
        containment === 'revoke'
          ? await revoke.run({ keyId, reason: 'leaked', note: place === '' ? null : place })
          : await suspend.run({ keyId, reason: place === '' ? REASON : `${REASON}: ${place}` });
      if (!ended.ok) return null;
      const moments = { clickedAtMs, answeredAtMs: nowMs() };
      const recorded = await record.run({ keyId, secretVersion, place, foundAt });
      const leakId = recorded.ok ? recorded.data.id : null;
      if (sources.length > 0) {
        const reason = `Used the leaked key ${name}`;
        const blocked = await block.run({ networks: sources, reason, leakId });
        if (!blocked.ok)
          say('The sources are not blocked.', { tone: 'failure', detail: blocked.error.message });
      }
      const enforced = await enforcedAfter(keyId, moments);
      const done = containment === 'revoke' ? 'is revoked' : 'is suspended';
      say(`${name} ${done}.`, {
        tone: enforced === null ? 'failure' : 'done',
        detail: enforcedText('the key', enforced),
      });
      if (recorded.ok) return { leakId };
      say(`${name} ${done}, but the incident could not be stored.`, {
        tone: 'failure',
        detail: recorded.error.message,
      });
      return { leakId: null };
    } finally {
      setRunning(false);
    }
  };
  return { contain, isRunning, error: revoke.error ?? suspend.error };
}
