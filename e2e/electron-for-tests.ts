import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** The Electron executable when one is installed, else the stand-in. */
export function electronForTests(): { readonly executablePath: string; readonly isReal: boolean } {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const real = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8')) : null;
  return real !== null && existsSync(real)
    ? { executablePath: real, isReal: true }
    : { executablePath: join(root, 'e2e', 'electron-standin', 'electron'), isReal: false };
}
