import type { KeyId, PartnerId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { BindingMode, TimeWindow } from '#contract/bindings.ts';
import type { Rule } from '#contract/scopes.ts';
import type { SignedBy } from '#contract/signed-by.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import type { Settings } from '#contract/settings.ts';
import { verifyRequest } from '#contract/verify.ts';
import type { RefusedDecision, ValidDecision, VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import { formatKey } from '#main/domain/key-format.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import type { Clock } from '#main/platform/clock.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { DecisionRow } from '#main/requests/decision-row.ts';
import { newStoreImage } from '#main/sqlite/new-store-image.ts';
import { KEYS_OPTIONS, openDatabase } from '#main/sqlite/open-database.ts';
import { watchWrites } from '#main/sqlite/store-revision.ts';
import { createVerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import { BlockedSources } from './blocked-sources.ts';
import { Limiter } from './limiter.ts';
import type { Rehash } from './rehash-queue.ts';
import { createVerifier } from './verify-key.ts';

/** 2026-11-22 09:30 UTC. */
export const START = Date.UTC(2026, 10, 22, 9, 30);

/** A clock that stands until it is told to go on. */
export class FakeClock implements Clock {
  wallMs = START;
  runMs = 0;
  readonly nowMs = (): TimestampMs => this.wallMs as TimestampMs;
  readonly monotonicMs = (): number => this.runMs;
  advance(byMs: number): void {
    this.wallMs += byMs;
    this.runMs += byMs;
  }
}

export type KeyColumns = Partial<{
  name: string;
  environment: 'live' | 'test';
  rules: readonly Rule[];
  planId: string | null;
  rateLimit: unknown;
  rateLimits: readonly unknown[];
  quota: unknown;
  expiresAtMs: number | null;
  expiryGraceMs: number | null;
  ipAllow: readonly string[];
  originAllow: readonly string[];
  userAgentAllow: readonly string[];
  serviceAllow: readonly ServiceId[];
  timeAllow: readonly TimeWindow[];
  bindingMode: BindingMode;
  signedBy: SignedBy | null;
  createdAtMs: number;
  meta: Record<string, unknown>;
  externalId: string | null;
  suspendedAtMs: number | null;
  suspendMessage: string | null;
  revokedAtMs: number | null;
  scopeIds: readonly string[];
  parentId: KeyId | null;
  childRateLimit: unknown;
  tags: readonly string[];
  /** Scopes that its parent holds and it does not. */
  denialIds: readonly string[];
}>;

/** How an old secret ends. */
export type SecretColumns = Partial<{
  endsAtMs: number | null;
  brownoutFromMs: number | null;
  brownoutEveryMs: number | null;
  brownoutLengthMs: number | null;
}>;

/** Partner Acme, application datafeed, services trade and stock, three scopes and a plan, in a real store in memory. */
export function createWorld(
  options: { readonly settings?: Partial<Settings>; readonly keyShapes?: readonly KeyShape[] } = {},
) {
  const db = openDatabase(newStoreImage(), KEYS_OPTIONS);
  const keyring = createKeyring(Buffer.alloc(32, 7));
  const clock = new FakeClock();
  const decisions: DecisionRow[] = [];
  const touched: string[] = [];
  const rehashes: Rehash[] = [];
  const calls: string[] = [];
  const limiter = new Limiter();
  const sources = new BlockedSources();
  const revision = watchWrites(db);
  const queries = createVerifyLookup(db, revision);
  const settings = { ...DEFAULT_SETTINGS, helpContact: 'help@ops.example', ...options.settings };
  const verifier = createVerifier({
    lookup: counted(queries, calls),
    keyring,
    limiter,
    clock,
    randomBytes,
    decisions: {
      record: (row) => void decisions.push(row),
      whenRecorded: (send) => {
        send();
      },
    },
    lastUsed: {
      touch: (keyId, version) => void touched.push(`${keyId} ${String(version)}`),
      touchService: (serviceId) => void touched.push(serviceId),
    },
    sources,
    keyShapes: () => options.keyShapes ?? [],
    rehash: (rehash) => void rehashes.push(rehash),
    settings: () => settings,
    serviceUrl: () => 'http://127.0.0.1:7420',
  });
  seed(db);
  const trade = {
    id: serviceIdOf('trade'),
    name: 'Trade',
    slug: 'trade',
    verifyPerSecondMax: null,
    keepLiveSeconds: 0,
    keepTestSeconds: 0,
  };

  const ask = (fields: Partial<VerifyRequest>): VerifyResponse => {
    const request = verifyRequest.parse({ method: 'GET', path: '/inventory/42', ...fields });
    const outcome = verifier.verify(trade, request);
    if (outcome.kind !== 'decision') throw new Error(JSON.stringify(outcome));
    return outcome.decision;
  };
  return {
    db,
    keyring,
    clock,
    decisions,
    touched,
    rehashes,
    /** Names of the look-ups since the start, in order. */
    calls,
    limiter,
    sources,
    queries,
    verifier,
    trade,
    stock: {
      id: serviceIdOf('stock'),
      name: 'Stock',
      slug: 'stock',
      verifyPerSecondMax: null,
      keepLiveSeconds: 0,
      keepTestSeconds: 0,
    },
    addKey: (columns: KeyColumns = {}) => addKey(db, keyring, columns),
    addSecret: (keyId: KeyId, version: number, columns: SecretColumns = {}) =>
      addSecret(db, keyring, { keyId, version, ...columns }),
    /** Ends the secret, or says when it will end. */
    endSecret: (keyId: KeyId, version: number, columns: SecretColumns) => {
      endSecret(db, { keyId, version, ...columns });
    },
    ask,
    allowed: (fields: Partial<VerifyRequest>): ValidDecision => {
      const decision = ask(fields);
      if (!decision.valid) throw new Error(`${decision.code}: ${decision.message} ${decision.detail ?? ''}`);
      return decision;
    },
    refused: (fields: Partial<VerifyRequest>): RefusedDecision => {
      const decision = ask(fields);
      if (decision.valid) throw new Error('allowed');
      return decision;
    },
  };
}

export const PLAN = 'pln_AAAAAAAAAAAAAAAA';

export function serviceIdOf(slug: string): ServiceId {
  return `svc_${slug.padEnd(16, 'A')}` as ServiceId;
}

export function scopeIdOf(name: string): string {
  return `scp_${name.replaceAll(/[^a-z]/g, '').padEnd(16, 'A')}`;
}

type Db = ReturnType<typeof openDatabase>;

function counted(queries: VerifyLookup, calls: string[]): VerifyLookup {
  return {
    findSecret: (...args) => (calls.push('findSecret'), queries.findSecret(...args)),
    findKeyById: (...args) => (calls.push('findKeyById'), queries.findKeyById(...args)),
    findKeyName: (...args) => (calls.push('findKeyName'), queries.findKeyName(...args)),
    findService: (...args) => (calls.push('findService'), queries.findService(...args)),
    findSigningKey: (...args) => (calls.push('findSigningKey'), queries.findSigningKey(...args)),
    revision: queries.revision,
    hasService: (...args) => (calls.push('hasService'), queries.hasService(...args)),
  };
}

function seed(db: Db): void {
  const partner = 'par_AAAAAAAAAAAAAAAA' as PartnerId;
  db.prepare(
    `INSERT INTO partners (id, name, tier, contact_name, contact_email, note, created_at_ms, updated_at_ms) VALUES (?, 'Acme', 'external', NULL, 'p@acme.example', '', 1, 1)`,
  ).run(partner);
  db.prepare(
    `INSERT INTO applications VALUES ('app_AAAAAAAAAAAAAAAA', ?, 'Data feed', 'datafeed', 'feed@acme.example', '', NULL, 1, 1)`,
  ).run(partner);
  for (const slug of ['trade', 'stock']) {
    const name = slug === 'trade' ? 'Trade' : 'Stock';
    db.prepare(
      `INSERT INTO services (id, name, slug, created_at_ms, updated_at_ms) VALUES (?, ?, ?, 1, 1)`,
    ).run(serviceIdOf(slug), name, slug);
  }
  const scopes: [service: string, name: string, rules: readonly Rule[]][] = [
    ['trade', 'inventory:read', [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }]],
    ['trade', 'inventory:guard', [{ effect: 'deny', methods: ['*'], path: '/inventory/{id}/cost' }]],
    ['stock', 'stock:read', [{ effect: 'allow', methods: ['GET'], path: '/stock' }]],
  ];
  for (const [service, name, rules] of scopes) {
    db.prepare(`INSERT INTO scopes VALUES (?, ?, ?, '', ?, 1, 1)`).run(
      scopeIdOf(name),
      serviceIdOf(service),
      name,
      JSON.stringify(rules),
    );
  }
  const planLimits = [
    JSON.stringify({ limit: 2, windowMs: 1_000 }),
    JSON.stringify({ limit: 3, period: 'day' }),
  ];
  db.prepare(
    `INSERT INTO plans (id, name, rate_limit, quota, created_at_ms, updated_at_ms) VALUES (?, 'Basic', ?, ?, 1, 1)`,
  ).run(PLAN, ...planLimits);
}

let keyNumber = 0;

function addKey(db: Db, keyring: ReturnType<typeof createKeyring>, columns: KeyColumns) {
  keyNumber += 1;
  const keyId = String(keyNumber).padStart(12, 'k') as KeyId;
  const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value));
  db.prepare(
    `INSERT INTO keys (id, application_id, name, environment, rules, plan_id, rate_limit, rate_limits, quota, expires_at_ms, expiry_grace_ms,
      ip_allow, origin_allow, user_agent_allow, service_allow, time_allow, binding_mode, signed_by, tags, meta, note, external_id,
      suspended_at_ms, suspend_reason, suspend_message, revoked_at_ms, parent_id, child_rate_limit, created_at_ms, updated_at_ms)
    VALUES (@keyId, 'app_AAAAAAAAAAAAAAAA', @name, @environment, @rules, @planId, @rateLimit, @rateLimits, @quota, @expiresAtMs, @expiryGraceMs,
      @ipAllow, @originAllow, @userAgentAllow, @serviceAllow, @timeAllow, @bindingMode, @signedBy, @tags, @meta, '', @externalId,
      @suspendedAtMs, 'r', @suspendMessage, @revokedAtMs, @parentId, @childRateLimit, @createdAtMs, 1)`,
  ).run({
    keyId,
    name: columns.name ?? `Key ${String(keyNumber)}`,
    environment: columns.environment ?? 'live',
    rules: json(columns.rules ?? []),
    planId: columns.planId ?? null,
    rateLimit: json(columns.rateLimit),
    rateLimits: json(columns.rateLimits ?? []),
    quota: json(columns.quota),
    expiresAtMs: columns.expiresAtMs ?? null,
    expiryGraceMs: columns.expiryGraceMs ?? null,
    ipAllow: json(columns.ipAllow ?? []),
    originAllow: json(columns.originAllow ?? []),
    userAgentAllow: json(columns.userAgentAllow ?? []),
    serviceAllow: json(columns.serviceAllow ?? []),
    timeAllow: json(columns.timeAllow ?? []),
    bindingMode: columns.bindingMode ?? 'enforce',
    signedBy: json(columns.signedBy),
    createdAtMs: columns.createdAtMs ?? 1,
    meta: json(columns.meta ?? {}),
    externalId: columns.externalId ?? null,
    suspendedAtMs: columns.suspendedAtMs ?? null,
    suspendMessage: columns.suspendMessage ?? null,
    revokedAtMs: columns.revokedAtMs ?? null,
    parentId: columns.parentId ?? null,
    childRateLimit: json(columns.childRateLimit),
    tags: json(columns.tags ?? []),
  });
  for (const scopeId of columns.scopeIds ?? [scopeIdOf('inventory:read')]) {
    db.prepare('INSERT INTO key_scopes VALUES (?, ?)').run(keyId, scopeId);
  }
  for (const scopeId of columns.denialIds ?? []) {
    db.prepare('INSERT INTO key_denials VALUES (?, ?)').run(keyId, scopeId);
  }
  return { keyId, secret: addSecret(db, keyring, { keyId, version: 1 }) };
}

type SecretOf = SecretColumns & { readonly keyId: KeyId; readonly version: number };

function endSecret(db: Db, { keyId, version, ...columns }: SecretOf): void {
  db.prepare(
    `UPDATE secrets SET ends_at_ms = ?, brownout_from_ms = ?, brownout_every_ms = ?, brownout_length_ms = ?
      WHERE key_id = ? AND version = ?`,
  ).run(
    columns.endsAtMs ?? null,
    columns.brownoutFromMs ?? null,
    columns.brownoutEveryMs ?? null,
    columns.brownoutLengthMs ?? null,
    keyId,
    version,
  );
}

function addSecret(db: Db, keyring: ReturnType<typeof createKeyring>, secret: SecretOf): string {
  const { keyId, version } = secret;
  const row = db.prepare('SELECT environment FROM keys WHERE id = ?').get(keyId) as {
    environment: 'live' | 'test';
  };
  const secret43 = String(version).padStart(43, 'S');
  const text = formatKey({ environment: row.environment, slug: 'datafeed', keyId, secret43 });
  db.prepare(
    `INSERT INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms) VALUES (?, ?, ?, 1, ?, 1)`,
  ).run(keyId, version, keyring.hash(text), text.slice(-4));
  endSecret(db, secret);
  return text;
}
