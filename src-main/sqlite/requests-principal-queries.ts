import type { ApplicationId, KeyId, PartnerId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';
import { type PrincipalColumn, PrincipalTail } from './principal-tail.ts';

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

/** The last use of one principal's secret. */
export interface PrincipalUse {
  readonly principalId: number;
  readonly keyId: KeyId;
  readonly version: number;
  readonly atMs: number;
}

/** Ids below are reserved. */
const FIRST_ID = 16;
/** Principals whose entries are written in one step: some 50 ms. The more at once, the more of them share a page. */
const INDEX_TOGETHER = 16_384;
const INDEXED_FACT = 'indexed_principal';

const COLUMNS = `key_id, secret_version, key_name, environment, application_id, application, partner_id, partner`;
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

// Writing a batch, the first time a principal is seen; the end of the table. By position: binding by name costs as much again.
const INSERT = `INSERT INTO principals (id, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

// Writing a batch, for a principal that is not in memory, and every search; primary key.
const GET = `SELECT ${PRINCIPAL} FROM principals WHERE id = ?`;

// Writing a batch, for a principal that is not in memory, searches and charts; primary key of the entries.
const ENTRIES = ({ table, column }: Index) => `SELECT id FROM ${table} WHERE ${column} = ? AND id <= ?`;

// Between two batches, for principals that have no entries yet; ranges of primary keys. Sorted: neighbours share a page.
const ADD_ENTRIES = ({ table, column }: Index) => `
  INSERT OR IGNORE INTO ${table} (${column}, id)
  SELECT ${column}, id
  FROM principals
  WHERE id > ? AND id <= ?
  ORDER BY ${column}, id`;

// Opening the log, and after a transaction that failed: principals without entries; primary key.
const WITHOUT_ENTRIES = `
  SELECT id, key_id AS keyId, application_id AS applicationId, partner_id AS partnerId
  FROM principals
  WHERE id > ?
  ORDER BY id`;
const NEWEST = `SELECT MAX(id) AS id FROM principals`;
const INDEXED = `SELECT value FROM facts WHERE name = '${INDEXED_FACT}'`;
const SET_INDEXED = `
  INSERT INTO facts (name, value)
  VALUES ('${INDEXED_FACT}', ?)
  ON CONFLICT (name) DO UPDATE
  SET value = excluded.value`;

// Top keys; primary key, newest last, so that the newest name wins.
const ALL = `SELECT ${PRINCIPAL} FROM principals ORDER BY id`;

// A report that joins a row whose principal is not in memory; primary key.
const ENVIRONMENT_OF = `SELECT environment FROM principals WHERE id = ?`;

// Start, for a principal whose last use the file does not have yet; primary key.
const SECRET_OF = `SELECT key_id AS keyId, secret_version AS version FROM principals WHERE id = ?`;

// Folding, once a principal; primary key.
const SAVE_USE = `
  INSERT INTO principal_uses (principal_id, at_ms)
  VALUES (?, ?)
  ON CONFLICT (principal_id) DO UPDATE
  SET at_ms = MAX(at_ms, excluded.at_ms)`;

// Start; a scan of both tables side by side.
const USES = `
  SELECT u.principal_id AS principalId, p.key_id AS keyId, p.secret_version AS version, u.at_ms AS atMs
  FROM principal_uses u
  JOIN principals p ON p.id = u.principal_id
  ORDER BY u.principal_id`;

interface Index {
  readonly table: string;
  readonly column: string;
}

const INDEXES: Readonly<Record<PrincipalColumn, Index>> = {
  keyId: { table: 'principals_of_key', column: 'key_id' },
  applicationId: { table: 'principals_of_application', column: 'application_id' },
  partnerId: { table: 'principals_of_partner', column: 'partner_id' },
};

/** Prepares the statements on principals. The newest have no entries by key and owner yet: those are kept in memory until
 *  `indexSome` has written them. */
export function createRequestsPrincipalQueries(handle: DatabaseHandle) {
  const get = handle.prepare<[number], PrincipalRow>(GET);
  const all = handle.prepare<[], PrincipalRow>(ALL);
  const environmentOf = handle.prepare<[number], Pick<PrincipalRow, 'environment'>>(ENVIRONMENT_OF);
  const secretOf = handle.prepare<[number], { keyId: KeyId; version: number }>(SECRET_OF);
  const saveUse = handle.prepare<[number, number]>(SAVE_USE);
  const uses = handle.prepare<[], PrincipalUse>(USES);
  const found = createFinder(handle);
  const rowsWith = (column: PrincipalColumn, text: string): readonly PrincipalRow[] =>
    found.idsWith(column, text).flatMap((id) => {
      const row = get.get(id);
      return row?.[column] === text ? [row] : [];
    });
  return {
    /** Number of a principal that the file has; undefined without. */
    findPrincipal: (principal: Omit<PrincipalRow, 'id'>): number | undefined =>
      rowsWith('keyId', principal.keyId).find((row) => isSame(row, principal))?.id,
    /** Number of a new principal. */
    addPrincipal: found.add,
    /** null for the reserved principals. */
    environmentOf: (principalId: number): 'live' | 'test' | null =>
      environmentOf.get(principalId)?.environment ?? null,
    /** undefined for the reserved principals. */
    secretOf: (principalId: number): { readonly keyId: KeyId; readonly version: number } | undefined =>
      secretOf.get(principalId),
    principalsOfKey: (keyId: string): readonly PrincipalRow[] => rowsWith('keyId', keyId),
    principalsOfApplication: (id: string): readonly PrincipalRow[] => rowsWith('applicationId', id),
    principalsOfPartner: (id: string): readonly PrincipalRow[] => rowsWith('partnerId', id),
    /** Every principal, ascending: of two with one key the later has the newer names. */
    allPrincipals: (): readonly PrincipalRow[] => all.all(),
    /** Principals without entries. */
    unindexed: (): number => found.tail.length,
    /** Writes entries of some of them, oldest first; inside a transaction. `indexed` after it. */
    indexSome: found.indexSome,
    /** The transaction of `indexSome` is over, or another one failed: takes over what the file says. */
    readPrincipals: found.read,
    /** Notes when the key of a principal was used; an earlier time changes nothing. */
    saveKeyUse: (principalId: number, atMs: number): void => void saveUse.run(principalId, atMs),
    /** Last uses by principal, ascending; nothing else may be asked of the file meanwhile. */
    keyUses: (): IterableIterator<PrincipalUse> => uses.iterate(),
  };
}

function createFinder(handle: DatabaseHandle) {
  const insert = handle.prepare<(string | number)[]>(INSERT);
  const newest = handle.prepare<[], { id: number | null }>(NEWEST);
  const indexedFact = handle.prepare<[], { value: string }>(INDEXED);
  const setIndexed = handle.prepare<[string]>(SET_INDEXED);
  const withoutEntries = handle.prepare<[number], Pick<PrincipalRow, 'id' | PrincipalColumn>>(
    WITHOUT_ENTRIES,
  );
  const entries = preparedFor((index) => handle.prepare<[string, number], { id: number }>(ENTRIES(index)));
  const addEntries = preparedFor((index) => handle.prepare<[number, number]>(ADD_ENTRIES(index)));
  const tail = new PrincipalTail();
  const state = { indexedId: 0, nextId: FIRST_ID };
  const read = (): void => {
    state.indexedId = Number(indexedFact.get()?.value ?? 0);
    // A number is not given again when the newest principals were removed: it has entries.
    state.nextId = Math.max(newest.get()?.id ?? 0, state.indexedId, FIRST_ID - 1) + 1;
    tail.clear();
    for (const row of withoutEntries.iterate(state.indexedId)) tail.add(row.id, row);
  };
  read();
  return {
    tail,
    read,
    add: (row: Omit<PrincipalRow, 'id'>): number => {
      const { keyId, secretVersion, keyName, environment, applicationId, application, partnerId, partner } =
        row;
      const id = state.nextId;
      insert.run(
        id,
        keyId,
        secretVersion,
        keyName,
        environment,
        applicationId,
        application,
        partnerId,
        partner,
      );
      state.nextId += 1;
      tail.add(id, row);
      return id;
    },
    /** Ids that have, or newest ones that may have, a text; ascending. */
    idsWith: (column: PrincipalColumn, text: string): readonly number[] => {
      const ids = entries[column].all(text, state.indexedId).map(({ id }) => id);
      const newer = [...tail.idsWith(column, text)];
      return newer.length === 0 ? ids : [...ids, ...newer.reverse()];
    },
    indexSome: (): void => {
      const toId = Math.min(state.nextId - 1, state.indexedId + INDEX_TOGETHER);
      for (const statement of Object.values(addEntries)) statement.run(state.indexedId, toId);
      setIndexed.run(String(toId));
    },
  };
}

function preparedFor<Statement>(
  prepare: (index: Index) => Statement,
): Readonly<Record<PrincipalColumn, Statement>> {
  const { keyId, applicationId, partnerId } = INDEXES;
  return {
    keyId: prepare(keyId),
    applicationId: prepare(applicationId),
    partnerId: prepare(partnerId),
  };
}

/** Of two principals of one key. */
function isSame(one: Omit<PrincipalRow, 'id'>, other: Omit<PrincipalRow, 'id'>): boolean {
  return (
    one.secretVersion === other.secretVersion &&
    one.keyName === other.keyName &&
    one.environment === other.environment &&
    one.application === other.application &&
    one.partner === other.partner &&
    one.applicationId === other.applicationId &&
    one.partnerId === other.partnerId
  );
}
