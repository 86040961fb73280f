import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { productNode, projectRoot } from './places.mjs';
import { runCommand } from './run-command.mjs';

const FETCH_TIME_LIMIT_MS = 180_000;
const RETRY_AFTER_MS = 86_400_000;

/** The Electron executable, or null. Never loads the `electron` package: that would start a download. */
export function findElectron(root = projectRoot, env = process.env) {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null;
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const binary = override ? join(override, name ?? 'electron') : name ? join(folder, 'dist', name) : null;
  return binary !== null && existsSync(binary) ? binary : null;
}

/** Can a window be shown here? */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The Electron executable, fetched once when it is missing. Answers null when it cannot be had; a failure is
 *  remembered for a day, so that the next start does not wait for it again. */
export async function findOrFetchElectron(say, options = {}) {
  const { root = projectRoot, timeLimitMs = FETCH_TIME_LIMIT_MS, nowMs = Date.now() } = options;
  const found = findElectron(root);
  if (found !== null) return found;
  const failureFile = join(root, 'node_modules', '.cache', 'latchkey', 'electron-fetch-failed');
  if (wasFailureRecent(failureFile, nowMs)) return null;
  say('Electron is not installed yet; fetching it once…');
  const install = join(root, 'node_modules', 'electron', 'install.js');
  const result = await runCommand(productNode(root) ?? process.execPath, [install], {
    timeoutMs: timeLimitMs,
  });
  const binary = result.code === 0 ? findElectron(root) : null;
  if (binary !== null) {
    rmSync(failureFile, { force: true });
    return binary;
  }
  mkdirSync(dirname(failureFile), { recursive: true });
  writeFileSync(failureFile, String(nowMs));
  const reason = result.code === 124 ? 'it took too long' : firstLine(result.output);
  say(`Electron could not be fetched (${reason}). It is tried again tomorrow.`);
  return null;
}

function wasFailureRecent(file, nowMs) {
  if (!existsSync(file)) return false;
  const failedMs = Number(readFileSync(file, 'utf8'));
  return nowMs - failedMs < RETRY_AFTER_MS;
}

function firstLine(text) {
  return text.trim().split('\n')[0] || 'no reason given';
}
