import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median, runLoad, type LoadOptions, type Round } from './load.ts';
import { prepareLatchkey } from './prepare-latchkey.ts';
import { spawnServer, canPin, type SpawnedServer } from './spawn-server.ts';

/** `npm run bench`: verification beside a bare node:http and a bare Express route, interleaved rounds in one run.
 *  Only the ratios mean something on another machine. Closed loop, loopback only, bounded in time. */
interface Target {
  readonly name: string;
  readonly server: SpawnedServer;
  readonly load: Omit<LoadOptions, 'connections' | 'seconds'>;
}

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    keys: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
});
const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const targets: Target[] = [];
try {
  targets.push(...(await startTargets()));
  const rounds = await measure(targets);
  report(rounds);
} finally {
  await Promise.all(targets.map((target) => target.server.stop()));
  rmSync(directory, { recursive: true, force: true });
}

async function startTargets(): Promise<Target[]> {
  const bareBody = JSON.stringify({ key: 'k'.repeat(90), method: 'GET', path: '/inventory/42' });
  const script = resolve(import.meta.dirname, 'targets.ts');
  const bare = async (name: string, target: string): Promise<Target> => {
    const server = await spawnServer([script, target]);
    return {
      name,
      server,
      load: { url: `${server.service}/v1/verify`, headers: {}, body: bareBody, mustContain: '"VALID"' },
    };
  };
  const latchkey = await prepareLatchkey(directory, Number(flags.keys));
  return [
    await bare('bare node:http', 'node'),
    await bare('bare Express, express.json()', 'express'),
    { name: 'Latchkey verify + log', server: latchkey.server, load: latchkey.valid },
    { name: 'Latchkey, bad checksum', server: latchkey.server, load: latchkey.malformed },
  ];
}

async function measure(all: readonly Target[]): Promise<Map<string, Round[]>> {
  const connections = Number(flags.connections);
  for (const target of all) await runLoad({ ...target.load, connections, seconds: 2 });
  const rounds = new Map(all.map((target) => [target.name, [] as Round[]]));
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    for (const target of all) {
      rounds
        .get(target.name)
        ?.push(await runLoad({ ...target.load, connections, seconds: Number(flags.seconds) }));
    }
  }
  return rounds;
}

function report(rounds: ReadonlyMap<string, readonly Round[]>): void {
  const floor = median((rounds.get('bare node:http') ?? []).map((round) => round.requestsPerSecond));
  const rows = [...rounds].map(([name, measured]) => ({
    name,
    requestsPerSecond: Math.round(median(measured.map((round) => round.requestsPerSecond))),
    ratioToBareNode: Number((median(measured.map((round) => round.requestsPerSecond)) / floor).toFixed(2)),
    p50Ms: median(measured.map((round) => round.p50)),
    p99Ms: median(measured.map((round) => round.p99)),
    rounds: measured.map((round) => Math.round(round.requestsPerSecond)),
  }));
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    pinned: canPin(),
    flags,
  };
  if (flags.json) process.stdout.write(`${JSON.stringify({ machine, rows }, null, 2)}\n`);
  else {
    process.stdout.write(`${JSON.stringify(machine)}\n`);
    console.table(rows.map(({ rounds: each, ...row }) => ({ ...row, rounds: each.join(' ') })));
  }
}
