import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;
const outDir = process.env['LATCHKEY_OUT_DIR'] ?? resolve(root, 'out');

/** Packages that become part of the output: looking for their hundreds of files takes longer than all the rest of a start.
 *  Native code stays a package. pino would start threads for transports; here it writes to a file descriptor. */
const BUNDLED = ['express', 'kysely', 'pino', 'yaml', 'zod'];

/** Imports of Node's own modules become look-ups. An import statement reads every property of the module, and some of node:http load
 *  a whole other HTTP client when they are read: a third of a start. */
function builtinsByLookup() {
  const statement =
    /^import\s*(?:([\w$]+)\s*,?\s*)?(\{[^}]*\}|\*\s*as\s+[\w$]+)?\s*from\s*"(node:[^"]+)";?$/gm;
  return {
    name: 'builtins-by-lookup',
    renderChunk: (code: string) =>
      code.replace(statement, (_all, whole?: string, named?: string, id = '') => {
        const names = [whole, named?.replace(/^\*\s*as\s+/, '').replaceAll(/\s+as\s+/g, ': ')];
        return names
          .filter((name) => name !== undefined)
          .map((name) => `const ${name} = process.getBuiltinModule("${String(id)}");`)
          .join(' ');
      }),
  };
}

/** Main process, plain-Node entries and the log's worker; sandboxed preload; renderer. Other names in `dependencies` stay imports. */
export default defineConfig({
  main: {
    plugins: [builtinsByLookup()],
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
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
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
      rolldownOptions: { input: { index: resolve(root, 'src-renderer/index.html') } },
    },
  },
});
