/** What templates give to keys, and what of a key is compared with its template: all that decides but its dates. */
export const POLICY_FIELDS = [
  'scopeIds',
  'rules',
  'planId',
  'rateLimit',
  'rateLimits',
  'quota',
  'ipAllow',
  'originAllow',
  'userAgentAllow',
  'serviceAllow',
  'timeAllow',
  'bindingMode',
  'rotateEveryMs',
  'expiryGraceMs',
] as const;
export type PolicyField = (typeof POLICY_FIELDS)[number];
