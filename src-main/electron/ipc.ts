import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import type { z } from 'zod';
import { isBundleUrl } from '#main/platform/ui-files.ts';

/** Answers one channel for `page()`: only the top frame of that window, showing a page of ours, with input that fits `schema`.
 *  Anything else is refused before `run` sees it, and learns nothing but that it was refused. */
export function handle<Input>(
  ipcMain: Pick<IpcMain, 'handle'>,
  page: () => WebContents | null,
  channel: string,
  schema: z.ZodType<Input>,
  run: (input: Input) => unknown,
): void {
  ipcMain.handle(channel, async (event, ...args: readonly unknown[]) => {
    if (!isTrusted(event, page())) throw new Error('Refused.');
    const input = schema.safeParse(args[0]);
    if (!input.success || args.length > 1) throw new Error('Refused.');
    return await run(input.data);
  });
}

function isTrusted(event: IpcMainInvokeEvent, contents: WebContents | null): boolean {
  const frame = event.senderFrame;
  if (contents === null || frame === null) return false;
  return event.sender === contents && frame === contents.mainFrame && isBundleUrl(frame.url);
}
