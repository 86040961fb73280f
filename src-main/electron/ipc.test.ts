import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { handle } from './ipc.ts';

type Listener = (event: IpcMainInvokeEvent, ...args: unknown[]) => Promise<unknown>;

function oneChannel(page: WebContents | null): { invoke: Listener; seen: unknown[] } {
  const listeners = new Map<string, Listener>();
  const seen: unknown[] = [];
  const ipcMain = { handle: (channel: string, listener: Listener) => void listeners.set(channel, listener) };
  handle(
    ipcMain as unknown as IpcMain,
    () => page,
    'call',
    z.strictObject({ name: z.string() }),
    (input) => {
      seen.push(input);
      return { ok: true };
    },
  );
  const invoke = listeners.get('call');
  if (invoke === undefined) throw new Error('The channel was not registered.');
  return { invoke, seen };
}

const frame = (url: string): { url: string } => ({ url });
const OURS = frame('app://bundle/index.html#/keys');
const PAGE = { mainFrame: OURS } as unknown as WebContents;
const event = (sender: unknown, senderFrame: unknown): IpcMainInvokeEvent =>
  ({ sender, senderFrame }) as IpcMainInvokeEvent;

const hostileFrame = (url: string): IpcMainInvokeEvent => {
  const top = frame(url);
  const page = { mainFrame: top };
  return event(page, top);
};

/** Senders that are not the top frame of our window showing a page of ours. */
const HOSTILE_SENDERS: readonly (readonly [string, IpcMainInvokeEvent])[] = [
  ['a frame that is gone', event(PAGE, null)],
  ['a sub-frame of our own page', event(PAGE, frame('app://bundle/index.html'))],
  ['a sub-frame of another origin', event(PAGE, frame('https://evil.test/'))],
  ['another window with a page of ours', hostileFrame('app://bundle/index.html')],
  ['another window with our very frame', event({ mainFrame: OURS }, OURS)],
  ['no sender at all', event(null, OURS)],
  ['a web page', hostileFrame('https://bundle/')],
  ['a file', hostileFrame('file:///bundle/index.html')],
  ['a data page', hostileFrame('data:text/html,app://bundle/')],
  ['another host of our scheme', hostileFrame('app://evil/index.html')],
  ['an empty page', hostileFrame('about:blank')],
  ['a page without an address', hostileFrame('')],
];

describe('the one IPC wrapper', () => {
  it('answers the top frame of our own window', async () => {
    const { invoke, seen } = oneChannel(PAGE);
    await expect(invoke(event(PAGE, OURS), { name: 'keys.list' })).resolves.toEqual({ ok: true });
    expect(seen).toEqual([{ name: 'keys.list' }]);
  });

  it.each(HOSTILE_SENDERS)('refuses %s before anything runs', async (_name, from) => {
    const { invoke, seen } = oneChannel(PAGE);
    await expect(invoke(from, { name: 'keys.list' })).rejects.toThrow('Refused.');
    expect(seen).toEqual([]);
  });

  it('refuses our own window once it shows something else', async () => {
    const strayed = frame('https://evil.test/');
    const page = { mainFrame: strayed } as unknown as WebContents;
    const { invoke, seen } = oneChannel(page);
    await expect(invoke(event(page, strayed), { name: 'keys.list' })).rejects.toThrow('Refused.');
    expect(seen).toEqual([]);
  });

  it('refuses everybody while there is no window', async () => {
    const { invoke } = oneChannel(null);
    await expect(invoke(event(PAGE, OURS), { name: 'keys.list' })).rejects.toThrow('Refused.');
  });

  it.each([
    [[]],
    [[null]],
    [['keys.list']],
    [[{ name: 1 }]],
    [[{ name: 'a', more: 1 }]],
    [[{ name: 'a' }, 'more']],
  ])('refuses arguments that do not fit: %j', async (args) => {
    const { invoke, seen } = oneChannel(PAGE);
    await expect(invoke(event(PAGE, OURS), ...args)).rejects.toThrow('Refused.');
    expect(seen).toEqual([]);
  });
});
