import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Settings } from '#contract/settings.ts';
import type { SystemStatus } from '#contract/system.ts';
import type { UseCaseContext } from '#main/context.ts';
import { redactFreeText, type FreeTextOptions } from '#main/domain/redact-free-text.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { LoggedWarning } from '#main/platform/recent-warnings.ts';

/** What only the running program knows. */
export interface DiagnosticsParts {
  readonly status: SystemStatus;
  readonly settings: Settings;
  /** Ports that the command line or the environment fixed; null = the settings say. */
  readonly fixedPorts: { readonly service: number | null; readonly admin: number | null };
  readonly recentWarnings: readonly LoggedWarning[];
}

/** What somebody who helps needs to know of this installation. Reads sizes of files, never their content. */
export function diagnosticsBundle(
  { db, nowMs }: UseCaseContext,
  parts: DiagnosticsParts,
  { hasAddresses }: HandlerInput<'system.diagnostics'>,
): Output<'system.diagnostics'> {
  const { status, settings, fixedPorts, recentWarnings } = parts;
  const { version, host, startedAt, dataDirectory, service, admin, verify, log, server, store, warnings } =
    status;
  const createdAt = new Date(nowMs).toISOString();
  const content = {
    format: 'latchkey-diagnostics/1',
    createdAt,
    hasAddresses,
    versions: { latchkey: version, ...surroundings() },
    configuration: { host, dataDirectory, fixedPorts, listeners: { service, admin }, settings },
    health: { startedAt: new Date(startedAt).toISOString(), verify, log, server, warnings },
    sizes: { store, files: filesIn(dataDirectory), folders: foldersIn(dataDirectory) },
    recentWarnings: recentWarnings.map(shownWarning),
  };
  const cleaner = new Cleaner({ hasAddresses, shapes: db.keyShapes.all(), homeFolder: homedir() });
  const text = `${JSON.stringify(cleaner.clean(content), null, 2)}\n`;
  const stamp = createdAt.replaceAll(/[-:]|\.\d+/g, '');
  return {
    createdAt: nowMs,
    fileName: `latchkey-diagnostics-${stamp}.json`,
    text,
    redacted: cleaner.counts,
  };
}

function surroundings() {
  const { platform, arch, versions } = process;
  return { node: versions.node, openssl: versions.openssl, electron: versions['electron'], platform, arch };
}

/** Ids and names of ours: long, but no secret. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'requestId',
  'procedure',
  'actorId',
  'keyId',
  'serviceId',
  'jobId',
]);

/** An allow-list like that of the log: what strayed into an object of fields stays behind. */
function shownWarning({ atMs, level, message, fields, error }: LoggedWarning) {
  const { requestId, procedure, code, actorKind, actorId, keyId, serviceId, jobId } = fields;
  const { path, url, port, status, count, durationMs, reason } = fields;
  return {
    at: new Date(atMs).toISOString(),
    level,
    message,
    ...{ requestId, procedure, code, actorKind, actorId, keyId, serviceId, jobId },
    ...{ path, url, port, status, count, durationMs, reason },
    error,
  };
}

function filesIn(folder: string): readonly { readonly name: string; readonly bytes: number }[] {
  return entriesIn(folder)
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, bytes: bytesOf(join(folder, name)) }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

function foldersIn(folder: string) {
  return entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const files = filesIn(join(folder, name));
      return { name, fileCount: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
}

function entriesIn(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/** Files come and go while they are counted. */
function bytesOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** Takes out of every text in a value what must not leave this computer, and counts it. */
class Cleaner {
  readonly counts = { addresses: 0, secrets: 0, mailAddresses: 0 };
  readonly #options: FreeTextOptions;

  constructor(options: FreeTextOptions) {
    this.#options = options;
  }

  clean(value: unknown, name = ''): unknown {
    if (typeof value === 'string') return OWN_WORDS.has(name) ? redactKeys(value) : this.#text(value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.clean(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, this.clean(item, field)]));
  }

  #text(dirty: string): string {
    const { text, counts } = redactFreeText(dirty, this.#options);
    this.counts.addresses += counts.addresses;
    this.counts.secrets += counts.secrets;
    this.counts.mailAddresses += counts.mailAddresses;
    return text;
  }
}
