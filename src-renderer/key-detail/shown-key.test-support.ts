import type { Key } from '#contract/keys.ts';

/** The moment of these tests, ms UTC. */
export const NOW = Date.UTC(2026, 10, 22, 10);
/** ms. */
export const DAY = 86_400_000;
/** An active key with everything the key page's texts are made of; fields that they do not read are left out. */
export const key = {
  keyId: 'k7Qd2mX9pR4t',
  name: 'Data feed',
  status: 'active',
  lastUsedAt: NOW - 60_000,
  expiresAt: NOW + 61 * DAY + 5_000,
  graceEndsAt: null,
  expiryGraceMs: null,
  noExpiryReason: null,
  rotateEveryMs: null,
  rotationDueAt: null,
  parent: null,
  overlap: null,
  overlapEndsAt: null,
  revocation: null,
  suspension: null,
  planId: null,
  rateLimit: { limit: 600, windowMs: 60_000 },
  rateLimits: [],
  quota: null,
  ipAllow: ['10.0.0.0/8'],
  originAllow: [],
  userAgentAllow: [],
  serviceAllow: [],
  timeAllow: [],
  bindingMode: 'enforce',
  signedBy: null,
  tags: ['team=search'],
  externalId: null,
  note: '',
} as unknown as Key;
