import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from './places.mjs';
import { runCommand, seconds } from './run-command.mjs';

const BUILD_INPUTS = [
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'package-lock.json',
  'tsconfig.json',
];
const BUILD_OUTPUTS = [
  'out/main/index.js',
  'out/main/headless.js',
  'out/main/requests-worker.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
];

/** Is node_modules missing, half installed, or older than the lock file? */
export function isInstallNeeded(root = projectRoot) {
  // npm writes this file last, so an interrupted install has none.
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Installs what the lock file names when that is needed. Says so through `say`; answers whether all is well. */
export async function installWhenNeeded(say) {
  if (!isInstallNeeded()) return true;
  say('Installing packages…');
  const result = await runCommand('npm', ['ci', '--loglevel=error', '--no-progress']);
  if (result.code !== 0) {
    say(`${result.output.trim()}\nThe packages could not be installed. Check the network and start again.`);
    return false;
  }
  say(`Packages installed in ${seconds(result.ms)}.`);
  return true;
}

/** Digest of everything the build reads except tests: equal digests mean that the last build still fits. */
export function buildInputsDigest(root = projectRoot) {
  const hash = createHash('sha256');
  for (const file of BUILD_INPUTS.flatMap((name) => filesBelow(join(root, name)))) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Is a part of the build missing, or were its sources changed since? */
export function isBuildStale(root = projectRoot) {
  if (BUILD_OUTPUTS.some((file) => !existsSync(join(root, file)))) return true;
  const stamp = join(root, 'out', 'built-from');
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== buildInputsDigest(root);
}

/** Builds when that is needed. Says so through `say`; answers whether all is well. */
export async function buildWhenStale(say) {
  if (!isBuildStale()) return true;
  say('Building…');
  // Taken before the build: a file saved meanwhile leads to another build next time.
  const digest = buildInputsDigest();
  const result = await runCommand('electron-vite', ['build', '--logLevel', 'warn']);
  if (result.code !== 0) {
    say(`${result.output.trim()}\nThe build failed; its messages are above.`);
    return false;
  }
  mkdirSync(join(projectRoot, 'out'), { recursive: true });
  writeFileSync(join(projectRoot, 'out', 'built-from'), digest);
  say(`Built in ${seconds(result.ms)}.`);
  return true;
}

/** Files below a folder (or the file itself), sorted by path, without tests. */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
