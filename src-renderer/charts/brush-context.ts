import { createContext, useContext } from 'react';
import type { ChartEvent, Stretch } from './chart-marks.ts';

/** What a brush shares with the marks inside its chart. */
interface BrushState {
  readonly shown: Stretch | null;
  readonly events: readonly ChartEvent[];
  /** Told which bucket is at the crosshair; null while there is none. */
  readonly noteActive: (bucket: number | null) => void;
}

/** Provided by BrushArea. */
export const BrushContext = createContext<BrushState | null>(null);

/** The brush around this chart; null without one. */
export function useBrush(): BrushState | null {
  return useContext(BrushContext);
}
