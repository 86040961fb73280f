import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

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
    include: [
      'src-main/**/*.test.ts',
      'src-renderer/**/*.test.{ts,tsx}',
      'e2e/electron-standin/*.test.ts',
      'resources/{scripts,clients}/**/*.test.ts',
    ],
    environment: 'node',
    pool: 'forks',
    // Most of the time goes into waiting for servers: one core less than the machine has would be idle half of it.
    maxWorkers: Math.max(2, availableParallelism()),
    // Servers and databases on a busy two-core machine.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    clearMocks: true,
  },
});
