import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import { useCallersOf, useTightestLimits } from '#renderer/api/queries.ts';
import { useUsageByKey } from '#renderer/api/traffic-queries.ts';
import { FigureStore, type KeyFigures } from './figure-store.ts';

/** Rows stay in view this long before their figures are asked for, so that fast scrolling asks for nothing. */
const SETTLE_MS = 150;
/** The server takes at most this many keys a call. */
const KEYS_MAX = 200;
/** How old counters of limits get. */
const LIMITS_EVERY_MS = 5_000;
/** The log reads a day of requests for this. */
const CALLERS_EVERY_MS = 60_000;

/** Stores for figures; cells read from them. */
export function useKeyFigures(): KeyFigures {
  const [figures] = useState((): KeyFigures => ({
    usage: new FigureStore(),
    limits: new FigureStore(),
    callers: new FigureStore(),
  }));
  return figures;
}

/** Fills the stores for the rows that are in view: tell it the drawn rows. Nothing is asked for a column that nobody shows. */
export function useVisibleFigures(
  figures: KeyFigures,
  isShown: (columnId: string) => boolean,
): (rows: readonly KeySummary[]) => void {
  const [keyIds, setKeyIds] = useState<readonly KeyId[]>([]);
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
  const optionsOf = (...columns: readonly string[]) => ({
    isEnabled: keyIds.length > 0 && columns.some(isShown),
    keepsPrevious: true,
  });
  const usage = useUsageByKey({ keyIds }, optionsOf('usage', 'errors')).data;
  const limits = useTightestLimits({ keyIds }, { ...optionsOf('limitUsed'), everyMs: LIMITS_EVERY_MS }).data;
  const callers = useCallersOf({ keyIds }, { ...optionsOf('callers'), everyMs: CALLERS_EVERY_MS }).data;
  useEffect(() => {
    if (usage !== undefined) figures.usage.put(usage);
  }, [usage, figures]);
  useEffect(() => {
    if (limits !== undefined) figures.limits.put(limits);
  }, [limits, figures]);
  useEffect(() => {
    if (callers !== undefined) figures.callers.put(callers);
  }, [callers, figures]);
  return onDrawn;
}
