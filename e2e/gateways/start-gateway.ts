import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GatewayConfig } from '#contract/gateways.ts';
import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';

/** The reverse proxies of Debian that the tests start. */
export const PROXIES = ['nginx', 'caddy', 'haproxy', 'apache'] as const;
export type Proxy = (typeof PROXIES)[number];

/** A real proxy in front of a service. */
export interface Gateway {
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

const START_TIME_LIMIT_MS = 15_000;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Writes the generated files as they are, with the token in its place, and starts the proxy on them. What stands around them is
 *  what every installation has: where to log, which modules to load. */
export async function startGateway(
  proxy: Proxy,
  config: GatewayConfig,
  options: { readonly folder: string; readonly port: number; readonly serviceToken: string },
): Promise<Gateway> {
  const { folder, port, serviceToken } = options;
  for (const file of config.files) {
    await writeFile(file.path, file.text.replaceAll(TOKEN_PLACEHOLDER, serviceToken));
  }
  const main = config.files[0]?.path ?? '';
  const { command, args, env } = await prepare(proxy, folder, main, config);
  const lines: string[] = [];
  const child = spawn(command, args, {
    // Debian's servers are not on the PATH of every user.
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`, HOME: folder, ...env(serviceToken) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  }
  await listening(child, port, lines);
  return { output: () => lines.join(''), stop: () => stop(child) };
}

interface Prepared {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: (serviceToken: string) => Record<string, string>;
}

async function prepare(proxy: Proxy, folder: string, main: string, config: GatewayConfig): Promise<Prepared> {
  const env = (): Record<string, string> => ({});
  const file = join(folder, 'main.conf');
  switch (proxy) {
    case 'nginx':
      await writeFile(file, nginxMain(folder, main));
      return { command: 'nginx', args: ['-p', folder, '-c', file, '-e', 'stderr'], env };
    case 'caddy':
      await writeFile(file, `{\n\tadmin off\n\tauto_https off\n}\nimport ${main}\n`);
      return {
        command: 'caddy',
        args: ['run', '--config', file, '--adapter', 'caddyfile'],
        env: (serviceToken) => {
          // What systemd reads from the file of the environment.
          const [name = ''] = config.files.find(({ holdsToken }) => holdsToken)?.text.split('=') ?? [];
          return { [name]: serviceToken, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
        },
      };
    case 'haproxy':
      return { command: 'haproxy', args: ['-db', '-f', main], env };
    case 'apache':
      // Its workers run as another user.
      await chmod(folder, 0o755);
      await mkdir(join(folder, 'run'), { recursive: true });
      await writeFile(file, apacheMain(folder, main));
      return { command: 'apache2', args: ['-f', file, '-DFOREGROUND'], env };
  }
}

function nginxMain(folder: string, main: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n  ');
  return `daemon off; ${user}
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary}
  include ${main};
}
`;
}

const APACHE_MODULES = ['mpm_event', 'authz_core', 'authz_host', 'headers', 'lua', 'proxy', 'proxy_http'];

function apacheMain(folder: string, main: string): string {
  const isRoot = process.getuid?.() === 0;
  return `ServerRoot /usr/lib/apache2
${APACHE_MODULES.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join('\n')}
${isRoot ? 'User www-data\nGroup www-data\n' : ''}ServerName localhost
PidFile ${folder}/run/apache.pid
DefaultRuntimeDir ${folder}/run
Mutex file:${folder}/run
ErrorLog ${folder}/run/error.log
LogLevel warn
StartServers 1
Include ${main}
`;
}

async function listening(child: ChildProcess, port: number, lines: readonly string[]): Promise<void> {
  const deadlineMs = Date.now() + START_TIME_LIMIT_MS;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) break;
    if (await canConnect(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The proxy did not start: ${lines.join('')}`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
