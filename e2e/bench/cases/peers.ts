import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../../gateways/start-gateway.ts';
import { atLeast, type Figure } from '../figures.ts';
import { interleave, ratioOf } from '../interleave.ts';
import { makeStore } from '../latchkey.ts';
import type { Load } from '../load.ts';
import { spawnServer, type SpawnedServer } from '../spawn-server.ts';
import type { Case, CaseOptions } from './case.ts';

const PEERS = resolve(import.meta.dirname, '../peers');
const OURS = 'Latchkey';
const GATEWAY = 'express-gateway key-auth (no log)';
const BETTER_AUTH = 'Better Auth API keys, WAL';

/** P5: the same work by others, asked for the same over HTTP. Only with --peers, because it installs them. */
export const peers: Case = async (options) => {
  if (!options.withPeers) return [];
  installPeers(options);
  const started: SpawnedServer[] = [];
  const start = async (server: Promise<SpawnedServer>) => {
    started.push(await server);
    return server;
  };
  try {
    const store = await makeStore(options.directory, 1_000);
    const latchkey = await store.start();
    started.push(latchkey.server);
    const port = String(await freePort());
    const gateway = await start(
      spawnServer([join(PEERS, 'express-gateway.mjs'), join(options.directory, 'gateway'), port]),
    );
    const betterAuth = await start(
      spawnServer([join(PEERS, 'better-auth.mjs'), join(options.directory, 'better-auth.db')]),
    );
    const measured = await interleave(
      [
        { name: OURS, load: latchkey.loads.valid, pids: [latchkey.server.pid] },
        { name: GATEWAY, load: loadOf(gateway, latchkey.loads.valid), pids: [gateway.pid] },
        { name: BETTER_AUTH, load: loadOf(betterAuth, latchkey.loads.valid), pids: [betterAuth.pid] },
      ],
      options,
    );
    const beside = (name: string) =>
      `${Math.round(measured.get(OURS)?.requestsPerSecond ?? 0).toLocaleString('en')}/s; ${Math.round(measured.get(name)?.requestsPerSecond ?? 0).toLocaleString('en')}/s`;
    const against = (name: string, target: number): Figure => ({
      id: 'P5',
      what: `verify + log, of ${name}`,
      value: ratioOf(measured.get(OURS), measured.get(name)),
      unit: '×',
      target: atLeast(target),
      beside: beside(name),
    });
    return [against(GATEWAY, 5), against(BETTER_AUTH, 50)];
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
};

function installPeers({ say }: CaseOptions): void {
  if (existsSync(join(PEERS, 'node_modules'))) return;
  say('  installing the peers');
  // Their own peer ranges exclude each other's newest versions.
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--ignore-scripts',
    '--legacy-peer-deps',
  ];
  const { status, stderr } = spawnSync('npm', args, { cwd: PEERS, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The peers could not be installed: ${stderr}`);
}

/** The same requests with the peer's own keys, in the body and in the header. */
function loadOf(server: SpawnedServer, like: Load): Load {
  const keys = server.keys ?? [];
  return {
    ...like,
    url: `${server.service}/v1/verify`,
    headers: { 'Content-Type': 'application/json' },
    headerSets: keys.map((key) => ({ 'X-API-Key': key })),
    bodies: keys.map((key) => JSON.stringify({ key, method: 'GET', path: '/inventory/42' })),
  };
}
