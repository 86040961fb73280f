import { join } from 'node:path';
import { atLeast, atMost, type Figure } from '../figures.ts';
import { heldBytes } from '../held-memory.ts';
import { interleave, ratioOf } from '../interleave.ts';
import { makeStore, type Latchkey } from '../latchkey.ts';
import { residentBytes } from '../machine.ts';
import type { Case } from './case.ts';

const FEW = 1_000;
const MANY = 1_000_000;

/** P4: a million keys drawn uniformly beside a thousand: throughput, start, memory a key. */
export const millionKeys: Case = async (options) => {
  const many = options.isSmoke ? 20_000 : MANY;
  const stores = {
    few: await makeStore(join(options.directory, 'few'), FEW),
    many: await makeStore(join(options.directory, 'many'), many),
  };
  const started: Latchkey[] = [];
  try {
    const few = await stores.few.start();
    started.push(few);
    const large = await stores.many.start();
    started.push(large);
    const atStart = [residentBytes(few.server.pid), residentBytes(large.server.pid)] as const;
    const contestants = [
      { name: 'few', load: few.loads.valid, pids: [few.server.pid] },
      { name: 'many', load: large.loads.valid, pids: [large.server.pid] },
    ];
    const measured = await interleave(contestants, options);
    const after = [residentBytes(few.server.pid), residentBytes(large.server.pid)] as const;
    const held = [await heldBytes(few.server.pid), await heldBytes(large.server.pid)] as const;
    return [
      throughput(measured.get('few'), measured.get('many'), many),
      {
        id: 'P4',
        what: `start with ${many.toLocaleString('en')} keys`,
        value: large.server.startMs / 1_000,
        unit: 's',
        target: atMost(3),
        beside: `${String(Math.round(few.server.startMs))} ms with ${String(FEW)}`,
      },
      { ...memory('that the deciding thread holds', held, many), target: atMost(100) },
      memory('resident, after the start', atStart, many),
      memory('resident, after the load', after, many),
    ];
  } finally {
    await Promise.all(started.map(({ server }) => server.stop()));
  }
};

type Rounds = Parameters<typeof ratioOf>[0];

function throughput(few: Rounds, many: Rounds, count: number): Figure {
  const shown = (rounds: Rounds) =>
    `${Math.round(rounds?.requestsPerSecond ?? 0).toLocaleString('en')}/s, ${(rounds?.cpuUs ?? 0).toFixed(1)} µs`;
  return {
    id: 'P4',
    what: `throughput with ${count.toLocaleString('en')} keys, of ${FEW.toLocaleString('en')} keys`,
    value: ratioOf(many, few),
    unit: '×',
    target: atLeast(0.8),
    beside: `${shown(many)}; ${shown(few)}`,
  };
}

function memory(when: string, [few, many]: readonly [number, number], count: number): Figure {
  return {
    id: 'P4',
    what: `memory a key ${when}`,
    value: Math.max(0, many - few) / (count - FEW),
    unit: 'bytes',
    target: null,
    beside: `${String(Math.round(many / 2 ** 20))} MiB; ${String(Math.round(few / 2 ** 20))} MiB with ${String(FEW)} keys`,
  };
}
