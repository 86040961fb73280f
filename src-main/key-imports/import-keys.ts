import { createHash } from 'node:crypto';
import type { HandlerInput } from '#contract/contract.ts';
import { KEY_IMPORT_LINES_MAX } from '#contract/key-import.ts';
import type { KeyImportResult } from '#contract/key-import.ts';
import { keyId, timestampMs, type TimestampMs } from '#contract/ids.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { KEY_ID_CHARACTERS, lastFour } from '#main/domain/key-format.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import { readKeyImport } from '#main/domain/read-key-import.ts';
import type { ImportEntry, ImportProblem, ReadImport } from '#main/domain/read-key-import.ts';
import { checkExpiry, checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { checkLifetime } from '#main/keys/check-lifetime.ts';
import { hashOfSha256 } from '#main/keys/origin-hash.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { placeable, placeKey, planConsumers, toldApplications } from './consumer-applications.ts';
import type { ConsumerPlaces } from './consumer-applications.ts';
import { judgeKeys, nextTurn } from './judge-keys.ts';
import { readKongText } from './read-kong-text.ts';

type Input = HandlerInput<'keys.import'>;
type Imported = KeyImportResult['imported'][number];

/** Keys that are stored in one turn of the event loop: verification waits meanwhile, some 40 ms on a slow machine. */
const PART_KEYS = 250;
/** Every text that is no key of ours is compared with each of them. */
const SHAPES_MAX = 100;
/** pepper_version of a bare SHA-256. */
const NO_PEPPER = 0;
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
  const application = getApplication(context, input);
  checkExpiry(context, input.expiresAt);
  checkLifetime(context, { ...input, expiryGraceMs: null });
  checkKeyPolicy(context, input);
  const read = input.format === 'kong' ? readKongText(input.text) : readKeyImport(input.format, input.text);
  refuseUnreadable(input, read);
  const { shape, strong, problems } = await judgeKeys(input, read);
  const places = planConsumers(context, application, input.consumersAsApplications ? strong : []);
  const known: ImportProblem[] = [...problems];
  const placed = placeable(places, strong, known);
  const imported: Imported[] = [];
  const taken: ImportEntry[] = [];
  for (let from = 0; from < placed.length || (from === 0 && !input.dryRun); from += PART_KEYS) {
    if (from > 0) await nextTurn();
    const part = placed.slice(from, from + PART_KEYS).map((entry) => hashed(context, input, entry));
    const added = input.dryRun
      ? checkPart(context, part, known)
      : storePart(context, input, { part, shape, places, problems: known });
    imported.push(...added.imported);
    taken.push(...added.taken);
  }
  const applications = toldApplications(context, places, taken);
  return { imported, applications, problems: known.sort((one, other) => one.line - other.line) };
}

function refuseUnreadable(input: Input, read: ReadImport): void {
  const { consumersAsApplications, format, shape, text } = input;
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
  if (consumersAsApplications && format !== 'kong') {
    const [path, message] = ['consumersAsApplications', 'Only dumps of Kong tell consumers.'];
    throw new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
  }
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

/** What became of a part. */
interface Added {
  readonly imported: readonly Imported[];
  readonly taken: readonly ImportEntry[];
}

function checkPart(context: UseCaseContext, part: readonly Hashed[], problems: ImportProblem[]): Added {
  const taken = newOnes(context, part, problems).map(({ entry }) => entry);
  return { imported: taken.map(({ name }) => ({ keyId: null, name })), taken };
}

function storePart(
  context: UseCaseContext,
  input: Input,
  told: {
    readonly part: readonly Hashed[];
    readonly shape: KeyShape | null;
    readonly places: ConsumerPlaces;
    readonly problems: ImportProblem[];
  },
): Added {
  const { keyShapes } = context.db;
  const { home } = told.places;
  try {
    return context.command(() => {
      const fresh = newOnes(context, told.part, told.problems);
      if (told.shape !== null && fresh.length > 0) addShape(context, told.shape);
      const audits: AuditDraft[] = [];
      const imported = fresh.map((one) => {
        const applicationId = placeKey(context, told.places, { ...one.entry, audits });
        return storeKey(context, { ...input, applicationId }, one);
      });
      const { environment, expiresAt, format, planId, scopeIds } = input;
      return {
        value: { imported, taken: fresh.map(({ entry }) => entry) },
        audit: {
          action: 'keys.import',
          subject: { kind: 'application', id: home.id, name: home.name },
          after: {
            ...{ format, environment, scopeIds, planId, expiresAt, count: imported.length },
            keyIds: imported.map((one) => one.keyId),
          },
        },
        furtherAudits: audits,
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

function storeKey(
  context: UseCaseContext,
  input: Input,
  { entry, hash, pepperVersion, originHash }: Hashed,
): Imported {
  const { nowMs } = context;
  const id = keyId.parse(randomBase62(KEY_ID_CHARACTERS, randomBytes));
  const { externalId, name, note, quota, rateLimit, tags } = entry;
  const expiresAtMs = endOf(input.expiresAt, entry, nowMs);
  context.db.keys.insert({
    rotateEveryMs: null,
    expiryGraceMs: null,
    ...{ id, name, note, quota, rateLimit, tags, externalId },
    applicationId: input.applicationId,
    environment: input.environment,
    planId: input.planId,
    expiresAtMs,
    noExpiryReason: expiresAtMs === null ? input.noExpiryReason : null,
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

/** No key lives longer than it would have where it comes from. */
function endOf(
  expiresAt: TimestampMs | null,
  { lifeMs }: ImportEntry,
  nowMs: TimestampMs,
): TimestampMs | null {
  if (lifeMs === null) return expiresAt;
  return timestampMs.parse(Math.min(expiresAt ?? Number.MAX_SAFE_INTEGER, nowMs + lifeMs));
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
  suspendMessage: null,
  revokedAtMs: null,
  revokeReason: null,
  revokeNote: null,
} as const;
