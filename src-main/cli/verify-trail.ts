import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Anchor, readAnchor } from '#main/audit/audit-head.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { createKeyring, type Keyring } from '#main/platform/keyring.ts';
import { fileSecretStore, givenSecretStore } from '#main/platform/secret-store.ts';
import { StartError } from '#main/platform/start-error.ts';
import { checkExport, type ExportFinding } from './check-export.ts';
import { type Terminal, UsageError } from './terminal.ts';

const FITS = 0;
const BROKEN = 1;

/** `latchkey audit verify FILE`: checks an export of the trail with the installation's key and nothing else; no server, no store.
 *  Answers the exit code: 0 all events fit, 1 they do not. Throws UsageError when something it needs is not there. */
export async function verifyTrail(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = read(args, terminal.environment);
  const keyring = await keyringOf(options, terminal.environment);
  const anchor = anchorOf(options, keyring);
  const text = readText(options.file);
  if (text.trim() === '' && anchor === null) throw new UsageError(`${options.file} holds no event.`);
  const finding = checkExport({
    text,
    mac: (text) => keyring.auditMac(text).toString('hex'),
    fromSeq: options.fromSeq,
    head: anchor?.head ?? null,
  });
  const told = withKnownBreak(finding, anchor);
  if (options.asJson) terminal.print(JSON.stringify(told));
  else terminal.print(textOf(told, options.fromSeq));
  return told.ok ? FITS : BROKEN;
}

interface TrailOptions {
  readonly file: string;
  readonly dataDirectory: string | undefined;
  readonly key: string | undefined;
  readonly head: string | undefined;
  readonly fromSeq: number;
  readonly asJson: boolean;
}

function read(args: readonly string[], environment: Terminal['environment']): TrailOptions {
  const { values, positionals } = parse(args);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError('Say which FILE to check: an export of the audit trail as JSON lines.');
  const fromSeq = Number(values.from ?? '1');
  if (!Number.isSafeInteger(fromSeq) || fromSeq < 1)
    throw new UsageError('--from is the number of an event.');
  return {
    file,
    dataDirectory: values.data ?? environment['LATCHKEY_DATA_DIR'],
    key: values.key,
    head: values.head,
    fromSeq,
    asJson: values.json === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { data: text, key: text, head: text, from: text, json: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('.')[0] ?? ''}.` : 'Bad usage.');
  }
}

const WHICH_KEY =
  'The trail is signed with a key made from the master secret of the installation. Give its master.key with --key FILE, its data directory with --data DIR, or the secret itself in LATCHKEY_PEPPER.';

async function keyringOf(options: TrailOptions, environment: Terminal['environment']): Promise<Keyring> {
  const path = options.key ?? (options.dataDirectory && join(options.dataDirectory, 'master.key'));
  const given = environment['LATCHKEY_PEPPER'] ?? '';
  try {
    const usesGiven = options.key === undefined && given !== '';
    const store = usesGiven ? givenSecretStore(given) : path ? fileSecretStore(path) : null;
    const masterSecret = await store?.read();
    if (masterSecret === undefined || masterSecret === null) throw new UsageError(WHICH_KEY);
    return createKeyring(masterSecret);
  } catch (error) {
    if (error instanceof StartError) throw new UsageError(error.message);
    throw error;
  }
}

/** Where the trail should end: a head that was noted somewhere, or the file that the installation keeps beside its store. */
function anchorOf({ head, dataDirectory }: TrailOptions, keyring: Keyring): Anchor | null {
  const noted = /^(\d{1,15}):([0-9a-f]{64})$/.exec(head ?? '');
  if (noted !== null)
    return { head: { count: Number(noted[1]), hash: noted[2] ?? '' }, broken: null, firstBad: null };
  const path = head ?? (dataDirectory && join(dataDirectory, 'audit-head.json'));
  if (!path) return null;
  const found = readAnchor(path, keyring);
  switch (found.kind) {
    case 'anchor':
      return found;
    case 'missing':
      if (head === undefined) return null;
      throw new UsageError(
        `${path} is not there. --head is audit-head.json, or COUNT:HASH as the app shows it.`,
      );
    case 'forged':
      throw new UsageError(
        `${path} was not written with this key: it was changed, or it is of another installation.`,
      );
  }
}

function readText(path: string): string {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${errorCode(error)}).`);
  }
  if (text.startsWith('"seq"') || text.startsWith('seq,'))
    throw new UsageError(`${path} is CSV, which does not keep what was signed. Export as JSON lines.`);
  return text;
}

/** A break that the program itself had found is told again, whatever was appended since. */
function withKnownBreak(finding: ExportFinding, anchor: Anchor | null): ExportFinding {
  if (anchor?.broken === null || anchor === null) return finding;
  const firstBad = anchor.firstBad ?? finding.checked + 1;
  if (finding.firstBad !== null && finding.firstBad <= firstBad) return finding;
  return { ...finding, ok: false, firstBad, detail: anchor.broken };
}

function textOf(
  { ok, firstBad, checked, detail, unchecked, endsEarly }: ExportFinding,
  fromSeq: number,
): string {
  const lines = [detail];
  if (!ok && firstBad !== null) lines.push(`First broken event: ${String(firstBad)}`);
  if (!ok && firstBad === fromSeq && checked < fromSeq)
    lines.push(
      'No event fits: either the first one was changed, or this is the key of another installation.',
    );
  if (endsEarly)
    lines.push('If the file was exported before those, give the head of then: --head COUNT:HASH.');
  if (unchecked.length > 0) lines.push('Not checked:', ...unchecked.map((text) => `  ${text}`));
  return lines.join('\n');
}
