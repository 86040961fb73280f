/** Room around every chart, so that their plots line up under each other. px. */
export const CHART_MARGIN = { top: 8, right: 12, bottom: 0, left: 0 } as const;

/** Looks of the time axis that all charts share. */
export const TIME_AXIS = {
  dataKey: 'start',
  type: 'category',
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
