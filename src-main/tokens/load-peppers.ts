import type { Keyring } from '#main/platform/keyring.ts';
import { createPepper } from '#main/platform/keyring.ts';
import {
  FIRST_PEPPER,
  type KeptPeppers,
  pepperFingerprint,
  readPepperFile,
  writePepperFile,
} from '#main/platform/pepper-file.ts';
import { StartError } from '#main/platform/start-error.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';
import type { StoredPepper } from '#main/sqlite/pepper-queries.ts';

/** Makes the peppers that the store names the accepted ones. The file may hold more: one that a rotation made before it was killed waits
 *  for the next rotation; one that was dropped is taken out now. Throws StartError(4) when the file lacks one that the store names. */
export function loadPeppers(parts: {
  readonly db: Pick<KeysDatabase, 'peppers'>;
  readonly keyring: Keyring;
  readonly path: string;
}): void {
  const { db, keyring, path } = parts;
  const stored = db.peppers.list();
  const kept = readPepperFile(path, keyring);
  const missing = stored.find((pepper) => isAccepted(pepper) && !holds(kept, pepper));
  if (missing !== undefined) {
    throw new StartError(
      4,
      `Keys are kept under pepper ${String(missing.version)}, and ${path} does not hold it. Put the file back that belongs to this key store; it changes with every rotation of the pepper.`,
    );
  }
  acceptPeppers(keyring, stored, kept);
  const dropped = stored.filter(({ version, droppedAtMs }) => droppedAtMs !== null && kept.has(version));
  if (dropped.length > 0)
    writePepperFile(
      path,
      keyring,
      without(
        kept,
        dropped.map(({ version }) => version),
      ),
    );
}

/** From now on the peppers that the store names are accepted. Each must be in `kept`. */
export function acceptPeppers(keyring: Keyring, stored: readonly StoredPepper[], kept: KeptPeppers): void {
  const isFirstDropped = stored.some(({ version }) => version === FIRST_PEPPER);
  const rotated = stored.filter(isAccepted).map(({ version }) => {
    const known = [keyring.peppers.current, ...keyring.peppers.retired].find(
      (pepper) => pepper.version === version,
    );
    return known ?? createPepper(version, kept.get(version) ?? new Uint8Array());
  });
  const all = isFirstDropped ? rotated : [keyring.firstPepper, ...rotated];
  const current = all.at(-1);
  if (current === undefined) throw new Error('Broken invariant: the current pepper was dropped.');
  keyring.peppers.set(current, all.slice(0, -1));
}

/** The same peppers but for these. */
export function without(kept: KeptPeppers, versions: readonly number[]): KeptPeppers {
  return new Map([...kept].filter(([version]) => !versions.includes(version)));
}

function isAccepted({ version, droppedAtMs }: StoredPepper): boolean {
  return version !== FIRST_PEPPER && droppedAtMs === null;
}

function holds(kept: KeptPeppers, { version, fingerprint }: StoredPepper): boolean {
  const pepper = kept.get(version);
  return pepper !== undefined && pepperFingerprint(pepper) === fingerprint;
}
