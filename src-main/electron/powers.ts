import { writeFile } from 'node:fs/promises';
import type { BrowserWindow, Dialog, Shell } from 'electron';
import type { DesktopLink, SaveFile } from '#contract/bridge.ts';

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
