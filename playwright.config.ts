import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from 'playwright/test';
import type { Door } from './e2e/door.ts';

/** The system's Chromium where there is one, else Playwright's own. */
const chromium =
  process.env['CHROMIUM_PATH'] ??
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((file) => isExecutable(file));

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The same journeys through both doors: a browser at the headless server, and the desktop shell. */
export default defineConfig<{ door: Door }>({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  // One folder for all, named after the system that drew them: letters are drawn otherwise elsewhere.
  snapshotPathTemplate: '{testDir}/pictures/{platform}/{arg}{ext}',
  globalSetup: './e2e/say-which-electron.ts',
  fullyParallel: false,

  workers: 2,
  // A second try on a busy machine; `npm test` names the tests that needed it.
  retries: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 840 },
    trace: 'retain-on-failure',
    actionTimeout: 30_000,
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    {
      name: 'browser',
      testIgnore: 'desktop-*.spec.ts',
      use: { door: 'browser', permissions: ['clipboard-read', 'clipboard-write'] },
    },
    {
      name: 'desktop',
      testMatch: ['first-light.spec.ts', 'restart.spec.ts', 'secrecy.spec.ts', 'desktop-*.spec.ts'],
      use: { door: 'desktop' },
    },
  ],
});
