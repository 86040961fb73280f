import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, type Clock } from '#main/platform/clock.ts';
import { DecisionJournal } from './decision-journal.ts';
import type { DecisionRow } from './decision-row.ts';
import { JournalReader } from './journal-reader.ts';
import { decision, report } from './log.test-support.ts';

const RUN = 'run-0001';
let directory: string;
let folder: string;
let journals: DecisionJournal[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-journal-'));
  folder = join(directory, 'requests.journal');
  journals = [];
});
afterEach(() => {
  for (const journal of journals) journal.close();
  rmSync(directory, { recursive: true });
});

function open(options: { bytesMax?: number; runId?: string; clock?: Clock } = {}): DecisionJournal {
  const journal = new DecisionJournal({
    folder,
    runId: RUN,
    clock: createClock(),
    onWritten: () => undefined,
    ...options,
  });
  journals.push(journal);
  return journal;
}

/** What a worker of another run finds in the folder. */
function found() {
  const told: string[] = [];
  const tell = (segment: string) => void told.push(segment);
  const reader = new JournalReader({ folder, runId: 'run-next', onTorn: tell, onDamaged: tell });
  reader.seek(null);
  const parts = [];
  for (let part = reader.read(null, 1_000); part !== null; part = reader.read(null, 1_000)) parts.push(part);
  reader.close();
  return {
    ids: parts.flatMap(({ batch }) => batch.decisions.map(({ requestId }) => requestId)),
    lost: parts.flatMap(({ batch }) => batch.lost),
    reports: parts.flatMap(({ batch }) => batch.reports),
    told,
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const ids = (rows: readonly DecisionRow[]) => rows.map(({ requestId }) => requestId);
const many = (count: number, differs: Partial<DecisionRow> = {}) =>
  Array.from({ length: count }, () => decision(differs));
const segments = () => readdirSync(folder).sort();

describe('an answer', () => {
  it('is sent when its decision stands in the file, within the same turn of the event loop, and in order', async () => {
    const journal = open();
    const sent: string[] = [];
    const rows = many(3);
    for (const row of rows) {
      journal.record(row);
      journal.whenRecorded(() => {
        expect(found().ids).toEqual(ids(rows));
        sent.push(row.requestId);
      });
    }
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual(ids(rows));
  });

  it('that fails takes no other with it', () => {
    const journal = open();
    const sent: number[] = [];
    journal.record(decision());
    journal.whenRecorded(() => void sent.push(1));
    journal.whenRecorded(() => {
      throw new Error('The socket is gone.');
    });
    journal.whenRecorded(() => void sent.push(3));
    expect(() => journal.close()).toThrow('The socket is gone.');
    expect(sent).toEqual([1, 3]);
  });

  it('does not wait for a disk that refuses', async () => {
    writeFileSync(folder, 'A file where the folder should be.');
    const journal = open();
    const send = vi.fn();
    journal.record(decision());
    journal.whenRecorded(send);
    await turn();
    expect(send).toHaveBeenCalledTimes(1);
    expect(journal.trouble).toMatch(/^journal: E/);
    expect(journal.report(report([]))).toBe('failed');
  });
});

describe('the file', () => {
  it('is private to its user, and so is its folder', async () => {
    const journal = open();
    journal.record(decision());
    await turn();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, segments()[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('is followed by another one beyond its size, and read across them in order', async () => {
    const journal = open();
    const rows: DecisionRow[] = [];
    for (let round = 0; round < 12; round += 1) {
      const some = many(1_000, { path: `/${'x'.repeat(1_000)}` });
      for (const row of some) journal.record(row);
      rows.push(...some);
      await turn();
    }
    expect(segments()).toHaveLength(2);
    expect(found().ids).toEqual(ids(rows));
    expect(journal.written.rows).toBe(12_000);
  });

  it('takes a record that is larger than its room, and one turn of any size', async () => {
    const journal = open();
    const rows = many(20_000);
    for (const row of rows) journal.record(row);
    const tags = Array.from({ length: 400 }, (_, index) => String(index).padEnd(2_000, 'x'));
    const large = decision({ tags });
    journal.record(large);
    await turn();
    expect(found().ids).toEqual(ids([...rows, large]));
  });

  it('of a later run has a later name, also when the earlier ones were deleted meanwhile', async () => {
    const first = open();
    first.record(decision());
    await turn();
    const second = open({ runId: 'run-0002' });
    second.record(decision());
    await turn();
    expect(segments().map((name) => name.slice(13))).toEqual([`${RUN}.journal`, 'run-0002.journal']);
  });
});

describe('a disk that refuses', () => {
  it('costs nothing when it comes back soon: what waited in memory is written in order', async () => {
    writeFileSync(folder, '');
    const journal = open();
    const rows = many(3_000);
    for (const row of rows) journal.record(row);
    await turn();
    expect(journal.heldRows).toBe(3_000);
    rmSync(folder);
    await vi.waitFor(() => {
      expect(journal.heldRows).toBe(0);
    }, 15_000);
    expect(journal.trouble).toBeNull();
    const later = decision();
    journal.record(later);
    await turn();
    expect(found()).toMatchObject({ ids: ids([...rows, later]), lost: [] });
  });

  it('is asked again when the timer came early by the clock, though nothing else is recorded', async () => {
    writeFileSync(folder, '');
    const startMs = performance.now();
    // Timers run by a clock that is a tenth faster.
    const clock = { ...createClock(), monotonicMs: () => (performance.now() - startMs) * 0.9 };
    const journal = open({ clock });
    journal.record(decision());
    await turn();
    expect(journal.trouble).not.toBeNull();
    rmSync(folder);
    await vi.waitFor(() => {
      expect(journal.trouble).toBeNull();
    }, 5_000);
    expect(journal.heldRows).toBe(0);
  });

  it('for long costs what does not fit into memory, counted to the row, and the count is written when it comes back', async () => {
    writeFileSync(folder, '');
    const journal = open();
    const rows = many(60_000, { path: '/x'.repeat(60) });
    for (const row of rows) journal.record(row);
    await turn();
    const kept = journal.heldRows;
    expect(kept).toBeGreaterThan(10_000);
    expect(kept).toBeLessThan(60_000);
    expect(journal.lost()).toEqual([{ reason: 'journal_failed', count: 60_000 - kept }]);
    rmSync(folder);
    await vi.waitFor(() => {
      expect(journal.trouble).toBeNull();
    }, 15_000);
    expect(found()).toMatchObject({
      ids: ids(rows.slice(0, kept)),
      lost: [{ reason: 'journal_failed', count: 60_000 - kept }],
    });
  });

  it('or whose folder is moved away under it goes on in a new one', async () => {
    const journal = open();
    journal.record(decision());
    await turn();
    renameSync(folder, `${folder}-away`);
    journal.beginSegment(journal.limit?.segment ?? '');
    const later = decision();
    journal.record(later);
    await turn();
    expect(found().ids).toEqual([later.requestId]);
  });
});

describe('a log that does not keep up', () => {
  it('costs what is beyond the limit, counted to the row; reports are refused as a whole; there is room again when it has', async () => {
    const journal = open({ bytesMax: 20_000 });
    const rows = many(1_000);
    for (const row of rows) {
      journal.record(row);
      await turn();
    }
    const kept = journal.written.rows;
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(900);
    expect(journal.lost()).toEqual([{ reason: 'queue_full', count: 1_000 - kept }]);
    expect(journal.report(report([]))).toBe('full');
    expect(journal.trouble).not.toBeNull();
    journal.stored(journal.written.bytes);
    await turn();
    const later = decision();
    journal.record(later);
    await turn();
    expect(journal.trouble).toBeNull();
    expect(found()).toMatchObject({
      ids: [...ids(rows.slice(0, kept)), later.requestId],
      lost: [{ reason: 'queue_full', count: 1_000 - kept }],
    });
    expect(journal.lost()).toEqual([{ reason: 'queue_full', count: 1_000 - kept }]);
    journal.stored(journal.written.bytes);
    expect(journal.lost()).toEqual([]);
  });
});

describe('a row that cannot be written as bytes', () => {
  it('is counted, and the rows around it are whole', async () => {
    const journal = open();
    const [before, after] = [decision({ userAgent: 'a' }), decision({ userAgent: 'b' })];
    journal.record(before);
    const bad = { ...decision({ service: 'New', userAgent: 'new' }), path: 7 as unknown as string };
    journal.record(bad);
    journal.record(after);
    await turn();
    expect(found()).toMatchObject({
      ids: ids([before, after]),
      lost: [{ reason: 'write_failed', count: 1 }],
    });
  });
});

describe('a journal that a kill or a power cut ended', () => {
  it('is read up to its last whole write, wherever it was cut, and never beyond', async () => {
    const journal = open();
    const ends = [0];
    const rows: DecisionRow[] = [];
    for (let round = 0; round < 3; round += 1) {
      const some = many(2, { userAgent: `agent ${String(round)}`, path: '/ä' });
      rows.push(...some);
      for (const row of some) journal.record(row);
      await turn();
      ends.push(journal.limit?.offset ?? 0);
    }
    const [name = ''] = segments();
    const whole = readFileSync(join(folder, name));
    for (let cut = 0; cut <= whole.length; cut += 1) {
      writeFileSync(join(folder, name), whole.subarray(0, cut));
      const complete = ends.filter((end) => end <= cut).length - 1;
      const { ids: kept, told } = found();
      expect(kept).toEqual(ids(rows.slice(0, 2 * complete)));
      expect(told).toEqual(ends.includes(cut) ? [] : [name]);
    }
  });

  it('is not read beyond a byte that has changed', async () => {
    const journal = open();
    const rows: DecisionRow[] = [];
    for (let round = 0; round < 3; round += 1) {
      rows.push(decision());
      journal.record(rows[round] ?? decision());
      await turn();
    }
    const [name = ''] = segments();
    const whole = readFileSync(join(folder, name));
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed.writeUInt8((changed.readUInt8(at) + 1) % 256, at);
      writeFileSync(join(folder, name), changed);
      const { ids: kept, told } = found();
      expect(ids(rows).slice(0, kept.length)).toEqual(kept);
      expect(kept.length).toBeLessThan(3);
      expect(told).toEqual([name]);
    }
  });
});
