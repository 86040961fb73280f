import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { Stop } from '#main/domain/unheard.ts';
import { KeyUses } from './key-uses.ts';
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
  /** Of the secret that was used first … */
  readonly #keys = new KeyUses();
  /** … and of others, by place and version, only where there are some: after a rotation. */
  readonly #others = new Map<number, Map<number, TimestampMs>>();
  readonly #services = new Map<ServiceId, TimestampMs>();
  #upsert: ReturnType<typeof prepareUpsert> | null = null;
  /** From this moment on every use is known; before it the program may not have run. ms UTC. */
  knownSinceMs = 0;
  /** From this moment on uses are known well enough to count days of silence; Infinity = it is not known yet. ms UTC. */
  daysKnownSinceMs = Infinity;
  /** Stops since then, in which nobody could have been heard, ascending. */
  stops: readonly Stop[] = [];

  /** Makes the temporary table `last_used (key_id, at_ms)` on a connection; call again after the store was reopened.
   *  Must come before statements that join the table are prepared. */
  attach(handle: DatabaseHandle): void {
    handle.exec(`CREATE TEMP TABLE IF NOT EXISTS last_used (
      key_id TEXT PRIMARY KEY,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    this.#upsert = prepareUpsert(handle);
    this.#keys.changeAll();
  }

  /** Notes a use. One look into a table: this is on the path of every verification. */
  touch(keyId: KeyId, version: number, atMs: TimestampMs): void {
    const key = this.#keys.place(keyId, version, atMs);
    if (this.#keys.version(key) === version) this.#keys.advance(key, atMs);
    else this.#touchOther(key, version, atMs);
    this.#keys.change(key);
  }

  touchService(serviceId: ServiceId, atMs: TimestampMs): void {
    if ((this.#services.get(serviceId) ?? 0) < atMs) this.#services.set(serviceId, atMs);
  }

  /** Latest use of any secret of the key. */
  keyAt(keyId: KeyId): TimestampMs | null {
    const key = this.#keys.find(keyId);
    return key < 0 ? null : this.#latestOf(key);
  }

  secretAt(keyId: KeyId, version: number): TimestampMs | null {
    const key = this.#keys.find(keyId);
    if (key < 0) return null;
    if (this.#keys.version(key) === version) return this.#keys.atMs(key);
    return this.#others.get(key)?.get(version) ?? null;
  }

  serviceAt(serviceId: ServiceId): TimestampMs | null {
    return this.#services.get(serviceId) ?? null;
  }

  /** Latest use of any service; 0 = none is known. */
  newestServiceMs(): number {
    let newest = 0;
    for (const atMs of this.#services.values()) if (atMs > newest) newest = atMs;
    return newest;
  }

  /** Takes over what the request store kept. */
  load(rows: Iterable<LastUsedRow>): void {
    for (const row of rows) this.touch(row.keyId, row.version, row.atMs);
  }

  /** Brings the temporary table up to date, so that SQL can sort and filter by last use. Cost: the keys used since the last call. */
  sync(): void {
    this.#keys.takeChanged((key) => {
      this.#upsert?.run({ keyId: this.#keys.keyId(key), atMs: this.#latestOf(key) });
    });
  }

  #touchOther(key: number, version: number, atMs: TimestampMs): void {
    const others = this.#others.get(key) ?? new Map<number, TimestampMs>();
    this.#others.set(key, others);
    if ((others.get(version) ?? 0) < atMs) others.set(version, atMs);
  }

  #latestOf(key: number): TimestampMs {
    let latest = this.#keys.atMs(key);
    for (const other of this.#others.get(key)?.values() ?? []) if (other > latest) latest = other;
    return latest;
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
