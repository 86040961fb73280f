import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, Clipboard, ClipboardItem, SafeStorage } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTION_IDS, actionSpec } from '#contract/actions.ts';
import { keychainSecretStore } from '#main/platform/sealed-secret-store.ts';
import type { SecretStore } from '#main/platform/secret-store.ts';
import { concealedClipboard } from './clipboard.ts';
import { menuTemplate, trayTemplate, type MenuActions } from './menu.ts';
import { openLink, saveExportWithDialog, saveWithDialog } from './powers.ts';
import { keychainSeal } from './safe-storage.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-desktop-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('concealed clipboard', () => {
  it('writes the text and the mark for clipboard managers in one step', async () => {
    const writes: Record<string, string>[][] = [];
    class Item {
      parts: Record<string, string>;
      constructor(parts: Record<string, string>) {
        this.parts = parts;
      }
    }
    const clipboard = { write: async (items: Item[]) => void writes.push(items.map(({ parts }) => parts)) };
    const door = concealedClipboard(
      clipboard as unknown as Clipboard,
      Item as unknown as new (parts: Record<string, string>) => ClipboardItem,
    );
    await door.writeConcealed('lk_live_x');
    expect(writes).toHaveLength(1);
    expect(writes[0]?.[0]?.['text/plain']).toBe('lk_live_x');
    if (process.platform === 'linux') {
      expect(writes[0]?.[0]?.['electron application/osclipboard;format="x-kde-passwordManagerHint"']).toBe(
        'secret',
      );
    }
  });
});

describe('links', () => {
  it('lead to two known pages and nowhere else', async () => {
    const opened: string[] = [];
    const shell = { openExternal: async (url: string) => void opened.push(url) };
    await openLink(shell, 'docs');
    await openLink(shell, 'releases');
    expect(opened).toHaveLength(2);
    expect(opened.every((url) => url.startsWith('https://'))).toBe(true);
  });
});

describe('save dialog', () => {
  it('writes what was given, readable by its owner alone', async () => {
    const filePath = join(folder, 'audit.jsonl');
    const dialog = { showSaveDialog: async () => ({ canceled: false, filePath }) };
    const saved = await saveWithDialog(dialog, {} as BrowserWindow, {
      fileName: 'audit.jsonl',
      content: 'x\n',
    });
    expect(saved).toEqual({ path: filePath });
    expect(readFileSync(filePath, 'utf8')).toBe('x\n');
    expect(statSync(filePath).mode & 0o777).toBe(0o600);
  });

  it('writes nothing when the person cancels', async () => {
    const dialog = { showSaveDialog: async () => ({ canceled: true, filePath: join(folder, 'x') }) };
    const saved = await saveWithDialog(dialog, {} as BrowserWindow, {
      fileName: 'x.csv',
      content: 'x',
    });
    expect(saved).toEqual({ path: null });
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});

describe('save dialog for an export', () => {
  const target = () => join(folder, 'chosen.csv');
  const save = (answer: object, path = join(folder, 'kept')) =>
    saveExportWithDialog({ showSaveDialog: async () => answer as never }, {} as BrowserWindow, {
      path,
      fileName: 'latchkey-requests.csv',
      mediaType: 'text/csv',
    });
  beforeEach(() => {
    writeFileSync(join(folder, 'kept'), 'rows\n', { mode: 0o600 });
  });

  it('copies the file to where the person says, for its owner alone', async () => {
    expect(await save({ canceled: false, filePath: target() })).toBe('saved');
    expect(readFileSync(target(), 'utf8')).toBe('rows\n');
    expect(statSync(target()).mode & 0o777).toBe(0o600);
    expect(existsSync(`${target()}.part`)).toBe(false);
  });

  it('copies nothing when the person cancels, and says so when the file is not kept any more', async () => {
    expect(await save({ canceled: true, filePath: target() })).toBe('cancelled');
    expect(await save({ canceled: false, filePath: target() }, join(folder, 'dropped'))).toBe('gone');
    expect(existsSync(target())).toBe(false);
  });

  it('leaves what was there when it cannot write, and nothing beside it', async () => {
    mkdirSync(target());
    await expect(save({ canceled: false, filePath: target() })).rejects.toThrow();
    expect(statSync(target()).isDirectory()).toBe(true);
    expect(existsSync(`${target()}.part`)).toBe(false);
  });
});

describe('master secret on the desktop', () => {
  const storage = (over: Partial<SafeStorage> = {}): SafeStorage =>
    ({
      isAsyncEncryptionAvailable: async () => true,
      getSelectedStorageBackend: () => 'gnome_libsecret',
      encryptStringAsync: async (text: string) =>
        Buffer.from(`sealed:${text.split('').toReversed().join('')}`),
      decryptStringAsync: async (bytes: Buffer) => ({
        result: bytes.toString().slice(7).split('').toReversed().join(''),
        shouldReEncrypt: false,
      }),
      ...over,
    }) as unknown as SafeStorage;
  const secret = new Uint8Array(32).fill(7);
  const desktopSecretStore = async (
    safe: SafeStorage,
    directory: string,
    warn: (text: string) => void,
  ): Promise<SecretStore> => keychainSecretStore(directory, await keychainSeal(safe), warn);

  it('is sealed by the keychain and comes back', async () => {
    const store = await desktopSecretStore(storage(), folder, () => undefined);
    expect(await store.read()).toBeNull();
    await store.write(secret);
    expect(existsSync(join(folder, 'master.key'))).toBe(false);
    expect(readFileSync(join(folder, 'master.safe'), 'utf8')).not.toContain(
      Buffer.from(secret).toString('base64'),
    );
    expect(statSync(join(folder, 'master.safe')).mode & 0o777).toBe(0o600);
    expect(Buffer.from((await store.read()) ?? [])).toEqual(Buffer.from(secret));
  });

  it('refuses to start, with a sentence, when the keychain does not open', async () => {
    const locked = storage({ decryptStringAsync: () => Promise.reject(new Error('locked')) });
    const store = await desktopSecretStore(locked, folder, () => undefined);
    await store.write(secret);
    await expect(store.read()).rejects.toThrow(/keychain does not give the master secret back/);
  });

  it('stays in master.key where the headless server made it', async () => {
    writeFileSync(join(folder, 'master.key'), `${Buffer.from(secret).toString('base64')}\n`, { mode: 0o600 });
    const store = await desktopSecretStore(storage(), folder, () => undefined);
    expect(store.name).toBe('master.key');
    expect(Buffer.from((await store.read()) ?? [])).toEqual(Buffer.from(secret));
  });

  it('says so when there is no keychain, or only a weak one', async () => {
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    const none = await desktopSecretStore(
      storage({ isAsyncEncryptionAvailable: async () => false }),
      folder,
      warn,
    );
    expect(none.name).toBe('master.key');
    await desktopSecretStore(storage({ getSelectedStorageBackend: () => 'basic_text' }), folder, warn);
    expect(warnings[0]).toContain('no keychain');
    if (process.platform === 'linux') expect(warnings[1]).toContain('only obscured');
  });
});

describe('menus', () => {
  const went: unknown[] = [];
  const actions: MenuActions = {
    go: (route) => void went.push(route ?? 'window'),
    act: (action) => void went.push(action),
    copyServiceUrl: () => void went.push('copy'),
    openLink: (link) => void went.push(link),
    quit: () => void went.push('quit'),
  };
  const clickAll = (items: ReturnType<typeof trayTemplate>): void => {
    for (const item of items) {
      if (Array.isArray(item.submenu)) clickAll(item.submenu);
      (item.click as (() => void) | undefined)?.();
    }
  };

  it.each(['linux', 'win32', 'darwin'] as const)(
    'lead to actions of the catalogue, two links and the end, and nowhere else (%s)',
    (platform) => {
      went.length = 0;
      const template = menuTemplate(actions, platform);
      clickAll(template);
      const listed = ACTION_IDS.filter((id) => actionSpec(id).menu !== undefined);
      const end = platform === 'darwin' ? [] : ['quit'];
      expect(went.toSorted()).toEqual([...listed, 'docs', 'releases', ...end].toSorted());
      const bar = template.map(({ label, role }) => label ?? role);
      const first = platform === 'darwin' ? ['appMenu'] : [];
      expect(bar).toEqual([...first, 'File', 'editMenu', 'View', 'Go', 'Key', 'windowMenu', 'help']);
    },
  );

  it('have accelerators that are unlike each other and those of their roles', () => {
    const accelerators = (items: ReturnType<typeof trayTemplate>): string[] =>
      items.flatMap((item) => [
        ...(item.accelerator === undefined ? [] : [item.accelerator]),
        ...(Array.isArray(item.submenu) ? accelerators(item.submenu) : []),
      ]);
    const own = accelerators(menuTemplate(actions, 'linux'));
    expect(new Set(own).size).toBe(own.length);
    const roles = ['C', 'V', 'X', 'A', 'Z', 'Y', '0', 'Plus', '-', 'W', 'M'].map((key) => `CmdOrCtrl+${key}`);
    expect(own.filter((accelerator) => roles.includes(accelerator))).toEqual([]);
  });

  it('say in the tray whether services can verify', () => {
    went.length = 0;
    expect(trayTemplate(actions, null)[0]?.label).toBe('Not verifying');
    const running = trayTemplate(actions, 'http://127.0.0.1:7420');
    expect(running[0]?.label).toBe('Verifying at http://127.0.0.1:7420');
    clickAll(running);
    expect(went).toEqual(['window', '/keys/new', 'copy', 'quit']);
  });
});
