import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { REVIEWED_PREFERENCES } from '#main/electron/reviewed-preferences.test-support.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { sourceProgram, type Program, type SourceFault } from '../program.ts';

type WindowOptions = typeof import('#main/electron/window-options.ts');
type Confine = typeof import('#main/electron/confine.ts');
type Channels = typeof import('#main/electron/channels.ts');
type Hostile = typeof import('#main/electron/hostile.test-support.ts');

/** What main.ts must say besides. */
const REVIEWED_CALLS = ['enableSandbox()', 'requestSingleInstanceLock(', 'confineAll(', 'SESSION_OPTIONS'];
/** Names that the page gets, and nothing else. */
const REVIEWED_SURFACE =
  'call, desktop.clearSecret, desktop.copySecret, desktop.copyText, desktop.onAction, desktop.onNavigate, desktop.openLink, desktop.protectScreen, desktop.saveExport, desktop.saveFile, subscribe';

async function options(program: Program): Promise<Figure> {
  const { windowOptions, SESSION_OPTIONS } = await program.load<WindowOptions>(
    'src-main/electron/window-options.ts',
  );
  const preferences = { ...windowOptions('/preload.cjs', true).webPreferences };
  const reviewed: Readonly<Record<string, unknown>> = REVIEWED_PREFERENCES;
  const names = new Set([...Object.keys(preferences), ...Object.keys(reviewed)]);
  const differing = [...names].filter(
    (name) => preferences[name as keyof typeof preferences] !== reviewed[name],
  );
  const main = readFileSync(join(program.root, 'src-main/electron/main.ts'), 'utf8');
  const window = readFileSync(join(program.root, 'src-main/electron/window.ts'), 'utf8');
  const missing = REVIEWED_CALLS.filter((call) => !main.includes(call) && !window.includes(call));
  const isCached = SESSION_OPTIONS.cache;
  return {
    reached: `${String(differing.length)} of ${String(names.size)} options differ${differing.length > 0 ? ` (${differing.join(', ')})` : ''}, ${String(missing.length)} calls missing${missing.length > 0 ? ` (${missing.join(', ')})` : ''}`,
    holds: differing.length === 0 && missing.length === 0 && !isCached,
  };
}

const NAVIGATIONS = ['will-navigate', 'will-redirect', 'will-frame-navigate'];

async function navigation(program: Program): Promise<Figure> {
  const { confineAll } = await program.load<Confine>('src-main/electron/confine.ts');
  const { HOSTILE_URLS } = await program.load<Hostile>('src-main/electron/hostile.test-support.ts');
  const app = new EventEmitter();
  confineAll(app as never);
  let open: ((details: { url: string }) => { action: string }) | null = null;
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: typeof open) => {
      open = handler;
    },
  });
  app.emit('web-contents-created', {}, contents);
  const opener = open as ((details: { url: string }) => { action: string }) | null;
  let reached = 0;
  for (const url of HOSTILE_URLS) {
    for (const name of NAVIGATIONS) {
      let isPrevented = false;
      contents.emit(name, { url, preventDefault: () => (isPrevented = true) });
      if (!isPrevented) reached += 1;
    }
    if (opener?.({ url }).action !== 'deny') reached += 1;
  }
  return {
    reached: `${String(reached)} of ${String(HOSTILE_URLS.length)} hostile addresses × 4 ways reached`,
    holds: reached === 0 && HOSTILE_URLS.length >= 200,
  };
}

type Listener = (event: unknown, ...args: unknown[]) => Promise<unknown>;

const frame = (url: string): { readonly url: string } => ({ url });
const OURS = frame('app://bundle/index.html#/keys');

/** Senders that are not the top frame of our window with a page of ours. */
function hostileSenders(contents: object): readonly object[] {
  const elsewhere = (url: string): object => {
    const top = frame(url);
    return { sender: { mainFrame: top }, senderFrame: top };
  };
  return [
    { sender: contents, senderFrame: null },
    { sender: contents, senderFrame: frame('app://bundle/index.html') },
    { sender: contents, senderFrame: frame('https://evil.test/') },
    { sender: { mainFrame: OURS }, senderFrame: OURS },
    { sender: null, senderFrame: OURS },
    ...[
      'app://bundle/index.html',
      'https://bundle/',
      'file:///bundle/index.html',
      'data:text/html,app://bundle/',
      'app://evil/',
      'about:blank',
      '',
    ].map(elsewhere),
  ];
}

/** Arguments that a page of ours never sends. */
function hostileArguments(): readonly (readonly unknown[])[] {
  const polluted: unknown = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}');
  const values: unknown[] = [
    undefined,
    Number.NaN,
    -1,
    2 ** 60,
    '\0',
    '\u202e',
    '../../etc/passwd',
    'https://evil.test',
    [],
    {},
    [[]],
    polluted,
    new Date(0),
    new Map(),
    /x/u,
    Symbol.iterator,
    1n,
    { name: '__proto__', input: polluted },
    { name: 'x'.repeat(65), input: {} },
    { name: 1 },
    { input: {} },
    { text: 'x'.repeat(2_000_000) },
    { fileName: '../../.bashrc', content: 'x', mode: 0o777 },
    { file: { toString: () => 'x' } },
    () => 'run',
  ];
  return values.flatMap((value) => [
    [value],
    [value, value],
    [[value]],
    [{ name: 'keys.list', input: {}, extra: value }],
  ]);
}

async function channels(program: Program): Promise<Figure> {
  const { registerChannels } = await program.load<Channels>('src-main/electron/channels.ts');
  const listeners = new Map<string, Listener>();
  let executed = 0;
  const ran = (): Promise<never> => {
    executed += 1;
    return Promise.reject(new Error('It ran.'));
  };
  const contents = { mainFrame: OURS };
  // Of Electron's functions the only one whose answer nobody awaits.
  const setContentProtection = (): void => void (executed += 1);
  const window = { isDestroyed: () => false, webContents: contents, setContentProtection };
  registerChannels(
    { handle: (name: string, listener: Listener) => void listeners.set(name, listener) } as never,
    {
      window: window as never,
      call: ran,
      settings: () => ({ screenshotProtection: true }) as never,
      findExport: () => null,
      secrets: { copy: ran, clear: ran } as never,
      clipboard: { writeText: ran },
      dialog: { showSaveDialog: ran },
      shell: { openExternal: ran },
    },
  );
  const senders = hostileSenders(contents);
  const hostile = hostileArguments();
  let tried = 0;
  let answered = 0;
  for (const [name, listener] of listeners) {
    const plain = [
      { name: 'keys.list', input: {} },
      null,
      'text',
      true,
      'docs',
      { text: 'x' },
      { file: 'a/b' },
      { fileName: 'a', content: 'b' },
    ];
    for (const sender of senders)
      for (const args of [...hostile, ...plain.map((value) => [value])]) {
        tried += 1;
        await listener(sender, ...args).then(
          () => (answered += 1),
          (error: unknown) => {
            const { message } = error as Error;
            if (message !== 'Refused.' && message !== 'It ran.')
              throw new Error(`${name} broke.`, { cause: error });
          },
        );
      }
  }
  return {
    reached: `${String(executed + answered)} executed of ${String(tried)} calls: ${String(listeners.size)} channels × ${String(senders.length)} senders × ${String(hostile.length)} arguments and plain ones`,
    holds:
      executed === 0 &&
      answered === 0 &&
      listeners.size >= 8 &&
      senders.length >= 12 &&
      hostile.length >= 100,
  };
}

/** Runs the built preload with stand-ins for Electron's two objects: what the page would get. */
function surface(work: Workbench, change: (text: string) => string): Figure {
  const text = change(readFileSync(join(work.program.headless, '../../preload/index.cjs'), 'utf8'));
  const exposed: Record<string, unknown> = {};
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => (exposed[name] = value) },
    ipcRenderer: { invoke: () => null, on: () => null, removeListener: () => null },
  };
  runInNewContext(text, { require: () => electron, module: { exports: {} }, exports: {} });
  const names = (value: unknown, prefix: string): readonly string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) =>
          names(inner, prefix === '' ? name : `${prefix}.${name}`),
        )
      : [prefix];
  const isAlone = Object.keys(exposed).join() === 'latchkey';
  const found = [...names(exposed['latchkey'], '')].sort().join(', ');
  return {
    reached:
      found === REVIEWED_SURFACE
        ? `${String(found.split(', ').length)} functions under ${Object.keys(exposed).join(' and ')}`
        : `not as reviewed: ${found}`,
    holds: isAlone && found === REVIEWED_SURFACE,
  };
}

const fault = (file: string, find: string, replace: string): readonly SourceFault[] => [
  { file, find, replace },
];

/** The desktop shell, as far as it can be proved without Electron's binary. */
export const cases: readonly ProveCase[] = [
  {
    id: 'G1',
    promise:
      'The desktop window has exactly the reviewed options: sandbox, context isolation, no Node, a session that keeps nothing',
    target: '0 options differ',
    tier: 'T1',
    isBeside: true,
    figure: () => options(sourceProgram()),
    controls: [
      {
        fault: 'the sandbox is off',
        run: (work) =>
          options(
            work.patched(fault('src-main/electron/window-options.ts', 'sandbox: true', 'sandbox: false')),
          ),
      },
    ],
  },
  {
    id: 'G3',
    promise: 'No page of the desktop window gets to another address or opens a window',
    target: '0 of 200',
    tier: 'T1',
    isBeside: true,
    figure: () => navigation(sourceProgram()),
    controls: [
      {
        fault: 'the host of the address is not compared',
        run: (work) =>
          navigation(
            work.patched(
              fault('src-main/platform/ui-files.ts', "url.host === 'bundle'", 'url.host !== null'),
            ),
          ),
      },
    ],
  },
  {
    id: 'G4',
    promise: 'Every channel of the desktop refuses every sender but the top frame of its own window',
    target: '0 executed, channels × 12 senders × 100 arguments',
    tier: 'T1',
    isBeside: true,
    figure: () => channels(sourceProgram()),
    controls: [
      {
        fault: 'the sender is not compared with the window',
        run: (work) =>
          channels(
            work.patched(
              fault(
                'src-main/electron/ipc.ts',
                'event.sender === contents && frame === contents.mainFrame && ',
                '',
              ),
            ),
          ),
      },
    ],
  },
  {
    id: 'G6',
    promise: 'The page gets the reviewed functions of the preload and nothing else of Electron',
    target: 'as reviewed',
    tier: 'T1',
    isBeside: true,
    figure: async (work) => surface(work, (text) => text),
    controls: [
      {
        fault: 'the preload hands Electron on',
        run: async (work) =>
          surface(
            work,
            (text) => `${text};electron.contextBridge.exposeInMainWorld('electron', electron.ipcRenderer);`,
          ),
      },
    ],
  },
];
