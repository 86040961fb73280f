/** A metric as it was read. */
export interface ParsedMetric {
  readonly type: string;
  readonly help: string;
  /** Value by `name{label="text",…}` as written. */
  readonly samples: Map<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LINE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\}))?)+)\})? (\S+)$/;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\+Inf|-Inf|NaN)$/;

/** Reads the Prometheus text format 0.0.4 and throws at whatever a scraper could object to: a sample without HELP and TYPE
 *  before it, a family in two places, a repeated series, a bad number, a histogram that is not cumulative, no newline at the end. */
export function parseMetrics(text: string): Map<string, ParsedMetric> {
  if (!text.endsWith('\n')) throw new Error('The last line has no newline.');
  const metrics = new Map<string, ParsedMetric>();
  let current: { name: string; metric: ParsedMetric } | null = null;
  let help: { name: string; text: string } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line.startsWith('# HELP ')) {
      const [name = '', ...words] = line.slice(7).split(' ');
      if (!NAME.test(name) || words.length === 0) throw new Error(`Bad HELP: ${line}`);
      help = { name, text: words.join(' ') };
    } else if (line.startsWith('# TYPE ')) {
      const [name = '', type = ''] = line.slice(7).split(' ');
      if (help?.name !== name) throw new Error(`TYPE without its HELP: ${line}`);
      if (!['counter', 'gauge', 'histogram'].includes(type)) throw new Error(`Bad type: ${line}`);
      if (metrics.has(name)) throw new Error(`A family in two places: ${name}`);
      const metric = { type, help: help.text, samples: new Map<string, number>() };
      metrics.set(name, metric);
      current = { name, metric };
    } else {
      addSample(current, line);
    }
  }
  for (const [name, metric] of metrics) checkFamily(name, metric);
  return metrics;
}

/** The value of one series. Throws when it is not there. */
export function valueOf(metrics: Map<string, ParsedMetric>, series: string): number {
  const name = series.replace(/\{.*$/, '');
  const family = metrics.get(name) ?? metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
  const value = family?.samples.get(series);
  if (value === undefined) throw new Error(`There is no series ${series}.`);
  return value;
}

/** How many series there are. */
export function seriesCount(metrics: Map<string, ParsedMetric>): number {
  return [...metrics.values()].reduce((sum, { samples }) => sum + samples.size, 0);
}

function addSample(current: { name: string; metric: ParsedMetric } | null, line: string): void {
  const [, name = '', labels, number = ''] = LINE.exec(line) ?? [];
  if (name === '' || current === null) throw new Error(`Not a sample: ${line}`);
  const { metric } = current;
  const suffixes = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!suffixes.some((suffix) => name === current.name + suffix))
    throw new Error(`Not of ${current.name}: ${line}`);
  if (!NUMBER.test(number)) throw new Error(`Not a number: ${line}`);
  const series = labels === undefined ? name : `${name}{${labels}}`;
  if (metric.samples.has(series)) throw new Error(`A series twice: ${line}`);
  metric.samples.set(series, number === '+Inf' ? Infinity : Number(number));
}

function checkFamily(name: string, { type, samples }: ParsedMetric): void {
  if (samples.size === 0) throw new Error(`${name} has no sample.`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter without _total.`);
  if (type === 'counter' && [...samples.values()].some((value) => !(value >= 0))) {
    throw new Error(`${name} has a counter below zero.`);
  }
  if (type !== 'histogram') return;
  let edge = -Infinity;
  let below = 0;
  for (const [series, value] of samples) {
    const le = /^[^{]+_bucket\{le="([^"]+)"\}$/.exec(series)?.[1];
    if (le === undefined) continue;
    const next = le === '+Inf' ? Infinity : Number(le);
    if (!(next > edge) || value < below) throw new Error(`${series} is not cumulative.`);
    edge = next;
    below = value;
  }
  if (edge !== Infinity || samples.get(`${name}_count`) !== below)
    throw new Error(`${name} is not complete.`);
  if (samples.get(`${name}_sum`) === undefined) throw new Error(`${name} has no sum.`);
}
