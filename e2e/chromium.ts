import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { LaunchOptions } from 'playwright/test';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How to start the engine without the browser around it: the whole browser draws tabs and menus of its own for each context, which
 *  is three times the work. `CHROMIUM_PATH` names another; where the system has neither, it is Playwright's own. */
export function engineAlone(): LaunchOptions {
  const path = process.env['CHROMIUM_PATH'] ?? onPath('chromium-headless-shell');
  // Letters are as wide as in the whole browser.
  return path === undefined ? wholeBrowser() : started(path, ['--font-render-hinting=none']);
}

/** How to start the browser as people have it, which draws letters a little otherwise than the engine alone. */
export function wholeBrowser(): LaunchOptions {
  return started(process.env['CHROMIUM_PATH'] ?? onPath('chromium'), []);
}

function started(path: string | undefined, more: readonly string[]): LaunchOptions {
  return { ...(path === undefined ? {} : { executablePath: path }), args: [...SWITCHES, ...more] };
}

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((file) => isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
