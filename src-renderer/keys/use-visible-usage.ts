import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import { useUsageByKey } from '#renderer/api/queries.ts';
import { UsageStore } from './usage-store.ts';

/** Rows stay in view this long before their figures are asked for, so that fast scrolling asks for nothing. */
const SETTLE_MS = 150;
/** The server takes at most this many keys a call. */
const KEYS_MAX = 200;

/** Usage of the rows that are in view: tell it the drawn rows; cells read the figures from its store. */
export function useVisibleUsage(): {
  readonly onDrawn: (rows: readonly KeySummary[]) => void;
  readonly store: UsageStore;
} {
  const [keyIds, setKeyIds] = useState<readonly KeyId[]>([]);
  const [store] = useState(() => new UsageStore());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const onDrawn = useCallback((rows: readonly KeySummary[]) => {
    if (timer.current !== null) clearTimeout(timer.current);
    const ids = rows.slice(0, KEYS_MAX).map((row) => row.keyId);
    timer.current = setTimeout(() => {
      setKeyIds((before) => (before.join() === ids.join() ? before : ids));
    }, SETTLE_MS);
  }, []);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  const usage = useUsageByKey({ keyIds }, { isEnabled: keyIds.length > 0, keepsPrevious: true });
  useEffect(() => {
    if (usage.data !== undefined) store.put(usage.data);
  }, [usage.data, store]);
  return { onDrawn, store };
}
