import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts `content` in place of the file as a whole: a reader or a crash sees the old or the new text. Mode 0600. */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.tmp`;
  // A leftover of a crash could have another mode or be a link.
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** The same on threads of Node's pool: a flush may take the disk long, and meanwhile others are answered. */
export async function writeFileAside(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  await writeFile(temporary, content, { flag: 'wx', mode: 0o600 });
  await placeFile(temporary, path);
}

/** Makes renames and removals in a directory survive a power cut. Windows has no such call and needs none. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Makes the content of a finished file survive a power cut. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Gives a finished file its name, so that both survive a power cut. On threads of Node's pool, as above. */
export async function placeFile(unfinished: string, path: string): Promise<void> {
  await flush(unfinished, 'r+');
  renameSync(unfinished, path);
  if (process.platform !== 'win32') await flush(dirname(path), 'r');
}

async function flush(path: string, mode: string): Promise<void> {
  const file = await open(path, mode);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
