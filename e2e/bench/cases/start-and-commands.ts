import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { atMost, type Figure } from '../figures.ts';
import { fillLog } from '../fill-log.ts';
import { makeStore, type Call, type Latchkey, type Store } from '../latchkey.ts';
import { median } from '../load.ts';
import { residentBytes } from '../machine.ts';
import { runOpenLoop } from '../open-loop.ts';
import type { OpenLoopResult } from '../open-loop-client.ts';
import { untilHabitsAreRead } from '../until-habits-are-read.ts';
import type { Case, CaseOptions } from './case.ts';

const STARTS = 7;
const COMMANDS = 200;
/** Verifications while commands commit: far below capacity, so that only the commits can delay them. */
const STEADY_PER_SECOND = 2_000;

/** P9 and P10: start, memory at rest, and admin commands with the disk's own flushes. */
export const startAndCommands: Case = async (options) => {
  const small = await makeStore(join(options.directory, 'small'), 1);
  const large = await makeStore(join(options.directory, 'large'), 10_000);
  const rows = options.isSmoke ? 5_000 : 1_000_000;
  fillLog(join(large.directory, 'requests.db'), rows);
  return [
    emptyNodeFigure(options),
    await startFigure('a new store', small, 150, options),
    await startFigure(`10,000 keys and ${rows.toLocaleString('en')} rows`, large, 300, options),
    ...(await memoryFigures(small, large, rows, options)),
    ...(await commandFigures(large, options)),
  ];
};

/** What no server in Node can start faster than: a program that does nothing, from its start to its end. */
function emptyNodeFigure({ isSmoke }: CaseOptions): Figure {
  const starts = Array.from({ length: isSmoke ? 1 : STARTS }, () => {
    const startedAt = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    return performance.now() - startedAt;
  });
  return {
    id: 'P9',
    what: 'for comparison: node -e 0',
    value: median(starts),
    unit: 'ms',
    target: null,
    beside: starts.map((ms) => String(Math.round(ms))).join(' '),
  };
}

async function startFigure(
  what: string,
  store: Store,
  limitMs: number,
  { isSmoke }: CaseOptions,
): Promise<Figure> {
  // The first start after a build compiles the program and keeps the result; everyday starts are those that follow.
  if (!isSmoke) await (await store.start('main')).server.stop();
  const starts: number[] = [];
  for (let index = 0; index < (isSmoke ? 1 : STARTS); index += 1) {
    const { server } = await store.start('main');
    starts.push(server.startMs);
    await server.stop();
  }
  return {
    id: 'P9',
    what: `start to ready, ${what}`,
    value: median(starts),
    unit: 'ms',
    target: atMost(limitMs),
    beside: `from spawning node; ${starts.map((ms) => String(Math.round(ms))).join(' ')}`,
  };
}

async function memoryFigures(
  small: Store,
  large: Store,
  rows: number,
  { isSmoke }: CaseOptions,
): Promise<Figure[]> {
  const restMs = isSmoke ? 0 : REST_MS;
  const target = atMost(MEMORY_MB_MAX);
  const log = `10,000 keys and ${rows.toLocaleString('en')} rows`;
  const fresh = await memoryAtRest('a new store', small, { restMs, target });
  // The log of a store that is copied in is read once for how its keys are used; a log that grows day by day is so in small portions.
  const reading = await memoryAtRest(`${log}, just read for the first time`, large, {
    restMs,
    readsHabits: true,
  });
  return [fresh, await memoryAtRest(`${log}, from the next start on`, large, { restMs, target }), reading];
}

/** Megabytes, as the target is written: 10^6 bytes, not 2^20. */
const BYTES_PER_MB = 1e6;
const MEMORY_MB_MAX = 90;

/** Settled: after the work of a start, and of the first reading where it is asked for. */
const REST_MS = 3_000;

async function memoryAtRest(
  what: string,
  store: Store,
  {
    restMs,
    target = null,
    readsHabits = false,
  }: { readonly restMs: number; readonly target?: Figure['target']; readonly readsHabits?: boolean },
): Promise<Figure> {
  const { server, call } = await store.start('main');
  try {
    if (readsHabits) await untilHabitsAreRead(call);
    await wait(restMs);
    const value = residentBytes(server.pid) / BYTES_PER_MB;
    return { id: 'P9', what: `memory at rest, ${what}`, value, unit: 'MB', target, beside: '' };
  } finally {
    await server.stop();
  }
}

async function commandFigures(store: Store, options: CaseOptions): Promise<Figure[]> {
  const latchkey = await store.start('main');
  try {
    const alone = await timeCommands(latchkey.call, store, options);
    const calm = await steadyRun(latchkey, options);
    const commands: number[] = [];
    const busy = await steadyRun(latchkey, options, async (isOver) => {
      while (!isOver()) {
        await makeAndRevoke(latchkey.call, store, commands);
        await wait(20);
      }
    });
    return [
      ...Object.entries(alone).map(([name, times]): Figure => {
        const sorted = times.toSorted((a, b) => a - b);
        const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
        const beside = `p50 ${at(0.5).toFixed(1)} ms, over HTTP`;
        return { id: 'P10', what: `${name}, p95`, value: at(0.95), unit: 'ms', target: atMost(15), beside };
      }),
      ...delayFigures(calm, busy, Math.max(...commands)),
    ];
  } finally {
    await latchkey.server.stop();
  }
}

async function timeCommands(call: Call, store: Store, { isSmoke }: CaseOptions) {
  const times: Record<'keys.create' | 'keys.rotate' | 'keys.revoke', number[]> = {
    'keys.create': [],
    'keys.rotate': [],
    'keys.revoke': [],
  };
  for (let index = 0; index < (isSmoke ? 3 : COMMANDS); index += 1) {
    const { key } = await timed(times['keys.create'], () => createKey(call, store));
    await timed(times['keys.rotate'], () => call('keys.rotate', { keyId: key.keyId, overlapMs: 60_000 }));
    await timed(times['keys.revoke'], () => call('keys.revoke', { keyId: key.keyId, reason: 'other' }));
  }
  return times;
}

async function makeAndRevoke(call: Call, store: Store, times: number[]): Promise<void> {
  const { key } = await timed(times, () => createKey(call, store));
  await timed(times, () => call('keys.revoke', { keyId: key.keyId, reason: 'other' }));
}

/** A verification that comes while a command commits waits for that commit and no longer. The commit is timed from outside, with the
 *  HTTP around it: `longestCommandMs` of the same run. */
function delayFigures(calm: OpenLoopResult, busy: OpenLoopResult, longestCommandMs: number): Figure[] {
  const calmMs = calm.max / 1_000;
  return [
    {
      id: 'P10',
      what: 'longest verification while admin commands commit',
      value: busy.max / 1_000,
      unit: 'ms',
      target: atMost(calmMs + longestCommandMs),
      beside: `the target: longest without commands ${calmMs.toFixed(1)} ms + longest command ${longestCommandMs.toFixed(1)} ms; p99 ${String(busy.p99)} µs, without ${String(calm.p99)} µs`,
    },
    {
      id: 'P10',
      what: 'longest command meanwhile, its commit and HTTP',
      value: longestCommandMs,
      unit: 'ms',
      target: null,
      beside: 'create and revoke in turn',
    },
  ];
}

function createKey(call: Call, { applicationId, scopeId }: Store) {
  return call('keys.create', {
    applicationId,
    name: 'Timed',
    environment: 'live',
    scopeIds: [scopeId],
    expiresAt: null,
    noExpiryReason: 'Benchmark',
  });
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const value = await work();
  times.push(performance.now() - startedAt);
  return value;
}

/** Latency at a steady rate while `beside` runs. */
async function steadyRun(
  { loads }: Latchkey,
  { seconds, isSmoke }: CaseOptions,
  beside: (isOver: () => boolean) => Promise<void> = () => Promise.resolve(),
) {
  const state = { isOver: false };
  const work = beside(() => state.isOver);
  try {
    return await runOpenLoop(loads.valid, { perSecond: isSmoke ? 200 : STEADY_PER_SECOND, seconds });
  } finally {
    state.isOver = true;
    await work;
  }
}
