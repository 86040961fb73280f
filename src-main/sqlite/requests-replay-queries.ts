import type { DatabaseHandle } from './open-database.ts';
import { dayOfRow, nameOfDay } from './requests-day-tables.ts';
import type { RowIdRange } from './row-conditions.ts';

/** What of a request decides about it. Numbers refer to principals, services and texts; 0 = none. */
export interface ReplayRow {
  readonly id: number;
  /** null = only reported. */
  readonly storedId: Buffer | string | null;
  readonly principalId: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly cost: number;
  readonly methodId: number;
  readonly userAgentId: number;
  readonly ruleId: number;
  readonly clientIpId: number;
  readonly pathId: number;
  readonly tagsId: number;
  readonly clientIp: string | null;
  readonly path: string | null;
}

/** Days whose statement is kept prepared. */
const PREPARED_DAYS_MAX = 8;

// A stretch of a replay, oldest first; primary key of one day. Without joins: texts repeat, and the reader remembers them.
const ROWS = (day: string) => `
  SELECT id, request_id AS storedId, principal_id AS principalId, service_id AS serviceNumber, code, cost, method_id AS methodId,
    user_agent_id AS userAgentId, rule_id AS ruleId, client_ip_id AS clientIpId, path_id AS pathId,
    tags_id AS tagsId, client_ip AS clientIp, path
  FROM requests_${day}
  WHERE id >= ? AND id < ? AND principal_id IN (SELECT value FROM json_each(?))
  ORDER BY id
  LIMIT ?`;

// A number of a row that was not met before in a replay; primary key.
const TEXT = `SELECT text FROM texts WHERE id = ?`;

// The names of the services of a replay; a scan of a small table.
const SERVICES = `SELECT id AS number, service_id AS serviceId, name FROM services`;

/** Prepares the statements of replays; those on rows as days come up. */
export function createRequestsReplayQueries(handle: DatabaseHandle) {
  const prepared = new Map<string, ReturnType<typeof handle.prepare<unknown[], ReplayRow>>>();
  const text = handle.prepare<[number], { text: string }>(TEXT);
  const services = handle.prepare<[], { number: number; serviceId: string; name: string }>(SERVICES);
  return {
    /** Rows of some principals in a range within one day that has a table, oldest first, at most `limit`. */
    rows: (principals: readonly number[], range: RowIdRange, limit: number): readonly ReplayRow[] => {
      const day = nameOfDay(dayOfRow(range.fromId));
      let statement = prepared.get(day);
      if (statement === undefined) {
        if (prepared.size >= PREPARED_DAYS_MAX) prepared.clear();
        statement = handle.prepare<unknown[], ReplayRow>(ROWS(day));
        prepared.set(day, statement);
      }
      return statement.all(range.fromId, range.toId, JSON.stringify(principals), limit);
    },
    /** Text of a number; null when it is gone. */
    text: (id: number): string | null => text.get(id)?.text ?? null,
    services: () => services.all(),
  };
}
