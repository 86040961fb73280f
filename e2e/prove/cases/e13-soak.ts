import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { loadWithDecisions } from '../decision-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { residentBytes } from '../resident-bytes.ts';
import { keepConnections, type Connections } from '../whole-answer.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

const MIB = 1_048_576;
const SLOPE_BYTES_MAX_PER_HOUR = MIB;
const WAL_BYTES_MAX = 16 * MIB;
const PER_SECOND = 500;
/** So much of the log is there before anything is measured: more than its thread keeps pages of in memory. */
const ROWS_BEFORE = 800_000;
const BATCH_ITEMS = 100;
const QUEUED_ROWS_MAX = 5_000;
/** Of the time, before memory is looked at. */
const WARM_UP_SHARE = 1 / 6;
const SAMPLE_EVERY_MS = 60_000;

interface Soak {
  readonly minutes: number;
  readonly rowsBefore: number;
  readonly slopeMax: number;
}

/** A moderate load for long: memory must not go on growing, nor files wait to be written back. */
async function soak(work: Workbench, program: Program, plan: Soak): Promise<Figure> {
  const collects = join(import.meta.dirname, '../collect-garbage.cjs');
  const environment = { NODE_OPTIONS: `--require ${collects}` };
  const team = await startTeamServer(work, program, { environment });
  const { secret } = await team.newKey();
  const connections = keepConnections(4);
  await fillLog(team, secret, connections, plan.rowsBefore);
  const totalMs = plan.minutes * 60_000;
  const startedAt = performance.now();
  const samples: Sample[] = [];
  let walBytes = 0;
  let refused = 0;
  let asked = 0;
  for (let second = 0; performance.now() < startedAt + totalMs; second += 1) {
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
    await setTimeout(Math.max(0, startedAt + (second + 1) * 1_000 - performance.now()));
    const passedMs = performance.now() - startedAt;
    if (passedMs > totalMs * WARM_UP_SHARE)
      samples.push({ ms: passedMs, bytes: residentBytes(team.server().pid) });
    walBytes = Math.max(walBytes, statSync(`${team.start.data}/requests.db-wal`).size);
  }
  connections.close();
  const seconds = (performance.now() - startedAt) / 1_000;
  const slope = slopeOf(lowestOfEach(samples, Math.min(SAMPLE_EVERY_MS, totalMs / 12)));
  const code = await team.server().end();
  const rate = asked / seconds;
  return {
    reached: `${(slope / MIB).toFixed(2)} MiB an hour more memory, at most ${(walBytes / MIB).toFixed(1)} MiB in the log's -wal, ${String(refused)} of ${asked.toLocaleString('en')} refused, ended with ${String(code)}; ${String(Math.round(seconds / 60))} min at ${rate.toFixed(0)}/s after ${plan.rowsBefore.toLocaleString('en')} rows`,
    holds: slope <= plan.slopeMax && walBytes <= WAL_BYTES_MAX && refused === 0 && code === 0,
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
  readonly ms: number;
  readonly bytes: number;
}

/** The lowest of each stretch of time: just after garbage was collected. */
function lowestOfEach(samples: readonly Sample[], stretchMs: number): readonly Sample[] {
  const stretches = Map.groupBy(samples, ({ ms }) => Math.floor(ms / stretchMs));
  return [...stretches.values()].map((some) =>
    some.reduce((lowest, one) => (one.bytes < lowest.bytes ? one : lowest)),
  );
}

/** Bytes an hour, by least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const hours = ({ ms }: Sample): number => ms / 3_600_000;
  const meanHours = mean(hours);
  const meanBytes = mean(({ bytes }) => bytes);
  const both = mean((one) => (hours(one) - meanHours) * (one.bytes - meanBytes));
  return both / mean((one) => (hours(one) - meanHours) ** 2);
}

const KEEPS_REQUESTS: SourceFault = {
  file: 'src-main/verify/verify-key.ts',
  find: '  const startedMs = clock.monotonicMs();\n  const nowMs = clock.nowMs();\n  const asked',
  replace:
    '  ((globalThis as { kept?: unknown[] }).kept ??= []).push(Buffer.alloc(2_000, 1));\n  const startedMs = clock.monotonicMs();\n  const nowMs = clock.nowMs();\n  const asked',
};

/** For long. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E13',
    promise:
      'Under a moderate load for long, memory does not go on growing once its caches are full, and the log is written back',
    target: '30 min at 500/s: at most 1 MiB an hour, -wal at most 16 MiB',
    tier: 'T2',
    figure: (work) =>
      soak(work, work.program, {
        minutes: Math.max(2, work.count(30)),
        rowsBefore: work.count(ROWS_BEFORE),
        slopeMax: SLOPE_BYTES_MAX_PER_HOUR,
      }),
    controls: [
      {
        // So short a run has a slope of its own; the fault's is far above it.
        fault: 'something of each request is kept (in 2 min, more than 100 MiB an hour)',
        run: (work) =>
          soak(work, work.patched([KEEPS_REQUESTS]), { minutes: 2, rowsBefore: 20_000, slopeMax: 100 * MIB }),
      },
    ],
  },
];
