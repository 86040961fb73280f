import type { AuditAnchor } from './audit/audit-anchor.ts';
import { CHAIN_START, type ChainHead } from './domain/audit-chain.ts';
import type { Logger } from './platform/logger.ts';
import type { KeysDatabase } from './sqlite/keys-database.ts';
import type { KeysStore } from './sqlite/keys-store.ts';

/** What finding out needs: the store, and what must be in it. */
export interface DiskRecoveryOptions {
  readonly store: KeysStore;
  readonly instanceId: string;
  readonly anchor: AuditAnchor;
  readonly logger: Logger;
  readonly onChange: () => void;
  /** Can the disk only be read just now? */
  readonly isReadOnly: () => boolean;
  /** How often a disk that could only be read is tried again; WRITABLE_AGAIN_MS unless told. */
  readonly retryMs?: number;
}

/** How often a read-only disk is tried. */
const WRITABLE_AGAIN_MS = 1_000;

/** What happens after the disk failed to write or sync: nobody knows what was kept, and asking the disk to sync again would
 *  get a false yes. One attempt to open the store anew, read it whole and compare it with what was acknowledged; when that
 *  fails too, the store stays closed: nothing is verified or changed, and the status says so.
 *  A disk that became read-only keeps what it had and lies about nothing: the store stays open to be read, SQLite has undone the
 *  command that met it, and the attempt is made when the disk can be written again. */
export class DiskRecovery {
  readonly #options: DiskRecoveryOptions;
  #hasFailed = false;
  #waiting: NodeJS.Timeout | null = null;

  constructor(options: DiskRecoveryOptions) {
    this.#options = options;
  }

  /** Did the disk fail, and did opening the store anew not help? */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Can the store be read and not be written? */
  get isReadOnly(): boolean {
    return this.#waiting !== null;
  }

  /** Call when a command met an input/output error. The attempt is made when that command has been answered. */
  noticed(): void {
    if (this.#hasFailed || this.#waiting !== null) return;
    if (this.#options.isReadOnly()) this.#waitUntilWritable();
    else this.#reopenSoon();
  }

  /** Tries the disk no more. */
  stop(): void {
    clearInterval(this.#waiting ?? undefined);
    this.#waiting = null;
  }

  #reopenSoon(): void {
    this.#hasFailed = true;
    this.#options.onChange();
    setImmediate(() => {
      this.#reopen();
    });
  }

  #waitUntilWritable(): void {
    const { isReadOnly, retryMs = WRITABLE_AGAIN_MS, logger, onChange } = this.#options;
    logger.error('The disk became read-only: keys are verified, nothing is changed. It is tried again.');
    this.#waiting = setInterval(() => {
      if (isReadOnly()) return;
      this.stop();
      this.#reopenSoon();
    }, retryMs).unref();
    onChange();
  }

  #reopen(): void {
    const { store, anchor, logger, onChange } = this.#options;
    try {
      store.reopen((db) => {
        const head = this.#headOf(db);
        // The commit that met the error may have been kept after all.
        if (head.hash !== anchor.anchor.head.hash) anchor.advance(head);
      });
      this.#hasFailed = false;
      logger.warn('The disk failed once; the store was opened anew and is whole.');
    } catch (error) {
      logger.error(
        'The disk failed, and the store could not be opened anew: nothing is verified or changed. Check the disk and keys.db, and restart.',
        { error },
      );
    }
    onChange();
  }

  /** The head of what lies on the disk now. Throws when that is another store, or one without what was acknowledged. */
  #headOf(db: KeysDatabase): ChainHead {
    const { instanceId, anchor } = this.#options;
    if (db.store.get('instance_id') !== instanceId) throw new Error('keys.db is another store.');
    const known = anchor.anchor.head;
    const [last, before] = db.audit.page({}, Number.MAX_SAFE_INTEGER, 2);
    const head = { count: last?.seq ?? 0, hash: last?.hash ?? CHAIN_START };
    const isSame = head.count === known.count && head.hash === known.hash;
    const isOneAhead = head.count === known.count + 1 && (before?.hash ?? CHAIN_START) === known.hash;
    if (isSame || isOneAhead) return head;
    throw new Error(
      `keys.db ends with audit event ${String(head.count)}, but event ${String(known.count)} was the last one kept.`,
    );
  }
}
