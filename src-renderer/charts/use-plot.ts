import { usePlotArea } from 'recharts';
import type { Plot } from './plot-paths.ts';

/** Where the chart around it draws `buckets` buckets up to the value `top`; null before its size is known, and without anything to
 *  draw. */
export function usePlot(buckets: number, top: number): Plot | null {
  const area = usePlotArea();
  if (area === undefined || buckets === 0 || !(top > 0)) return null;
  const { x, y, width, height } = area;
  return { x, y, width, height, buckets, top };
}
