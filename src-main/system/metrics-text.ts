/** One line of a metric. `suffix` is `_bucket`, `_sum` or `_count` in a histogram. */
export interface Sample {
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its samples. */
export interface Metric {
  /** `[a-z_]+`, with the unit at its end; counters end in `_total`. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** Media type of the text below: the Prometheus text exposition format. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics as text, in their order. Those without samples are left out. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(metricText)
    .join('');
}

/** The samples of a histogram from the counts between its edges: `counts` has one entry more than `edges`, for what is above all.
 *  `edges` and `sum` in the unit of the metric. */
export function histogramSamples(
  edges: readonly number[],
  { counts, sum }: { readonly counts: readonly number[]; readonly sum: number },
): readonly Sample[] {
  let below = 0;
  const buckets = counts.map((count, index) => {
    below += count;
    const edge = edges[index];
    return { suffix: '_bucket', labels: { le: edge === undefined ? '+Inf' : String(edge) }, value: below };
  });
  return [...buckets, { suffix: '_sum', value: sum }, { suffix: '_count', value: below }];
}

function metricText({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${String(value)}\n`;
  });
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
