import type { ApplicationId, KeyId, PartnerId, ServiceId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A row of principals: a key and its owner as named at one time. */
export interface PrincipalRow {
  readonly id: number;
  readonly keyId: KeyId;
  /** 0 = not told. */
  readonly secretVersion: number;
  readonly keyName: string;
  readonly environment: 'live' | 'test';
  readonly applicationId: ApplicationId;
  readonly application: string;
  readonly partnerId: PartnerId;
  readonly partner: string;
}

const PRINCIPAL = `
  id,
  key_id AS keyId,
  secret_version AS secretVersion,
  key_name AS keyName,
  environment,
  application_id AS applicationId,
  application,
  partner_id AS partnerId,
  partner`;

// Writing a batch, for a principal that is not in memory; the unique index.
const FIND_PRINCIPAL = `
  SELECT id
  FROM principals
  WHERE key_id = @keyId AND secret_version = @secretVersion AND key_name = @keyName AND environment = @environment
    AND application_id = @applicationId AND application = @application
    AND partner_id = @partnerId AND partner = @partner`;

// Writing a batch, the first time a principal is seen. Ids below 16 are reserved.
const INSERT_PRINCIPAL = `
  INSERT INTO principals (id, key_id, secret_version, key_name, environment, application_id, application, partner_id, partner)
  VALUES ((SELECT MAX(IFNULL(MAX(id), 0), 15) + 1 FROM principals), @keyId, @secretVersion, @keyName, @environment,
    @applicationId, @application, @partnerId, @partner)`;

// Searches and charts ask for a part of an index. Their parameters stand inside (SELECT ?), as in verify-queries: SQLite is
// built with STAT4 and would plan anew at every call.

// Searches and charts of one key; the unique index.
const PRINCIPALS_OF_KEY = `SELECT ${PRINCIPAL} FROM principals WHERE key_id = (SELECT ?)`;

// Searches and charts of one application; principals_by_application.
const PRINCIPALS_OF_APPLICATION = `SELECT ${PRINCIPAL} FROM principals WHERE application_id = (SELECT ?)`;

// Searches and charts of one partner; principals_by_partner.
const PRINCIPALS_OF_PARTNER = `SELECT ${PRINCIPAL} FROM principals WHERE partner_id = (SELECT ?)`;

// Top keys; primary key, newest last, so that the newest name wins.
const ALL_PRINCIPALS = `SELECT ${PRINCIPAL} FROM principals ORDER BY id`;

// Writing a batch, for a service that is not in memory; the unique index.
const FIND_SERVICE = `SELECT id FROM services WHERE service_id = @serviceId AND name = @name`;

// Writing a batch, the first time a service is seen under a name.
const INSERT_SERVICE = `INSERT INTO services (service_id, name) VALUES (@serviceId, @name)`;

// Charts of one service; the unique index.
const NUMBERS_OF_SERVICE = `SELECT id FROM services WHERE service_id = (SELECT ?)`;

// A report that joins a row whose service or principal is not in memory; primary key.
const ID_OF_SERVICE = `SELECT service_id AS serviceId FROM services WHERE id = ?`;
const ENVIRONMENT_OF_PRINCIPAL = `SELECT environment FROM principals WHERE id = ?`;

// Start, for a principal whose last use the file does not have yet; primary key.
const SECRET_OF_PRINCIPAL = `SELECT key_id AS keyId, secret_version AS version FROM principals WHERE id = ?`;

// Writing a batch, for a text that is not in memory; the unique index.
const FIND_TEXT = `SELECT id, last_day AS lastDay FROM texts WHERE text = ?`;

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
  const findPrincipal = handle.prepare<Omit<PrincipalRow, 'id'>, { id: number }>(FIND_PRINCIPAL);
  const insertPrincipal = handle.prepare<Omit<PrincipalRow, 'id'>>(INSERT_PRINCIPAL);
  const ofKey = handle.prepare<[string], PrincipalRow>(PRINCIPALS_OF_KEY);
  const ofApplication = handle.prepare<[string], PrincipalRow>(PRINCIPALS_OF_APPLICATION);
  const ofPartner = handle.prepare<[string], PrincipalRow>(PRINCIPALS_OF_PARTNER);
  const all = handle.prepare<[], PrincipalRow>(ALL_PRINCIPALS);
  const findService = handle.prepare<{ serviceId: string; name: string }, { id: number }>(FIND_SERVICE);
  const insertService = handle.prepare<{ serviceId: string; name: string }>(INSERT_SERVICE);
  const numbersOfService = handle.prepare<[string], { id: number }>(NUMBERS_OF_SERVICE);
  const idOfService = handle.prepare<[number], { serviceId: ServiceId }>(ID_OF_SERVICE);
  const environmentOf = handle.prepare<[number], Pick<PrincipalRow, 'environment'>>(ENVIRONMENT_OF_PRINCIPAL);
  const secretOf = handle.prepare<[number], { keyId: KeyId; version: number }>(SECRET_OF_PRINCIPAL);
  const findText = handle.prepare<[string], { id: number; lastDay: number }>(FIND_TEXT);
  const textsWith = handle.prepare<[string], { id: number }>(TEXTS_WITH);
  const insertText = handle.prepare<{ text: string; day: number }>(INSERT_TEXT);
  const touchText = handle.prepare<{ id: number; day: number }>(TOUCH_TEXT);
  const removeTexts = handle.prepare<{ beforeDay: number }>(REMOVE_TEXTS);
  return {
    /** Number of a principal, made when it is new. */
    principal: (principal: Omit<PrincipalRow, 'id'>): number =>
      findPrincipal.get(principal)?.id ?? Number(insertPrincipal.run(principal).lastInsertRowid),
    /** Number of a service under a name, made when it is new. */
    service: (serviceId: string, name: string): number =>
      findService.get({ serviceId, name })?.id ??
      Number(insertService.run({ serviceId, name }).lastInsertRowid),
    /** Which service a number stands for; null for one that was never given. */
    idOfService: (number: number): ServiceId | null => idOfService.get(number)?.serviceId ?? null,
    /** null for the reserved principals. */
    environmentOf: (principalId: number): 'live' | 'test' | null =>
      environmentOf.get(principalId)?.environment ?? null,
    /** undefined for the reserved principals. */
    secretOf: (principalId: number): { readonly keyId: KeyId; readonly version: number } | undefined =>
      secretOf.get(principalId),
    /** Number of a text, made when it is new, and the day it is kept for at least. */
    text: (text: string, day: number): { readonly id: number; readonly lastDay: number } =>
      findText.get(text) ?? { id: Number(insertText.run({ text, day }).lastInsertRowid), lastDay: day },
    /** Numbers of the texts that hold a part, letter by letter. */
    textsWith: (part: string): readonly number[] => textsWith.all(part).map((row) => row.id),
    touchText: (id: number, day: number): void => void touchText.run({ id, day }),
    /** Removes texts that no row can use; how many. */
    removeTexts: (beforeDay: number): number => removeTexts.run({ beforeDay }).changes,
    principalsOfKey: (keyId: string): readonly PrincipalRow[] => ofKey.all(keyId),
    principalsOfApplication: (applicationId: string): readonly PrincipalRow[] =>
      ofApplication.all(applicationId),
    principalsOfPartner: (partnerId: string): readonly PrincipalRow[] => ofPartner.all(partnerId),
    /** Every principal, ascending: of two with one key the later has the newer names. */
    allPrincipals: (): readonly PrincipalRow[] => all.all(),
    /** Every number of a service: one for each name it had. */
    numbersOfService: (serviceId: string): readonly number[] =>
      numbersOfService.all(serviceId).map((row) => row.id),
  };
}
