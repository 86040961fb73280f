import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { builtinsByLookup, fewFilesAtStart } from './resources/scripts/start-fast.ts';

const root = import.meta.dirname;
const outDir = process.env['LATCHKEY_OUT_DIR'] ?? resolve(root, 'out');

/** Packages that become part of the output: looking for their hundreds of files takes longer than all the rest of a start.
 *  Native code stays a package. pino would start threads for transports; here it writes to a file descriptor. */
const BUNDLED = ['express', 'kysely', 'pino', 'yaml', 'zod'];

const startFiles = fewFilesAtStart({
  server: resolve(root, 'src-main/run-headless.ts'),
  worker: resolve(root, 'src-main/requests/requests-worker.ts'),
  cli: resolve(root, 'src-main/cli/latchkey.ts'),
});

/** What a start and Recharts both need; a group takes what its modules need along, unless an earlier group has it. */
const REACT = {
  name: 'react',
  test: /\/node_modules\/(?:react|react-dom|scheduler|use-sync-external-store)\//,
  priority: 2,
};
/** Larger than all screens together and the same in most releases: a file of its own is kept by a browser while ours change. */
const CHARTS = { name: 'recharts', test: /\/node_modules\/recharts\//, priority: 1 };

/** Main process, plain-Node entries and the log's worker; sandboxed preload; renderer. Other names in `dependencies` stay imports. */
export default defineConfig({
  main: {
    plugins: [builtinsByLookup(), startFiles.plugin],
    publicDir: false,
    build: {
      outDir: resolve(outDir, 'main'),
      sourcemap: true,
      externalizeDeps: { exclude: BUNDLED },
      rolldownOptions: {
        input: {
          index: resolve(root, 'src-main/electron/main.ts'),
          headless: resolve(root, 'src-main/headless.ts'),
          latchkey: resolve(root, 'src-main/cli/latchkey.ts'),
          // Entries start it by file name: './requests-worker.js' beside them, './requests/requests-worker.ts' when run from sources.
          'requests-worker': resolve(root, 'src-main/requests/requests-worker.ts'),
        },
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          codeSplitting: { groups: [{ name: startFiles.nameOf }] },
          // One typographic quote, and V8 keeps the whole text with two bytes a character.
          charset: 'ascii',
          // Half the text to read and to keep in memory; names stay, so that a stack trace can be read.
          minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  },
  preload: {
    publicDir: false,
    build: {
      outDir: resolve(outDir, 'preload'),
      // A sandboxed preload can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(root, 'src-main/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src-renderer'),
    plugins: [react()],
    build: {
      outDir: resolve(outDir, 'renderer'),
      minify: true,
      rolldownOptions: {
        input: { index: resolve(root, 'src-renderer/index.html') },
        output: { codeSplitting: { groups: [REACT, CHARTS] } },
      },
    },
  },
});
