import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { createPepper, type Keyring } from './keyring.ts';
import { openText, sealText, type Seal } from './sealed-text.ts';
import { StartError } from './start-error.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** Bytes of a pepper. */
export const PEPPER_BYTES = 32;
/** The pepper that is made of the master secret itself and is in no file. */
export const FIRST_PEPPER = 1;

const content = z.record(z.string().regex(/^\d{1,9}$/), z.string());

/** Peppers by their versions. */
export type KeptPeppers = ReadonlyMap<number, Uint8Array>;

/** The peppers that rotations made, out of the file that is kept beside the database and never copied with it: sealed with the master
 *  secret, wherever that is. Empty when there is no file. Throws StartError(4) when it cannot be opened. */
export function readPepperFile(path: string, keyring: Keyring): KeptPeppers {
  if (!existsSync(path)) return new Map();
  const found = content.safeParse(jsonOf(readFileSync(path, 'utf8')));
  if (!found.success) throw unusable(path);
  return new Map(
    Object.entries(found.data).map(([version, sealed]) => {
      const text = openText(sealOf(keyring, Number(version)), Buffer.from(sealed, 'base64'));
      const pepper = Buffer.from(text ?? '', 'base64');
      if (pepper.length !== PEPPER_BYTES) throw unusable(path);
      return [Number(version), pepper] as const;
    }),
  );
}

/** Puts these peppers in place of those in the file; it survives a power cut once this returns. */
export function writePepperFile(path: string, keyring: Keyring, peppers: KeptPeppers): void {
  const sealed = [...peppers].map(([version, pepper]) => {
    const text = Buffer.from(pepper).toString('base64');
    return [String(version), sealText(sealOf(keyring, version), text).toString('base64')] as const;
  });
  writeFileAtomic(path, `${JSON.stringify(Object.fromEntries(sealed), null, 2)}\n`);
}

/** 32 hex characters that tell a pepper from another one and say nothing about it. */
export function pepperFingerprint(pepper: Uint8Array): string {
  const text = createPepper(FIRST_PEPPER, pepper).hashText('latchkey pepper fingerprint v1');
  return Buffer.from(text, 'latin1').toString('hex', 0, 16);
}

function sealOf(keyring: Keyring, version: number): Seal {
  const label = 'latchkey pepper file v1';
  return { input: keyring.hash(label), label, about: String(version) };
}

function unusable(path: string): StartError {
  return new StartError(
    4,
    `${path} cannot be opened with this master secret, and keys that are kept under its peppers would not verify. Put the file back as it was.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
