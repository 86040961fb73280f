import type { LogResponse } from '#contract/verify.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { DecisionRow } from './decision-row.ts';
import type { Batch, LostReason, ReadyMessage, Report } from './requests-messages.ts';
import type { RequestsMark } from './requests-mark.ts';
import { logIsDown } from './worker-link.ts';

/** Decisions in one batch. */
export const BATCH_ROWS = 500;
/** Decisions and report entries that may wait, sent or not; more are dropped and counted. */
export const QUEUE_ROWS_MAX = 10_000;
/** How far the mark is written ahead: what an unclean stop is said to have lost at most, beside what was on its way. */
const MARK_AHEAD_ROWS = 50;
/** Ends of the worker with the same batch in front, after which that batch is given up: it may be what ends it. */
const TRIES_MAX = 3;

interface WaitingReport {
  readonly report: Report;
  readonly resolve: (answer: LogResponse) => void;
  readonly reject: (error: Error) => void;
}

interface SentBatch {
  readonly sequence: number;
  readonly decisions: readonly DecisionRow[];
  readonly reports: readonly WaitingReport[];
  readonly lost: Batch['lost'];
  /** Decisions handed over in this run, this batch included. */
  readonly seen: number;
}

/** Decisions and reports between the verifier and the worker, in order, with a limit. Keeps each batch until the worker has it
 *  in the file, so that a crash of the worker loses nothing. */
export class LogQueue {
  readonly #mark: RequestsMark;
  #rows: DecisionRow[] = [];
  #reports: WaitingReport[] = [];
  #sent: SentBatch[] = [];
  #lost = new Map<LostReason, number>();
  #length = 0;
  #sequence = 0;
  /** Handed over in this run; in the file of these; and how far the mark beside the file reaches. */
  #seen = 0;
  #seenInFile = 0;
  #marked = Number.POSITIVE_INFINITY;
  /** Counter of the file minus #seenInFile. */
  #base = 0;
  #tries = { sequence: 0, count: 0 };
  #trouble: string | null = null;

  constructor(mark: RequestsMark) {
    this.#mark = mark;
  }

  /** Decisions and report entries that are not in the file yet. */
  get length(): number {
    return this.#length;
  }

  get isStruggling(): boolean {
    return this.#trouble !== null;
  }

  /** Why rows are missing, for people. */
  get trouble(): string {
    return this.#trouble ?? '';
  }

  /** Takes a decision; how many wait to be sent. Dropped when the queue is full. */
  add(row: DecisionRow): number {
    this.#seen += 1;
    if (this.#seen > this.#marked) this.#markUpTo(this.#seen + MARK_AHEAD_ROWS);
    if (this.#length >= QUEUE_ROWS_MAX) {
      this.#count('queue_full', 1);
      this.#trouble = 'the queue is full';
      return 0;
    }
    this.#length += 1;
    return this.#rows.push(row);
  }

  /** Takes a report; resolves when it is in the file. All of it is refused when there is no room. */
  addReport(report: Report): Promise<LogResponse> {
    const { length } = report.entries;
    if (this.#length + length > QUEUE_ROWS_MAX) {
      const detail = 'Too many rows wait to be written. Send the report again later.';
      const rejected = report.entries.map((_entry, index) => ({ index, code: 'LOG_FULL' as const, detail }));
      return Promise.resolve({ accepted: 0, rejected });
    }
    this.#length += length;
    return new Promise((resolve, reject) => {
      this.#reports.push({ report, resolve, reject });
    });
  }

  /** Everything that waits to be sent, as batches; they count as sent from now on. */
  take(): readonly Batch[] {
    const batches: Batch[] = [];
    while (this.#rows.length > 0 || this.#reports.length > 0 || this.#lost.size > 0) {
      const decisions = this.#rows.length <= BATCH_ROWS ? this.#rows : this.#rows.slice(0, BATCH_ROWS);
      this.#rows = this.#rows.length <= BATCH_ROWS ? [] : this.#rows.slice(BATCH_ROWS);
      const isLast = this.#rows.length === 0;
      this.#sequence += 1;
      const sent: SentBatch = {
        sequence: this.#sequence,
        decisions,
        // Behind every decision that was recorded before them.
        reports: isLast ? this.#reports : [],
        lost: [...this.#lost].map(([reason, count]) => ({ reason, count })),
        seen: this.#seen - this.#rows.length,
      };
      this.#lost = new Map();
      if (isLast) this.#reports = [];
      this.#sent.push(sent);
      batches.push(this.#message(sent));
    }
    return batches;
  }

  /** The worker has the batch in the file; `replies` are those of its reports. */
  written(sequence: number, replies: readonly LogResponse[]): void {
    const batch = this.#finish(sequence);
    batch?.reports.forEach(({ resolve, reject }, index) => {
      const reply = replies[index];
      if (reply === undefined) reject(logIsDown());
      else resolve(reply);
    });
    if (this.#lost.size === 0 && batch?.lost.length === 0) this.#trouble = null;
    if (this.#length === 0) this.settleMark();
  }

  /** The worker could not write the batch and counts its decisions as lost. */
  refused(sequence: number, why: string): void {
    const batch = this.#finish(sequence);
    for (const { reject } of batch?.reports ?? []) reject(logIsDown());
    this.#trouble = why;
  }

  /** The worker ended with what was sent to it. */
  workerEnded(): void {
    const front = this.#sent[0];
    if (front === undefined) return;
    const count = this.#tries.sequence === front.sequence ? this.#tries.count + 1 : 1;
    this.#tries = { sequence: front.sequence, count };
    if (count < TRIES_MAX) return;
    this.#finish(front.sequence);
    this.#count('worker_crash', front.decisions.length);
    for (const { reason, count: lost } of front.lost) this.#count(reason, lost);
    for (const { reject } of front.reports) reject(logIsDown());
  }

  /** A worker has opened the log. The batches that it does not have, to be sent again. */
  workerReady({ logId, seenCount, lastSequence }: Omit<ReadyMessage, 'kind' | 'restored'>): readonly Batch[] {
    for (const batch of this.#sent.filter(({ sequence }) => sequence <= lastSequence)) {
      this.#finish(batch.sequence);
      // They are in the file, but the answers went with the worker that wrote them. Sending them again is harmless.
      for (const { reject } of batch.reports) reject(logIsDown());
    }
    this.follow(logId, seenCount);
    return this.#sent.map((batch) => this.#message(batch));
  }

  /** The counter belongs to this file from now on. */
  follow(logId: string, seenCount: number): void {
    this.#base = seenCount - this.#seenInFile;
    this.#marked = this.#seen + MARK_AHEAD_ROWS;
    this.#guarded(() => {
      this.#mark.start(logId, this.#base + this.#marked);
    });
  }

  /** Nothing is on its way: the mark says exactly what was handed over, so that a kill now reports no loss. */
  settleMark(): void {
    if (this.#length === 0) this.#markUpTo(this.#seen);
  }

  /** The log closes: reports that are still waiting have no answer. */
  failReports(): void {
    for (const { reject } of [...this.#sent.flatMap((batch) => batch.reports), ...this.#reports]) {
      reject(logIsDown());
    }
    this.#reports = [];
    this.#sent = [];
  }

  /** Rows lost, those included that the file does not know of yet; most first. */
  lostWith(inFile: readonly { readonly reason: string; readonly count: number }[]) {
    const all = new Map(inFile.map(({ reason, count }) => [reason, count]));
    const unsaved = [...this.#lost].map(([reason, count]) => ({ reason, count }));
    for (const { reason, count } of unsaved) all.set(reason, (all.get(reason) ?? 0) + count);
    return [...all].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }

  #message({ sequence, decisions, reports, lost, seen }: SentBatch): Batch {
    const seenCount = this.#base + seen;
    return { sequence, seenCount, decisions, reports: reports.map(({ report }) => report), lost };
  }

  #finish(sequence: number): SentBatch | undefined {
    const batch = this.#sent.find((sent) => sent.sequence === sequence);
    if (batch === undefined) return undefined;
    this.#sent = this.#sent.filter((sent) => sent !== batch);
    this.#seenInFile = batch.seen;
    this.#length -= batch.decisions.length;
    for (const { report } of batch.reports) this.#length -= report.entries.length;
    return batch;
  }

  #count(reason: LostReason, count: number): void {
    if (count > 0) this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + count);
  }

  #markUpTo(seen: number): void {
    this.#marked = seen;
    this.#guarded(() => {
      this.#mark.write(this.#base + seen);
    });
  }

  /** The mark is a help after a kill; a disk that refuses it must not stop a verification. It is given up then, and said so. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#marked = Number.POSITIVE_INFINITY;
      this.#trouble = `requests.mark: ${errorCode(error)}`;
    }
  }
}
