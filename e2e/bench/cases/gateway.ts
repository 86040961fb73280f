import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import { freePort } from '../../gateways/start-gateway.ts';
import { atLeast, type Figure } from '../figures.ts';
import { interleave, ratioOf, type Measured } from '../interleave.ts';
import { makeStore, type Latchkey, type Store } from '../latchkey.ts';
import type { Load } from '../load.ts';
import { canPin, hasProgram, SERVER_CORE } from '../machine.ts';
import { spawnServer } from '../spawn-server.ts';
import type { Case, CaseOptions } from './case.ts';

const TARGETS = resolve(import.meta.dirname, '../targets.ts');
const PLAIN = 'nginx, no check';
const CHECKED = 'nginx, asking Latchkey';

interface Ports {
  readonly plain: number;
  readonly checked: number;
  readonly upstream: number;
  /** nginx itself is the service. */
  readonly isUpstreamNginx: boolean;
}

/** P6: nginx with the generated configuration beside the same nginx that passes everything on, both to the same bare node:http
 *  service, and to one in nginx that costs almost nothing. nginx, service and Latchkey share one core; once more with Latchkey on the
 *  other one, beside the load. */
export const gateway: Case = async (options) => {
  if (!hasProgram('nginx')) {
    options.say('  nginx is not installed: left out');
    return [];
  }
  const store = await makeStore(options.directory, 1_000);
  const latchkey = await store.start('all');
  const started = [latchkey];
  const service = await spawnServer([TARGETS, 'upstream']);
  try {
    const before = { store, upstream: new URL(service.service), isUpstreamNginx: false };
    const inNode = await measure(options, { ...before, latchkey });
    const port = await freePort();
    const inNginx = await measure(options, {
      store,
      latchkey,
      upstream: new URL(`http://127.0.0.1:${String(port)}`),
      isUpstreamNginx: true,
    });
    await latchkey.server.stop();
    const apart = await store.start('apart');
    started.push(apart);
    const inNodeApart = await measure(options, { ...before, latchkey: apart });
    return [
      figure('a node:http service', inNode, 0.5),
      figure('a node:http service, Latchkey on the other core', inNodeApart, 0.5),
      figure('a constant in nginx', inNginx, null),
    ];
  } finally {
    await Promise.all([...started.map(({ server }) => server.stop()), service.stop()]);
  }
};

interface Setting {
  readonly store: Store;
  readonly latchkey: Latchkey;
  readonly upstream: URL;
  readonly isUpstreamNginx: boolean;
}

async function measure(options: CaseOptions, setting: Setting): Promise<ReadonlyMap<string, Measured>> {
  const ports = {
    plain: await freePort(),
    checked: await freePort(),
    upstream: Number(setting.upstream.port),
    isUpstreamNginx: setting.isUpstreamNginx,
  };
  const folder = join(options.directory, `nginx-${String(ports.checked)}`);
  const nginx = await startNginx(folder, setting, ports);
  try {
    const pids = [nginx.pid ?? 0, setting.latchkey.server.pid];
    return await interleave(
      [
        { name: PLAIN, load: loadOf(ports.plain, setting.store), pids },
        { name: CHECKED, load: loadOf(ports.checked, setting.store), pids },
      ],
      options,
    );
  } finally {
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
  }
}

function figure(service: string, measured: ReadonlyMap<string, Measured>, target: number | null): Figure {
  const [checked, plain] = [measured.get(CHECKED), measured.get(PLAIN)];
  const words = (measured: Measured | undefined) =>
    `${Math.round(measured?.requestsPerSecond ?? 0).toLocaleString('en')}/s, p99 ${(measured?.p99 ?? 0).toFixed(1)} ms`;
  return {
    id: 'P6',
    what: `${CHECKED}, of ${PLAIN}; before ${service}`,
    value: ratioOf(checked, plain),
    unit: '×',
    target: target === null ? null : atLeast(target),
    beside: `${words(checked)}; ${words(plain)}`,
  };
}

function loadOf(port: number, { secrets }: Store): Load {
  return {
    url: `http://127.0.0.1:${String(port)}/inventory/42`,
    method: 'GET',
    headers: {},
    headerSets: secrets.map((secret) => ({ 'X-API-Key': secret })),
    bodies: [],
    mustContain: 'item 42',
  };
}

async function startNginx(
  folder: string,
  { store: { serviceId, serviceToken }, latchkey: { server, call }, upstream }: Setting,
  ports: Ports,
): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const config = await call('gateways.config', {
    dialect: 'nginx',
    serviceId,
    upstreamUrl: upstream.origin,
    publicHost: '127.0.0.1',
    publicPort: ports.checked,
    latchkeyUrl: server.service,
    configFolder: folder,
  });
  for (const file of config.files) {
    writeFileSync(file.path, file.text.replaceAll(TOKEN_PLACEHOLDER, serviceToken));
  }
  const main = join(folder, 'main.conf');
  writeFileSync(main, mainText(folder, config.files[0]?.path ?? '', ports));
  const pinned = canPin ? ['taskset', '-c', SERVER_CORE] : [];
  const [program = 'nginx', ...args] = [...pinned, 'nginx', '-p', folder, '-c', main, '-e', 'stderr'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await wait(1_000);
  if (child.exitCode !== null) throw new Error('nginx did not start.');
  return child;
}

/** The plain server differs from the generated one in the question alone: the same upstream with the same kept connections. */
function mainText(folder: string, checkedFile: string, ports: Ports): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `daemon off; ${user}
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  include ${checkedFile};
  upstream plain { server 127.0.0.1:${String(ports.upstream)}; keepalive 64; }
  server {
    listen 127.0.0.1:${String(ports.plain)};
    location / {
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass http://plain;
    }
  }
${
  ports.isUpstreamNginx
    ? `  server {
    listen 127.0.0.1:${String(ports.upstream)};
    location / { default_type text/plain; return 200 "item 42"; }
  }`
    : ''
}
}
`;
}
