import type { Clipboard, ClipboardItem } from 'electron';
import type { ClipboardDoor } from '#main/platform/secret-clipboard.ts';

/** What clipboard managers look for before they keep a copy, by system. */
const MARKS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'x-kde-passwordManagerHint',
  darwin: 'org.nspasteboard.ConcealedType',
  win32: 'ExcludeClipboardContentFromMonitorProcessing',
};

/** The system's clipboard for secrets: text and mark go in one write, so that no manager sees the text unmarked. */
export function concealedClipboard(
  clipboard: Clipboard,
  Item: new (items: Record<string, string>) => ClipboardItem,
): ClipboardDoor {
  const mark = MARKS[process.platform];
  const marks = mark === undefined ? {} : { [`electron application/osclipboard;format="${mark}"`]: 'secret' };
  return {
    writeConcealed: (text) => clipboard.write([new Item({ 'text/plain': text, ...marks })]),
    readText: () => clipboard.readText(),
    clear: () => void clipboard.clear(),
  };
}
