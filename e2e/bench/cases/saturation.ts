import { resolve } from 'node:path';
import { atLeast, atMost, type Figure } from '../figures.ts';
import { interleave, ratioOf, type Contestant, type Measured } from '../interleave.ts';
import { makeStore } from '../latchkey.ts';
import { spawnServer, type SpawnedServer } from '../spawn-server.ts';
import type { Case } from './case.ts';

const TARGETS = resolve(import.meta.dirname, '../targets.ts');
const KEYS = 1_000;
const BARE = 'bare node:http';
const EXPRESS = 'Express, express.json()';
const VERIFY = 'verify + log';
const VERIFY_FREE = 'verify + log, worker on the other core';
const GARBAGE = 'bad checksum';

/** P1 and P3: verification at saturation and the refusal of garbage beside a bare node:http server. */
export const saturation: Case = async (options) => {
  const store = await makeStore(options.directory, KEYS);
  const started: SpawnedServer[] = [];
  const start = async (server: Promise<SpawnedServer>) => {
    started.push(await server);
    return server;
  };
  try {
    const node = await start(spawnServer([TARGETS, 'node']));
    const express = await start(spawnServer([TARGETS, 'express']));
    const pinned = await store.start('all');
    started.push(pinned.server);
    const shape = pinned.loads.valid;
    const bare = (server: SpawnedServer) => ({ ...shape, url: `${server.service}/v1/verify` });
    const contestants: Contestant[] = [
      { name: BARE, load: bare(node), pids: [node.pid] },
      { name: VERIFY, load: pinned.loads.valid, pids: [pinned.server.pid] },
      { name: GARBAGE, load: pinned.loads.malformed, pids: [pinned.server.pid] },
      { name: EXPRESS, load: bare(express), pids: [express.pid] },
    ];
    const all = await interleave(contestants, options);
    await pinned.server.stop();
    const free = await store.start('main');
    started.push(free.server);
    const pair = await interleave(
      [
        { name: BARE, load: bare(node), pids: [node.pid] },
        { name: VERIFY_FREE, load: free.loads.valid, pids: [free.server.pid] },
      ],
      options,
    );
    return figures(all, pair);
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
};

function figures(all: ReadonlyMap<string, Measured>, pair: ReadonlyMap<string, Measured>): Figure[] {
  const of = (name: string) => all.get(name) ?? pair.get(name);
  const ratio = (id: string, name: string, bare: Measured | undefined, target: number): Figure => ({
    id,
    what: `${name}, of ${BARE}`,
    value: ratioOf(of(name), bare),
    unit: '×',
    target: atLeast(target),
    beside: `${words(of(name))}; ${BARE} ${words(bare)}`,
  });
  return [
    ratio('P1', VERIFY, all.get(BARE), 0.72),
    ratio('P1', VERIFY_FREE, pair.get(BARE), 0.72),
    {
      id: 'P1',
      what: `${VERIFY}, of ${EXPRESS}`,
      value: ratioOf(all.get(VERIFY), all.get(EXPRESS)),
      unit: '×',
      target: null,
      beside: words(all.get(EXPRESS)),
    },
    ratio('P3', GARBAGE, all.get(BARE), 0.9),
    {
      id: 'P1',
      what: `p50 of ${VERIFY} at saturation`,
      value: of(VERIFY)?.p50 ?? Number.NaN,
      unit: 'ms',
      target: atMost(50),
      beside: `p99 ${String(of(VERIFY)?.p99)} ms`,
    },
  ];
}

function words(measured: Measured | undefined): string {
  if (measured === undefined) return '';
  const { requestsPerSecond, cpuUs, p99 } = measured;
  return `${Math.round(requestsPerSecond).toLocaleString('en')}/s, ${cpuUs.toFixed(1)} µs processor time, p99 ${p99.toFixed(1)} ms`;
}
