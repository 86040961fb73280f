import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { seedTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { loadWithDecisions } from '../decision-load.ts';
import { newKey } from '../key-load.ts';
import { sourceProgram, type Program } from '../program.ts';
import { startProgram } from '../start-program.ts';
import { keepConnections } from '../whole-answer.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}
interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

const readJsonOf = <T>(root: string, file: string): T =>
  JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Every package with a strong checksum, from the registry and from nowhere else, in exactly the version that package.json names. */
function lockfile(lock: Lockfile, manifest: Manifest): Figure {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  const bad = packages.flatMap(([path, { integrity, resolved, link, version }]) => {
    const isElsewhere = resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/');
    const isStrong = integrity?.startsWith('sha512-') === true;
    return link === true || isElsewhere || !isStrong || version === undefined ? [path] : [];
  });
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  const loose = wanted.filter(
    ([name, version]) => !EXACT.test(version) || lock.packages[`node_modules/${name}`]?.version !== version,
  );
  return {
    reached: `${String(packages.length)} packages: ${String(bad.length)} without a strong checksum or from elsewhere, ${String(loose.length)} of ${String(wanted.length)} not pinned exactly${bad.length + loose.length > 0 ? ` (${[...bad, ...loose.map(([name]) => name)].slice(0, 3).join(', ')})` : ''}`,
    holds: bad.length === 0 && loose.length === 0 && lock.lockfileVersion === 3 && packages.length > 100,
  };
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** Packages that would run something while they are installed, and those that may. */
function installScripts(root: string, allowed: Readonly<Record<string, boolean>>, settings: string): Figure {
  const names = installedPackages(join(root, 'node_modules'));
  const asking = names.filter((name) => {
    const { scripts = {} } = readJsonOf<{ readonly scripts?: Record<string, string> }>(
      root,
      `node_modules/${name}/package.json`,
    );
    return INSTALL_SCRIPTS.some((script) => script in scripts);
  });
  const running = Object.entries(allowed).filter(([, isAllowed]) => isAllowed);
  const isStrict = /^strict-allow-scripts=true$/m.test(settings);
  return {
    reached: `${String(asking.length)} of ${String(names.length)} packages have install scripts, ${String(running.length)} may run one, others are ${isStrict ? 'refused' : 'RUN'}`,
    holds: running.length === 0 && isStrict && names.length > 100,
  };
}

function installedPackages(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .filter((name) => existsSync(join(folder, name, 'package.json')));
}

interface BillOfMaterials {
  readonly components?: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl?: string;
    readonly licenses?: readonly unknown[];
  }[];
}

/** A list of what is inside, as npm makes it for a release. All of it: with `--omit dev` npm leaves out what tools need too, here
 *  four of the packages that the program imports. */
function billOfMaterials(root: string, lock: Lockfile): Figure {
  const made = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (made.status !== 0) throw new Error(`npm sbom: ${made.stderr.slice(0, 200)}`);
  const { components = [] } = JSON.parse(made.stdout) as BillOfMaterials;
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const locked = Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${String(version)}`);
  const missing = [...new Set(locked)].filter((name) => !listed.has(name));
  const anonymous = components.filter(({ purl }) => purl === undefined);
  return {
    reached: `${String(components.length)} components, ${String(missing.length)} locked packages missing${missing.length > 0 ? ` (${missing.slice(0, 3).join(', ')})` : ''}, ${String(anonymous.length)} without an address`,
    holds: missing.length === 0 && anonymous.length === 0 && components.length > 100,
  };
}

/** Runs the program under a watch on its system calls and does with it what people do: connections that are not to this machine. */
async function connections(work: Workbench, program: Program, seconds: number): Promise<Figure> {
  const folder = mkdtempSync(join(work.directory, 'watch-'));
  const watch = [
    'strace',
    '-f',
    '-qq',
    '-e',
    'trace=connect,sendto,sendmsg,sendmmsg',
    '-o',
    join(folder, 'calls'),
  ];
  const adminToken = newAdminToken();
  const server = await startProgram(work, { program, data: join(folder, 'data'), adminToken, under: watch });
  const seed = await seedTrade(server.call, server.service);
  const kept = keepConnections(2);
  let asked = 0;
  await loadWithDecisions(server, { ...seed, lanes: 2, connections: kept, isOver: () => (asked += 1) > 100 });
  kept.close();
  const { key } = await server.call('keys.create', newKey(seed, 'Outbound'));
  await server.call('keys.rotate', { keyId: key.keyId, overlapMs: 0 });
  await server.call('keys.revoke', { keyId: key.keyId, reason: 'policy' });
  await server.call('backups.create', {});
  await server.call('audit.verify', {});
  await setTimeout(seconds * 1_000);
  const { pid } = server;
  for (const child of childrenOf(pid)) process.kill(child, 'SIGTERM');
  await server.end();
  const calls = readFileSync(join(folder, 'calls'), 'utf8')
    .split('\n')
    .filter((line) => /\bAF_INET6?\b/.test(line));
  const outside = calls.filter((line) => !/inet_addr\("127\.|"::1"|"::ffff:127\./.test(line));
  return {
    reached: `${String(outside.length)} connections to other hosts${outside.length > 0 ? `: ${String(outside[0])}` : ''}`,
    holds: outside.length === 0,
  };
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

const JOURNEY = [
  'node_modules/.bin/playwright',
  'test',
  '--retries=0',
  '--reporter=line',
  'e2e/first-light.spec.ts',
];
/** A journey through both doors, in a network namespace that has the loopback device and no route; with the built program of `out`. */
function withoutNetwork(work: Workbench, out: string): Figure {
  const inside = 'ip link set lo up && exec "$@"';
  const output = ['--output', join(work.directory, 'journey')];
  const run = spawnSync('unshare', ['-n', 'sh', '-c', inside, 'sh', ...JOURNEY, ...output], {
    cwd: root,
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, LATCHKEY_OUT_DIR: out },
  });
  const passed = Number(/(\d+) passed/.exec(run.stdout)?.[1] ?? 0);
  const failed = Number(/(\d+) failed/.exec(run.stdout)?.[1] ?? 0);
  if (passed + failed === 0) throw new Error(`No journey: ${run.stdout.slice(0, 500)}${run.stderr}`);
  return {
    reached: `${String(passed)} journeys passed, ${String(failed)} failed without a network`,
    holds: run.status === 0 && passed > 0,
  };
}

/** A copy of the built program that waits for an answer of another host before it starts. */
function needsAnotherHost(work: Workbench): string {
  const copy = join(work.directory, 'needs-a-network');
  const out = join(copy, 'out');
  cpSync(join(work.program.headless, '../..'), out, { recursive: true });
  for (const linked of ['node_modules', 'resources', 'package.json'])
    symlinkSync(join(root, linked), join(copy, linked));
  const headless = join(out, 'main', 'headless.js');
  writeFileSync(headless, `await fetch('http://192.0.2.1/');\n${readFileSync(headless, 'utf8')}`);
  return out;
}

const { root } = sourceProgram();
const TELLS_HOME = {
  file: 'src-main/run-headless.ts',
  find: '  const { argv, environment',
  replace: "  void fetch('http://192.0.2.1/').catch(() => undefined);\n  const { argv, environment",
};

/** What comes from others, and what goes out. */
export const cases: readonly ProveCase[] = [
  {
    id: 'H1',
    promise: 'Every package is pinned exactly, comes from the registry and has a strong checksum',
    target: '0 others',
    tier: 'T1',
    isBeside: true,
    figure: async () => lockfile(readJsonOf(root, 'package-lock.json'), readJsonOf(root, 'package.json')),
    controls: [
      {
        fault: 'a package comes from a repository',
        run: async () => {
          const lock = readJsonOf<Lockfile>(root, 'package-lock.json');
          const express = {
            ...lock.packages['node_modules/express'],
            resolved: 'git+ssh://git@example.com/express.git',
          };
          return lockfile(
            { ...lock, packages: { ...lock.packages, 'node_modules/express': express } },
            readJsonOf(root, 'package.json'),
          );
        },
      },
      {
        fault: 'a range of versions',
        run: async () => {
          const manifest = readJsonOf<Manifest>(root, 'package.json');
          const dependencies = { ...manifest.dependencies, express: '^5.0.0' };
          return lockfile(readJsonOf(root, 'package-lock.json'), { ...manifest, dependencies });
        },
      },
    ],
  },
  {
    id: 'H2',
    promise: 'No package runs anything while it is installed, unless it is on the list; the list is empty',
    target: '0 may',
    tier: 'T1',
    isBeside: true,
    figure: async () =>
      installScripts(
        root,
        readJsonOf<Manifest>(root, 'package.json').allowScripts ?? {},
        readFileSync(join(root, '.npmrc'), 'utf8'),
      ),
    controls: [
      {
        fault: 'one is allowed',
        run: async () => installScripts(root, { 'better-sqlite3': true }, 'strict-allow-scripts=true\n'),
      },
      { fault: 'scripts are not refused', run: async () => installScripts(root, {}, '') },
    ],
  },
  {
    id: 'H3',
    promise: 'A bill of materials names every package of the program with its version',
    target: '0 missing',
    tier: 'T1',
    isBeside: true,
    figure: async () => billOfMaterials(root, readJsonOf(root, 'package-lock.json')),
    controls: [
      {
        fault: 'a package that is installed and not in the list',
        run: async () => {
          const lock = readJsonOf<Lockfile>(root, 'package-lock.json');
          const packages = { ...lock.packages, 'node_modules/left-out': { version: '1.0.0' } };
          return billOfMaterials(root, { ...lock, packages });
        },
      },
    ],
  },
  {
    id: 'H4',
    promise: 'The program opens no connection to another host',
    target: '0 over a run with every sort of command, and 10 s of rest',
    tier: 'T1',
    isBeside: true,
    figure: (work) => connections(work, work.program, work.count(10)),
    controls: [
      {
        fault: 'it tells home at its start',
        run: (work) => connections(work, work.patched([TELLS_HOME]), 1),
      },
    ],
  },
  {
    id: 'H4b',
    promise: 'Journeys in the browser work in a network namespace without a route',
    target: 'all pass',
    tier: 'T1',
    isBeside: true,
    figure: async (work) => withoutNetwork(work, join(work.program.headless, '../..')),
    controls: [
      {
        fault: 'the program needs another host',
        run: async (work) => withoutNetwork(work, needsAnotherHost(work)),
      },
    ],
  },
];
