import { describe, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { exportRequests } from './export-requests.ts';
import { listRequests } from './list-requests.ts';
import { decision, NOW, openStore, OTHER_PRINCIPAL, report, write } from './log.test-support.ts';
import { EXPORT_COLUMNS as CSV_COLUMNS } from '#contract/request-export.ts';

const noPause = () => Promise.resolve();

/** A reader of RFC 4180, written apart from the writer: quoted cells only. */
function readCsv(text: string): string[][] {
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((cell) => (cell[1] ?? '').replaceAll('""', '"')),
    );
}

describe('an export', () => {
  it('as JSON lines holds every matching row, as the list shows them', async () => {
    const store = openStore();
    const many = Array.from({ length: 2_300 }, (_, index) =>
      decision({ atMs: (NOW - index) as TimestampMs }),
    );
    write(store, many, [report([{ requestId: many[0]?.requestId, responseStatus: 200, durationMs: 1.5 }])]);
    const { content, rowCount, truncated, fileName } = await exportRequests(
      store,
      { filter: {}, format: 'jsonl', limit: 50_000 },
      NOW,
      noPause,
    );
    const rows = content
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(rows).toEqual((await listRequests(store, { filter: {}, limit: 3_000 }, noPause)).items);
    expect({ rowCount, truncated, fileName }).toEqual({
      rowCount: 2_300,
      truncated: false,
      fileName: 'latchkey-requests-20261122T120030Z.jsonl',
    });
  });

  it('as CSV gives every field back, and lets no cell start a formula', async () => {
    const store = openStore();
    write(store, [
      decision({
        path: '=HYPERLINK("http://evil.test","x")',
        userAgent: ' @SUM(1,2)',
        clientIp: '-1',
        detail: 'say "hi", please',
        tags: ['a=1', 'b=2'],
        principal: { ...OTHER_PRINCIPAL, keyName: '+cmd' },
      }),
    ]);
    const { content, mediaType } = await exportRequests(
      store,
      { filter: {}, format: 'csv', limit: 10 },
      NOW,
      noPause,
    );
    const [header, cells] = readCsv(content);
    expect(mediaType).toContain('text/csv');
    expect(header).toEqual([...CSV_COLUMNS]);
    const row = Object.fromEntries(CSV_COLUMNS.map((column, index) => [column, cells?.[index]]));
    expect(row).toMatchObject({
      at: '2026-11-22T12:00:30.000Z',
      path: `'=HYPERLINK("http://evil.test","x")`,
      userAgent: "' @SUM(1,2)",
      clientIp: "'-1",
      detail: 'say "hi", please',
      tags: 'a=1 b=2',
      keyName: "'+cmd",
      responseStatus: '',
      code: 'VALID',
    });
    for (const cell of cells ?? []) expect(cell).not.toMatch(/^\s*[=+\-@]/);
  });

  it('stops at its limit and says that more match', async () => {
    const store = openStore();
    write(
      store,
      Array.from({ length: 5 }, () => decision()),
    );
    const exported = (limit: number) =>
      exportRequests(store, { filter: {}, format: 'jsonl', limit }, NOW, noPause);
    expect(await exported(4)).toMatchObject({ rowCount: 4, truncated: true });
    expect(await exported(5)).toMatchObject({ rowCount: 5, truncated: false });
  });

  it('lets batches be written between its chunks, and does not show their rows', async () => {
    const store = openStore();
    write(
      store,
      Array.from({ length: 2_100 }, (_, index) => decision({ atMs: (NOW - index) as TimestampMs })),
    );
    let pauses = 0;
    const { rowCount } = await exportRequests(
      store,
      { filter: {}, format: 'jsonl', limit: 50_000 },
      NOW,
      () => {
        pauses += 1;
        write(store, [decision({ atMs: (NOW + pauses) as TimestampMs })]);
        return Promise.resolve();
      },
    );
    expect(rowCount).toBe(2_100);
    expect(pauses).toBeGreaterThanOrEqual(2);
  });
});
