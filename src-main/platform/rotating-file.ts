import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import type { LineSink } from './line-writer.ts';

/** How a file is kept small. */
export interface RotationLimits {
  /** The file is put aside when it has at least as many bytes. */
  readonly bytesMax: number;
  /** How many files that were put aside are kept: `name.1` is the newest. */
  readonly keptCount: number;
}

/** A file that lines are appended to, readable by its user alone. Opened at the first line. */
export function rotatingFile(path: string, { bytesMax, keptCount }: RotationLimits): LineSink {
  let file: FileHandle | null = null;
  let bytes = 0;
  const close = async (): Promise<void> => {
    await file?.close();
    file = null;
  };
  return {
    append: async (content) => {
      if (file === null) {
        file = await open(path, 'a', 0o600);
        bytes = (await file.stat()).size;
      }
      await file.appendFile(content);
      bytes += content.length;
      if (bytes < bytesMax) return;
      await close();
      await putAside(path, keptCount);
    },
    close,
  };
}

async function putAside(path: string, keptCount: number): Promise<void> {
  for (let number = keptCount; number >= 1; number -= 1) {
    const from = number === 1 ? path : `${path}.${String(number - 1)}`;
    try {
      await rename(from, `${path}.${String(number)}`);
    } catch (error) {
      // There are not so many yet.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}
