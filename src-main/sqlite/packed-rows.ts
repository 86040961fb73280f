import { OWN_BYTES, writeOwnId } from './request-id-column.ts';
import { atMsOfRow } from './requests-row-id.ts';
import type { StoredRequest } from './stored-request.ts';

/** Values handed over for each row, beside the ids of all in one BLOB. */
const VALUES = 5;
/** A number holds 53 bits exactly; each field of a row gets its share of one. From the lowest bit. */
const BITS = {
  owner: { cost: 14, code: 5, service: 10, principal: 24 },
  caller: { method: 17, agent: 18, rule: 18 },
  place: { path: 26, address: 26 },
  outcome: { latency: 17, detail: 18, tags: 18 },
} as const;

/** The SELECT of an INSERT of that many rows, for the columns `id, request_id, principal_id, service_id, code, cost, method_id,
 *  user_agent_id, rule_id, path_id, client_ip_id, latency_us, detail_id, tags_id`. */
export function packedSelect(rows: number): string {
  const { owner, caller, place, outcome } = BITS;
  const field = (column: string, shift: number, bits: number): string =>
    `(${column} >> ${String(shift)}) & ${String(2 ** bits - 1)}`;
  const values = Array.from(
    { length: rows },
    (_none, row) => `(?, ${String(row * OWN_BYTES + 1)}, ?, ?, ?, ?)`,
  );
  return `SELECT ${[
    'column1',
    `substr(?, column2, ${String(OWN_BYTES)})`,
    field('column3', owner.cost + owner.code + owner.service, owner.principal),
    field('column3', owner.cost + owner.code, owner.service),
    field('column3', owner.cost, owner.code),
    field('column3', 0, owner.cost),
    field('column4', 0, caller.method),
    field('column4', caller.method, caller.agent),
    field('column4', caller.method + caller.agent, caller.rule),
    field('column5', 0, place.path),
    field('column5', place.path, place.address),
    field('column6', 0, outcome.latency),
    field('column6', outcome.latency, outcome.detail),
    field('column6', outcome.latency + outcome.detail, outcome.tags),
  ].join(', ')} FROM (VALUES ${values.join(', ')})`;
}

/** Rows that wait for an INSERT of `packedSelect`. */
export class PackedRows {
  /** In the order of the statement: the ids, then VALUES of each row. */
  readonly values: unknown[];
  readonly #ids: Buffer;
  readonly #max: number;
  #length = 0;

  constructor(max: number) {
    this.#max = max;
    this.#ids = Buffer.alloc(max * OWN_BYTES);
    this.values = [this.#ids, ...Array.from({ length: max * VALUES }, () => 0)];
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#max;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Values for the statement of one row. */
  valuesOf(row: number): readonly unknown[] {
    const start = 1 + row * VALUES;
    const id = this.#ids.subarray(row * OWN_BYTES, (row + 1) * OWN_BYTES);
    return [id, ...this.values.slice(start, start + VALUES)];
  }

  /** Takes a row when there is room for each of its fields, which is so for nearly every decision; whether it did. */
  add(row: StoredRequest): boolean {
    const { requestId, principalId, serviceNumber, code, cost, methodId, userAgentId, ruleId } = row;
    const { clientIp, path, latencyUs, detailId, tagsId } = row;
    const { owner, caller, place, outcome } = BITS;
    const fits =
      row.report === null &&
      requestId !== null &&
      typeof clientIp === 'number' &&
      typeof path === 'number' &&
      Number.isInteger(cost) &&
      principalId < 2 ** owner.principal &&
      serviceNumber < 2 ** owner.service &&
      cost < 2 ** owner.cost &&
      methodId < 2 ** caller.method &&
      userAgentId < 2 ** caller.agent &&
      ruleId < 2 ** caller.rule &&
      path < 2 ** place.path &&
      clientIp < 2 ** place.address &&
      latencyUs < 2 ** outcome.latency &&
      detailId < 2 ** outcome.detail &&
      tagsId < 2 ** outcome.tags;
    if (!fits || !writeOwnId(requestId, atMsOfRow(row.id), this.#ids, this.#length * OWN_BYTES)) return false;
    const { values } = this;
    const at = 1 + this.#length * VALUES;
    values[at] = row.id;
    values[at + 1] =
      ((principalId * 2 ** owner.service + serviceNumber) * 2 ** owner.code + code) * 2 ** owner.cost + cost;
    values[at + 2] = (ruleId * 2 ** caller.agent + userAgentId) * 2 ** caller.method + methodId;
    values[at + 3] = clientIp * 2 ** place.path + path;
    values[at + 4] = (tagsId * 2 ** outcome.detail + detailId) * 2 ** outcome.latency + latencyUs;
    this.#length += 1;
    return true;
  }
}
