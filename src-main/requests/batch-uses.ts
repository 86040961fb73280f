import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type {
  KeyUseRow,
  QuotaUseRow,
  RequestsStateQueries,
  ServiceUseRow,
} from '#main/sqlite/requests-state-queries.ts';
import { countsAsUse, type DecisionRow } from './decision-row.ts';

/** Last uses and quota counters of one batch: the newest of each, so that each is written once. */
export class BatchUses {
  readonly #quotas = new Map<string, QuotaUseRow>();
  readonly #keys = new Map<string, KeyUseRow>();
  readonly #services = new Map<ServiceId, ServiceUseRow>();

  addDecision({ principal, quota, code, atMs, serviceId }: DecisionRow): void {
    this.addService(serviceId, atMs);
    if (principal === null) return;
    if (quota !== null) this.#addQuota({ keyId: principal.keyId, ...quota });
    if (countsAsUse(code)) this.#addKey(principal.keyId, principal.secretVersion, atMs);
  }

  addService(serviceId: ServiceId, atMs: TimestampMs): void {
    if ((this.#services.get(serviceId)?.atMs ?? -1) < atMs)
      this.#services.set(serviceId, { serviceId, atMs });
  }

  write(state: RequestsStateQueries): void {
    for (const row of this.#quotas.values()) state.saveQuota(row);
    for (const row of this.#keys.values()) state.saveKeyUse(row);
    for (const row of this.#services.values()) state.saveServiceUse(row);
  }

  #addQuota(row: QuotaUseRow): void {
    const key = `${row.keyId} ${row.period} ${String(row.periodStartMs)}`;
    if ((this.#quotas.get(key)?.used ?? -1) < row.used) this.#quotas.set(key, row);
  }

  #addKey(keyId: KeyId, version: number, atMs: TimestampMs): void {
    const key = `${keyId} ${String(version)}`;
    if ((this.#keys.get(key)?.atMs ?? -1) < atMs) this.#keys.set(key, { keyId, version, atMs });
  }
}
