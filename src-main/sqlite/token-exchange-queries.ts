import type { ServiceId, TimestampMs } from '#contract/ids.ts';
import { publicSigningKey, type PublicSigningKey } from '#contract/token-exchange.ts';
import type { DatabaseHandle } from './open-database.ts';
import type { ServiceRef } from './verify-queries.ts';

/** How a service takes tokens, as it was chosen. */
export interface StoredTokenExchange {
  readonly serviceId: ServiceId;
  readonly isOn: boolean;
  readonly lifeMs: number;
}

/** A service that takes tokens. */
export interface TokenService extends ServiceRef {
  readonly lifeMs: number;
}

/** A signing key as stored. It signs from `startsAtMs` until a later one starts, and is public until `endsAtMs`. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly publicKey: PublicSigningKey;
  /** The private part, encrypted. */
  readonly sealed: Buffer;
  readonly startsAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs | null;
}

type ExchangeRow = Omit<StoredTokenExchange, 'isOn'> & { readonly isOn: 0 | 1 };
type KeyRow = Omit<StoredSigningKey, 'publicKey'> & { readonly publicKey: string };

// tokenExchange.get and update; primary key.
const GET = `
  SELECT t.service_id AS serviceId, t.is_on AS isOn, t.life_ms AS lifeMs
  FROM token_exchanges t
  WHERE t.service_id = @serviceId`;

// tokenExchange.update; primary key.
const PUT = `
  INSERT INTO token_exchanges (service_id, is_on, life_ms)
  VALUES (@serviceId, @isOn, @lifeMs)
  ON CONFLICT (service_id) DO UPDATE
  SET is_on = excluded.is_on, life_ms = excluded.life_ms`;

// Every POST /v1/token; a scan of a row for each service that was ever switched on.
const SERVICES = `
  SELECT v.id AS id, v.name AS name, v.slug AS slug, v.verify_per_second_max AS verifyPerSecondMax,
    v.keep_live_seconds AS keepLiveSeconds, v.keep_test_seconds AS keepTestSeconds,
    t.life_ms AS lifeMs
  FROM token_exchanges t
  JOIN services v ON v.id = t.service_id
  WHERE t.is_on = 1
  ORDER BY v.slug`;

// Every token that is made, the list of public keys, tokenExchange.get and rotateKey; a scan of a few rows.
const KEYS = `
  SELECT s.kid AS kid, s.public_key AS publicKey, s.sealed AS sealed, s.starts_at_ms AS startsAtMs,
    s.ends_at_ms AS endsAtMs
  FROM signing_keys s
  WHERE s.ends_at_ms IS NULL OR s.ends_at_ms > @nowMs
  ORDER BY s.starts_at_ms DESC, s.kid`;

// tokenExchange.update and rotateKey, and a restore.
const INSERT_KEY = `
  INSERT INTO signing_keys (kid, public_key, sealed, starts_at_ms, ends_at_ms)
  VALUES (@kid, @publicKey, @sealed, @startsAtMs, @endsAtMs)`;

// tokenExchange.rotateKey: the former one gets its end.
const END_KEYS = `
  UPDATE signing_keys
  SET ends_at_ms = @endsAtMs
  WHERE ends_at_ms IS NULL`;

// tokenExchange.rotateKey after a leak, and a restore.
const REMOVE_KEYS = `DELETE FROM signing_keys`;

// Hourly.
const FORGET_ENDED = `DELETE FROM signing_keys WHERE ends_at_ms <= @nowMs`;

/** Prepares the statements on tokens. Not a part of an open store: they are prepared when somebody asks for tokens. */
export function createTokenExchangeQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ serviceId: ServiceId }, ExchangeRow>(GET);
  const put = handle.prepare<ExchangeRow>(PUT);
  const services = handle.prepare<[], TokenService>(SERVICES);
  const keys = handle.prepare<{ nowMs: number }, KeyRow>(KEYS);
  const insertKey = handle.prepare<KeyRow>(INSERT_KEY);
  const endKeys = handle.prepare<{ endsAtMs: TimestampMs }>(END_KEYS);
  const removeKeys = handle.prepare<[]>(REMOVE_KEYS);
  const forgetEnded = handle.prepare<{ nowMs: number }>(FORGET_ENDED);
  return {
    get: (serviceId: ServiceId): StoredTokenExchange | null => {
      const row = get.get({ serviceId });
      return row === undefined ? null : { ...row, isOn: row.isOn === 1 };
    },
    put: (exchange: StoredTokenExchange): void => void put.run({ ...exchange, isOn: exchange.isOn ? 1 : 0 }),
    /** That take tokens, by slug. */
    services: (): readonly TokenService[] => services.all(),
    /** That have not ended, newest first. */
    keys: (nowMs: number): readonly StoredSigningKey[] =>
      keys.all({ nowMs }).map((row) => ({ ...row, publicKey: publicKeyOf(row.publicKey) })),
    insertKey: (key: StoredSigningKey): void =>
      void insertKey.run({ ...key, publicKey: JSON.stringify(key.publicKey) }),
    /** Of those that have none. */
    endKeys: (endsAtMs: TimestampMs): void => void endKeys.run({ endsAtMs }),
    removeKeys: (): void => void removeKeys.run(),
    forgetEnded: (nowMs: number): void => void forgetEnded.run({ nowMs }),
  };
}

function publicKeyOf(text: string): PublicSigningKey {
  return publicSigningKey.parse(JSON.parse(text));
}
