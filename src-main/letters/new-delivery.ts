import { deliveryId, type TimestampMs } from '#contract/ids.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { StoredDelivery } from '#main/sqlite/notice-queries.ts';

/** A delivery that is to be tried at once. */
export function newDelivery(
  to: Pick<StoredDelivery, 'channel' | 'webhookId' | 'address' | 'kind' | 'isReplay'>,
  nowMs: TimestampMs,
): StoredDelivery {
  return {
    ...to,
    id: deliveryId.parse(`dlv_${randomBase62(16, randomBytes)}`),
    state: 'waiting',
    attempts: 0,
    createdAtMs: nowMs,
    lastAttemptAtMs: null,
    nextAttemptAtMs: nowMs,
    problem: null,
  };
}
