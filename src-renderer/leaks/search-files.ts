import { KeyCollector, type FoundKeys } from './found-keys.ts';

/** A file with the name under which it is shown. */
export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

/** How far a search of files is. */
export interface SearchProgress {
  readonly files: number;
  readonly fileCount: number;
  readonly bytes: number;
}

/** Searches files one after another, in parts, in this page: nothing of them is sent anywhere. Stops where `signal` says so, with
 *  what was found by then. */
export async function searchFiles(
  files: readonly NamedFile[],
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: SearchProgress) => void },
): Promise<FoundKeys> {
  const collector = new KeyCollector();
  let bytes = 0;
  for (const [index, { name, file }] of files.entries()) {
    if (options.signal.aborted) break;
    collector.begin(name);
    try {
      const reader = file.stream().getReader();
      // One character a byte, whatever the file is: that is all the search needs.
      const decoder = new TextDecoder('windows-1252');
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (options.signal.aborted) await reader.cancel();
        collector.push(decoder.decode(part.value, { stream: true }));
        bytes += part.value.byteLength;
        options.onProgress({ files: index, fileCount: files.length, bytes });
      }
      collector.end();
    } catch {
      // Gone, a folder, or not for us: it is named beside the result.
      collector.fail();
    }
  }
  return collector.result();
}

/** The files of an input or of a drop, folders with all that is in them. */
export function chosenFiles(list: FileList | null): readonly NamedFile[] {
  return [...(list ?? [])].map((file) => ({
    name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
}

/** The same of something that was dropped. */
export async function droppedFiles(data: DataTransfer): Promise<readonly NamedFile[]> {
  // Entries are gone after the event: they are taken before the first wait.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: NamedFile[] = [];
  for (const entry of entries) await addEntry(entry, found);
  return found;
}

async function addEntry(entry: FileSystemEntry, found: NamedFile[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File | null>((resolve) => entry.file(resolve, () => resolve(null)));
    if (file !== null) found.push({ name: entry.fullPath.replace(/^\//, ''), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (let some = await readEntries(reader); some.length > 0; some = await readEntries(reader)) {
      for (const inner of some) await addEntry(inner, found);
    }
  }
}

function readEntries(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
