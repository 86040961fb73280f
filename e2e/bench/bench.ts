import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { busy } from './cases/busy.ts';
import type { Case } from './cases/case.ts';
import { gateway } from './cases/gateway.ts';
import { millionKeys } from './cases/million-keys.ts';
import { peers } from './cases/peers.ts';
import { requestLog } from './cases/request-log.ts';
import { saturation } from './cases/saturation.ts';
import { screens } from './cases/screens.ts';
import { startAndCommands } from './cases/start-and-commands.ts';
import { steady } from './cases/steady.ts';
import manifest from '../../package.json' with { type: 'json' };
import { figureTable, holds, type Figure } from './figures.ts';
import { describeMachine, ignoreNoise } from './machine.ts';

/** `npm run bench`: the figures P1 to P10 and the screens' budgets beside their references, in one run. Only ratios mean something on another machine.
 *  Loopback only, bounded in time. Needs `npm run build`; `--only P1,P4` chooses, `--peers` installs other products to compare with. */
const CASES: Readonly<Record<string, { readonly targets: readonly string[]; readonly run: Case }>> = {
  saturation: { targets: ['P1', 'P3'], run: saturation },
  steady: { targets: ['P2'], run: steady },
  'million keys': { targets: ['P4'], run: millionKeys },
  peers: { targets: ['P5'], run: peers },
  gateway: { targets: ['P6'], run: gateway },
  'request log': { targets: ['P7'], run: requestLog },
  busy: { targets: ['P8'], run: busy },
  'start and commands': { targets: ['P9', 'P10'], run: startAndCommands },
  screens: { targets: ['SCREENS'], run: screens },
};

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    peers: { type: 'boolean', default: false },
    /** One short round of everything: proves that the benchmark runs. */
    smoke: { type: 'boolean', default: false },
    /** Takes the machine as it is: waits for no quiet and repeats no round. The figures say so, and only ratios and processor time count. */
    noisy: { type: 'boolean', default: false },
    /** Also writes the figures to this file, as JSON. */
    json: { type: 'string' },
  },
});
const wanted = flags.only === '' ? null : flags.only.split(',').map((id) => id.trim().toUpperCase());
if (flags.smoke || flags.noisy) ignoreNoise();
const machine = describeMachine();
const say = (text: string) => process.stderr.write(`${text}\n`);
const root = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const figures: Figure[] = [];
try {
  for (const [name, { targets, run }] of Object.entries(CASES)) {
    if (wanted !== null && !targets.some((id) => wanted.includes(id))) continue;
    say(`${name} (${targets.join(', ')})`);
    const directory = join(root, name);
    mkdirSync(directory);
    figures.push(
      ...(await run({
        rounds: flags.smoke ? 1 : Number(flags.rounds),
        seconds: flags.smoke ? 1 : Number(flags.seconds),
        connections: Number(flags.connections),
        directory,
        withPeers: flags.peers,
        isSmoke: flags.smoke,
        say,
      })),
    );
    rmSync(directory, { recursive: true, force: true });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.stdout.write(
  `${JSON.stringify({ machine, flags })}\n\n${machineLine()}\n\n${figureTable(figures)}\n`,
);
/** What stands above the table in the README. */
function machineLine(): string {
  const { cores, cpu, memoryGb, system, node, generator, pinned, noise } = machine;
  const rounds = flags.smoke
    ? 'one round of a second'
    : `${flags.rounds} rounds of ${flags.seconds} s, medians`;
  const places = pinned ? 'servers on one core and the load on the other' : 'servers and load on any core';
  return (
    `Latchkey ${manifest.version} on ${String(cores)} cores of ${cpu} with ${String(memoryGb)} GB, ${system}, Node ${node.slice(1)}, ` +
    `${generator} with ${flags.connections} connections, ${places}, ${rounds}; noise ${noise}.`
  );
}

if (flags.json !== undefined) {
  const rows = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
  writeFileSync(flags.json, `${JSON.stringify({ machine, flags, figures: rows }, null, 2)}\n`);
}
