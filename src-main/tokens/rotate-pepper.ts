import type { HandlerInput } from '#contract/contract.ts';
import { PEPPERS_MAX, type PepperStatus } from '#contract/peppers.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import {
  FIRST_PEPPER,
  PEPPER_BYTES,
  pepperFingerprint,
  readPepperFile,
  writePepperFile,
} from '#main/platform/pepper-file.ts';
import { randomBytes } from '#main/platform/random.ts';
import { acceptPeppers, without } from './load-peppers.ts';
import { keptUnder, pepperStatus } from './pepper-status.ts';

/** What commands on peppers need beside the store. */
export interface PepperParts {
  /** The file of peppers. */
  readonly path: string;
  /** Stores what waits to be kept under the current pepper. */
  readonly flushRehashes: () => void;
}

/** Makes a new current pepper. First the file holds it for good, then the store names it: a kill in between leaves a pepper that nothing is
 *  kept under, and that the next rotation takes. Throws WRONG_STATUS while there are PEPPERS_MAX. */
export function rotatePepper(context: UseCaseContext, { path }: PepperParts): Promise<PepperStatus> {
  const { db, keyring, nowMs } = context;
  const { current, retired } = keyring.peppers;
  if (retired.length + 1 >= PEPPERS_MAX) {
    const message = `There are ${String(PEPPERS_MAX)} peppers. Drop a retired one first.`;
    throw new AppError('WRONG_STATUS', message);
  }
  const version = current.version + 1;
  const kept = new Map(readPepperFile(path, keyring));
  const pepper = kept.get(version) ?? randomBytes(PEPPER_BYTES);
  if (!kept.has(version)) writePepperFile(path, keyring, kept.set(version, pepper));
  context.command(() => {
    db.peppers.put({ version, fingerprint: pepperFingerprint(pepper), madeAtMs: nowMs, droppedAtMs: null });
    return {
      value: null,
      audit: {
        action: 'peppers.rotate',
        subject: { kind: 'store', id: 'pepper', name: `Pepper ${String(version)}` },
        after: { current: version, retired: [current.version, ...retired.map((one) => one.version)] },
      },
      changed: ['tokens'],
    };
  });
  acceptPeppers(keyring, db.peppers.list(), kept);
  return pepperStatus(context);
}

/** No longer accepts a retired pepper. First the store says so, then the file lets it go: a kill in between is made good at the next start.
 *  Throws WRONG_STATUS for one that is not retired, while tokens are kept under it, and while keys are that are not named. */
export async function dropPepper(
  context: UseCaseContext,
  { version, stopKeyIds }: HandlerInput<'peppers.drop'>,
  { path, flushRehashes }: PepperParts,
): Promise<PepperStatus> {
  const { db, keyring, nowMs } = context;
  flushRehashes();
  const kept = await keptUnder(context);
  const former = keyring.peppers.retired.find((pepper) => pepper.version === version);
  if (former === undefined) throw new AppError('WRONG_STATUS', 'There is no retired pepper of this version.');
  const stopped = [...(kept.keys.get(version) ?? [])];
  refuseTokens(kept.tokens.get(version) ?? []);
  refuseUnnamed(stopped.filter(([keyId]) => !stopKeyIds.includes(keyId)));
  const stored = db.peppers.list().find((pepper) => pepper.version === version);
  const fingerprint = stored?.fingerprint ?? null;
  context.command(() => {
    db.peppers.put({ version, fingerprint, madeAtMs: stored?.madeAtMs ?? nowMs, droppedAtMs: nowMs });
    return {
      value: null,
      audit: {
        action: 'peppers.drop',
        subject: { kind: 'store', id: 'pepper', name: `Pepper ${String(version)}` },
        after: { stoppedKeys: stopped.map(([keyId]) => keyId) },
      },
      changed: ['tokens', 'keys'],
    };
  });
  const inFile = readPepperFile(path, keyring);
  acceptPeppers(keyring, db.peppers.list(), inFile);
  if (version !== FIRST_PEPPER) writePepperFile(path, keyring, without(inFile, [version]));
  return pepperStatus(context);
}

function refuseTokens(tokens: readonly string[]): void {
  if (tokens.length === 0) return;
  const message = `${tokens.slice(0, 5).join(', ')}: kept under this pepper alone. Use or replace ${tokens.length === 1 ? 'it' : 'them'} first.`;
  throw new AppError('WRONG_STATUS', message);
}

function refuseUnnamed(keys: readonly (readonly [string, string])[]): void {
  if (keys.length === 0) return;
  const named = keys.slice(0, 5).map(([keyId, name]) => `${name} (${keyId})`);
  const message = `${String(keys.length)} ${keys.length === 1 ? 'key would' : 'keys would'} stop for good: ${named.join(', ')}${keys.length > 5 ? ' and others' : ''}. Wait for their next use, rotate them, or name each of them.`;
  throw new AppError('WRONG_STATUS', message);
}
