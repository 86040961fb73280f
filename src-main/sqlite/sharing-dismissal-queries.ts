import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { SharingMark } from '#main/domain/sharing-mark.ts';
import type { DatabaseHandle } from './open-database.ts';

/** That somebody called those who use a key one party, and by what evidence. */
export interface StoredDismissal {
  readonly keyId: KeyId;
  readonly mark: SharingMark;
  readonly reason: string;
  readonly dismissedBy: string;
  readonly dismissedAtMs: TimestampMs;
}

type Row = Omit<StoredDismissal, 'mark'> & { readonly mark: string };

const COLUMNS = `
  d.key_id AS keyId,
  d.mark AS mark,
  d.reason AS reason,
  d.dismissed_by AS dismissedBy,
  d.dismissed_at_ms AS dismissedAtMs`;

// Every judgement of all keys; a scan of what people wrote.
const LIST = `SELECT ${COLUMNS} FROM sharing_dismissals d`;

// hygiene.sharing and hygiene.reviewSharing; primary key.
const GET = `SELECT ${COLUMNS} FROM sharing_dismissals d WHERE d.key_id = @keyId`;

// hygiene.dismissSharing; primary key.
const PUT = `
  INSERT INTO sharing_dismissals (key_id, mark, reason, dismissed_by, dismissed_at_ms)
  VALUES (@keyId, @mark, @reason, @dismissedBy, @dismissedAtMs)
  ON CONFLICT (key_id) DO UPDATE
  SET mark = excluded.mark, reason = excluded.reason, dismissed_by = excluded.dismissed_by,
    dismissed_at_ms = excluded.dismissed_at_ms`;

// hygiene.reviewSharing; primary key.
const DELETE = `DELETE FROM sharing_dismissals WHERE key_id = @keyId`;

/** Statements on suspicions that were dismissed. */
export function createSharingDismissalQueries(handle: DatabaseHandle) {
  return {
    list: (): readonly StoredDismissal[] => handle.prepare<[], Row>(LIST).all().map(fromRow),
    get: (keyId: KeyId): StoredDismissal | null => {
      const row = handle.prepare<{ keyId: KeyId }, Row>(GET).get({ keyId });
      return row === undefined ? null : fromRow(row);
    },
    put: (dismissal: StoredDismissal): void =>
      void handle.prepare<Row>(PUT).run({ ...dismissal, mark: JSON.stringify(dismissal.mark) }),
    delete: (keyId: KeyId): void => void handle.prepare<{ keyId: KeyId }>(DELETE).run({ keyId }),
  };
}

function fromRow(row: Row): StoredDismissal {
  return { ...row, mark: JSON.parse(row.mark) as SharingMark };
}
