import type Database from 'better-sqlite3';
import type { ServiceId, TimestampMs } from '#contract/ids.ts';

/** A token to store: the hash of the whole text, never the text. */
export interface NewServiceToken {
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly serviceId: ServiceId;
  readonly hint: string;
  readonly createdAt: TimestampMs;
}

// services.create and services.rotateToken.
const INSERT = `
  INSERT INTO service_tokens (hash, pepper_version, service_id, hint, created_at_ms, ends_at_ms)
  VALUES (@hash, @pepperVersion, @serviceId, @hint, @createdAt, NULL)`;

// services.rotateToken: no former token outlives the chosen end; one that ends sooner keeps its end.
// Index service_tokens_by_service.
const END_FORMER = `
  UPDATE service_tokens
  SET ends_at_ms = @endsAtMs
  WHERE service_id = @serviceId AND (ends_at_ms IS NULL OR ends_at_ms > @endsAtMs)`;

// services.rotateToken: rows of tokens that can never be accepted again. Index service_tokens_by_service.
const DELETE_ENDED = `
  DELETE FROM service_tokens
  WHERE service_id = @serviceId AND ends_at_ms <= @nowMs`;

/** Prepares the statements that change service tokens. */
export function createServiceTokenQueries(handle: Database.Database) {
  const insert = handle.prepare<NewServiceToken>(INSERT);
  const endFormer = handle.prepare<{ serviceId: ServiceId; endsAtMs: number }>(END_FORMER);
  const deleteEnded = handle.prepare<{ serviceId: ServiceId; nowMs: number }>(DELETE_ENDED);
  return {
    insert: (token: NewServiceToken): void => void insert.run(token),
    /** Gives every token of the service an end at `endsAtMs` at the latest. */
    endFormer: (serviceId: ServiceId, endsAtMs: number): void => void endFormer.run({ serviceId, endsAtMs }),
    deleteEnded: (serviceId: ServiceId, nowMs: number): void => void deleteEnded.run({ serviceId, nowMs }),
  };
}
