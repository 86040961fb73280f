import type { ServiceId, TimestampMs } from '#contract/ids.ts';
import type { NewNotice, QuotaBatchRow, RequestsLimitQueries } from '#main/sqlite/requests-limit-queries.ts';
import type { RequestsStateQueries, ServiceUseRow } from '#main/sqlite/requests-state-queries.ts';
import { BatchWindows } from './batch-windows.ts';
import type { DecisionPrincipal } from './decision-row.ts';
import type { LoggedDecision } from './read-texts.ts';

/** The newest notices that are kept. */
const NOTICES_KEPT = 100_000;

/** Quota counters, notices, rate limit windows and last uses of services of one batch: the newest or the sum of each, so that
 *  each is written once. Last uses of keys are counted with the roll-ups. */
export class BatchUses {
  readonly #quotas = new Map<string, QuotaBatchRow>();
  readonly #notices: NewNotice[] = [];
  readonly #windows = new BatchWindows();
  readonly #services = new Map<ServiceId, ServiceUseRow>();
  #newestMs = 0;

  addDecision({ principal, quota, windows, atMs, serviceId, cost }: LoggedDecision): void {
    this.addService(serviceId, atMs);
    if (principal === null) return;
    if (atMs > this.#newestMs) this.#newestMs = atMs;
    if (quota !== null) {
      const { ownerId, period, periodStartMs, used, limit, notice } = quota;
      this.#addQuota({ ownerId, period, periodStartMs, used, atMs, rowUsed: cost });
      if (notice !== null) {
        const owner = ownerOf(principal, ownerId);
        const periodStartAt = periodStartMs;
        this.#notices.push({ ...owner, at: atMs, threshold: notice, used, limit, period, periodStartAt });
      }
    }
    if (windows !== null) for (const window of windows) this.#windows.add(window, atMs);
  }

  addService(serviceId: ServiceId, atMs: TimestampMs): void {
    if ((this.#services.get(serviceId)?.atMs ?? -1) < atMs)
      this.#services.set(serviceId, { serviceId, atMs });
  }

  write(state: RequestsStateQueries, limits: RequestsLimitQueries): void {
    for (const row of this.#quotas.values()) limits.saveQuota(row);
    for (const notice of this.#notices) limits.addNotice(notice);
    if (this.#notices.length > 0) limits.dropNotices(NOTICES_KEPT);
    this.#windows.write(limits, this.#newestMs);
    for (const row of this.#services.values()) state.saveServiceUse(row);
  }

  #addQuota(row: QuotaBatchRow): void {
    const key = `${row.ownerId} ${row.period} ${String(row.periodStartMs)}`;
    const before = this.#quotas.get(key);
    const newest = before === undefined || before.used < row.used ? row : before;
    this.#quotas.set(key, { ...newest, rowUsed: (before?.rowUsed ?? 0) + row.rowUsed });
  }
}

function ownerOf(
  { keyId, keyName, applicationId, application, partner }: DecisionPrincipal,
  ownerId: string,
): Pick<NewNotice, 'ownerKind' | 'ownerId' | 'ownerName' | 'keyId'> {
  if (ownerId === keyId) return { ownerKind: 'key', ownerId, ownerName: keyName, keyId };
  return ownerId === applicationId
    ? { ownerKind: 'application', ownerId, ownerName: application, keyId }
    : { ownerKind: 'partner', ownerId, ownerName: partner, keyId };
}
