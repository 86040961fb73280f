import type { TrafficSeries } from './traffic-series.ts';
import styles from './charts.module.css';

/** Colour of each series; the texture is the second channel for eyes that see these colours alike. */
export const SERIES_COLOURS: Readonly<Record<TrafficSeries, string>> = {
  ok: 'var(--chart-2xx)',
  redirect: 'var(--chart-3xx)',
  clientError: 'var(--chart-4xx)',
  limited: 'var(--chart-429)',
  serverError: 'var(--chart-5xx)',
  unreported: 'var(--chart-2xx)',
  refused: 'var(--chart-refused)',
};

/** Series drawn as an outline of their colour around a texture or nothing. */
const OUTLINED: readonly TrafficSeries[] = ['refused', 'unreported'];

/** Patterns that seriesPaint refers to, for the <defs> of one SVG. `prefix` keeps the ids of several charts apart. */
export function TexturePatterns({ prefix }: { readonly prefix: string }) {
  return (
    <>
      <pattern
        id={`${prefix}-clientError`}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="6" height="6" style={{ fill: SERIES_COLOURS.clientError, fillOpacity: 0.45 }} />
        <rect width="3.5" height="6" style={{ fill: SERIES_COLOURS.clientError }} />
      </pattern>
      <pattern id={`${prefix}-limited`} width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" style={{ fill: SERIES_COLOURS.limited, fillOpacity: 0.4 }} />
        <circle cx="2.5" cy="2.5" r="1.7" style={{ fill: SERIES_COLOURS.limited }} />
      </pattern>
      <pattern id={`${prefix}-serverError`} width="6" height="5" patternUnits="userSpaceOnUse">
        <rect width="6" height="5" style={{ fill: SERIES_COLOURS.serverError, fillOpacity: 0.55 }} />
        <rect width="6" height="3" style={{ fill: SERIES_COLOURS.serverError }} />
      </pattern>
      <pattern id={`${prefix}-unreported`} width="4" height="4" patternUnits="userSpaceOnUse">
        <rect width="1" height="4" style={{ fill: SERIES_COLOURS.unreported }} />
      </pattern>
    </>
  );
}

/** Fill and outline of a series; the fill refers to the patterns of TexturePatterns with the same prefix. */
export function seriesPaint(
  series: TrafficSeries,
  prefix: string,
): { readonly fill: string; readonly stroke: string } {
  const isTextured = series !== 'ok' && series !== 'redirect' && series !== 'refused';
  const colour = SERIES_COLOURS[series];
  const fill = series === 'refused' ? 'var(--surface)' : isTextured ? `url(#${prefix}-${series})` : colour;
  return { fill, stroke: OUTLINED.includes(series) ? colour : 'none' };
}

/** The small square beside a series' name: same colour and texture as its columns. */
export function SeriesSwatch({
  series,
  prefix,
}: {
  readonly series: TrafficSeries;
  readonly prefix: string;
}) {
  const { fill, stroke } = seriesPaint(series, prefix);
  return (
    <svg className={styles.swatch} width="12" height="12" aria-hidden="true" focusable="false">
      <rect x="0.5" y="0.5" width="11" height="11" style={{ fill, stroke }} />
    </svg>
  );
}
