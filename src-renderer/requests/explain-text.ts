import type { RequestRow } from '#contract/requests.ts';
import type { DecisionCode } from '#contract/verify.ts';

type Explained = Pick<
  RequestRow,
  | 'code'
  | 'at'
  | 'method'
  | 'path'
  | 'keyName'
  | 'detail'
  | 'clientIp'
  | 'requestId'
  | 'responseStatus'
  | 'service'
>;

/** What happened and what the partner can do, for each outcome. */
const REASONS: Readonly<Record<DecisionCode, readonly [what: string, then: string]>> = {
  VALID: ['It was let through.', 'Any error came from the service itself.'],
  MISSING_KEY: ['No API key was sent with it.', 'Send the key in the header Authorization: Bearer.'],
  MALFORMED: [
    'What was sent is not one of our API keys, or a part of it is missing.',
    'Copy the whole key again.',
  ],
  NOT_FOUND: [
    'The API key is not known.',
    'Check that the key belongs to this environment and was not replaced.',
  ],
  REVOKED: ['The API key was withdrawn.', 'Use the newer key, or ask us for one.'],
  SUSPENDED: ['The API key is suspended.', 'Ask us why and for how long.'],
  EXPIRED: ['The API key has expired.', 'Ask us for a new one.'],
  IP_NOT_ALLOWED: [
    'The address it came from is not allowed for this key.',
    'Call from one of the agreed addresses, or tell us the new one.',
  ],
  ORIGIN_NOT_ALLOWED: [
    'The origin it came from is not allowed for this key.',
    'Tell us the origin if it is yours.',
  ],
  USER_AGENT_NOT_ALLOWED: [
    'The program that called is not allowed for this key.',
    'Tell us its name if it is yours.',
  ],
  SERVICE_NOT_ALLOWED: ['This key is not for this service.', 'Use the key that was made for it.'],
  TIME_NOT_ALLOWED: ['It came outside the hours of this key.', 'Call within the agreed hours.'],
  SIGNATURE_NOT_ALLOWED: [
    'The request was not signed as agreed, or its signature was used before.',
    'Sign each request anew with your private key.',
  ],
  INSUFFICIENT_SCOPE: ['This endpoint is not in the key’s scope.', 'Tell us if you need it, and what for.'],
  RATE_LIMITED: [
    'Too many requests came in a short time.',
    'Wait as long as the header Retry-After says and spread the calls.',
  ],
  QUOTA_EXCEEDED: [
    'The quota of this key is used up.',
    'Wait until it begins anew, or ask us for a larger one.',
  ],
};

/** What an outcome means, and what the partner can do. */
export function reasonOf(code: DecisionCode): readonly [what: string, then: string] {
  return REASONS[code];
}

/** A text for the partner's developers about one request: what was refused, why, and what to do. Times in UTC. Holds no key, and nothing
 *  of us that is not theirs. */
export function explainText(row: Explained): string {
  const [what, then] = REASONS[row.code];
  const when = new Date(row.at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
  const asked = row.path === null ? 'a request' : `${row.method ?? ''} ${row.path}`.trim();
  const verdict = row.code === 'VALID' ? 'was allowed' : 'was refused';
  return [
    `Hello,`,
    ``,
    `your request ${asked} to ${row.service} on ${when} ${verdict}. ${what}`,
    ...(row.code !== 'VALID' && row.detail !== null ? [row.detail] : []),
    then,
    ``,
    ...(row.keyName === null ? [] : [`Key: ${row.keyName}`]),
    ...(row.clientIp === null ? [] : [`Called from: ${row.clientIp}`]),
    ...(row.responseStatus === null ? [] : [`Answer of the service: ${String(row.responseStatus)}`]),
    `Request id: ${row.requestId}`,
  ].join('\n');
}
