import type { ServiceId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** Last time a service asked. */
export interface ServiceUseRow {
  readonly serviceId: ServiceId;
  readonly atMs: TimestampMs;
}

// Every batch, once a service; primary key.
const SAVE_SERVICE_USE = `
  INSERT INTO service_uses (service_id, at_ms)
  VALUES (@serviceId, @atMs)
  ON CONFLICT (service_id) DO UPDATE
  SET at_ms = MAX(at_ms, excluded.at_ms)`;

// Start; a scan.
const SERVICE_USES = `SELECT service_id AS serviceId, at_ms AS atMs FROM service_uses`;

// A batch that tells of rows lost; primary key.
const ADD_LOST = `
  INSERT INTO lost_rows (reason, count, last_at_ms)
  VALUES (@reason, @count, @atMs)
  ON CONFLICT (reason) DO UPDATE
  SET count = count + excluded.count, last_at_ms = excluded.last_at_ms`;

// system.status; a scan of a handful of rows.
const LOST = `SELECT reason, count FROM lost_rows ORDER BY count DESC, reason`;

// Start and every batch; primary key.
const FACT = `SELECT value FROM facts WHERE name = ?`;
const SET_FACT = `
  INSERT INTO facts (name, value)
  VALUES (@name, @value)
  ON CONFLICT (name) DO UPDATE
  SET value = excluded.value`;

/** Statements on the small tables: restored counters, lost rows, facts about the log. */
export type RequestsStateQueries = ReturnType<typeof createRequestsStateQueries>;

/** Prepares them. */
export function createRequestsStateQueries(handle: DatabaseHandle) {
  const saveServiceUse = handle.prepare<ServiceUseRow>(SAVE_SERVICE_USE);
  const serviceUses = handle.prepare<[], ServiceUseRow>(SERVICE_USES);
  const addLost = handle.prepare<{ reason: string; count: number; atMs: number }>(ADD_LOST);
  const lost = handle.prepare<[], { reason: string; count: number }>(LOST);
  const fact = handle.prepare<[string], { value: string }>(FACT);
  const setFact = handle.prepare<{ name: string; value: string }>(SET_FACT);
  return {
    saveServiceUse: (row: ServiceUseRow): void => void saveServiceUse.run(row),
    serviceUses: (): readonly ServiceUseRow[] => serviceUses.all(),
    addLost: (reason: string, count: number, atMs: number): void => void addLost.run({ reason, count, atMs }),
    /** Rows lost since the file was made, most first. */
    lost: (): readonly { readonly reason: string; readonly count: number }[] => lost.all(),
    text: (name: string): string | null => fact.get(name)?.value ?? null,
    /** A fact that is a number; 0 when it was never set. */
    number: (name: string): number => Number(fact.get(name)?.value ?? 0),
    set: (name: string, value: string | number): void => void setFact.run({ name, value: String(value) }),
  };
}
