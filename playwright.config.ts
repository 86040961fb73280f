import { defineConfig } from 'playwright/test';
import { engineAlone } from './e2e/chromium.ts';
import type { Door } from './e2e/door.ts';

/** The same journeys through both doors: a browser at the headless server, and the desktop shell. */
export default defineConfig<{ door: Door }>({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  // One folder for all, named after the system that drew them: letters are drawn otherwise elsewhere.
  snapshotPathTemplate: '{testDir}/pictures/{platform}/{arg}{ext}',
  globalSetup: './e2e/say-which-electron.ts',
  fullyParallel: false,
  // Half of the time goes into waiting for pages: three fill two processors.
  workers: 3,
  // A second try on a busy machine; `npm test` names the tests that needed it.
  retries: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 840 },
    // Recorded at the second try only: every picture and every copy of a page costs a third of the time of a test that passes.
    trace: 'on-first-retry',
    actionTimeout: 30_000,
    launchOptions: engineAlone(),
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
