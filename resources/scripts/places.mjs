import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the project: the one with package.json. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The Node that runs the product: the pinned one where the registry has it for this machine, else the one that runs now.
 *  Answers null when neither can load the database library (it needs Node-API 10). */
export function productNode(root = projectRoot) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const pinned = join(root, 'node_modules', `node-${system}-${process.arch}`, 'bin', name);
  if (existsSync(pinned)) return pinned;
  return Number(process.versions.napi) >= 10 && nodeMajor() >= 22 ? process.execPath : null;
}

/** Major version of the Node that runs this script. */
export function nodeMajor() {
  return Number(process.versions.node.split('.')[0]);
}

/** The environment in which the project's own tools and its pinned Node come first on PATH. */
export function projectEnvironment(root = projectRoot, base = process.env) {
  const separator = process.platform === 'win32' ? ';' : ':';
  const pathName = Object.keys(base).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...base, [pathName]: [join(root, 'node_modules', '.bin'), base[pathName]].join(separator) };
}
