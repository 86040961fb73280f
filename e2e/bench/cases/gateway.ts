import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import { freePort } from '../../gateways/start-gateway.ts';
import { atLeast, type Figure } from '../figures.ts';
import { interleave, ratioOf, type Measured } from '../interleave.ts';
import { makeStore, type Latchkey, type Store } from '../latchkey.ts';
import type { Load } from '../load.ts';
import { canPin, hasProgram, SERVER_CORE } from '../machine.ts';
import type { Case } from './case.ts';

const PLAIN = 'nginx, no check';
const CHECKED = 'nginx, asking Latchkey';

interface Ports {
  readonly plain: number;
  readonly checked: number;
  readonly upstream: number;
}

/** P6: nginx with the generated configuration beside the same nginx that passes everything on, both to an upstream in nginx.
 *  nginx, upstream and Latchkey share one core. */
export const gateway: Case = async (options) => {
  if (!hasProgram('nginx')) {
    options.say('  nginx is not installed: left out');
    return [];
  }
  const store = await makeStore(options.directory, 1_000);
  const latchkey = await store.start('all');
  try {
    const ports = { plain: await freePort(), checked: await freePort(), upstream: await freePort() };
    const nginx = await startNginx(join(options.directory, 'nginx'), store, latchkey, ports);
    try {
      const pids = [nginx.pid ?? 0, latchkey.server.pid];
      const measured = await interleave(
        [
          { name: PLAIN, load: loadOf(ports.plain, store), pids },
          { name: CHECKED, load: loadOf(ports.checked, store), pids },
        ],
        options,
      );
      return [figure(measured.get(CHECKED), measured.get(PLAIN))];
    } finally {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
    }
  } finally {
    await latchkey.server.stop();
  }
};

function figure(checked: Measured | undefined, plain: Measured | undefined): Figure {
  const words = (measured: Measured | undefined) =>
    `${Math.round(measured?.requestsPerSecond ?? 0).toLocaleString('en')}/s, p99 ${(measured?.p99 ?? 0).toFixed(1)} ms`;
  return {
    id: 'P6',
    what: `${CHECKED}, of ${PLAIN}`,
    value: ratioOf(checked, plain),
    unit: '×',
    target: atLeast(0.5),
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
  { serviceId, serviceToken }: Store,
  { server, call }: Latchkey,
  ports: Ports,
): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const upstreamUrl = `http://127.0.0.1:${String(ports.upstream)}`;
  const config = await call('gateways.config', {
    dialect: 'nginx',
    serviceId,
    upstreamUrl,
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
  server {
    listen 127.0.0.1:${String(ports.upstream)};
    location / { default_type text/plain; return 200 "item 42"; }
  }
}
`;
}
