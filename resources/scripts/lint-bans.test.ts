import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** file, planted code, rule that must refuse it. */
const PLANTED = [
  ['src-main/keys/x.ts', 'enum Colour { red }', 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'try { go(); } catch {}', 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'try { go(); } catch { /* quiet */ }', 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'const a: any = 1;', '@typescript-eslint/no-explicit-any'],
  ['src-main/keys/x.ts', 'go(a!);', '@typescript-eslint/no-non-null-assertion'],
  ['src-main/keys/x.ts', 'go(a as string);', '@typescript-eslint/consistent-type-assertions'],
  ['src-main/keys/x.ts', "readFileSync(directory + '/keys.db');", 'no-restricted-syntax'],
  ['src-main/keys/x.ts', "fs.rmSync('keys.db-wal');", 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'await copyFile(`${folder}/requests.db`, target);', 'no-restricted-syntax'],
  [
    'src-main/keys/x.ts',
    "import { DatabaseSync } from 'node:sqlite'; go(DatabaseSync);",
    'no-restricted-imports',
  ],
  ['src-main/keys/x.ts', "go(process.env['HOME']);", 'no-restricted-syntax'],
  ['src-main/keys/x.ts', "import { env } from 'node:process'; go(env);", 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'go(Date.now());', 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'go(new Date());', 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'go(Math.random());', 'no-restricted-syntax'],
  [
    'src-main/keys/x.ts',
    "import { randomBytes } from 'node:crypto'; go(randomBytes);",
    'no-restricted-syntax',
  ],
  ['src-main/keys/x.ts', 'go(crypto.randomUUID());', 'no-restricted-syntax'],
  ['src-main/electron/window.ts', "ipcMain.handle('x', go);", 'no-restricted-syntax'],
  ['src-main/electron/window.ts', "import { ipcMain } from 'electron'; go(ipcMain);", 'no-restricted-syntax'],
  ['src-main/electron/main.ts', "ipcMain.on('x', go);", 'no-restricted-syntax'],
  ['src-main/electron/main.ts', "electron.ipcMain.handle('x', go);", 'no-restricted-syntax'],
  ['src-main/keys/x.ts', 'export function go(): void { /* nothing */ }', 'jsdoc/require-jsdoc'],
  ['src-main/keys/x.ts', 'export class Go {}', 'jsdoc/require-jsdoc'],
  [
    'src-main/keys/x.ts',
    '/** Goes.\n * @param b where */\nexport function go(a: string): string { return a; }',
    'jsdoc/check-param-names',
  ],
  [
    'src-main/keys/x.ts',
    `/** Goes. */\nexport function go(): void {\n${'  step();\n'.repeat(60)}}`,
    'max-lines-per-function',
  ],
  ['src-main/keys/x.ts', 'step();\n'.repeat(351), 'max-lines'],
  ['src-main/keys/x.ts', 'step();\n'.repeat(251), 'house/max-lines-wanted'],
  ['src-renderer/keys/x.tsx', 'go(<p dangerouslySetInnerHTML={{ __html: a }} />);', 'no-restricted-syntax'],
  ['src-renderer/keys/x.tsx', 'node.innerHTML = a;', 'no-restricted-syntax'],
  ['src-renderer/keys/x.ts', "void fetch('/api');", 'no-restricted-globals'],
  ['src-renderer/keys/x.ts', "go(new EventSource('/api'));", 'no-restricted-globals'],
  ['src-renderer/keys/x.ts', "void window.fetch('/api');", 'no-restricted-syntax'],
  ['src-renderer/keys/x.ts', 'go(window.latchkey);', 'no-restricted-syntax'],
  [
    'src-renderer/keys/x.tsx',
    'function Page() { if (a) useState(1); return null; }\ngo(Page);',
    'react-hooks/rules-of-hooks',
  ],
] as const;

/** Code that the same rules must let pass where it belongs. */
const ALLOWED = [
  ['src-main/keys/x.ts', 'go({ a: 1 } as const);'],
  ['src-main/keys/x.ts', 'go(new Date(atMs));'],
  ['src-main/platform/clock.ts', 'go(Date.now());'],
  ['src-main/platform/random.ts', "import { randomBytes } from 'node:crypto'; go(randomBytes);"],
  ['src-main/headless.ts', "go(process.env['HOME']);"],
  ['src-main/electron/main.ts', "import { ipcMain } from 'electron'; go(ipcMain);"],
  ['src-main/electron/ipc.ts', "ipcMain.handle('x', go);"],
  ['src-main/sqlite/key-queries.ts', 'go(row as string);'],
  ['src-renderer/api/http-transport.ts', "void fetch('/api'); go(window.latchkey);"],
] as const;

let eslint: ESLint;

beforeAll(() => {
  // The planted files do not exist, so rules that need types are out of reach; the bans need none.
  const untyped = tseslint.configs.disableTypeChecked;
  eslint = new ESLint({ cwd: root, overrideConfig: [{ ...untyped, files: ['**/*.{ts,tsx}'] }] });
});

async function rulesAgainst(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: resolve(root, file) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

describe('lint bans', () => {
  const planted = PLANTED.map(([file, code, rule]) => ({
    file,
    code,
    rule,
    start: code.slice(0, 60).replaceAll('\n', ' '),
  }));
  it.each(planted)('$rule refuses $start in $file', async ({ file, code, rule }) => {
    expect(await rulesAgainst(file, code)).toContain(rule);
  });

  it.each(ALLOWED)('%s may contain %s', async (file, code) => {
    const bans = (await rulesAgainst(file, code)).filter(
      (rule) => rule.includes('restricted') || rule.includes('assertion'),
    );
    expect(bans).toEqual([]);
  });
});
