import { useActiveTooltipLabel } from 'recharts';
import type { LineDatum } from './line-data.ts';
import { heightOf, linePath, middleOf } from './plot-paths.ts';
import { usePlot } from './use-plot.ts';

/** Radius of a value between two gaps, and of the values under the crosshair, px. */
const LONE_PX = 1.75;
const ACTIVE_PX = 3;

/** How a line looks; the dash pattern is the second channel beside the colour. */
export interface LineLook {
  readonly name: string;
  readonly colour: string;
  readonly dash?: string;
}

interface LinesLayerProps {
  readonly data: readonly LineDatum[];
  readonly lines: readonly LineLook[];
  /** Value at the upper edge of the plot. */
  readonly top: number;
}

/** Inside a chart: its lines, each with the dashed step into the bucket that is still filling and a dot for a value between two gaps,
 *  which makes no line. The chart's own would measure each path in the page and make an element of each value. */
export function LinesLayer({ data, lines, top }: LinesLayerProps) {
  const plot = usePlot(data.length, top);
  if (plot === null) return null;
  return (
    <g fill="none" data-testid="lines">
      {lines.map(({ name, colour, dash }, line) => (
        <g key={name} style={{ stroke: colour }}>
          <path
            d={linePath(
              plot,
              data.map((datum) => datum.solid[line] ?? null),
            )}
            strokeWidth={1.5}
            strokeDasharray={dash}
          />
          <path
            d={linePath(
              plot,
              data.map((datum) => datum.partial[line] ?? null),
            )}
            strokeDasharray="2 3"
            data-partial="true"
          />
          <Dots
            {...{ data, line, plot, colour }}
            radius={LONE_PX}
            isShown={(datum) => datum.alone[line] === true}
          />
        </g>
      ))}
    </g>
  );
}

/** Inside a chart: the values under the crosshair. */
export function ActiveDots({ data, lines, top }: LinesLayerProps) {
  const plot = usePlot(data.length, top);
  const label = useActiveTooltipLabel();
  if (plot === null || label === undefined) return null;
  return lines.map(({ name, colour }, line) => (
    <Dots
      key={name}
      {...{ data, line, plot, colour }}
      radius={ACTIVE_PX}
      isShown={(datum) => datum.start === Number(label)}
    />
  ));
}

interface DotsProps {
  readonly data: readonly LineDatum[];
  readonly line: number;
  readonly plot: NonNullable<ReturnType<typeof usePlot>>;
  readonly colour: string;
  readonly radius: number;
  readonly isShown: (datum: LineDatum) => boolean;
}

function Dots({ data, line, plot, colour, radius, isShown }: DotsProps) {
  return data.map((datum, bucket) => {
    const value = datum.values[line] ?? null;
    if (value === null || !isShown(datum)) return null;
    const place = { cx: middleOf(plot, bucket), cy: heightOf(plot, value) };
    return <circle key={datum.start} {...place} r={radius} stroke="none" style={{ fill: colour }} />;
  });
}
