import type {
  ApplicationId,
  KeyId,
  PartnerId,
  PlanId,
  ScopeId,
  ServiceId,
  TemplateId,
  TimestampMs,
} from '#contract/ids.ts';
import type { BindingMode, TimeWindow } from '#contract/bindings.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { Key, RevokeReason } from '#contract/keys.ts';

/** The columns of a key, lists and objects parsed. Times in ms UTC. */
export interface KeyColumns {
  readonly id: KeyId;
  readonly applicationId: ApplicationId;
  readonly templateId: TemplateId | null;
  readonly name: string;
  readonly environment: Environment;
  readonly rules: Key['rules'];
  readonly planId: PlanId | null;
  readonly rateLimit: Key['rateLimit'];
  readonly rateLimits: Key['rateLimits'];
  readonly quota: Key['quota'];
  readonly expiresAtMs: TimestampMs | null;
  /** How long it passes beyond its expiry; null = not at all. */
  readonly expiryGraceMs: number | null;
  readonly noExpiryReason: string | null;
  readonly ipAllow: readonly string[];
  readonly originAllow: readonly string[];
  readonly userAgentAllow: readonly string[];
  readonly serviceAllow: readonly ServiceId[];
  readonly timeAllow: readonly TimeWindow[];
  readonly bindingMode: BindingMode;
  readonly signedBy: Key['signedBy'];
  readonly tags: readonly string[];
  readonly meta: Key['meta'];
  readonly note: string;
  readonly externalId: string | null;
  /** A new secret is due when the current one is this old; null = no reminder. */
  readonly rotateEveryMs: number | null;
  readonly suspendedAtMs: TimestampMs | null;
  readonly suspendReason: string | null;
  readonly suspendMessage: string | null;
  readonly revokedAtMs: TimestampMs | null;
  readonly revokeReason: RevokeReason | null;
  readonly revokeNote: string | null;
  readonly createdAtMs: TimestampMs;
  readonly updatedAtMs: TimestampMs;
}

/** A key with what stands around it. Scopes by name. */
export interface StoredKey extends KeyColumns {
  readonly applicationName: string;
  readonly applicationSlug: string;
  /** The slug in the key's text: of the application that it was made for. */
  readonly textSlug: string;
  readonly contactEmail: string;
  readonly partnerId: PartnerId;
  readonly partnerName: string;
  /** Of a child. */
  readonly parentId: KeyId | null;
  readonly parentName: string | null;
  /** 1 = it came with the parent and goes with it. */
  readonly isSuspendedWithParent: 0 | 1;
  readonly isRevokedWithParent: 0 | 1;
  readonly scopes: readonly { readonly id: ScopeId; readonly name: string }[];
}

/** The name of a key and what decides about its status. */
export type KeyState = Pick<
  KeyColumns,
  'name' | 'expiresAtMs' | 'expiryGraceMs' | 'suspendedAtMs' | 'revokedAtMs'
>;
