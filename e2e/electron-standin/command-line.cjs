'use strict';
const path = require('node:path');

/** Splits Electron's arguments: switches for Chromium, modules to load first (-r), and the app to run. */
function parseCommandLine(args) {
  const switches = new Map();
  const modules = [];
  const rest = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index];
    if (argument === '-r' || argument === '--require') {
      index += 1;
      modules.push(args[index]);
    } else if (argument.startsWith('--')) {
      const [, name, value] = /^--([^=]+)=?(.*)$/.exec(argument);
      switches.set(name, value);
    } else {
      rest.push(argument);
    }
  }
  return { switches, modules, target: rest[0] ?? '.' };
}

/** The app's folder, package.json and entry file; `target` is a folder with a package.json or a script. */
function findApp(target, fs) {
  const asked = path.resolve(target);
  const manifestOf = (folder) => path.join(folder, 'package.json');
  let root = fs.statSync(asked).isDirectory() ? asked : path.dirname(asked);
  while (!fs.existsSync(manifestOf(root)) && root !== path.dirname(root)) root = path.dirname(root);
  const pkg = fs.existsSync(manifestOf(root)) ? JSON.parse(fs.readFileSync(manifestOf(root), 'utf8')) : {};
  return { root, pkg, entry: asked === root ? path.resolve(root, pkg.main ?? 'index.js') : asked };
}

module.exports = { parseCommandLine, findApp };
