import { dirname, join, resolve } from 'node:path';
import { type ElectronApplication, _electron, type Page } from 'playwright/test';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Bridge } from '#contract/bridge.ts';
import type { Reply } from '#contract/errors.ts';
import { electronForTests } from './electron-for-tests.ts';
import { dataOf, type RunningApp } from './running-app.ts';

const root = resolve(import.meta.dirname, '..');
const entry = join(process.env['LATCHKEY_OUT_DIR'] ?? join(root, 'out'), 'main', 'index.js');

/** The desktop app, running for a test. */
export interface DesktopApp extends RunningApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
}

/** Starts the built desktop app with Playwright's own launcher: on the Electron that is installed, else on the stand-in. */
export async function startDesktop(dataDirectory: string): Promise<DesktopApp> {
  const lines: string[] = [];
  const electron = await _electron.launch({
    executablePath: electronForTests().executablePath,
    args: [
      entry,
      `--user-data-dir=${join(dirname(dataDirectory), 'profile')}`,
      '--data',
      dataDirectory,
      '--port',
      '0',
    ],
    cwd: root,
    env: { ...process.env, STANDIN_NODE: process.execPath },
  });
  const child = electron.process();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  }
  const page = await electron.firstWindow();
  await page.waitForFunction(() => 'latchkey' in window);
  const call = async <Name extends ProcedureName>(
    name: Name,
    input: CallInput<Name>,
  ): Promise<Output<Name>> => {
    const reply = await page.evaluate(
      ([asked, value]) => (window as unknown as { latchkey: Bridge }).latchkey.call(asked, value),
      [name, input] as const,
    );
    return dataOf(name, reply as Reply<Output<Name>>);
  };
  const { service } = await call('system.status', {});
  return {
    electron,
    page,
    serviceUrl: service.url ?? '',
    dataDirectory,
    call,
    output: () => lines.join(''),
    stop: async () => {
      if (child.exitCode === null) await electron.close();
      return child.exitCode;
    },
  };
}
