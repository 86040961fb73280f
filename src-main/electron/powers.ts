import { existsSync } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import type { BrowserWindow, Dialog, Shell } from 'electron';
import type { DesktopLink, SavedExport, SaveFile } from '#contract/bridge.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { ExportFile } from '#main/requests/export-files.ts';

/** The only addresses this program ever opens outside itself. No text of a page reaches `openExternal`. */
const LINKS: Readonly<Record<DesktopLink, string>> = {
  docs: 'https://latchkey.example/docs',
  releases: 'https://latchkey.example/releases',
};

/** Opens a known page in the browser. */
export function openLink(shell: Pick<Shell, 'openExternal'>, link: DesktopLink): Promise<void> {
  return shell.openExternal(LINKS[link]);
}

/** Asks where to save, then writes the file for its owner alone. `path` is null when the person cancelled. */
export async function saveWithDialog(
  dialog: Pick<Dialog, 'showSaveDialog'>,
  window: BrowserWindow,
  input: SaveFile,
): Promise<{ readonly path: string | null }> {
  const answer = await dialog.showSaveDialog(window, { defaultPath: input.fileName });
  if (answer.canceled || answer.filePath === '') return { path: null };
  await writeFile(answer.filePath, input.content, { mode: 0o600 });
  return { path: answer.filePath };
}

/** Asks where to save, then has the system copy the file of an export there: its size does not matter. Of a copy that fails nothing is
 *  left, and what was there before stays. Throws what the system says. */
export async function saveExportWithDialog(
  dialog: Pick<Dialog, 'showSaveDialog'>,
  window: BrowserWindow,
  file: ExportFile | null,
): Promise<SavedExport> {
  if (file === null) return 'gone';
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: file.fileName });
  if (canceled || filePath === '') return 'cancelled';
  const part = `${filePath}.part`;
  try {
    // The copy is for its owner alone, as the file is.
    await copyFile(file.path, part);
    await rename(part, filePath);
    return 'saved';
  } catch (error) {
    await rm(part, { force: true });
    // Newer exports may have taken its place while the dialog was open.
    if (errorCode(error) === 'ENOENT' && !existsSync(file.path)) return 'gone';
    throw error;
  }
}
