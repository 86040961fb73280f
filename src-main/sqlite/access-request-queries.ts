import { createHash } from 'node:crypto';
import type {
  AccessRequestFilter,
  AccessRequestState,
  AskedProduct,
  WantedEndpoint,
} from '#contract/access-requests.ts';
import type { AccessRequestId, KeyId, TimestampMs } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import { endpointsText } from '#main/domain/endpoints-text.ts';
import type { DatabaseHandle } from './open-database.ts';

/** What of a request changes. */
interface AccessRequestProgress {
  readonly state: AccessRequestState;
  readonly contactConfirmedAtMs: TimestampMs | null;
  readonly contactCodeHash: Buffer | null;
  readonly contactTries: number;
  readonly decidedAtMs: TimestampMs | null;
  readonly decidedBy: string | null;
  readonly isAutomatic: 0 | 1;
  readonly answer: string;
  readonly grantedKeyId: KeyId | null;
  /** Keyed hash of the token in the link of the newest question. */
  readonly questionHash: Buffer | null;
  readonly mergedInto: AccessRequestId | null;
}

/** A request as stored. */
export interface StoredAccessRequest extends AccessRequestProgress {
  readonly id: AccessRequestId;
  readonly reference: string;
  readonly createdAtMs: TimestampMs;
  readonly application: string;
  readonly team: string;
  readonly contactEmail: string;
  readonly purpose: string;
  readonly repository: string;
  readonly environment: Environment;
  readonly requestsPerDay: number;
  readonly keyId: KeyId | null;
  readonly endpoints: readonly WantedEndpoint[];
  readonly product: AskedProduct | null;
  readonly termsVersion: number | null;
  readonly address: string | null;
}

type Row = Omit<StoredAccessRequest, 'endpoints' | 'product'> & {
  readonly endpoints: string;
  readonly product: string | null;
};

/** Keyed hashes under which a request is found again. */
export interface AccessRequestHashes {
  readonly statusHash: Buffer;
  readonly formHash: Buffer;
}

const COLUMNS = `
  r.id AS id,
  r.reference AS reference,
  r.state AS state,
  r.created_at_ms AS createdAtMs,
  r.application AS application,
  r.team AS team,
  r.contact_email AS contactEmail,
  r.purpose AS purpose,
  r.repository AS repository,
  r.environment AS environment,
  r.requests_per_day AS requestsPerDay,
  r.key_id AS keyId,
  r.endpoints AS endpoints,
  r.product AS product,
  r.terms_version AS termsVersion,
  r.address AS address,
  r.contact_confirmed_at_ms AS contactConfirmedAtMs,
  r.contact_code_hash AS contactCodeHash,
  r.contact_tries AS contactTries,
  r.decided_at_ms AS decidedAtMs,
  r.decided_by AS decidedBy,
  r.is_automatic AS isAutomatic,
  r.answer AS answer,
  r.granted_key_id AS grantedKeyId,
  r.question_hash AS questionHash,
  r.merged_into AS mergedInto`;

// accessRequests.get and every command on a request; primary key.
const GET = `SELECT ${COLUMNS} FROM access_requests r WHERE r.id = @id`;

// The applicant's own page; unique indexes of status_hash and question_hash.
const FIND_BY_STATUS = `
  SELECT ${COLUMNS}
  FROM access_requests r
  WHERE r.status_hash = @hash OR r.question_hash = @hash`;

// A form that is sent; unique index of form_hash.
const FIND_BY_FORM = `SELECT ${COLUMNS} FROM access_requests r WHERE r.form_hash = @hash`;

// accessRequests.submit.
const INSERT = `
  INSERT INTO access_requests (
    id, reference, status_hash, form_hash, state, created_at_ms, application, team, contact_email, purpose, repository,
    environment, requests_per_day, key_id, endpoints, endpoints_hash, product, terms_version, address, contact_confirmed_at_ms,
    contact_code_hash, contact_tries, decided_at_ms, decided_by, is_automatic, answer, granted_key_id, question_hash, merged_into
  )
  VALUES (
    @id, @reference, @statusHash, @formHash, @state, @createdAtMs, @application, @team, @contactEmail, @purpose, @repository,
    @environment, @requestsPerDay, @keyId, @endpoints, @endpointsHash, @product, @termsVersion, @address, @contactConfirmedAtMs,
    @contactCodeHash, @contactTries, @decidedAtMs, @decidedBy, @isAutomatic, @answer, @grantedKeyId, @questionHash, @mergedInto
  )`;

// Every step of a request; primary key.
const UPDATE = `
  UPDATE access_requests
  SET state = @state, contact_confirmed_at_ms = @contactConfirmedAtMs, contact_code_hash = @contactCodeHash,
    contact_tries = @contactTries, decided_at_ms = @decidedAtMs, decided_by = @decidedBy, is_automatic = @isAutomatic,
    answer = @answer, granted_key_id = @grantedKeyId, question_hash = @questionHash, merged_into = @mergedInto
  WHERE id = @id`;

// accessRequests.submit, which keeps the table bounded: who was granted a key goes last. A scan of a bounded table.
const DELETE_OLDEST_DECIDED = `
  DELETE FROM access_requests
  WHERE id IN (
    SELECT r.id
    FROM access_requests r
    WHERE r.state NOT IN ('open', 'asked')
    ORDER BY r.state <> 'approved' DESC, r.created_at_ms
    LIMIT max(0, (SELECT COUNT(*) FROM access_requests) - @keep)
  )`;

const FILTER = `
  (@state IS NULL OR r.state = @state)
  AND (
    @text IS NULL
    OR instr(lower(r.application || char(10) || r.team || char(10) || r.contact_email || char(10) || r.reference),
      lower(@text)) > 0
  )`;

// accessRequests.list; index access_requests_by_time in its order, filters on the way.
const PAGE = `
  SELECT ${COLUMNS}
  FROM access_requests r
  WHERE (r.created_at_ms, r.id) < (@beforeMs, @beforeId) AND ${FILTER}
  ORDER BY r.created_at_ms DESC, r.id DESC
  LIMIT @limit`;

// accessRequests.list; a scan of a bounded table.
const COUNT = `SELECT COUNT(*) AS total FROM access_requests r WHERE ${FILTER}`;

// accessRequests.list; partial index access_requests_undecided.
const COUNT_OPEN = `
  SELECT COUNT(*) AS total
  FROM access_requests r
  WHERE r.state IN ('open', 'asked') AND r.state = 'open'`;

// accessRequests.submit; partial index access_requests_undecided.
const COUNT_UNDECIDED = `SELECT COUNT(*) AS total FROM access_requests r WHERE r.state IN ('open', 'asked')`;

// The budget of automatic approval; index access_requests_by_time.
const COUNT_AUTOMATIC = `
  SELECT COUNT(*) AS total
  FROM access_requests r
  WHERE r.created_at_ms > @sinceMs AND r.is_automatic = 1`;

const LIKE_IT = `
  r.id <> @id
  AND r.state <> 'merged'
  AND (
    lower(r.application) = lower(@application)
    OR lower(r.contact_email) = lower(@contactEmail)
    OR r.endpoints_hash = @endpointsHash
  )`;

// accessRequests.list, for each open one: its indexes of application, contact and endpoints.
const COUNT_SIMILAR = `SELECT COUNT(*) AS total FROM access_requests r WHERE ${LIKE_IT}`;

// accessRequests.get: the same indexes.
const SIMILAR = `
  SELECT ${COLUMNS}
  FROM access_requests r
  WHERE ${LIKE_IT}
  ORDER BY r.created_at_ms DESC
  LIMIT @limit`;

// The form and accessRequests.settings; primary key, from its end.
const LAST_TERMS = `SELECT t.version AS version, t.text AS text FROM access_terms t ORDER BY t.version DESC LIMIT 1`;

// accessRequests.updateSettings.
const ADD_TERMS = `INSERT INTO access_terms (version, text, created_at_ms) VALUES (@version, @text, @nowMs)`;

interface FilterRow {
  readonly state: string | null;
  readonly text: string | null;
}

/** Where a page ended. */
export interface AccessRequestPageEnd {
  readonly beforeMs: number;
  readonly beforeId: string;
}

/** A version of the terms. */
export interface AccessTerms {
  readonly version: number;
  /** Empty: there are none any more. */
  readonly text: string;
}

/** Prepares the statements on access requests. */
export function createAccessRequestQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ id: AccessRequestId }, Row>(GET);
  const findByStatus = handle.prepare<{ hash: Buffer }, Row>(FIND_BY_STATUS);
  const findByForm = handle.prepare<{ hash: Buffer }, Row>(FIND_BY_FORM);
  const insert = handle.prepare<Row & AccessRequestHashes & { endpointsHash: string }>(INSERT);
  const update = handle.prepare<AccessRequestProgress & { readonly id: AccessRequestId }>(UPDATE);
  const deleteOldest = handle.prepare<{ keep: number }>(DELETE_OLDEST_DECIDED);
  const page = handle.prepare<FilterRow & AccessRequestPageEnd & { limit: number }, Row>(PAGE);
  const count = handle.prepare<FilterRow, { total: number }>(COUNT);
  const countOpen = handle.prepare<[], { total: number }>(COUNT_OPEN);
  const countUndecided = handle.prepare<[], { total: number }>(COUNT_UNDECIDED);
  const countAutomatic = handle.prepare<{ sinceMs: number }, { total: number }>(COUNT_AUTOMATIC);
  const similar = handle.prepare<LikeIt & { limit: number }, Row>(SIMILAR);
  const countSimilar = handle.prepare<LikeIt, { total: number }>(COUNT_SIMILAR);
  const lastTerms = handle.prepare<[], AccessTerms>(LAST_TERMS);
  const addTerms = handle.prepare<AccessTerms & { nowMs: number }>(ADD_TERMS);
  return {
    get: (id: AccessRequestId): StoredAccessRequest | null => fromRow(get.get({ id })),
    findByStatus: (hash: Buffer): StoredAccessRequest | null => fromRow(findByStatus.get({ hash })),
    findByForm: (hash: Buffer): StoredAccessRequest | null => fromRow(findByForm.get({ hash })),
    insert: (request: StoredAccessRequest & AccessRequestHashes): void =>
      void insert.run({
        ...request,
        endpoints: JSON.stringify(request.endpoints),
        endpointsHash: hashOf(request),
        product: request.product === null ? null : JSON.stringify(request.product),
      }),
    /** Writes how far it is now; what was asked for never changes. */
    update: (request: StoredAccessRequest): void => void update.run(request),
    /** Deletes decided requests beyond `keep` rows, refused ones first. */
    deleteOldestDecided: (keep: number): void => void deleteOldest.run({ keep }),
    /** Newest first, after the end of another page. */
    page: (
      filter: AccessRequestFilter,
      at: AccessRequestPageEnd & { readonly limit: number },
    ): readonly StoredAccessRequest[] =>
      page.all({ ...filterRow(filter), ...at }).flatMap((row) => fromRow(row) ?? []),
    count: (filter: AccessRequestFilter): number => count.get(filterRow(filter))?.total ?? 0,
    /** Those that wait for somebody of ours. */
    countOpen: (): number => countOpen.get()?.total ?? 0,
    /** Those and the ones that wait for their applicant. */
    countUndecided: (): number => countUndecided.get()?.total ?? 0,
    /** How many were approved by nobody since then. */
    countAutomatic: (sinceMs: number): number => countAutomatic.get({ sinceMs })?.total ?? 0,
    /** Newest first. */
    similar: (request: StoredAccessRequest, limit: number): readonly StoredAccessRequest[] =>
      similar.all({ ...likeIt(request), limit }).flatMap((row) => fromRow(row) ?? []),
    countSimilar: (request: StoredAccessRequest): number => countSimilar.get(likeIt(request))?.total ?? 0,
    lastTerms: (): AccessTerms | null => lastTerms.get() ?? null,
    addTerms: (terms: AccessTerms, nowMs: number): void => void addTerms.run({ ...terms, nowMs }),
  };
}

type LikeIt = Pick<Row, 'id' | 'application' | 'contactEmail'> & { readonly endpointsHash: string };

function likeIt(request: StoredAccessRequest): LikeIt {
  const { id, application, contactEmail } = request;
  return { id, application, contactEmail, endpointsHash: hashOf(request) };
}

/** Who names no endpoint is like nobody else in that. */
function hashOf({ id, endpoints }: Pick<StoredAccessRequest, 'id' | 'endpoints'>): string {
  if (endpoints.length === 0) return id;
  return createHash('sha256').update(endpointsText(endpoints)).digest('hex').slice(0, 32);
}

function filterRow({ state, text }: AccessRequestFilter): FilterRow {
  const wanted = text?.trim() ?? '';
  return { state: state ?? null, text: wanted === '' ? null : wanted };
}

function fromRow(row: Row | undefined): StoredAccessRequest | null {
  return row === undefined
    ? null
    : {
        ...row,
        endpoints: JSON.parse(row.endpoints) as readonly WantedEndpoint[],
        product: row.product === null ? null : (JSON.parse(row.product) as AskedProduct),
      };
}
