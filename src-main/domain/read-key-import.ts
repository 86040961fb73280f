import { FOREIGN_KEY_CHARACTERS_MAX, FOREIGN_KEY_CHARACTERS_MIN } from '#contract/key-import.ts';
import type { KeyImportFormat } from '#contract/key-import.ts';
import type { Quota, RateLimit } from '#contract/plans.ts';
import { quota, rateLimit } from '#contract/plans.ts';
import { displayName } from '#contract/names.ts';
import { csvRows } from './csv-rows.ts';

/** A key of another system. `text` is the key itself, or its SHA-256 as 64 hex digits: secret, never to be told. */
export interface ImportEntry {
  readonly line: number;
  readonly name: string;
  readonly text: string;
  readonly note: string;
  readonly isEnabled: boolean;
  readonly tags: readonly string[];
  readonly rateLimit: RateLimit | null;
  readonly quota: Quota | null;
  readonly externalId: string | null;
  /** How long it would still have lived where it comes from; null = as long as it is let. */
  readonly lifeMs: number | null;
  /** Whose it is where it comes from; null = nobody's. */
  readonly consumer: string | null;
}

/** What is wrong with a line. */
export interface ImportProblem {
  readonly line: number;
  readonly message: string;
}

/** What a text holds. `problems` never repeat what stands in a line. */
export interface ReadImport {
  readonly entries: readonly ImportEntry[];
  readonly problems: readonly ImportProblem[];
  /** Why the text as a whole cannot be read; null when it can. */
  readonly unreadable: string | null;
}

const NAME_CHARACTERS_MAX = 64;
const NOTE_CHARACTERS_MAX = 2_000;
const DAY_MS = 86_400_000;

/** Reads the keys of a text of lines. */
export function readKeyImport(format: Exclude<KeyImportFormat, 'kong'>, text: string): ReadImport {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (format === 'aws-csv') return readAws(content);
  const entries: ImportEntry[] = [];
  const problems: ImportProblem[] = [];
  for (const [index, raw] of content.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const row = raw.trim();
    if (row === '' || (entries.length === 0 && /^(?:name\s*,\s*)?(?:key|sha-?256|hash)$/i.test(row)))
      continue;
    const comma = row.lastIndexOf(',');
    const secret = row.slice(comma + 1).trim();
    const given = comma === -1 ? '' : row.slice(0, comma).trim();
    const read = format === 'plain' ? readForeignKey(secret) : readHash(secret);
    if (read.problem === null)
      entries.push({ ...plainEntry(line), ...importedName(given, line), text: read.text });
    else problems.push({ line, message: read.problem });
  }
  return { entries, problems, unreadable: null };
}

type ReadSecret = { readonly text: string; readonly problem: null } | { readonly problem: string };

/** Takes a key of another system as it is, or says why not without repeating it. */
export function readForeignKey(text: string): ReadSecret {
  if (text.length < FOREIGN_KEY_CHARACTERS_MIN)
    return { problem: 'This key is too short to be safe. Give it a new one.' };
  if (text.length > FOREIGN_KEY_CHARACTERS_MAX) {
    return { problem: `A key has at most ${String(FOREIGN_KEY_CHARACTERS_MAX)} characters.` };
  }
  if (!/^[!-~]+$/.test(text)) return { problem: 'A key has visible ASCII characters only, no spaces.' };
  if (/^lk[sa]?_/.test(text)) return { problem: 'This is a key or token of Latchkey itself.' };
  return { text, problem: null };
}

function readHash(text: string): ReadSecret {
  if (/^[0-9A-Fa-f]{64}$/.test(text)) return { text: text.toLowerCase(), problem: null };
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[0-9A-Za-z+/]{43}=?$/.test(base64)) {
    return { problem: 'A SHA-256 hash has 64 hex digits, or 43 or 44 characters of base64.' };
  }
  return { text: hexOfBase64(base64.slice(0, 43)), problem: null };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Whole hex digits of a base64 text without padding; the bits that are left over are dropped. */
function hexOfBase64(text: string): string {
  let hex = '';
  let held = 0;
  let bits = 0;
  for (const character of text) {
    held = ((held << 6) | BASE64.indexOf(character)) & 0xfff;
    for (bits += 6; bits >= 4; bits -= 4) hex += ((held >> (bits - 4)) & 15).toString(16);
  }
  return hex;
}

const ALONE = { externalId: null, lifeMs: null, consumer: null } as const;

function plainEntry(line: number): Omit<ImportEntry, 'name' | 'text'> {
  return { ...ALONE, line, note: '', isEnabled: true, tags: [], rateLimit: null, quota: null };
}

/** The name as a key may have it; one that is too long is cut and kept whole in the note. */
export function importedName(given: string, line: number): Pick<ImportEntry, 'name' | 'note'> {
  const visible = given.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '').trim();
  const cut =
    visible.length > NAME_CHARACTERS_MAX ? `${visible.slice(0, NAME_CHARACTERS_MAX - 1).trim()}…` : visible;
  const parsed = displayName.safeParse(cut);
  return {
    name: parsed.success ? parsed.data : `Imported key, line ${String(line)}`,
    note: cut === visible ? '' : `Name where it comes from: ${visible}`.slice(0, NOTE_CHARACTERS_MAX),
  };
}

function readAws(text: string): ReadImport {
  const [header, ...rows] = csvRows(text);
  const columns = new Map(
    header?.cells.map((cell, index) => [cell.toLowerCase().replaceAll(/[^a-z]/g, ''), index]),
  );
  if (!columns.has('name') || !columns.has('key')) {
    const unreadable = 'The first line must name the columns, among them Name and Key.';
    return { entries: [], problems: [], unreadable };
  }
  const entries: ImportEntry[] = [];
  const problems: ImportProblem[] = [];
  for (const row of rows) {
    const cell = (name: string): string => row.cells[columns.get(name) ?? -1] ?? '';
    const { line } = row;
    const read = row.isOpen ? { problem: 'A quotation mark is never closed.' } : readForeignKey(cell('key'));
    if (read.problem !== null) {
      problems.push({ line, message: read.problem });
      continue;
    }
    const limits = awsLimits(cell);
    problems.push(...limits.problems.map((message) => ({ line, message })));
    const named = importedName(cell('name'), line);
    entries.push({
      ...ALONE,
      line,
      name: named.name,
      text: read.text,
      note: [cell('description'), named.note]
        .filter((part) => part !== '')
        .join('\n')
        .slice(0, NOTE_CHARACTERS_MAX),
      isEnabled: !/^(?:false|no|0)$/i.test(cell('enabled')),
      tags: awsPlans(cell('usageplanids')),
      rateLimit: limits.rateLimit,
      quota: limits.quota,
    });
  }
  return { entries, problems, unreadable: null };
}

/** Usage plans stay findable as tags. */
function awsPlans(ids: string): readonly string[] {
  const plans = ids.split(/[,;\s]+/).filter((id) => /^[0-9A-Za-z]{1,40}$/.test(id));
  return [...new Set(plans)].slice(0, 20).map((id) => `usage-plan=${id}`);
}

/** Throttle and quota of a usage plan where the export has them beside the keys. */
function awsLimits(cell: (name: string) => string) {
  const problems: string[] = [];
  let rate: RateLimit | null = null;
  let calendar: Quota | null = null;
  const perSecond = Number(cell('ratelimit') || cell('throttleratelimit') || 'NaN');
  if (perSecond > 0) {
    const parsed = rateLimit.safeParse(
      perSecond >= 1
        ? { limit: Math.round(perSecond), windowMs: 1_000 }
        : { limit: 1, windowMs: Math.min(DAY_MS, Math.round(1_000 / perSecond)) },
    );
    if (parsed.success) rate = parsed.data;
    else problems.push('The rate limit of the usage plan cannot be taken over. Give the key a plan.');
  }
  const limit = Number(cell('quotalimit') || cell('quota') || 'NaN');
  const period = (cell('quotaperiod') || cell('period') || 'MONTH').toLowerCase();
  if (limit > 0) {
    const parsed = quota.safeParse({ limit, period });
    if (parsed.success) calendar = parsed.data;
    else problems.push('The quota of the usage plan cannot be taken over: periods are DAY and MONTH.');
  }
  return { rateLimit: rate, quota: calendar, problems };
}
