import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

/** What the tests need from the system, browsers, the compiler of the Go client and reverse proxies, as { program, package } of
 *  Debian; `file` where a package has no program. The `service` of a package must not run: the tests start their own. */
const NEEDED = [
  { program: 'chromium', package: 'chromium' },
  { program: 'Xvfb', package: 'xvfb' },
  { program: 'xvfb-run', package: 'xvfb' },
  { program: 'xauth', package: 'xauth' },
  { program: 'go', package: 'golang-go' },
  { program: 'nginx', package: 'nginx', service: 'nginx' },
  { program: 'caddy', package: 'caddy', service: 'caddy' },
  { program: 'haproxy', package: 'haproxy', service: 'haproxy' },
  { program: 'apache2', package: 'apache2', service: 'apache2' },
  { file: '/usr/share/lua/5.3/socket.lua', package: 'lua-socket' },
  { program: 'python3', package: 'python3' },
  { program: 'age', package: 'age' },
  { program: 'age-keygen', package: 'age' },
];
/** What makes the tests faster where the system has it: Chromium without a window around the page. */
const WANTED = [{ program: 'chromium-headless-shell', package: 'chromium-headless-shell' }];
/** Where Debian has its servers; not on the PATH of every user. */
const SERVER_FOLDER = '/usr/sbin';
/** Asked by maintainer scripts whether a service may be started. */
const POLICY_FILE = '/usr/sbin/policy-rc.d';
/** What ends a run from outside. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Is a program of this name on PATH or among the servers? */
export function isOnPath(program, env = process.env) {
  return [...(env.PATH ?? '').split(delimiter), SERVER_FOLDER].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Makes the browser and the virtual display available on Linux: installs them as root on Debian, else says what to install.
 *  Answers whether the end-to-end tests can run. Elsewhere Playwright's own browser is used. */
export async function installSystemPackages(say) {
  if (process.platform !== 'linux') return true;
  const missing = NEEDED.filter((item) => !isThere(item));
  const wanted = WANTED.filter((item) => !isThere(item));
  const canInstall = process.getuid?.() === 0 && isOnPath('apt-get');
  if (missing.length === 0 && (wanted.length === 0 || !canInstall)) return true;
  const packages = [...new Set(missing.map((item) => item.package))];
  if (!canInstall) {
    say(
      `The end-to-end tests need: ${packages.join(', ')}. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
    return false;
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { env });
  const install = (names) =>
    runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  if (missing.length > 0) {
    say(`Installing ${packages.join(', ')}…`);
    const services = missing.flatMap((item) => item.service ?? []);
    const result = await withoutStarting(services, () => install(packages));
    if (result.code !== 0) {
      say(result.output.trimEnd());
      return false;
    }
  }
  for (const item of wanted) {
    say(`Installing ${item.package}…`);
    const { code } = await install([item.package]);
    if (code !== 0) say(`${item.package} is not to be had: the tests take longer without it.`);
  }
  return true;
}

function isThere({ program, file }) {
  return program === undefined ? existsSync(file) : isOnPath(program) || isProvided(program);
}

/** Installs without starting the services that come along, now or with the machine. The file that forbids it goes again, also when
 *  somebody breaks off: left behind, it would keep every later package of this machine from starting its service. */
export async function withoutStarting(services, install, policyFile = POLICY_FILE) {
  const hadPolicy = existsSync(policyFile);
  const removePolicy = () => {
    if (!hadPolicy) rmSync(policyFile, { force: true });
  };
  const breakOff = () => {
    removePolicy();
    process.exit(1);
  };
  for (const signal of SIGNALS) process.once(signal, breakOff);
  if (!hadPolicy) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await install();
  } finally {
    removePolicy();
    for (const signal of SIGNALS) process.removeListener(signal, breakOff);
    if (services.length > 0 && isOnPath('systemctl'))
      await runCommand('systemctl', ['disable', ...services], {});
  }
}

function isProvided(program) {
  if (program.startsWith('chromium')) return Boolean(process.env.CHROMIUM_PATH);
  return ['Xvfb', 'xvfb-run', 'xauth'].includes(program) && Boolean(process.env.DISPLAY);
}
