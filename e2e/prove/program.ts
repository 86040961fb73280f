import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../..');

/** The program in one form: as built, or a copy of its sources with planted faults. */
export interface Program {
  /** What Node runs for the headless server. */
  readonly headless: string;
  /** What Node runs for the command line. */
  readonly cli: string;
  /** Holds src-main. */
  readonly root: string;
  /** Loads a module of its sources, such as "src-main/domain/rotation.ts". */
  readonly load: <T>(path: string) => Promise<T>;
}

/** A fault to plant: every `find` in the file becomes `replace`. */
export interface SourceFault {
  /** From the root: "src-main/audit/run-command.ts". */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The program as `electron-vite build` left it. Throws when there is none. */
export function builtProgram(): Program {
  const out = process.env['LATCHKEY_OUT_DIR'] ?? join(ROOT, 'out');
  const headless = join(out, 'main', 'headless.js');
  if (!existsSync(headless)) throw new Error(`${headless} is missing: run "npm run build" first.`);
  return { headless, cli: join(out, 'main', 'latchkey.js'), root: ROOT, load: loadFrom(ROOT) };
}

/** The program's sources as they are, which Node runs too; `root` is where they lie. */
export function sourceProgram(root = ROOT): Program {
  const cli = join(root, 'src-main', 'cli', 'latchkey.ts');
  return { headless: join(root, 'src-main', 'headless.ts'), cli, root, load: loadFrom(root) };
}

/** Copies the sources into `directory` and plants the faults there. Throws when a text to replace is not found: a control whose
 *  fault was never planted would say nothing. */
export function patchedProgram(directory: string, faults: readonly SourceFault[]): Program {
  const isWanted = (path: string): boolean => !path.includes('node_modules') && !/\.test\.tsx?$/.test(path);
  cpSync(join(ROOT, 'src-main'), join(directory, 'src-main'), { recursive: true, filter: isWanted });
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, file), join(directory, file));
  for (const linked of ['node_modules', 'out', 'resources']) {
    if (existsSync(join(ROOT, linked))) symlinkSync(join(ROOT, linked), join(directory, linked));
  }
  plantFaults(directory, faults);
  return sourceProgram(directory);
}

/** Plants the faults in the sources below `directory`. Throws when a text to replace is not found. */
export function plantFaults(directory: string, faults: readonly SourceFault[]): void {
  for (const { file, find, replace } of faults) {
    const path = join(directory, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(find)) throw new Error(`The fault cannot be planted: ${file} has no "${find}".`);
    writeFileSync(
      path,
      text.replaceAll(find, () => replace),
    );
  }
}

function loadFrom(root: string): Program['load'] {
  return async <T>(path: string) => (await import(pathToFileURL(join(root, path)).href)) as T;
}
