import { mkdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from '#main/platform/random.ts';

/** Files that are kept; the oldest is removed when there are more. */
export const EXPORT_FILES_MAX = 10;
/** 190 bits of chance: who has the name may fetch the file. */
const ID_CHARACTERS = 32;

/** A finished file. */
export interface ExportFile {
  readonly path: string;
  /** What it is called where it is saved. */
  readonly fileName: string;
  readonly mediaType: string;
}

/** Files of exports, for their owner alone. They end with the program; one that is not finished is never there under its name. */
export class ExportFiles {
  readonly #folder: string;
  /** Oldest first. */
  readonly #files = new Map<string, ExportFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what an earlier run left. */
  clear(): void {
    this.#files.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A finished file by its id; null when there is none of this name, or no longer. */
  find(fileId: string): ExportFile | null {
    return this.#files.get(fileId) ?? null;
  }

  /** Has `write` fill a new, empty file; answers its id. Of one that fails or is stopped nothing is left. Throws what `write` throws. */
  async write(
    kind: Pick<ExportFile, 'fileName' | 'mediaType'>,
    write: (path: string) => Promise<void>,
  ): Promise<string> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const fileId = randomBase62(ID_CHARACTERS, randomBytes);
    const path = join(this.#folder, fileId);
    const part = `${path}.part`;
    await (await open(part, 'wx', 0o600)).close();
    try {
      await write(part);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    this.#files.set(fileId, { ...kind, path });
    await this.#forgetOldest();
    return fileId;
  }

  async #forgetOldest(): Promise<void> {
    for (const [fileId, { path }] of [...this.#files].slice(0, -EXPORT_FILES_MAX)) {
      this.#files.delete(fileId);
      await rm(path, { force: true });
    }
  }
}
