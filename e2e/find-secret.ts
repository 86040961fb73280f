import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a secret was found, and in which guise. */
export interface Finding {
  readonly place: string;
  readonly encoding: string;
}

/** Every guise in which a text could lie about, as bytes. Base64 in its three alignments, without the characters at the edges. */
export function guises(secret: string): readonly (readonly [string, Buffer])[] {
  const plain = Buffer.from(secret);
  const reversed = [...secret].toReversed().join('');
  const base64 = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), plain])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4);
    return [
      [`base64+${shift}`, Buffer.from(text)],
      [`base64url+${shift}`, Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))],
    ] as const;
  });
  return [
    ['plain', plain],
    ['reversed', Buffer.from(reversed)],
    ['hex', Buffer.from(plain.toString('hex'))],
    ['HEX', Buffer.from(plain.toString('hex').toUpperCase())],
    ['percent', Buffer.from([...plain].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))],
    ['URL', Buffer.from(encodeURIComponent(secret))],
    ['UTF-16LE', Buffer.from(secret, 'utf16le')],
    ['UTF-16BE', Buffer.from(secret, 'utf16le').swap16()],
    ...base64,
  ];
}

/** Looks for the distinguishing part of each secret (its last 40 characters) in one place. */
export function findIn(place: string, content: Buffer, secrets: readonly string[]): Finding[] {
  return secrets.flatMap((secret) =>
    guises(secret.slice(-40))
      .filter(([, bytes]) => content.includes(bytes))
      .map(([encoding]) => ({ place, encoding })),
  );
}

/** Looks in every file below a folder. */
export async function findInFolder(folder: string, secrets: readonly string[]): Promise<Finding[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(files.map(async (file) => findIn(file, await readFile(file), secrets)));
  return found.flat();
}
