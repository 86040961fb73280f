import { writeFile } from 'node:fs/promises';
import type { BrowserWindow, Dialog } from 'electron';
import type { SaveFile } from '#contract/bridge.ts';

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
