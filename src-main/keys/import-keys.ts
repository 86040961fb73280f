import { createHash } from 'node:crypto';
import type { HandlerInput } from '#contract/contract.ts';
import { KEY_IMPORT_LINES_MAX } from '#contract/key-import.ts';
import type { KeyImportResult } from '#contract/key-import.ts';
import { keyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { KEY_ID_CHARACTERS, lastFour } from '#main/domain/key-format.ts';
import { shapeOf, weaknessOf } from '#main/domain/key-shape.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import { readKeyImport } from '#main/domain/read-key-import.ts';
import type { ImportEntry, ImportProblem } from '#main/domain/read-key-import.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { checkExpiry, checkKeyPolicy } from './check-key-policy.ts';
import { checkLifetime } from './check-lifetime.ts';
import { hashOfSha256 } from './origin-hash.ts';

type Input = HandlerInput<'keys.import'>;

/** Keys that are stored in one turn of the event loop: verification waits meanwhile, some 40 ms on a slow machine. */
const PART_KEYS = 250;
/** Keys that are judged in one turn, some 10 ms. */
const JUDGED_KEYS = 1_000;
/** Every text that is no key of ours is compared with each of them. */
const SHAPES_MAX = 100;
/** pepper_version of a bare SHA-256. */
const NO_PEPPER = 0;
/** Of hashes whose texts nobody has described. */
const ANY_SHAPE = { prefix: '', lengthMin: 12, lengthMax: 512, alphabet: 'visible' } as const;

/** An entry with the hash that is stored for it. */
interface Hashed {
  readonly entry: ImportEntry;
  readonly hash: Buffer;
  readonly pepperVersion: number;
  /** The same for a key and for its SHA-256, before and after the first use. */
  readonly originHash: Buffer;
}

/** Takes over keys of another system. Throws APPLICATION_NOT_FOUND, SCOPE_NOT_FOUND, PLAN_NOT_FOUND, INVALID_INPUT and
 *  IMPORT_UNREADABLE. Lines that cannot be taken are told in the result. Parts of 250 keys are stored each by itself, so that
 *  verification goes on in between; a failure leaves the parts before it, and importing again tells them as known. */
export async function importKeys(context: UseCaseContext, input: Input): Promise<KeyImportResult> {
  const application = context.db.applications.find(input.applicationId);
  if (application === null) {
    const message = 'There is no application with this id. Look it up in the list of applications.';
    throw new AppError('APPLICATION_NOT_FOUND', message);
  }
  checkExpiry(context, input.expiresAt);
  checkLifetime(context, { ...input, expiryGraceMs: null });
  checkKeyPolicy(context, input);
  const read = readKeyImport(input.format, input.text);
  refuseUnreadable(input, read);
  const { shape, strong, problems } = await judge(input, read);
  const known: ImportProblem[] = [...problems];
  const imported: KeyImportResult['imported'][number][] = [];
  for (let from = 0; from < strong.length || (from === 0 && !input.dryRun); from += PART_KEYS) {
    if (from > 0) await nextTurn();
    const part = strong.slice(from, from + PART_KEYS).map((entry) => hashed(context, input, entry));
    const added = input.dryRun
      ? checkPart(context, part, known)
      : storePart(context, input, { part, shape, application: application.name, problems: known });
    imported.push(...added);
  }
  return { imported, problems: known.sort((one, other) => one.line - other.line) };
}

function refuseUnreadable({ format, shape, text }: Input, read: ReturnType<typeof readKeyImport>): void {
  const refuse = (message: string): never => {
    throw new AppError('IMPORT_UNREADABLE', message, [{ path: 'text', message }]);
  };
  if (text.length > 0 && read.unreadable !== null) refuse(read.unreadable);
  if (read.entries.length + read.problems.length === 0) refuse('There is no key in this text.');
  if (read.entries.length > KEY_IMPORT_LINES_MAX) {
    refuse(`At most ${KEY_IMPORT_LINES_MAX.toLocaleString('en')} keys at once. Import them in parts.`);
  }
  if (shape !== null && format !== 'sha256') {
    const message = 'Only hashes need a shape: that of keys is read off them.';
    throw new AppError('INVALID_INPUT', `shape: ${message}`, [{ path: 'shape', message }]);
  }
}

/** Verifications that came meanwhile go first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Leaves out what comes twice and what is too weak; says what the texts look like. Gives way in between: of 10,000 keys this
 *  takes a quarter of a second. */
async function judge(input: Input, { entries, problems }: ReturnType<typeof readKeyImport>) {
  await nextTurn();
  const found: ImportProblem[] = [...problems];
  const lines = new Map<string, number>();
  const once = entries.filter(({ line, text }) => {
    const before = lines.get(text);
    if (before === undefined) lines.set(text, line);
    else found.push({ line, message: `The same key as in line ${String(before)}.` });
    return before === undefined;
  });
  if (input.format === 'sha256') {
    const stated = input.shape === null ? ANY_SHAPE : { ...input.shape, alphabet: 'visible' as const };
    return { strong: once, problems: found, shape: { ...stated, hashKind: 'sha256' as const } };
  }
  const prefix = shapeOf(once.map(({ text }) => text))?.prefix ?? '';
  const strong: ImportEntry[] = [];
  for (let from = 0; from < once.length; from += JUDGED_KEYS) {
    await nextTurn();
    for (const entry of once.slice(from, from + JUDGED_KEYS)) {
      const weakness = weaknessOf(entry.text.slice(prefix.length));
      if (weakness === null) strong.push(entry);
      else found.push({ line: entry.line, message: weakness });
    }
  }
  await nextTurn();
  const shape = shapeOf(strong.map(({ text }) => text));
  return { strong, problems: found, shape: shape === null ? null : { ...shape, hashKind: 'hmac' as const } };
}

function hashed({ keyring }: UseCaseContext, { format }: Input, entry: ImportEntry): Hashed {
  const isHash = format === 'sha256';
  const sha256 = isHash ? entry.text : createHash('sha256').update(entry.text, 'utf8').digest('hex');
  const originHash = hashOfSha256(keyring, sha256);
  const bare = { hash: Buffer.from(sha256, 'hex'), pepperVersion: NO_PEPPER };
  return { entry, originHash, ...(isHash ? bare : keyring.peppers.stored(entry.text)) };
}

/** The entries that are not in the store yet; the others are added to `problems`. */
function newOnes(
  { db }: UseCaseContext,
  part: readonly Hashed[],
  problems: ImportProblem[],
): readonly Hashed[] {
  return part.filter(({ entry, originHash }) => {
    const holder = db.secrets.findByOrigin(originHash);
    if (holder !== null) {
      problems.push({ line: entry.line, message: `This key is here already, as ${holder.keyId}.` });
    }
    return holder === null;
  });
}

function checkPart(context: UseCaseContext, part: readonly Hashed[], problems: ImportProblem[]) {
  return newOnes(context, part, problems).map(({ entry }) => ({ keyId: null, name: entry.name }));
}

function storePart(
  context: UseCaseContext,
  input: Input,
  told: {
    readonly part: readonly Hashed[];
    readonly shape: KeyShape | null;
    readonly application: string;
    readonly problems: ImportProblem[];
  },
): KeyImportResult['imported'] {
  const { keyShapes } = context.db;
  try {
    return context.command(() => {
      const fresh = newOnes(context, told.part, told.problems);
      if (told.shape !== null && fresh.length > 0) addShape(context, told.shape);
      const imported = fresh.map((one) => storeKey(context, input, one));
      const { environment, expiresAt, format, planId, scopeIds } = input;
      return {
        value: imported,
        audit: {
          action: 'keys.import',
          subject: { kind: 'application', id: input.applicationId, name: told.application },
          after: {
            ...{ format, environment, scopeIds, planId, expiresAt, count: imported.length },
            keyIds: imported.map((one) => one.keyId),
          },
        },
        changed: ['keys', 'applications', 'partners', 'scopes', 'plans'],
      };
    });
  } finally {
    keyShapes.reload();
  }
}

function addShape({ db }: UseCaseContext, shape: KeyShape): void {
  const isThere = db.keyShapes.all().some((one) => JSON.stringify(one) === JSON.stringify(shape));
  if (!isThere && db.keyShapes.all().length >= SHAPES_MAX) {
    const message = `Keys of ${String(SHAPES_MAX)} different shapes are here already. Import the rest in fewer parts.`;
    throw new AppError('IMPORT_UNREADABLE', message, [{ path: 'text', message }]);
  }
  db.keyShapes.add(shape);
}

function storeKey(context: UseCaseContext, input: Input, { entry, hash, pepperVersion, originHash }: Hashed) {
  const { nowMs } = context;
  const id = keyId.parse(randomBase62(KEY_ID_CHARACTERS, randomBytes));
  const { name, note, quota, rateLimit, tags } = entry;
  context.db.keys.insert({
    rotateEveryMs: null,
    expiryGraceMs: null,
    ...{ id, name, note, quota, rateLimit, tags },
    applicationId: input.applicationId,
    environment: input.environment,
    planId: input.planId,
    expiresAtMs: input.expiresAt,
    noExpiryReason: input.expiresAt === null ? input.noExpiryReason : null,
    ...NOTHING_SET,
    suspendedAtMs: entry.isEnabled ? null : nowMs,
    suspendReason: entry.isEnabled ? null : 'It was disabled where it was imported from.',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  });
  context.db.keys.setScopes(id, input.scopeIds);
  const isHash = input.format === 'sha256';
  context.db.secrets.insert({
    keyId: id,
    version: 1,
    hash,
    pepperVersion,
    last4: isHash ? '' : lastFour(entry.text),
    isImported: 1,
    originHash,
    createdAtMs: nowMs,
  });
  return { keyId: id, name };
}

const NOTHING_SET = {
  templateId: null,
  rules: [],
  rateLimits: [],
  ipAllow: [],
  originAllow: [],
  userAgentAllow: [],
  serviceAllow: [],
  timeAllow: [],
  bindingMode: 'enforce',
  signedBy: null,
  meta: {},
  externalId: null,
  suspendMessage: null,
  revokedAtMs: null,
  revokeReason: null,
  revokeNote: null,
} as const;
