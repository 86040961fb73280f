import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, guises } from '../../find-secret.ts';

/** Characters of a piece that gives something away. */
const PIECE = 16;
/** Bytes by which a place is recognised as worth a look. */
const WINDOW = 6;
/** Every piece holds a window that begins at a multiple of this. */
const STEP = PIECE - WINDOW;
/** Secret and checksum of a key. */
const SECRET_PART = 49;

/** Looks for any piece of 16 characters of thousands of secrets, in every guise, in one pass over the bytes. */
export class SecretScan {
  readonly #windows = new Map<
    number,
    { readonly guise: Buffer; readonly at: number; readonly encoding: string }[]
  >();
  #bytes = 0;

  /** How much was searched. */
  get searchedBytes(): number {
    return this.#bytes;
  }

  /** `secret` is a whole key or token. */
  add(secret: string): void {
    for (const [encoding, guise] of guises(secret.slice(-SECRET_PART))) {
      for (let at = 0; at + WINDOW <= guise.length; at += STEP) {
        const window = guise.readUIntBE(at, WINDOW);
        const known = this.#windows.get(window);
        if (known === undefined) this.#windows.set(window, [{ guise, at, encoding }]);
        else known.push({ guise, at, encoding });
      }
    }
  }

  /** At most one finding for each place in the content. */
  find(place: string, content: Buffer): readonly Finding[] {
    this.#bytes += content.length;
    const found: Finding[] = [];
    for (let at = 0; at + WINDOW <= content.length; at += 1) {
      const known = this.#windows.get(content.readUIntBE(at, WINDOW));
      const hit = known?.find((one) => sameAround(content, at, one) >= PIECE);
      if (hit === undefined) continue;
      found.push({ place, encoding: hit.encoding });
      at += PIECE;
    }
    return found;
  }

  /** In every file below a folder. One that goes while it is read is gone. */
  findInFolder(folder: string): readonly Finding[] {
    return filesBelow(folder).flatMap((file) => {
      const content = readIfThere(file);
      return content === null ? [] : this.find(file, content);
    });
  }
}

/** Regular files below a folder. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** Bytes that are the same around a window. */
function sameAround(
  content: Buffer,
  at: number,
  { guise, at: inGuise }: { readonly guise: Buffer; readonly at: number },
): number {
  let before = 0;
  while (before < inGuise && before < at && content[at - before - 1] === guise[inGuise - before - 1])
    before += 1;
  let after = 0;
  while (inGuise + after < guise.length && content[at + after] === guise[inGuise + after]) after += 1;
  return before + after;
}
