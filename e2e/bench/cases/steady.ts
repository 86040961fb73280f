import { resolve } from 'node:path';
import { atMost, type Figure } from '../figures.ts';
import { makeStore } from '../latchkey.ts';
import { median, runLoad, type Load } from '../load.ts';
import { runOpenLoop } from '../open-loop.ts';
import type { OpenLoopResult } from '../open-loop-client.ts';
import { spawnServer } from '../spawn-server.ts';
import type { Case, CaseOptions } from './case.ts';

const TARGETS = resolve(import.meta.dirname, '../targets.ts');
/** Load of the steady runs, of what a bare server can do at most. */
const SHARE = 0.4;

/** P2: latency at a fixed rate beside a bare node:http server at the same rate. */
export const steady: Case = async (options) => {
  const store = await makeStore(options.directory, 1_000);
  const bare = await spawnServer([TARGETS, 'node']);
  const latchkey = await store.start('all');
  try {
    const loads = {
      bare: { ...latchkey.loads.valid, url: `${bare.service}/v1/verify` },
      verify: latchkey.loads.valid,
    };
    const capacity = await runLoad(loads.bare, { ...options, pids: [bare.pid] });
    // Code that was never run is slow, and at a fixed rate its backlog would be measured for seconds.
    await runLoad(loads.verify, { ...options, pids: [latchkey.server.pid] });
    const perSecond = Math.round(capacity.requestsPerSecond * (options.isSmoke ? SHARE / 40 : SHARE));
    const results = await takeTurns(loads, perSecond, options);
    return figures(results, perSecond);
  } finally {
    await Promise.all([bare.stop(), latchkey.server.stop()]);
  }
};

type Results = Readonly<Record<'bare' | 'verify', readonly OpenLoopResult[]>>;

async function takeTurns(
  loads: Readonly<Record<'bare' | 'verify', Load>>,
  perSecond: number,
  { rounds, seconds, say }: CaseOptions,
): Promise<Results> {
  const results = { bare: [] as OpenLoopResult[], verify: [] as OpenLoopResult[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['bare', 'verify'] as const) {
      const result = await runOpenLoop(loads[name], { perSecond, seconds });
      results[name].push(result);
      say(`  round ${String(round + 1)}  ${name} at ${String(perSecond)}/s: p99 ${String(result.p99)} µs`);
    }
  }
  return results;
}

function figures(results: Results, perSecond: number): Figure[] {
  const line = (what: 'p50' | 'p99' | 'p999', target: Figure['target']): Figure => {
    const [verify, bare] = [
      median(results.verify.map((r) => r[what])),
      median(results.bare.map((r) => r[what])),
    ];
    return {
      id: 'P2',
      what: `${what === 'p999' ? 'p99.9' : what} at ${perSecond.toLocaleString('en')} requests/s, of bare node:http`,
      value: verify / bare,
      unit: '×',
      target,
      beside: `${String(Math.round(verify))} µs; bare ${String(Math.round(bare))} µs`,
    };
  };
  return [line('p50', null), line('p99', atMost(3)), line('p999', atMost(1.3))];
}
