import type { PartnerId, ServiceId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';
import type { RequestDays } from './request-days.ts';
import { PRINCIPALS_MAX, type RollupWidth } from './requests-rollup-queries.ts';

// One chunk of a day; a scan: nobody forgets a service often.
const REMOVE_GIVEN = (day: string) => `
  DELETE FROM given_ids_${day}
  WHERE (request_id, id) IN (
    SELECT request_id, id FROM requests_${day} WHERE service_id IN (SELECT value FROM json_each(?)) AND typeof(request_id) = 'text'
  )`;
const REMOVE_ROWS = (day: string) => `
  DELETE FROM requests_${day}
  WHERE service_id IN (SELECT value FROM json_each(?))`;

// Once at the end; scans of small tables.
const KEYS_OF_PARTNERS = `SELECT key_id FROM principals WHERE partner_id IN (SELECT value FROM json_each(@partnerIds))`;
const OWNERS = `
  SELECT value FROM json_each(@partnerIds)
  UNION SELECT application_id FROM principals WHERE partner_id IN (SELECT value FROM json_each(@partnerIds))
  UNION ${KEYS_OF_PARTNERS}`;
const OF_PARTNERS = [
  `DELETE FROM principal_uses
   WHERE principal_id IN (SELECT id FROM principals WHERE partner_id IN (SELECT value FROM json_each(@partnerIds)))`,
  `DELETE FROM quota_uses WHERE owner_id IN (${OWNERS})`,
  `DELETE FROM quota_notices WHERE owner_id IN (${OWNERS})`,
  `DELETE FROM key_spikes WHERE key_id IN (${KEYS_OF_PARTNERS})`,
  // A principal that is still counted somewhere called another service: those requests stay, and with them who made them.
  `DELETE FROM principals
   WHERE partner_id IN (SELECT value FROM json_each(@partnerIds))
   AND NOT EXISTS (SELECT 1 FROM rollups_day r WHERE r.id % ${String(PRINCIPALS_MAX)} = principals.id)`,
];
const ENTRIES = ['principals_of_key', 'principals_of_application', 'principals_of_partner'].map(
  (table) => `DELETE FROM ${table} WHERE id NOT IN (SELECT id FROM principals)`,
);
const OF_SERVICE = [
  `DELETE FROM service_uses WHERE service_id = ?`,
  `DELETE FROM services WHERE service_id = ?`,
];

/** Prepares what takes a service and its partners out of the log for good. */
export function createRequestsForgetQueries(handle: DatabaseHandle, days: RequestDays) {
  return {
    /** Removes the rows of a day that these services asked for; how many. */
    removeRows: (day: number, serviceNumbers: readonly number[]): number => {
      const numbers = JSON.stringify(serviceNumbers);
      days.run(day, REMOVE_GIVEN, [numbers]);
      const removed = days.run(day, REMOVE_ROWS, [numbers]);
      days.count(day, -removed);
      days.save();
      if (days.rowsOf(day) === 0) days.drop(day);
      return removed;
    },
    /** Ids of all groups of a roll-up table, ascending. */
    groupIds: (width: RollupWidth): readonly number[] =>
      handle
        .prepare<[], { id: number }>(`SELECT id FROM rollups_${width} ORDER BY id`)
        .all()
        .map((row) => row.id),
    removeGroup: (width: RollupWidth, id: number): void =>
      void handle.prepare<[number]>(`DELETE FROM rollups_${width} WHERE id = ?`).run(id),
    /** Removes what is kept of the partners' keys and of the service beside rows and counts. */
    removeOwners: (serviceId: ServiceId, partnerIds: readonly PartnerId[]): void => {
      const ids = JSON.stringify(partnerIds);
      for (const text of OF_PARTNERS) handle.prepare<{ partnerIds: string }>(text).run({ partnerIds: ids });
      for (const text of ENTRIES) handle.prepare<[]>(text).run();
      for (const text of OF_SERVICE) handle.prepare<[string]>(text).run(serviceId);
    },
  };
}
