import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** One secret's last use, as the request store keeps it. */
export interface LastUsedRow {
  readonly keyId: KeyId;
  readonly version: number;
  readonly atMs: TimestampMs;
}

/** When keys, secrets and services were last used. Lives in memory, so that verifying writes nothing to keys.db;
 *  the durable copy is in requests.db and is loaded at start. */
export class LastUsed {
  readonly #keys = new Map<KeyId, Map<number, TimestampMs>>();
  readonly #services = new Map<ServiceId, TimestampMs>();
  readonly #changed = new Set<KeyId>();
  #upsert: ReturnType<typeof prepareUpsert> | null = null;

  /** Makes the temporary table `last_used (key_id, at_ms)` on a connection; call again after the store was reopened.
   *  Must come before statements that join the table are prepared. */
  attach(handle: DatabaseHandle): void {
    handle.exec(`CREATE TEMP TABLE IF NOT EXISTS last_used (
      key_id TEXT PRIMARY KEY,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    this.#upsert = prepareUpsert(handle);
    for (const keyId of this.#keys.keys()) this.#changed.add(keyId);
  }

  /** Notes a use. Only Map writes: this is on the path of every verification. */
  touch(keyId: KeyId, version: number, atMs: TimestampMs): void {
    const versions = this.#keys.get(keyId);
    if (versions === undefined) this.#keys.set(keyId, new Map([[version, atMs]]));
    else if ((versions.get(version) ?? 0) < atMs) versions.set(version, atMs);
    this.#changed.add(keyId);
  }

  touchService(serviceId: ServiceId, atMs: TimestampMs): void {
    if ((this.#services.get(serviceId) ?? 0) < atMs) this.#services.set(serviceId, atMs);
  }

  /** Latest use of any secret of the key. */
  keyAt(keyId: KeyId): TimestampMs | null {
    let latest: TimestampMs | null = null;
    for (const atMs of this.#keys.get(keyId)?.values() ?? [])
      if (latest === null || atMs > latest) latest = atMs;
    return latest;
  }

  secretAt(keyId: KeyId, version: number): TimestampMs | null {
    return this.#keys.get(keyId)?.get(version) ?? null;
  }

  serviceAt(serviceId: ServiceId): TimestampMs | null {
    return this.#services.get(serviceId) ?? null;
  }

  /** Takes over what the request store kept. */
  load(rows: Iterable<LastUsedRow>): void {
    for (const row of rows) this.touch(row.keyId, row.version, row.atMs);
  }

  /** Brings the temporary table up to date, so that SQL can sort and filter by last use. Cost: the keys used since the last call. */
  sync(): void {
    for (const keyId of this.#changed) {
      const atMs = this.keyAt(keyId);
      if (atMs !== null) this.#upsert?.run({ keyId, atMs });
    }
    this.#changed.clear();
  }
}

/** Called by sync; serves through the primary key. */
function prepareUpsert(handle: DatabaseHandle) {
  return handle.prepare<{ keyId: KeyId; atMs: TimestampMs }>(`
    INSERT INTO last_used (key_id, at_ms)
    VALUES (@keyId, @atMs)
    ON CONFLICT (key_id) DO UPDATE
    SET at_ms = excluded.at_ms`);
}
