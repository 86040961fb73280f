import { useState } from 'react';
import { TRAFFIC_SERIES, type TrafficSeries } from './traffic-series.ts';

const STORAGE_KEY = 'latchkey.hiddenSeries';

/** Series that this person switched off in the legend, kept in this browser; and the switch. Nothing is hidden at first. */
export function useHiddenSeries(): readonly [ReadonlySet<TrafficSeries>, (series: TrafficSeries) => void] {
  const [hidden, setHidden] = useState<ReadonlySet<TrafficSeries>>(() => {
    const words = (localStorage.getItem(STORAGE_KEY) ?? '').split(',');
    return new Set(TRAFFIC_SERIES.filter((series) => words.includes(series)));
  });
  const toggle = (series: TrafficSeries) => {
    const next = new Set(hidden);
    if (!next.delete(series)) next.add(series);
    localStorage.setItem(STORAGE_KEY, [...next].join(','));
    setHidden(next);
  };
  return [hidden, toggle];
}
