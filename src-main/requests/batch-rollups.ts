import { histogramBin } from '#main/domain/histogram.ts';
import { ENVIRONMENT_PRINCIPALS } from '#main/sqlite/requests-codes.ts';
import { encodeHistogram } from '#main/sqlite/requests-histogram.ts';
import type { HistogramCounts } from '#main/sqlite/requests-histogram.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { RequestsRollupQueries, RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';

/** Where a request is counted. */
export interface CountedRequest {
  readonly atMs: number;
  readonly principalId: number;
  /** null = no known key. */
  readonly environment: 'live' | 'test' | null;
  readonly serviceNumber: number;
  readonly code: number;
}

/** Roll-ups older than these are removed or being removed: nothing is added to them any more. ms UTC. */
export interface RollupFloors {
  readonly minuteMs: number;
  readonly hourMs: number;
}

interface Cell {
  readonly place: Omit<CountedRequest, 'atMs'>;
  readonly bucketMs: number;
  total: number;
  readonly status: [number, number, number, number, number];
  status429: number;
  readonly latency: HistogramCounts;
  readonly duration: HistogramCounts;
}

const WIDTHS: readonly RollupWidth[] = ['minute', 'hour', 'day'];

/** Counts one batch in memory, so that each cell of a roll-up is written once however many rows fall into it. */
export class BatchRollups {
  readonly #minutes = new Map<string, Cell>();

  /** A new row. `latencyUs` null = not decided here. */
  addRow(request: CountedRequest, latencyUs: number | null): void {
    const cell = this.#cell(request);
    cell.total += 1;
    if (latencyUs !== null) count(cell.latency, histogramBin(latencyUs), 1);
  }

  /** A status reported for a row, new or old. */
  addStatus(request: CountedRequest, status: number, durationMs: number | null): void {
    const cell = this.#cell(request);
    const index = Math.floor(status / 100) - 1;
    cell.status[index] = (cell.status[index] ?? 0) + 1;
    if (status === 429) cell.status429 += 1;
    if (durationMs !== null) count(cell.duration, histogramBin(durationMs), 1);
  }

  /** Adds all counts to the roll-ups of every width, for each key and for its whole environment. */
  write(rollups: RequestsRollupQueries, floors: RollupFloors): void {
    for (const width of WIDTHS) {
      const floorMs = width === 'minute' ? floors.minuteMs : width === 'hour' ? floors.hourMs : 0;
      for (const cell of this.#widened(ROLLUP_MS[width])) {
        if (cell.bucketMs < floorMs) continue;
        const { principalId, serviceNumber, code } = cell.place;
        const [status1xx, status2xx, status3xx, status4xx, status5xx] = cell.status;
        rollups[width].add({
          principalId,
          bucket: cell.bucketMs / ROLLUP_MS[width],
          serviceNumber,
          code,
          total: cell.total,
          status1xx,
          status2xx,
          status3xx,
          status4xx,
          status5xx,
          status429: cell.status429,
          latencyBins: encodeHistogram(cell.latency),
          durationBins: encodeHistogram(cell.duration),
        });
      }
    }
  }

  #cell(request: CountedRequest): Cell {
    return cellOf(this.#minutes, request, Math.floor(request.atMs / ROLLUP_MS.minute) * ROLLUP_MS.minute);
  }

  #widened(widthMs: number): Iterable<Cell> {
    const cells = new Map<string, Cell>();
    for (const minute of this.#minutes.values()) {
      const bucketMs = Math.floor(minute.bucketMs / widthMs) * widthMs;
      merge(cellOf(cells, minute.place, bucketMs), minute);
      const { environment } = minute.place;
      if (environment === null) continue;
      const whole = { ...minute.place, principalId: ENVIRONMENT_PRINCIPALS[environment] };
      merge(cellOf(cells, whole, bucketMs), minute);
    }
    return cells.values();
  }
}

function cellOf(cells: Map<string, Cell>, place: Omit<CountedRequest, 'atMs'>, bucketMs: number): Cell {
  const key = `${String(bucketMs)} ${String(place.principalId)} ${String(place.serviceNumber)} ${String(place.code)}`;
  let cell = cells.get(key);
  if (cell === undefined) {
    const { principalId, environment, serviceNumber, code } = place;
    cell = {
      place: { principalId, environment, serviceNumber, code },
      bucketMs,
      total: 0,
      status: [0, 0, 0, 0, 0],
      status429: 0,
      latency: new Map(),
      duration: new Map(),
    };
    cells.set(key, cell);
  }
  return cell;
}

function merge(into: Cell, from: Cell): void {
  into.total += from.total;
  from.status.forEach((amount, index) => (into.status[index] = (into.status[index] ?? 0) + amount));
  into.status429 += from.status429;
  for (const [bin, amount] of from.latency) count(into.latency, bin, amount);
  for (const [bin, amount] of from.duration) count(into.duration, bin, amount);
}

function count(counts: HistogramCounts, bin: number, amount: number): void {
  counts.set(bin, (counts.get(bin) ?? 0) + amount);
}
