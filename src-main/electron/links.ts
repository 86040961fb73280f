import type { Shell } from 'electron';
import type { DesktopLink } from '#contract/bridge.ts';

/** The only addresses this program ever opens outside itself. No text of a page reaches `openExternal`. */
const LINKS: Readonly<Record<DesktopLink, string>> = {
  docs: 'https://latchkey.example/docs',
  releases: 'https://latchkey.example/releases',
};

/** Opens a known page in the browser. */
export async function openLink(shell: Pick<Shell, 'openExternal'>, link: DesktopLink): Promise<null> {
  await shell.openExternal(LINKS[link]);
  return null;
}
