import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { must } from '#main/platform/must.ts';
import { createClock } from '#main/platform/clock.ts';
import { DecisionJournal } from './decision-journal.ts';
import type { JournalLimit } from './journal-segments.ts';
import { JournalTeller } from './journal-teller.ts';
import { decision } from './log.test-support.ts';

const TELL_MS = 20;

let folder: string;
let journal: DecisionJournal;
let teller: JournalTeller;
let told: JournalLimit[];
let monotonicMs: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(join(tmpdir(), 'latchkey-teller-'));
  told = [];
  journal = new DecisionJournal({
    folder,
    runId: 'run',
    clock: createClock(),
    onWritten: () => {
      teller.tellWithin(TELL_MS);
    },
  });
  monotonicMs = 0;
  teller = new JournalTeller(
    journal,
    (limit) => {
      told.push(limit);
      return true;
    },
    () => monotonicMs,
  );
});
afterEach(() => {
  journal.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** One turn of the event loop with a decision. */
function turn(): void {
  journal.record(decision());
  journal.flush();
}

/** The worker says that it has everything it was told of. */
function storeAll(): void {
  const { segment, offset } = must(told.at(-1), 'something was told');
  teller.reached({ segment, offset, index: 0 });
}

describe('the worker', () => {
  it('is told once of many turns, of all that they wrote', () => {
    for (let count = 0; count < 50; count += 1) turn();
    expect(told).toEqual([]);
    vi.advanceTimersByTime(TELL_MS);
    expect(told).toEqual([journal.limit]);
  });

  it('is not told anything while it is storing; then at once of all that came meanwhile', () => {
    turn();
    vi.advanceTimersByTime(TELL_MS);
    for (let count = 0; count < 10; count += 1) {
      turn();
      vi.advanceTimersByTime(TELL_MS);
    }
    expect(told).toHaveLength(1);
    storeAll();
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(journal.limit);
    storeAll();
    expect(told).toHaveLength(2);
    expect(teller.storedRows).toBe(11);
    turn();
    vi.advanceTimersByTime(TELL_MS);
    expect(told).toHaveLength(3);
  });

  it('is told at once where somebody waits for the answer to a question, also while it is storing', () => {
    turn();
    vi.advanceTimersByTime(TELL_MS);
    turn();
    teller.tellNow();
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(TELL_MS);
    storeAll();
    expect(told).toHaveLength(2);
  });
});

it('the lag is the time since the oldest decision that is not in the log, and nothing once all is', () => {
  expect(teller.lagMs).toBe(0);
  turn();
  monotonicMs = 5_000;
  expect(teller.lagMs).toBe(5_000);
  vi.advanceTimersByTime(TELL_MS);
  monotonicMs = 7_000;
  turn();
  storeAll();
  // The second one was written after the worker was told of the first.
  expect(teller.lagMs).toBe(2_000);
  vi.advanceTimersByTime(TELL_MS);
  storeAll();
  expect(teller.lagMs).toBe(0);
});
