import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { loadWithDecisions } from '../decision-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { residentBytes } from '../resident-bytes.ts';
import { keepConnections, type Connections } from '../whole-answer.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

const MIB = 1_048_576;
/** The moderate load for which the promise is; the run is up to ten times as fast, so that minutes say what hours would. */
const REQUESTS_AN_HOUR = 500 * 3_600;
const PER_SECOND = 5_000;
/** Bytes. */
const SLOPE_MAX = MIB;
const WAL_BYTES_MAX = 16 * MIB;
/** So much of the log is there before anything is measured: more than its thread keeps pages of in memory. */
const ROWS_BEFORE = 800_000;
const BATCH_ITEMS = 100;
const QUEUED_ROWS_MAX = 5_000;
/** After so many rows the log puts its counts into the file: until then they take 24 bytes a row, up to 12 MiB. Only the peaks of whole
 *  such stretches can be compared; within one, memory grows as it should. */
const ROWS_OF_A_FOLD = 500_000;
const REQUESTS = 3_000_000;
/** Of the requests, before memory is looked at. */
const WARM_UP_SHARE = 1 / 6;

interface Soak {
  readonly requests: number;
  readonly rowsBefore: number;
  /** Requests whose peak of resident memory is one sample. */
  readonly stretch: number;
  /** Bytes for the requests of an hour. */
  readonly residentMax: number;
  readonly heapMax: number;
}

/** A moderate load for long: memory must not go on growing, nor files wait to be written back. */
async function soak(work: Workbench, program: Program, plan: Soak): Promise<Figure> {
  const collects = join(import.meta.dirname, '../collect-garbage.cjs');
  const keptFile = join(work.directory, 'kept.jsonl');
  writeFileSync(keptFile, '');
  const environment = { NODE_OPTIONS: `--require ${collects}`, LATCHKEY_KEPT_FILE: keptFile };
  const team = await startTeamServer(work, program, { environment });
  const { secret } = await team.newKey();
  const connections = keepConnections(4);
  await fillLog(team, secret, connections, plan.rowsBefore);
  const startedAt = performance.now();
  const resident: Sample[] = [];
  const kept = new Map<number, Sample[]>();
  let linesRead = readFileSync(keptFile, 'utf8').split('\n').length;
  let walBytes = 0;
  let refused = 0;
  let asked = 0;
  for (let second = 0; asked < plan.requests; second += 1) {
    let left = PER_SECOND;
    const load = await loadWithDecisions(team.server(), {
      serviceToken: team.serviceToken,
      secret,
      lanes: 4,
      connections,
      isOver: () => (left -= 1) < 0,
    });
    refused += load.refused.length;
    asked += load.tookMs.length;
    walBytes = Math.max(walBytes, statSync(`${team.start.data}/requests.db-wal`).size);
    await setTimeout(Math.max(0, startedAt + (second + 1) * 1_000 - performance.now()));
    const lines = readFileSync(keptFile, 'utf8').split('\n');
    if (asked > plan.requests * WARM_UP_SHARE) {
      resident.push({ requests: asked, bytes: residentBytes(team.server().pid) });
      for (const line of lines.slice(linesRead - 1, -1)) {
        const { thread, bytes } = JSON.parse(line) as { readonly thread: number; readonly bytes: number };
        kept.set(thread, [...(kept.get(thread) ?? []), { requests: asked, bytes }]);
      }
    }
    linesRead = lines.length;
  }
  connections.close();
  const seconds = (performance.now() - startedAt) / 1_000;
  const code = await team.server().end();
  const heaps = [...kept.values()].map(slopeOf);
  const slope = slopeOf(peaksOfEach(resident, plan.stretch));
  const shown = (bytes: number): string => (bytes / MIB).toFixed(2);
  return {
    reached: `for each hour of 500/s ${shown(slope)} MiB more resident memory, and ${heaps.map(shown).join(' and ')} more in the heaps of the ${String(heaps.length)} threads; at most ${shown(walBytes)} MiB in the log's -wal, ${String(refused)} of ${asked.toLocaleString('en')} refused, ended with ${String(code)}; ${String(Math.round(seconds / 60))} min at ${(asked / seconds).toFixed(0)}/s after ${plan.rowsBefore.toLocaleString('en')} rows`,
    holds:
      slope <= plan.residentMax &&
      Math.max(...heaps) <= plan.heapMax &&
      heaps.length >= 2 &&
      walBytes <= WAL_BYTES_MAX &&
      refused === 0 &&
      code === 0,
  };
}

/** Decides in batches as fast as the log takes it. */
async function fillLog(team: TeamServer, key: string, connections: Connections, rows: number): Promise<void> {
  const items = Array.from({ length: BATCH_ITEMS }, (_, item) => ({
    key,
    method: 'GET',
    path: `/inventory/${String(item)}`,
  }));
  for (let batch = 0; batch < rows / BATCH_ITEMS; batch += 1) {
    await connections.post(`${team.server().service}/v1/verify/batch`, team.serviceToken, { items });
    if (batch % 10 > 0) continue;
    while ((await team.call('system.status', {})).log.queuedRows > QUEUED_ROWS_MAX) await setTimeout(20);
  }
}

interface Sample {
  /** Asked so far. */
  readonly requests: number;
  readonly bytes: number;
}

/** The highest of each whole stretch of requests. */
function peaksOfEach(samples: readonly Sample[], stretch: number): readonly Sample[] {
  const first = samples[0]?.requests ?? 0;
  const stretches = Map.groupBy(samples, ({ requests }) => Math.floor((requests - first) / stretch));
  const last = Math.max(...stretches.keys());
  return [...stretches]
    .filter(([index]) => index < last)
    .map(([index, some]) => ({
      requests: first + index * stretch,
      bytes: Math.max(...some.map(({ bytes }) => bytes)),
    }));
}

/** Bytes for the requests of an hour, by least squares; NaN, which holds for nothing, of fewer than two. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const hours = ({ requests }: Sample): number => requests / REQUESTS_AN_HOUR;
  const meanHours = mean(hours);
  const meanBytes = mean(({ bytes }) => bytes);
  const both = mean((one) => (hours(one) - meanHours) * (one.bytes - meanBytes));
  return both / mean((one) => (hours(one) - meanHours) ** 2);
}

const keepsOfRequests = (what: string): SourceFault => ({
  file: 'src-main/verify/verify-key.ts',
  find: '  const startedMs = clock.monotonicMs();\n  const nowMs = clock.nowMs();\n  const asked',
  replace: `  const kept = ((globalThis as { kept?: unknown[] }).kept ??= []);\n  kept.push(${what});\n  const startedMs = clock.monotonicMs();\n  const nowMs = clock.nowMs();\n  const asked`,
});
/** 400 bytes or so, in the heap. */
const KEEPS_IN_HEAP = keepsOfRequests('new Array(50).fill(0)');
/** 1,280 bytes a request, of which the heap knows next to nothing. */
const KEEPS_OUTSIDE = keepsOfRequests('kept.length % 50 === 0 ? Buffer.alloc(64_000, 1) : 0');

/** So short a run has a slope of its own, which is that of caches that fill; the faults' are far above it. */
const SHORT: Soak = {
  requests: 150_000,
  rowsBefore: 50_000,
  stretch: 15_000,
  residentMax: 500 * MIB,
  heapMax: 200 * MIB,
};
const planFor = (work: Workbench): Soak => {
  const requests = work.count(REQUESTS);
  if (requests < 4 * ROWS_OF_A_FOLD) return SHORT;
  return {
    requests,
    rowsBefore: ROWS_BEFORE,
    stretch: ROWS_OF_A_FOLD,
    residentMax: SLOPE_MAX,
    heapMax: SLOPE_MAX,
  };
};

/** For long. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E13',
    promise:
      'Under a moderate load for long, memory does not go on growing once its caches are full, and the log is written back',
    target:
      '3,000,000 requests, those of 100 min at 500/s: at most 1 MiB more for each hour of them, resident and in the heap of each thread after a collection; -wal at most 16 MiB',
    tier: 'T2',
    figure: (work) => soak(work, work.program, planFor(work)),
    controls: [
      {
        fault: 'something of each request is kept',
        run: (work) => soak(work, work.patched([KEEPS_IN_HEAP]), SHORT),
      },
      {
        fault: 'something of each request is kept outside the heap',
        run: (work) => soak(work, work.patched([KEEPS_OUTSIDE]), SHORT),
      },
    ],
  },
];
