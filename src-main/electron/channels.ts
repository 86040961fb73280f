import type { BrowserWindow, Clipboard, Dialog, IpcMain, Shell } from 'electron';
import { z } from 'zod';
import { copySecret, desktopLink, saveExport, saveFile } from '#contract/bridge.ts';
import type { Settings } from '#contract/settings.ts';
import type { ExportFile } from '#main/requests/export-files.ts';
import type { SecretClipboard } from '#main/platform/secret-clipboard.ts';
import { handle } from './ipc.ts';
import { openLink, saveExportWithDialog, saveWithDialog } from './powers.ts';

/** What the channels act on. */
export interface ChannelParts {
  readonly window: BrowserWindow;
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  readonly settings: () => Settings;
  readonly findExport: (fileId: string) => ExportFile | null;
  readonly secrets: SecretClipboard;
  readonly clipboard: Pick<Clipboard, 'writeText'>;
  readonly dialog: Pick<Dialog, 'showSaveDialog'>;
  readonly shell: Pick<Shell, 'openExternal'>;
}

const call = z.strictObject({ name: z.string().max(64), input: z.unknown() });

/** Registers every channel of the bridge. */
export function registerChannels(ipcMain: Pick<IpcMain, 'handle'>, parts: ChannelParts): void {
  const { window, secrets } = parts;
  const page = () => (window.isDestroyed() ? null : window.webContents);
  const on = <T>(channel: string, schema: z.ZodType<T>, run: (input: T) => unknown): void => {
    handle(ipcMain, page, channel, schema, run);
  };
  on('call', call, ({ name, input }) => parts.call(name, input));
  on('copySecret', copySecret, (input) => secrets.copy(input));
  on('clearSecret', z.null(), () => secrets.clear());
  on('copyText', z.string().max(1_000_000), (text) => parts.clipboard.writeText(text));
  on('saveFile', saveFile, (input) => saveWithDialog(parts.dialog, window, input));
  on('saveExport', saveExport, ({ file }) => {
    const found = parts.findExport(file.slice(file.lastIndexOf('/') + 1));
    return saveExportWithDialog(parts.dialog, window, found);
  });
  on('openLink', desktopLink, (link) => openLink(parts.shell, link));
  on('protectScreen', z.boolean(), (isProtected) => {
    window.setContentProtection(isProtected && parts.settings().screenshotProtection);
  });
}
