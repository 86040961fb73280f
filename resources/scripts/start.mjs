// Starts Latchkey from a fresh clone: installs when needed, builds when stale, then opens the desktop app, or the
// server for a browser where there is no Electron or no display. Standard output belongs to the server's ready line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findOrFetchElectron, hasDisplay } from './electron-binary.mjs';
import { nodeMajor, productNode, projectRoot } from './places.mjs';
import { buildWhenStale, installWhenNeeded } from './set-up.mjs';

const NODE_MAJOR_MIN = 20;
/** Of the server: MB in which new objects are made. Answers leave little behind, and so few MB stay in the processor's cache; without
 *  a limit each of its threads takes 16 MB of memory that it does not need. */
const SERVER_FLAGS = ['--max-semi-space-size=1'];

const say = (text) => process.stderr.write(`${text}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  if (nodeMajor() < NODE_MAJOR_MIN) {
    say(`Latchkey needs Node ${NODE_MAJOR_MIN} or later to install; this is ${process.version}.`);
    return 1;
  }
  if (!(await installWhenNeeded(say)) || !(await buildWhenStale(say))) return 1;
  const node = productNode();
  if (node === null) {
    say(`Latchkey needs Node 24 (or 22.14 and later) on this system; this is ${process.version}.`);
    return 1;
  }
  const wantsHeadless = args.includes('--headless');
  const rest = args.filter((argument) => argument !== '--headless');
  const electron = wantsHeadless || !hasDisplay() ? null : await findOrFetchElectron(say);
  if (electron !== null) {
    say('Opening Latchkey in its own window.');
    // Chromium's sandbox does not run as root, and would end the program at once.
    const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return runToEnd(electron, [projectRoot, ...asRoot, ...rest]);
  }
  say(
    wantsHeadless
      ? 'Starting the server: open the address below in a browser.'
      : 'Starting without a window: open the address below in a browser.',
  );
  return runToEnd(node, [...SERVER_FLAGS, join(projectRoot, 'out', 'main', 'headless.js'), ...rest]);
}

/** Runs a program in this one's place: same terminal, signals passed on. Answers its exit code. */
function runToEnd(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd: process.cwd() });
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
      process.on(signal, () => {
        // At a terminal, Ctrl-C reaches the whole group: the child has it already.
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
      });
    }
    child.on('error', (error) => {
      say(`Could not start ${command}: ${error.message}`);
      done(1);
    });
    child.on('exit', (code, signal) => done(code ?? (signal === null ? 1 : 128 + signalNumber(signal))));
  });
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1;
}
