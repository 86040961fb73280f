// Development with hot reload, in a browser: the server from its sources, started anew when they change, and the screens from Vite's
// own server, which passes API calls on to it. The desktop shell shows built screens only; see it with `npm start`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { productNode, projectRoot } from './places.mjs';
import { installWhenNeeded } from './set-up.mjs';

const SERVICE_PORT = 7420;
const ADMIN_PORT = 7421;
const SCREENS_PORT = 7430;
const START_TIME_LIMIT_MS = 60_000;

const say = (text) => process.stdout.write(`${text}\n`);

process.exitCode = await main();

async function main() {
  if (!(await installWhenNeeded(say))) return 1;
  const node = productNode();
  if (node === null) {
    say(`Latchkey needs Node 24 on this system; this is ${process.version}.`);
    return 1;
  }
  return serveWithReload(node);
}

async function serveWithReload(node) {
  const folder = join(projectRoot, 'out', 'development');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = await ownerToken(node, join(folder, 'owner-token'));
  const ports = ['--port', String(SERVICE_PORT), '--admin-port', String(ADMIN_PORT)];
  const server = start(
    node,
    ['--watch', join(projectRoot, 'src-main', 'headless.ts'), '--data', join(folder, 'data'), ...ports],
    { ...process.env, LATCHKEY_ADMIN_TOKEN: token },
  );
  const screens = start(node, [join(projectRoot, 'resources', 'scripts', 'serve-screens.mjs')], {
    ...process.env,
    LATCHKEY_DEV_ADMIN: `http://127.0.0.1:${ADMIN_PORT}`,
    LATCHKEY_DEV_PORT: String(SCREENS_PORT),
  });
  const code = await pairingCode(token);
  say(
    code === null
      ? 'The server did not come up; see its messages above.'
      : `\nOpen http://127.0.0.1:${SCREENS_PORT}/#code=${code} (good for 60 s)\n`,
  );
  const result = await Promise.race([ended(server), ended(screens)]);
  server.kill();
  screens.kill();
  return result;
}

/** The token that the development store was made with; made once, readable by this user alone. */
async function ownerToken(node, file) {
  if (!existsSync(file)) {
    const token = await output(node, [join(projectRoot, 'src-main', 'cli', 'latchkey.ts'), 'token', 'new']);
    writeFileSync(file, token.trim(), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

/** Asks the server for a sign-in code as soon as it answers; null when it does not in time. */
async function pairingCode(token) {
  const giveUpAt = Date.now() + START_TIME_LIMIT_MS;
  while (Date.now() < giveUpAt) {
    try {
      const response = await fetch(`http://127.0.0.1:${ADMIN_PORT}/api/sessions.createPairingLink`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: '{}',
      });
      const reply = await response.json();
      if (reply.ok) return new URL(reply.data.url).hash.replace('#code=', '');
      say(`The server refused a pairing link: ${reply.error.message}`);
      return null;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  return null;
}

function start(command, args, env) {
  const child = spawn(command, args, {
    cwd: projectRoot,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return child;
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 0));
  });
}

function output(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.on('exit', () => resolve(stdout));
  });
}
