import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { configDefaults, defineConfig } from 'vitest/config';

const root = import.meta.dirname;

/** Tests that leave their process as they found it. */
const TOGETHER = [
  'src-main/{contract,domain,rpc,sqlite,verify}/**/*.test.ts',
  'src-renderer/**/*.test.{ts,tsx}',
];

export default defineConfig({
  root,
  plugins: [react()],
  resolve: {
    alias: {
      // The package's own entry downloads a browser when it is loaded. Unit tests hand Electron's objects over as arguments.
      electron: resolve(root, 'e2e/electron-standin/refuse-import.ts'),
    },
  },
  test: {
    projects: [
      // Nothing here replaces a module or changes its process: a process takes one file after the other, and what they import is read
      // once. That is half the work of a process for each.
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
      {
        extends: true,
        test: {
          name: 'apart',
          include: [
            'src-main/**/*.test.ts',
            'e2e/{electron-standin,prove}/*.test.ts',
            'resources/{scripts,clients}/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...TOGETHER],
        },
      },
    ],
    environment: 'node',
    pool: 'forks',
    // What runs from sources in processes and threads of its own: what was stripped and compiled once is taken from here.
    env: { NODE_COMPILE_CACHE: resolve(root, 'node_modules/.cache/tests') },
    // Most of the time goes into waiting for servers: one core less than the machine has would be idle half of it.
    maxWorkers: Math.max(2, availableParallelism()),
    // Servers and databases on a busy two-core machine.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    clearMocks: true,
  },
});
