import type { TimestampMs } from '#contract/ids.ts';

/** How far one verifier has come with what it was told. Times in ms UTC, durations in ms. */
export interface Progress {
  /** When its connection last took an event; null before the first. */
  readonly lastTakenAt: TimestampMs | null;
  /** When it last said that it acted on one; null for a verifier that never says so. */
  readonly lastAcknowledgedAt: TimestampMs | null;
  /** Events that are neither taken nor, where it acknowledges, acknowledged. */
  readonly behind: number;
  /** From the change to its acknowledgement, or to its being taken where it never acknowledges; of the newest one. */
  readonly lagMs: number | null;
}

/** A verifier that never answers is cut off long before it is this far behind. */
const WAITING_MAX = 2_000;

interface Waiting {
  readonly seq: number;
  readonly atMs: number;
  isTaken: boolean;
}

/** Follows the events that one verifier was sent: taken by its connection, then acknowledged by itself. */
export class ListenerProgress {
  #waiting: Waiting[] = [];
  #newestSeq = Number.NEGATIVE_INFINITY;
  #acknowledgedSeq = Number.NEGATIVE_INFINITY;
  #lastTakenAt: TimestampMs | null = null;
  #lastAcknowledgedAt: TimestampMs | null = null;
  #lagMs: number | null = null;

  /** An event is sent that tells of a change at `atMs`. Call what it returns when the connection has taken it. */
  sent(seq: number, atMs: number): (nowMs: TimestampMs) => void {
    const one: Waiting = { seq, atMs, isTaken: false };
    this.#newestSeq = seq;
    this.#waiting.push(one);
    if (this.#waiting.length > WAITING_MAX) this.#waiting = this.#waiting.slice(-WAITING_MAX / 2);
    return (nowMs) => {
      one.isTaken = true;
      this.#lastTakenAt = nowMs;
      if (this.#lastAcknowledgedAt === null) this.#lagMs = Math.max(0, nowMs - atMs);
    };
  }

  /** It has acted on everything up to this event; to say so again, or later than of a newer one, changes nothing. False for an event
   *  that it was not sent. */
  acknowledge(seq: number, nowMs: TimestampMs): boolean {
    if (seq > this.#newestSeq) return false;
    if (seq <= this.#acknowledgedSeq) return true;
    const done = this.#waiting.filter((one) => one.seq <= seq);
    const newest = done.at(-1);
    if (newest === undefined) return false;
    this.#waiting = this.#waiting.filter((one) => one.seq > seq);
    this.#acknowledgedSeq = seq;
    this.#lastAcknowledgedAt = nowMs;
    this.#lagMs = Math.max(0, nowMs - newest.atMs);
    return true;
  }

  now(): Progress {
    const acknowledges = this.#lastAcknowledgedAt !== null;
    return {
      lastTakenAt: this.#lastTakenAt,
      lastAcknowledgedAt: this.#lastAcknowledgedAt,
      behind: this.#waiting.filter(({ isTaken }) => acknowledges || !isTaken).length,
      lagMs: this.#lagMs,
    };
  }
}
