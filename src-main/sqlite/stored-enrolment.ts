import type { ChildField, EnrolmentTokenId } from '#contract/enrolment.ts';
import type { KeyId, ScopeId, TimestampMs } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';

/** An enrolment token without its hash. Times in ms UTC. */
export interface StoredEnrolmentToken {
  readonly id: EnrolmentTokenId;
  readonly parentId: KeyId;
  readonly name: string;
  readonly hint: string;
  readonly scopeIds: readonly ScopeId[];
  readonly hasOwnRules: boolean;
  readonly rateLimit: RateLimit | null;
  readonly needsContact: boolean;
  readonly childLifeMsMax: number;
  readonly childrenMax: number;
  readonly mintedCount: number;
  readonly lastUsedAtMs: TimestampMs | null;
  readonly createdAtMs: TimestampMs;
  readonly expiresAtMs: TimestampMs;
  readonly revokedAtMs: TimestampMs | null;
}

/** What a child was made of, and by whom; a contact that was not told is empty. */
export interface EnrolmentFields extends Readonly<Record<ChildField, string | null>> {
  readonly contactName: string;
  readonly contactEmail: string;
}

/** A child with the state of its key; null where the key was removed. Times in ms UTC. */
export interface StoredEnrolment extends EnrolmentFields {
  readonly keyId: KeyId;
  readonly parentId: KeyId;
  readonly tokenId: EnrolmentTokenId;
  readonly tokenName: string;
  readonly name: string;
  readonly createdAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs;
  readonly removedAtMs: TimestampMs | null;
  readonly expiresAtMs: TimestampMs | null;
  readonly expiryGraceMs: number | null;
  readonly suspendedAtMs: TimestampMs | null;
  readonly revokedAtMs: TimestampMs | null;
}

/** A child to store; its key is there. */
export interface NewEnrolment extends EnrolmentFields {
  readonly keyId: KeyId;
  readonly token: StoredEnrolmentToken;
  readonly requestId: string | null;
  readonly name: string;
  readonly endsAtMs: TimestampMs;
  readonly createdAtMs: TimestampMs;
}

/** Where a page of children starts. */
export interface ChildrenPage {
  readonly parentId: KeyId;
  readonly isLive: boolean;
  readonly nowMs: number;
  /** Those before this one. */
  readonly beforeMs: number;
  readonly beforeId: string;
  readonly limit: number;
}

/** The policy of a token as its columns hold it. */
export function policyTexts({
  scopeIds,
  hasOwnRules,
  rateLimit,
}: Pick<StoredEnrolmentToken, 'scopeIds' | 'hasOwnRules' | 'rateLimit'>) {
  return {
    scopeIds: JSON.stringify(scopeIds),
    hasOwnRules: hasOwnRules ? 1 : 0,
    rateLimit: rateLimit === null ? null : JSON.stringify(rateLimit),
  } as const;
}
