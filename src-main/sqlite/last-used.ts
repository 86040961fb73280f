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
  readonly #keys = new Map<KeyId, KeyUse>();
  readonly #services = new Map<ServiceId, TimestampMs>();
  #changed: KeyUse[] = [];
  #upsert: ReturnType<typeof prepareUpsert> | null = null;
  /** From this moment on every use is known; before it the program may not have run. ms UTC. */
  knownSinceMs = 0;

  /** Makes the temporary table `last_used (key_id, at_ms)` on a connection; call again after the store was reopened.
   *  Must come before statements that join the table are prepared. */
  attach(handle: DatabaseHandle): void {
    handle.exec(`CREATE TEMP TABLE IF NOT EXISTS last_used (
      key_id TEXT PRIMARY KEY,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    this.#upsert = prepareUpsert(handle);
    this.#changed = [...this.#keys.values()];
    for (const use of this.#changed) use.isChanged = true;
  }

  /** Notes a use. One look into a Map: this is on the path of every verification. */
  touch(keyId: KeyId, version: number, atMs: TimestampMs): void {
    let use = this.#keys.get(keyId);
    if (use === undefined) {
      use = { keyId, version, atMs, others: null, isChanged: false };
      this.#keys.set(keyId, use);
    } else if (use.version !== version) noteOther(use, version, atMs);
    else if (use.atMs < atMs) use.atMs = atMs;
    if (use.isChanged) return;
    use.isChanged = true;
    this.#changed.push(use);
  }

  touchService(serviceId: ServiceId, atMs: TimestampMs): void {
    if ((this.#services.get(serviceId) ?? 0) < atMs) this.#services.set(serviceId, atMs);
  }

  /** Latest use of any secret of the key. */
  keyAt(keyId: KeyId): TimestampMs | null {
    const use = this.#keys.get(keyId);
    return use === undefined ? null : latestOf(use);
  }

  secretAt(keyId: KeyId, version: number): TimestampMs | null {
    const use = this.#keys.get(keyId);
    return (use?.version === version ? use.atMs : use?.others?.get(version)) ?? null;
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
    for (const use of this.#changed) {
      use.isChanged = false;
      this.#upsert?.run({ keyId: use.keyId, atMs: latestOf(use) });
    }
    this.#changed = [];
  }
}

/** Uses of a key: of the secret that was used first, and of others only where there are some, which is after a rotation. */
interface KeyUse {
  readonly keyId: KeyId;
  readonly version: number;
  atMs: TimestampMs;
  others: Map<number, TimestampMs> | null;
  /** Not in the temporary table yet. */
  isChanged: boolean;
}

function noteOther(use: KeyUse, version: number, atMs: TimestampMs): void {
  use.others ??= new Map();
  if ((use.others.get(version) ?? 0) < atMs) use.others.set(version, atMs);
}

function latestOf({ atMs, others }: KeyUse): TimestampMs {
  let latest = atMs;
  for (const other of others?.values() ?? []) if (other > latest) latest = other;
  return latest;
}

/** Called by sync; serves through the primary key. */
function prepareUpsert(handle: DatabaseHandle) {
  return handle.prepare<{ keyId: KeyId; atMs: TimestampMs }>(`
    INSERT INTO last_used (key_id, at_ms)
    VALUES (@keyId, @atMs)
    ON CONFLICT (key_id) DO UPDATE
    SET at_ms = excluded.at_ms`);
}
