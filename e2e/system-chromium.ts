import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The system's Chromium where there is one; undefined = Playwright's own is to be taken. */
export function systemChromium(): string | undefined {
  return (
    process.env['CHROMIUM_PATH'] ??
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .map((folder) => join(folder, 'chromium'))
      .find((file) => isExecutable(file))
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
