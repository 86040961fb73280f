'use strict';
// First thing to run. Gives the process the face of Electron's main process, then runs the app named on the command line.
const fs = require('node:fs');
const { registerHooks } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const args = process.argv.slice(2);
process.argv = [path.join(__dirname, 'electron'), ...args];

// One hook serves `require` and `import` alike.
const api = pathToFileURL(path.join(__dirname, 'electron.cjs')).href;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier.startsWith('electron/')) {
      return { url: api, format: 'commonjs', shortCircuit: true };
    }
    return next(specifier, context);
  },
});
Object.defineProperty(process.versions, 'electron', { value: '45.4.1-standin', enumerable: true });
Object.assign(process, {
  type: 'browser',
  defaultApp: true,
  resourcesPath: path.join(__dirname, 'resources'),
});
delete process.env.NODE_OPTIONS;

const { parseCommandLine, findApp } = require('./command-line.cjs');
const host = require('./host.cjs');
const { app } = require('./electron.cjs');

const { switches, modules, target } = parseCommandLine(args);
for (const [name, value] of switches) host.switches.set(name, value);
const { root, pkg, entry } = findApp(target, fs);
Object.assign(host, { root, pkg });
// Playwright's loader comes in this way and expects `electron` to be there.
for (const name of modules) require(name);
host.start(app).catch((error) => {
  // An app may quit before Chromium is up; then nothing is missed.
  if (host.isStopping) return;
  console.error(error);
  process.exit(1);
});
import(pathToFileURL(entry).href).catch((error) => {
  console.error('App threw an error during load\n', error);
  process.exit(1);
});
