/** Room around every chart, so that their plots line up under each other. px. */
export const CHART_MARGIN = { top: 8, right: 12, bottom: 0, left: 0 } as const;

/** Looks of the time axis that all charts share. */
export const TIME_AXIS = {
  dataKey: 'start',
  type: 'category',
  // Half a bucket of room on both sides: lines have their points where columns have their middle.
  scale: 'band',
  tickLine: false,
  interval: 0,
  height: 22,
  tickMargin: 6,
} as const;

/** Looks of the value axis that all charts share: same width, so that crosshairs line up. */
export const VALUE_AXIS = {
  width: 52,
  axisLine: false,
  tickLine: false,
  interval: 0,
} as const;

/** A line of the chart library that nobody sees: crosshair, tooltip and keys move along one, and the charts draw their data themselves. */
export const CARRIER = {
  dataKey: () => 0,
  stroke: 'none',
  dot: false,
  activeDot: false,
  isAnimationActive: false,
} as const;
