import type { ServiceId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';
import { createRequestsPrincipalQueries } from './requests-principal-queries.ts';

// Writing a batch, for a service that is not in memory; the unique index.
const FIND_SERVICE = `SELECT id FROM services WHERE service_id = @serviceId AND name = @name`;

// Writing a batch, the first time a service is seen under a name.
const INSERT_SERVICE = `INSERT INTO services (service_id, name) VALUES (@serviceId, @name)`;

// Charts of one service; the unique index. Its parameter stands inside (SELECT ?), as in verify-queries: SQLite is built with STAT4 and
// would plan anew at every call.
const NUMBERS_OF_SERVICE = `SELECT id FROM services WHERE service_id = (SELECT ?)`;

// A report that joins a row whose service is not in memory; primary key.
const ID_OF_SERVICE = `SELECT service_id AS serviceId FROM services WHERE id = ?`;

// Writing a batch, for a text that is not in memory; the unique index.
const FIND_TEXT = `SELECT id, last_day AS lastDay FROM texts WHERE text = ?`;

// Hygiene, once for each text of a way to use a key; primary key.
const TEXT_OF = `SELECT text FROM texts WHERE id = ?`;

// Searches for a part of a path, once a search; scans the texts.
const TEXTS_WITH = `SELECT id FROM texts WHERE instr(text, ?) > 0`;

// Writing a batch, the first time a text is seen.
const INSERT_TEXT = `INSERT INTO texts (text, last_day) VALUES (@text, @day)`;

// Writing a batch, once a day for each text in use; primary key.
const TOUCH_TEXT = `UPDATE texts SET last_day = @day WHERE id = @id`;

// Retention, at most once a day; scans a small table.
const REMOVE_TEXTS = `DELETE FROM texts WHERE last_day < @beforeDay`;

/** Statements on what request rows refer to: principals, services, texts. */
export type RequestsDimensionQueries = ReturnType<typeof createRequestsDimensionQueries>;

/** Prepares them. */
export function createRequestsDimensionQueries(handle: DatabaseHandle) {
  const findService = handle.prepare<{ serviceId: string; name: string }, { id: number }>(FIND_SERVICE);
  const insertService = handle.prepare<{ serviceId: string; name: string }>(INSERT_SERVICE);
  const numbersOfService = handle.prepare<[string], { id: number }>(NUMBERS_OF_SERVICE);
  const idOfService = handle.prepare<[number], { serviceId: ServiceId }>(ID_OF_SERVICE);
  const findText = handle.prepare<[string], { id: number; lastDay: number }>(FIND_TEXT);
  const textOf = handle.prepare<[number], { text: string }>(TEXT_OF);
  const textsWith = handle.prepare<[string], { id: number }>(TEXTS_WITH);
  const insertText = handle.prepare<{ text: string; day: number }>(INSERT_TEXT);
  const touchText = handle.prepare<{ id: number; day: number }>(TOUCH_TEXT);
  const removeTexts = handle.prepare<{ beforeDay: number }>(REMOVE_TEXTS);
  return {
    ...createRequestsPrincipalQueries(handle),
    /** Number of a service under a name, made when it is new. */
    service: (serviceId: string, name: string): number =>
      findService.get({ serviceId, name })?.id ??
      Number(insertService.run({ serviceId, name }).lastInsertRowid),
    /** Which service a number stands for; null for one that was never given. */
    idOfService: (number: number): ServiceId | null => idOfService.get(number)?.serviceId ?? null,
    /** Number of a text, made when it is new, and the day it is kept for at least. */
    text: (text: string, day: number): { readonly id: number; readonly lastDay: number } =>
      findText.get(text) ?? { id: Number(insertText.run({ text, day }).lastInsertRowid), lastDay: day },
    /** null for a number that was never given. */
    textOf: (id: number): string | null => textOf.get(id)?.text ?? null,
    /** Numbers of the texts that hold a part, letter by letter. */
    textsWith: (part: string): readonly number[] => textsWith.all(part).map((row) => row.id),
    touchText: (id: number, day: number): void => void touchText.run({ id, day }),
    /** Removes texts that no row can use; how many. */
    removeTexts: (beforeDay: number): number => removeTexts.run({ beforeDay }).changes,
    /** Every number of a service: one for each name it had. */
    numbersOfService: (serviceId: string): readonly number[] =>
      numbersOfService.all(serviceId).map((row) => row.id),
  };
}
