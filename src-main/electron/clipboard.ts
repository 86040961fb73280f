import type { Clipboard, ClipboardItem } from 'electron';
import { CONCEALED_MARKS, type ClipboardDoor } from '#main/platform/secret-clipboard.ts';

/** The system's clipboard for secrets: text and mark go in one write, so that no manager sees the text unmarked. */
export function concealedClipboard(
  clipboard: Clipboard,
  Item: new (items: Record<string, string>) => ClipboardItem,
): ClipboardDoor {
  const mark = CONCEALED_MARKS[process.platform];
  const marks = mark === undefined ? {} : { [`electron application/osclipboard;format="${mark}"`]: 'secret' };
  return {
    writeConcealed: (text) => clipboard.write([new Item({ 'text/plain': text, ...marks })]),
    readText: () => clipboard.readText(),
    clear: () => void clipboard.clear(),
  };
}
