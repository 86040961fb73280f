import { z } from 'zod';
import { applicationId, keyId, partnerId, scopeId, serviceId, templateId } from '#contract/ids.ts';
import { ENVIRONMENTS, type Environment } from '#contract/key-policy.ts';
import { KEY_SORTS, KEY_STATUSES, type KeyFilter } from '#contract/keys.ts';
import { commaList, optionalText, optionalWord } from '#renderer/format/search.ts';

/** Statuses a person can filter by: those of a key and the two views over active keys. */
export const STATUS_CHOICES = [...KEY_STATUSES, 'expiring', 'unused'] as const;
export type StatusChoice = (typeof STATUS_CHOICES)[number];

const CALL = /^([A-Za-z][A-Za-z-]{0,19}) (\/\S{0,2047})$/;
const optionalCall = z.string().trim().regex(CALL).optional().catch(undefined);

/** Everything about the keys list that the address holds. What cannot be read is left out, never an error. */
export const keysSearch = z.object({
  env: optionalWord(ENVIRONMENTS),
  status: commaList([...STATUS_CHOICES, 'any']).optional(),
  text: optionalText,
  partner: partnerId.optional().catch(undefined),
  application: applicationId.optional().catch(undefined),
  scope: scopeId.optional().catch(undefined),
  tag: optionalText,
  template: templateId.optional().catch(undefined),
  expires: optionalWord(['soon', 'never']),
  used: optionalWord(['long-ago', 'never']),
  limit: optionalWord(['none']),
  contact: optionalWord(['missing']),
  by: optionalWord(['me']),
  /** `POST /v1/offers`. */
  can: optionalCall,
  /** The service that `can` is asked at; any of them without it. */
  at: serviceId.optional().catch(undefined),
  /** Least share of failed requests, percent. */
  errors: z.coerce.number().min(0).max(100).optional().catch(undefined),
  sharing: optionalWord(['suspected']),
  /** `over`: granted more than is used. */
  scoped: optionalWord(['over']),
  sort: optionalWord(KEY_SORTS),
  /** The key in the inspector. */
  key: keyId.optional().catch(undefined),
});
export type KeysSearch = z.output<typeof keysSearch>;

/** What the create page can be opened with. */
export const createKeySearch = z.object({
  env: optionalWord(ENVIRONMENTS),
  partner: partnerId.optional().catch(undefined),
  application: applicationId.optional().catch(undefined),
  template: templateId.optional().catch(undefined),
});
export type CreateKeySearch = z.output<typeof createKeySearch>;

/** The list leaves revoked keys out unless the address says otherwise. */
export const DEFAULT_STATUSES: readonly StatusChoice[] = KEY_STATUSES.filter(
  (status) => status !== 'revoked',
);

/** The server's filter for an address. */
export function keyFilterOf(search: KeysSearch, environment: Environment | null): KeyFilter {
  const chosen = search.status?.filter((status) => status !== 'any');
  const status = search.status === undefined ? DEFAULT_STATUSES : chosen;
  return {
    ...(status === undefined || status.length === 0 ? {} : { status: [...status] }),
    ...(environment === null ? {} : { environment }),
    ...(search.text === undefined ? {} : { text: search.text }),
    ...(search.partner === undefined ? {} : { partnerId: search.partner }),
    ...(search.application === undefined ? {} : { applicationId: search.application }),
    ...(search.scope === undefined ? {} : { scopeId: search.scope }),
    ...(search.tag === undefined ? {} : { tag: search.tag }),
    ...(search.template === undefined ? {} : { templateId: search.template }),
    ...healthFilterOf(search),
  };
}

function healthFilterOf(search: KeysSearch): KeyFilter {
  const [, method, path] = CALL.exec(search.can ?? '') ?? [];
  return {
    ...(search.expires === undefined ? {} : { expires: search.expires === 'soon' ? 'within14d' : 'never' }),
    ...(search.used === undefined ? {} : { lastUsed: search.used === 'never' ? 'never' : 'over30d' }),
    ...(search.limit === undefined ? {} : { withoutLimit: true }),
    ...(search.contact === undefined ? {} : { missingContact: true }),
    ...(search.sharing === undefined ? {} : { sharingSuspected: true }),
    ...(search.scoped === undefined ? {} : { overScoped: true }),
    ...(search.by === undefined ? {} : { createdBy: 'me' }),
    ...(search.errors === undefined ? {} : { errorRateMin: search.errors / 100 }),
    ...(method === undefined || path === undefined
      ? {}
      : { canCall: { method, path, ...(search.at === undefined ? {} : { serviceId: search.at }) } }),
  };
}

/** Is any filter set that a person could take away? The environment belongs to the top bar, not to the list. */
export function isFiltered(search: KeysSearch): boolean {
  return FILTER_FIELDS.some((field) => search[field] !== undefined);
}

const FILTER_FIELDS = [
  'status',
  'text',
  'partner',
  'application',
  'scope',
  'tag',
  'template',
  'expires',
  'used',
  'limit',
  'contact',
  'by',
  'can',
  'at',
  'errors',
  'sharing',
  'scoped',
] as const satisfies readonly (keyof KeysSearch)[];

/** What takes every filter away. */
export const NO_FILTERS: Partial<KeysSearch> = Object.fromEntries(
  FILTER_FIELDS.map((field) => [field, undefined]),
);

const PUBLIC_PART = /lk_(?:live|test)_[a-z0-9]{2,24}_[0-9A-Za-z]{12}_/;

/** Does a text hold what may be a whole or partial key? Such a text must never reach the address or the history. */
export function looksLikeKey(text: string): boolean {
  return PUBLIC_PART.test(text) || /lk[sa]?_[0-9A-Za-z_]{16,}/.test(text) || /[0-9A-Za-z]{40,}/.test(text);
}

/** The address after choosing a sort; the default one is not spelled out. */
export function sortChange(sort: string): Partial<KeysSearch> {
  const known = KEY_SORTS.find((candidate) => candidate === sort);
  return { sort: known === 'name' ? undefined : known };
}
