#!/usr/bin/env node
// The latchkey command of a checkout or an installed package: runs the built program beside it, on the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { productNode } from '../scripts/places.mjs';

const address = new URL('../../out/main/latchkey.js', import.meta.url);
const program = fileURLToPath(address);
const node = productNode();
if (!existsSync(program)) {
  refuse('Latchkey is not built yet. Run "npm run build" in its folder, then try again.');
} else if (node === null) {
  refuse(`Latchkey needs Node 24 (or 22.14 and later) on this system; this is ${process.version}.`);
} else if (node === process.execPath) {
  await import(address.href);
} else {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
