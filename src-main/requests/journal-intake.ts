import type { LogResponse } from '#contract/verify.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { type JournalPart, JournalReader, type JournalReaderOptions } from './journal-reader.ts';
import {
  formatPosition,
  type JournalLimit,
  type JournalPosition,
  parsePosition,
} from './journal-segments.ts';
import { isDamage } from './open-log.ts';
import type { Batch, LostReason, ReportReply } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

/** Records stored in one transaction: the further behind the log is, the cheaper a row becomes, because each cell of a roll-up is
 *  written once a transaction. */
const RECORDS_MAX = 5_000;
/** Under this name the log keeps how far it has the journal. */
const POSITION_FACT = 'journal';

/** What a step came to. `stuck` = the disk refuses: nothing is lost, the same step is tried again. */
export type IntakeStep =
  | { readonly kind: 'idle' }
  | { readonly kind: 'stuck'; readonly why: string }
  | {
      readonly kind: 'stored';
      readonly position: JournalPosition;
      readonly replies: readonly ReportReply[];
      /** Rows that are in the log now. */
      readonly rows: number;
    };

/** Takes the journal into the log, each record exactly once: the position goes into the transaction of the rows. */
export class JournalIntake {
  readonly #reader: JournalReader;
  #part: JournalPart | null = null;
  #position: JournalPosition | null = null;
  /** Records to be stored one by one, to find the one that cannot be. */
  #singly = 0;

  constructor(options: JournalReaderOptions) {
    this.#reader = new JournalReader(options);
  }

  /** How far the log has the journal; null = nothing of it. */
  get position(): JournalPosition | null {
    return this.#position;
  }

  /** Goes on where the log's file says. `singly` = one record a transaction for as many records: one of them ended a worker. */
  open(store: RequestsStore, singly = 0): void {
    this.#position = parsePosition(store.callerFact(POSITION_FACT));
    this.#part = null;
    this.#singly = singly;
    this.#reader.seek(this.#position);
    if (this.#position !== null) this.#reader.removeBefore(this.#position.segment);
  }

  /** Is everything up to the limit stored? */
  isAtEnd(limit: JournalLimit | null): boolean {
    if (this.#part !== null) return false;
    return (
      limit === null || (this.#position?.segment === limit.segment && this.#position.offset === limit.offset)
    );
  }

  /** Leaves one record out and counts it: it ended several workers. */
  skip(store: RequestsStore, limit: JournalLimit | null, nowMs: number): void {
    const part = this.#reader.read(limit, 1);
    if (part === null) return;
    this.#write(store, part, countedOnly(part.batch, 'worker_crash'), nowMs);
  }

  /** Stores the next records up to the limit. Throws when the log's file is damaged; it is to be replaced and opened here again. */
  step(store: RequestsStore, limit: JournalLimit | null, nowMs: number): IntakeStep {
    this.#part ??= this.#reader.read(limit, this.#singly > 0 ? 1 : RECORDS_MAX);
    const part = this.#part;
    if (part === null) return { kind: 'idle' };
    let replies: readonly ReportReply[];
    try {
      replies = repliesOf(part, this.#write(store, part, part.batch, nowMs));
    } catch (error) {
      if (isDamage(error)) throw error;
      if (isOfTheDisk(error)) return { kind: 'stuck', why: errorCode(error) };
      if (part.records > 1) {
        this.#part = null;
        this.#singly = part.records;
        this.#reader.seek(part.from);
      } else if (part.batch.decisions.length + part.batch.reports.length > 0) {
        this.#part = { ...part, batch: countedOnly(part.batch, 'write_failed') };
      } else throw error;
      return this.step(store, limit, nowMs);
    }
    this.#singly = Math.max(0, this.#singly - part.records);
    this.#part = null;
    if (part.from?.segment !== part.to.segment) this.#reader.removeBefore(part.to.segment);
    return { kind: 'stored', position: part.to, replies, rows: part.batch.decisions.length };
  }

  /** Everything is stored and nobody writes any more: nothing stays behind. */
  removeAll(): void {
    this.#reader.removeAll();
  }

  close(): void {
    this.#reader.close();
  }

  #write(store: RequestsStore, part: JournalPart, batch: Batch, nowMs: number): readonly LogResponse[] {
    const answers = store.write([batch], nowMs, { [POSITION_FACT]: formatPosition(part.to) });
    this.#position = part.to;
    return answers[0] ?? [];
  }
}

/** In the place of a batch that is not stored: how many decisions were in it. */
function countedOnly({ decisions, lost }: Batch, reason: LostReason): Batch {
  const given = decisions.length > 0 ? [{ reason, count: decisions.length }] : [];
  return { decisions: [], reports: [], lost: [...lost, ...given] };
}

function repliesOf(part: JournalPart, answers: readonly LogResponse[]): readonly ReportReply[] {
  return part.reportNumbers.flatMap((number, index) =>
    number === null ? [] : [{ number, answer: answers[index] ?? null }],
  );
}

/** Says the error that the disk or the system refuses for now, and nothing about the row? */
function isOfTheDisk(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PERM|PROTOCOL)/.test(errorCode(error));
}
