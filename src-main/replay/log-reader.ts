import type { KeyId, ServiceId } from '#contract/ids.ts';
import { serviceId as serviceIdSchema } from '#contract/ids.ts';
import { must } from '#main/platform/must.ts';
import type { AnswerSources } from '#main/requests/answer-query.ts';
import { eachStretch } from '#main/requests/each-stretch.ts';
import { tagsOf } from '#main/requests/stored-tags.ts';
import { requestIdOf } from '#main/sqlite/request-id-column.ts';
import { codeOfNumber } from '#main/sqlite/requests-codes.ts';
import { dayOfRow } from '#main/sqlite/requests-day-tables.ts';
import type { PrincipalRow } from '#main/sqlite/requests-principal-queries.ts';
import type { ReplayRow } from '#main/sqlite/requests-replay-queries.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { RowIdRange } from '#main/sqlite/row-conditions.ts';
import { TOKEN_USED_TAG } from '#main/verify/shown-request.ts';
import type { LoggedRequest } from './logged-request.ts';

/** What a reading of the log works with; `pause` lets others have a turn, `signal` says when to stop. */
export type LogSources = Pick<AnswerSources, 'store' | 'pause' | 'signal' | 'tell'>;

/** Rows read at once: some ms of work, so that batches that wait are written and a cancel is heard. */
const ROWS_A_TURN = 1_000;
/** Texts that are remembered; beyond that the memory is emptied and filled again. */
const TEXTS_MAX = 100_000;

/** Rows that will be read, and where they are. */
export interface FoundRows {
  /** Oldest first, each within one day. */
  readonly stretches: readonly RowIdRange[];
  readonly rowCount: number;
  /** Older rows of the range were left out, because there are more than `rowsMax`. */
  readonly isCapped: boolean;
}

/** Reads requests of some keys in the order of time. */
export class LogReader {
  readonly #sources: LogSources;
  readonly #principals: ReadonlyMap<number, PrincipalRow>;
  readonly #services = new Map<number, { readonly serviceId: ServiceId; readonly name: string }>();
  readonly #texts = new Map<number, string | null>();

  constructor(sources: LogSources, keyIds: readonly KeyId[]) {
    this.#sources = sources;
    const { db } = sources.store;
    const principals = keyIds.flatMap((keyId) => db.dimensions.principalsOfKey(keyId));
    this.#principals = new Map(principals.map((row) => [row.id, row]));
    for (const { number, serviceId, name } of db.replay.services()) {
      this.#services.set(number, { serviceId: serviceIdSchema.parse(serviceId), name });
    }
  }

  /** Counts the rows of a time range, newest first, until there are enough. Throws the signal's reason. */
  async find(fromMs: number, toMs: number, rowsMax: number): Promise<FoundRows> {
    const { store, pause, signal } = this.#sources;
    const principals = [...this.#principals.keys()];
    const search = { condition: { principals }, cells: { principals, services: null }, rowIds: null };
    const range = { fromId: firstRowOf(fromMs), toId: firstRowOf(toMs) };
    const newestFirst: RowIdRange[] = [];
    let rowCount = 0;
    let isCapped = false;
    if (principals.length === 0) return { stretches: [], rowCount, isCapped };
    await eachStretch({ store, search, range, pause }, (stretch) => {
      signal.throwIfAborted();
      const count = store.db.search.count(search.condition, stretch);
      if (count === 0) return 'more';
      if (rowCount + count > rowsMax) {
        isCapped = true;
        return 'enough';
      }
      newestFirst.push(stretch);
      rowCount += count;
      return 'more';
    });
    return { stretches: newestFirst.reverse(), rowCount, isCapped };
  }

  /** Gives every row of the stretches to `take`, oldest first. Rows that retention removes meanwhile are left out. */
  async each(found: FoundRows, take: (row: ReplayRow) => void): Promise<void> {
    const { store, pause, signal, tell } = this.#sources;
    const principals = [...this.#principals.keys()];
    let done = 0;
    for (const { fromId, toId } of found.stretches) {
      let next = fromId;
      while (next < toId && store.db.rows.days.has(dayOfRow(next))) {
        const rows = store.db.replay.rows(principals, { fromId: next, toId }, ROWS_A_TURN);
        for (const row of rows) take(row);
        done += rows.length;
        next = rows.length < ROWS_A_TURN ? toId : (rows.at(-1)?.id ?? toId) + 1;
        tell(done, found.rowCount);
        await pause();
        signal.throwIfAborted();
      }
    }
  }

  /** Whose request a row is. */
  keyIdOf({ principalId }: ReplayRow): KeyId {
    return must(this.#principals.get(principalId), 'only rows of known principals are read').keyId;
  }

  /** null for a row that no decision of ours made. */
  read(row: ReplayRow): LoggedRequest | null {
    if (row.storedId === null) return null;
    const service = this.#services.get(row.serviceNumber);
    if (service === undefined) return null;
    return {
      id: row.id,
      atMs: atMsOfRow(row.id),
      keyId: this.keyIdOf(row),
      serviceId: service.serviceId,
      method: this.text(row.methodId),
      path: row.path ?? this.text(row.pathId),
      clientIp: row.clientIp ?? this.text(row.clientIpId),
      userAgent: this.text(row.userAgentId),
      code: codeOfNumber(row.code),
      rule: this.text(row.ruleId),
      cost: row.cost,
      isByToken: tagsOf(this.text(row.tagsId)).includes(TOKEN_USED_TAG),
    };
  }

  /** How a key and the service were called when the row was written. */
  namesOf({ principalId, serviceNumber }: ReplayRow) {
    const { keyName, partnerId, partner } = must(this.#principals.get(principalId), 'as keyIdOf');
    return {
      keyName,
      partnerId,
      partner,
      service: this.#services.get(serviceNumber)?.name ?? '',
    };
  }

  requestIdOf({ storedId, id }: ReplayRow) {
    return requestIdOf(storedId, id);
  }

  /** A text by its number; null for 0. */
  text(number: number): string | null {
    if (number === 0) return null;
    const known = this.#texts.get(number);
    if (known !== undefined) return known;
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
    const text = this.#sources.store.db.replay.text(number);
    this.#texts.set(number, text);
    return text;
  }
}
