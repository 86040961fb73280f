import type { KeyId } from '#contract/ids.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';

/** Under which key the limits of a key count: a child spends those of its parent. */
export function limitsKeyId({ keyId, parentId }: Pick<VerifyRow, 'keyId' | 'parentId'>): KeyId {
  return parentId ?? keyId;
}
