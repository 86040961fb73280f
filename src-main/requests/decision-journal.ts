import type { Clock } from '#main/platform/clock.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { DecisionRow, DecisionSink } from './decision-row.ts';
import { ByteWriter } from './journal-bytes.ts';
import { RecordEncoder } from './journal-records.ts';
import { JournalFile } from './journal-file.ts';
import { FRAME_HEAD_BYTES, type JournalLimit, sealFrame } from './journal-segments.ts';
import type { LostReason, LostRows, Report } from './requests-messages.ts';

/** Decisions of one turn beyond this are written before its end. */
const FRAME_BYTES_MAX = 256 * 1024;
/** Room for one busy turn. */
const ROOM_BYTES = 64 * 1024;
/** What may wait in memory while the disk refuses it; some 30,000 decisions. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;
const RETRY_MS = 250;
/** What may wait in the journal for the log; some two million decisions. */
const JOURNAL_BYTES_MAX = 256 * 1024 * 1024;

/** What the journal needs. */
export interface DecisionJournalOptions {
  /** Made when it is not there; belongs to the journal alone. */
  readonly folder: string;
  /** Names this run of the program in file names: letters, digits, `-` and `_`. */
  readonly runId: string;
  readonly clock: Clock;
  readonly bytesMax?: number;
  /** Something was written: `limit` has moved. */
  readonly onWritten: () => void;
}

/** The append-only journal of decisions: what stands in it survives a kill of the process. One write a turn of the event loop,
 *  then the answers of that turn. While the disk refuses, answers go out all the same: decisions wait in memory up to a limit, then
 *  they are dropped and counted, and the count is written down as soon as that is possible. */
export class DecisionJournal implements DecisionSink {
  readonly #options: DecisionJournalOptions;
  readonly #frame = new ByteWriter(ROOM_BYTES);
  readonly #encoder = new RecordEncoder(this.#frame);
  readonly #bytesMax: number;
  readonly #file: JournalFile;
  #frameRows = 0;
  #writtenRows = 0;
  #writtenBytes = 0;
  #storedBytes = 0;
  #lost = new Map<LostReason, number>();
  #lostOnWay: (LostRows & { readonly atBytes: number })[] = [];
  #sends: (() => void)[] = [];
  #isTurnSet = false;
  #lastReport = 0;
  #failure: { readonly why: string; readonly retryAtMs: number } | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: DecisionJournalOptions) {
    this.#options = options;
    this.#file = new JournalFile(options.folder, options.runId);
    this.#bytesMax = options.bytesMax ?? JOURNAL_BYTES_MAX;
    this.#frame.skip(FRAME_HEAD_BYTES);
  }

  /** How far it is written; null before the first write of this run. */
  get limit(): JournalLimit | null {
    return this.#file.limit;
  }

  /** Decisions written in this run, and bytes. */
  get written(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.#writtenRows, bytes: this.#writtenBytes };
  }

  /** Decisions that wait in memory. */
  get heldRows(): number {
    return this.#frameRows;
  }

  /** Why decisions are not safe or are dropped, for people; null when all is well. */
  get trouble(): string | null {
    if (this.#failure !== null) return `journal: ${this.#failure.why}`;
    return this.#lost.size > 0 ? 'too many wait to be written' : null;
  }

  record(row: DecisionRow): void {
    if (!this.#hasRoom()) return;
    const before = this.#frame.length;
    try {
      this.#encoder.decision(row);
      this.#frameRows += 1;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#dropUnwritable(before);
    }
    if (this.#frame.length >= FRAME_BYTES_MAX) this.#write();
    this.#setTurn();
  }

  whenRecorded(send: () => void): void {
    this.#sends.push(send);
    this.#setTurn();
  }

  /** Writes a report behind everything recorded so far: its number, and how far the journal is written with it (null when the disk
   *  refused it just now). Taken is it only while the disk does and there is room. */
  report(
    report: Report,
  ): { readonly number: number; readonly limit: JournalLimit | null } | 'full' | 'failed' {
    if (this.#failure !== null || this.#isClosed) return 'failed';
    if (this.#isFull()) return 'full';
    this.#lastReport += 1;
    this.#encoder.report(this.#lastReport, report);
    this.#write();
    return { number: this.#lastReport, limit: this.#isFailing() ? null : this.limit };
  }

  /** Writes what waits, before the end of the turn. */
  flush(): void {
    this.#write();
  }

  /** The log has everything up to here: bytes written in this run. */
  stored(bytes: number): void {
    this.#storedBytes = bytes;
    this.#lostOnWay = this.#lostOnWay.filter(({ atBytes }) => atBytes > bytes);
    // Else nothing would be written, and so nothing told, until the next decision.
    if (this.#lost.size > 0) this.#setTurn();
  }

  /** A segment cannot be read: when it is the present one, the next write begins another. */
  beginSegment(unreadable: string): void {
    this.#write();
    if (this.#file.segment === unreadable && this.#failure === null) this.#endSegment();
  }

  /** Decisions that were dropped and of which the log does not know yet. */
  lost(): readonly LostRows[] {
    const onWay = this.#lostOnWay.map(({ reason, count }) => ({ reason, count }));
    return [...this.#unwritten(), ...onWay];
  }

  /** Writes what waits and sends the answers; takes nothing from now on. The losses that could not be written. */
  close(): readonly LostRows[] {
    if (this.#isClosed) return [];
    this.#failure = null;
    this.#write();
    if (this.#frameRows > 0) this.#giveUpFrame('journal_failed');
    this.#isClosed = true;
    this.#file.close();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#sendAll();
    return this.#unwritten();
  }

  #unwritten(): readonly LostRows[] {
    return [...this.#lost].map(([reason, count]) => ({ reason, count }));
  }

  #isFailing(): boolean {
    return this.#failure !== null;
  }

  #hasRoom(): boolean {
    if (this.#isClosed) return false;
    const isFull = this.#isFull();
    if (!isFull && (this.#failure === null || this.#frame.length < HELD_BYTES_MAX)) return true;
    this.#lose(isFull ? 'queue_full' : 'journal_failed', 1);
    return false;
  }

  #isFull(): boolean {
    return this.#writtenBytes - this.#storedBytes + this.#frame.length > this.#bytesMax;
  }

  #lose(reason: LostReason, count: number): void {
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + count);
  }

  #setTurn(): void {
    if (this.#isTurnSet) return;
    this.#isTurnSet = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#isTurnSet = false;
    this.#write();
    this.#sendAll();
  };

  #sendAll(): void {
    const sends = this.#sends;
    this.#sends = [];
    const failures: unknown[] = [];
    for (const send of sends) {
      try {
        send();
      } catch (error) {
        // An error of its own: it must not take the other answers with it.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #write(): void {
    if (this.#lost.size > 0 && this.#failure === null && !this.#isFull()) this.#writeLost();
    if (this.#frame.length === FRAME_HEAD_BYTES || this.#isClosed) return;
    if (this.#isTooEarly()) return;
    const { bytes } = this.#frame;
    sealFrame(bytes, this.#frameRows);
    try {
      this.#file.append(bytes, this.#frameRows);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#failure = null;
    this.#writtenBytes += bytes.length;
    this.#writtenRows += this.#frameRows;
    this.#emptyFrame();
    if (this.#file.isLong) this.#endSegment();
    if (this.#lost.size > 0) this.#setTurn();
    this.#options.onWritten();
  }

  #writeLost(): void {
    const atBytes = this.#writtenBytes + this.#frame.length;
    for (const [reason, count] of this.#lost) {
      this.#encoder.lost({ reason, count });
      this.#lostOnWay.push({ reason, count, atBytes });
    }
    this.#lost = new Map();
  }

  #emptyFrame(): void {
    this.#frame.clear();
    this.#frame.skip(FRAME_HEAD_BYTES);
    this.#frameRows = 0;
  }

  /** The frame is kept and written later. */
  #fail(error: unknown): void {
    const why = errorCode(error) || String(error);
    this.#failure = { why, retryAtMs: this.#options.clock.monotonicMs() + RETRY_MS };
    this.#file.close();
    if (this.#file.isGone(error)) {
      this.#giveUpFrame('journal_failed');
      this.#endSegment();
    }
    this.#retryIn(RETRY_MS);
  }

  /** Is a disk that refused not asked again yet? Timers can come a millisecond early, and nothing else might ever ask: so one is set
   *  whenever it is too early. */
  #isTooEarly(): boolean {
    if (this.#failure === null) return false;
    const leftMs = this.#failure.retryAtMs - this.#options.clock.monotonicMs();
    if (leftMs > 0) this.#retryIn(leftMs);
    return leftMs > 0;
  }

  #retryIn(ms: number): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#setTurn();
    }, Math.ceil(ms)).unref();
  }

  /** A row that cannot be written as bytes. What it left in the memory of the encoder must not be referred to. */
  #dropUnwritable(before: number): void {
    this.#frame.cutTo(before);
    this.#lose('write_failed', 1);
    this.#write();
    if (this.#frameRows > 0) this.#giveUpFrame('journal_failed');
    this.#endSegment();
  }

  #giveUpFrame(reason: LostReason): void {
    const rows = this.#frameRows;
    this.#emptyFrame();
    if (rows > 0) this.#lose(reason, rows);
  }

  #endSegment(): void {
    this.#file.endSegment();
    this.#encoder.reset();
  }
}
