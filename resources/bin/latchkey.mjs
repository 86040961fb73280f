#!/usr/bin/env node
// The latchkey command of a checkout or an installed package: runs the built program beside it.
import { existsSync } from 'node:fs';

const program = new URL('../../out/main/latchkey.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('Latchkey is not built yet. Run "npm run build" in its folder, then try again.\n');
  process.exitCode = 1;
}
