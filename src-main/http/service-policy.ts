import { TOKEN_PATH } from '#contract/token-exchange.ts';
import { VERIFY_BODY_BYTES_MAX } from '#contract/verify.ts';
import type { GuardPolicy } from './guard.ts';

/** Where RFC 7662 clients ask. */
export const INTROSPECT_PATH = '/v1/introspect';
/** Where holders of keys see them, withdraw them, and where builds fetch theirs. */
export const ME_PATH = '/v1/me';
export const SELF_REVOKE_PATH = '/v1/self-revoke';
export const ENROLL_PATH = '/v1/enroll';
/** What they send. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Media types of one report a line: both are in use, neither is registered. */
export const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson'] as const;
/** Below this, answers have Unkey's envelope. */
export const UNKEY_PATHS = '/v2/';
/** Where clients of Unkey's version 2 ask about a key. */
export const UNKEY_VERIFY_PATH = '/v2/keys.verifyKey';
/** Largest body of theirs, bytes: 20 tags of 512 characters, escaped, and the rest. */
export const UNKEY_BODY_BYTES_MAX = 64 * 1024;
/** Bodies of batches and reports, bytes: 1,000 reports with a long path and user agent are 1.3 MB, and three times that leaves room
 *  for escapes. Larger ones would hold up verifications, which wait while a body is parsed. */
export const MANY_BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Pages of single handoffs stand below it. */
const HANDOFF_PATHS = '/h/';
/** Largest form of a handoff, bytes: six words. */
export const HANDOFF_BODY_BYTES_MAX = 2 * 1024;

/** Where strangers ask for a key; the page of each request stands below it. */
export const ASK_PATH = '/request-access';
const ASK_PATHS = `${ASK_PATH}/`;
/** Largest form of theirs, bytes: texts of some thousand characters, percent-encoded. */
export const ASK_BODY_BYTES_MAX = 48 * 1024;

/** What is wanted of everybody who has a key. */
export const POLICY_PATH = '/policy';

/** What there is to ask for; the page of each product stands below it. */
export const PRODUCTS_PATH = '/products';

/** Pages for people outside, which ask for no token. */
export function isPublicPage(path: string): boolean {
  return path.startsWith(HANDOFF_PATHS) || isAskPage(path) || isProductPage(path) || path === POLICY_PATH;
}

function isProductPage(path: string): boolean {
  return path === PRODUCTS_PATH || path.startsWith(`${PRODUCTS_PATH}/`);
}

function isAskPage(path: string): boolean {
  return path === ASK_PATH || path.startsWith(ASK_PATHS);
}

/** What the guard lets through to the service listener. `publicOrigin` is that of the address by which people outside come. */
export function servicePolicy(hosts: readonly string[], publicOrigin: () => string | null): GuardPolicy {
  const json = ['application/json'];
  const reports = ['application/json', ...NDJSON_TYPES];
  return {
    hosts,
    checksFetchSite: false,
    publicPages: { has: isPublicPage, origin: publicOrigin },
    mediaTypes: (path) => {
      if (path === INTROSPECT_PATH || path === ME_PATH || isPublicPage(path)) return [FORM_TYPE];
      if (path === SELF_REVOKE_PATH || path === TOKEN_PATH) return [...json, FORM_TYPE];
      return path === '/v1/log' ? reports : json;
    },
    bodyBytesMax: (path) => {
      if (path === UNKEY_VERIFY_PATH) return UNKEY_BODY_BYTES_MAX;
      if (isAskPage(path)) return ASK_BODY_BYTES_MAX;
      if (isPublicPage(path)) return HANDOFF_BODY_BYTES_MAX;
      return path === '/v1/log' || path === '/v1/verify/batch' ? MANY_BODY_BYTES_MAX : VERIFY_BODY_BYTES_MAX;
    },
  };
}
