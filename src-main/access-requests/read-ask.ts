import { z } from 'zod';
import {
  PURPOSE_FREE_PER_DAY,
  REQUESTS_PER_DAY_MAX,
  WANTED_ENDPOINTS_MAX,
  type AskedProduct,
  type WantedEndpoint,
} from '#contract/access-requests.ts';
import { keyId, type KeyId } from '#contract/ids.ts';
import { environment, type Environment } from '#contract/key-policy.ts';
import { displayName, emailAddress, noteText } from '#contract/names.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { KEY_TEXT_PROBLEM } from './refuse-key-text.ts';
import type { ReadProduct } from './asked-product.ts';
import type { WantedFinder } from './wanted-endpoints.ts';

/** What a stranger asks for, read and found to be in order. */
export interface Ask {
  readonly application: string;
  readonly team: string;
  readonly contactEmail: string;
  readonly purpose: string;
  readonly repository: string;
  readonly environment: Environment;
  readonly requestsPerDay: number;
  readonly keyId: KeyId | null;
  readonly endpoints: readonly WantedEndpoint[];
  readonly product: AskedProduct | null;
}

/** Names of the fields of the form, in their order. */
export const ASK_FIELDS = [
  'application',
  'team',
  'contact',
  'endpoints',
  'environment',
  'volume',
  'purpose',
  'repository',
  'key',
  'terms',
] as const;
export type AskField = (typeof ASK_FIELDS)[number];

/** What was sent, as the form shows it again: without keys, cut to what the form takes. */
export interface SentAsk {
  readonly text: (name: string) => string;
  /** Ids of the endpoints that were ticked. */
  readonly endpointIds: readonly string[];
}

/** Why each field was not taken. */
export type AskProblems = Partial<Readonly<Record<AskField, string>>>;

/** Longest text of a field that is read; the fields themselves take less. */
const CHARACTERS_MAX = 4_000;

/** What a form has sent. Keys in it are not kept, not even to show them again. */
export function readSent(fields: URLSearchParams): SentAsk {
  return {
    text: (name) => redactKeys((fields.get(name) ?? '').slice(0, CHARACTERS_MAX).toWellFormed()),
    endpointIds: fields.getAll('endpoint').slice(0, WANTED_ENDPOINTS_MAX + 1),
  };
}

const FIELDS = {
  application: displayName,
  team: displayName,
  contact: emailAddress,
  purpose: noteText,
  repository: z.union([z.literal(''), displayName.or(repositoryText())]),
  environment,
} as const;

function repositoryText() {
  return z
    .string()
    .trim()
    .max(200, 'At most 200 characters.')
    .refine((text) => !/\p{C}/u.test(text), 'Remove control or invisible characters.');
}

/** What a form is read with, beside what was sent. */
interface AskParts {
  readonly find: WantedFinder;
  readonly product: ReadProduct;
  /** The terms that must be accepted; null = none. */
  readonly termsVersion: number | null;
}

/** Reads what was sent. */
export function readAsk(
  fields: URLSearchParams,
  parts: AskParts,
): { readonly ok: true; readonly ask: Ask } | { readonly ok: false; readonly problems: AskProblems } {
  const problems: { -readonly [Name in AskField]?: string } = {};
  const sent = (name: string): string => (fields.get(name) ?? '').slice(0, CHARACTERS_MAX);
  const read = <T>(name: AskField, schema: z.ZodType<T>, text: string): T | undefined => {
    if (redactKeys(text) !== text) problems[name] = KEY_TEXT_PROBLEM;
    const parsed = schema.safeParse(text.replaceAll('\r\n', '\n'));
    if (parsed.success) return parsed.data;
    problems[name] ??= parsed.error.issues[0]?.message ?? 'This cannot be read.';
    return undefined;
  };
  const application = read('application', FIELDS.application, sent('application'));
  const team = read('team', FIELDS.team, sent('team'));
  const contactEmail = read('contact', FIELDS.contact, sent('contact').trim());
  const where = read('environment', FIELDS.environment, sent('environment'));
  const elsewhere = environmentProblem(where, parts.product);
  if (elsewhere !== null) problems.environment = elsewhere;
  const requestsPerDay = readVolume(sent('volume'));
  if (requestsPerDay === null) problems.volume = VOLUME_PROBLEM;
  const purpose = read('purpose', FIELDS.purpose, sent('purpose'));
  if (purpose === '' && requestsPerDay !== null && requestsPerDay > PURPOSE_FREE_PER_DAY) {
    problems.purpose = `Say what for: above ${String(PURPOSE_FREE_PER_DAY)} requests a day we ask.`;
  }
  const repository = read('repository', FIELDS.repository, sent('repository').trim());
  const key = readKey(sent('key'));
  if (!key.ok) problems.key = key.problem;
  const found = parts.find(fields);
  if (parts.product.kind === 'gone') problems.endpoints = PRODUCT_GONE;
  else if (!found.ok) problems.endpoints = found.problem;
  if (redactKeys(sent('other')) !== sent('other')) problems.endpoints = KEY_TEXT_PROBLEM;
  if (parts.termsVersion !== null && sent('terms') !== String(parts.termsVersion)) {
    problems.terms = 'Read the terms and accept them.';
  }
  if (
    Object.keys(problems).length > 0 ||
    application === undefined ||
    team === undefined ||
    contactEmail === undefined ||
    where === undefined ||
    requestsPerDay === null ||
    purpose === undefined ||
    repository === undefined ||
    !key.ok ||
    !found.ok
  ) {
    return { ok: false, problems };
  }
  return {
    ok: true,
    ask: {
      ...{ application, team, contactEmail, purpose, repository, requestsPerDay },
      environment: where,
      keyId: key.keyId,
      endpoints: found.endpoints,
      product: parts.product.kind === 'asked' ? parts.product.product : null,
    },
  };
}

const VOLUME_PROBLEM = 'Write about how many requests a day: a whole number from 1.';
const PRODUCT_GONE =
  'The product that you asked for is not offered any more. Name the endpoints that you want to call.';

function environmentProblem(where: Environment | undefined, product: ReadProduct): string | null {
  if (where === undefined) return 'Choose test or live.';
  if (product.kind !== 'asked' || product.environment === null || product.environment === where) return null;
  return `Keys of ${product.product.tier} are for ${product.environment}. Choose that.`;
}

function readVolume(text: string): number | null {
  const digits = text.replaceAll(/[\s.,'_]/g, '');
  if (!/^[0-9]{1,9}$/.test(digits)) return null;
  const value = Number(digits);
  return value >= 1 && value <= REQUESTS_PER_DAY_MAX ? value : null;
}

/** The id of a key, alone or in what stands before its secret. */
function readKey(
  text: string,
): { readonly ok: true; readonly keyId: KeyId | null } | { readonly ok: false; readonly problem: string } {
  const typed = text.trim();
  if (typed === '') return { ok: true, keyId: null };
  if (redactKeys(typed) !== typed) return { ok: false, problem: KEY_TEXT_PROBLEM };
  const [, inKey] = /^lk_(?:live|test)_[a-z0-9]{2,24}_([0-9A-Za-z]{12})(?:_.{0,16})?$/.exec(typed) ?? [];
  const parsed = keyId.safeParse(inKey ?? typed);
  if (parsed.success) return { ok: true, keyId: parsed.data };
  return {
    ok: false,
    problem: 'Write the id of the key: 12 letters and digits, or its part up to the last underscore.',
  };
}
