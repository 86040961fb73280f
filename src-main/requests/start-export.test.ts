import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import type { Job, JobResult } from '#contract/jobs.ts';
import { EXPORT_COLUMNS } from '#contract/request-export.ts';
import type { UseCaseContext } from '#main/context.ts';
import { answerQuery } from './answer-query.ts';
import { EXPORT_FILES_MAX, ExportFiles } from './export-files.ts';
import { decision, noPause, NOW, openStore, write } from './log.test-support.ts';
import type { RequestsStore } from './requests-store.ts';
import { RunningSearches } from './search-budget.ts';
import { startExport, type ExportParts } from './start-export.ts';

const context = {
  actor: { kind: 'token', id: 'tok_1', name: 'Night job' },
  nowMs: (NOW + 60_000) as TimestampMs,
  command: (work: () => { value: unknown }) => work().value,
} as unknown as UseCaseContext;

let folder: string;
let store: RequestsStore;
let files: ExportFiles;
let abort: AbortController;
let told: (readonly [number, number | null])[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-export-'));
  store = openStore();
  files = new ExportFiles(folder);
  abort = new AbortController();
  told = [];
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const NEVER_STOPPED = { signal: new AbortController().signal, tell: () => undefined };
const notAsked = () => Promise.reject(new Error('not asked'));
const NO_LONG_ANSWERS = { 'replay.run': notAsked, 'replay.suggest': notAsked, 'store.inspect': notAsked };

/** Runs an export to its end; the text of its file. */
async function exported(
  input: Omit<Parameters<typeof startExport>[1], 'filter'> & { readonly query?: string },
  onTell: (done: number) => void = () => undefined,
): Promise<string> {
  const searches = new RunningSearches();
  let running: Promise<JobResult> | null = null;
  const parts: ExportParts = {
    files,
    requests: {
      query: async (name: string, asked: unknown, long = NEVER_STOPPED) =>
        answerQuery(
          { store, nowMs: NOW, walBytes: () => 0, pause: noPause, searches, ...long },
          { name, input: asked } as Parameters<typeof answerQuery>[1],
          NO_LONG_ANSWERS,
        ),
    },
    jobs: {
      start: ({ work }) => {
        const tell = (done: number, total: number | null) => {
          told.push([done, total]);
          onTell(done);
        };
        running = work({ signal: abort.signal, tell });
        return { jobId: 'job_1', title: 'x' } as unknown as Job;
      },
    },
  };
  const { query, ...rest } = input;
  startExport(context, { ...rest, filter: query === undefined ? {} : { query } }, parts);
  const result = await (running as unknown as Promise<JobResult>);
  const file = files.find(result.file?.replace('/api/exports/', '') ?? '');
  return readFileSync(file?.path ?? '', 'utf8');
}

const many = (count: number) =>
  Array.from({ length: count }, (_none, n) =>
    decision({ atMs: (NOW - n) as TimestampMs, path: n % 2 === 0 ? '/a' : '/b' }),
  );

describe('the file of an export', () => {
  it('holds every matching row, newest first, more than come in one part, and its progress ends at their number', async () => {
    write(store, many(5_000));
    const text = await exported({ format: 'jsonl', columns: ['at', 'path'], query: 'path:/a' });
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { at: number; path: string });
    expect(rows).toHaveLength(2_500);
    expect(rows[0]).toEqual({ at: NOW, path: '/a' });
    expect(rows.at(-1)?.at).toBe(NOW - 4_998);
    expect(told.at(0)).toEqual([0, 2_500]);
    expect(told.at(-1)).toEqual([2_500, 2_500]);
  });

  it('leaves nothing behind when it is cancelled in the middle', async () => {
    write(store, many(5_000));
    const running = exported({ format: 'csv', columns: null }, (done) => {
      if (done > 0) abort.abort();
    });
    await expect(running).rejects.toThrow(/abort/i);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of CSV lets no cell begin a formula, and as many lines as rows come out of it', async () => {
    write(store, [decision({ path: '=HYPERLINK("http://evil.test")' }), ...many(3)]);
    const text = await exported({ format: 'csv', columns: ['path', 'at'] });
    expect(text.split('\r\n')[0]).toBe('"path","at"');
    expect(text).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
    expect(text.trimEnd().split('\r\n')).toHaveLength(5);
  });

  it('of Markdown keeps every text inside its cell', async () => {
    write(store, [decision({ path: '/a|b`c`\\[x](http://evil.test)<b>', userAgent: '=1' })]);
    const text = await exported({ format: 'md', columns: ['path', 'userAgent'] });
    const [, , line = ''] = text.split('\n');
    expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(4);
    expect(line).toContain(String.raw`\[x\]\(http://evil.test\)\<b\>`);
  });

  it('never holds the text of a key, wherever a caller put it', async () => {
    const secret = fc
      .tuple(
        fc.constantFrom('live', 'test'),
        fc.stringMatching(/^[a-z0-9]{2,24}$/),
        fc.stringMatching(/^[0-9A-Za-z]{12}$/),
        fc.stringMatching(/^[0-9A-Za-z]{49}$/),
      )
      .map(([env, app, id, rest]) => ({ whole: `lk_${env}_${app}_${id}_${rest}`, rest: rest.slice(0, 43) }));
    await fc.assert(
      fc.asyncProperty(
        secret,
        fc.constantFrom('csv' as const, 'jsonl' as const, 'md' as const),
        async ({ whole, rest }, format) => {
          write(store, [
            decision({
              path: `/x/${whole}?key=${whole}`,
              userAgent: whole,
              detail: whole,
              tags: [`k=${whole}`],
              clientIp: whole,
            }),
          ]);
          const text = await exported({ format, columns: null, query: `-path:nothing` });
          expect(text).not.toContain(rest);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is one of the last ten', async () => {
    write(store, many(1));
    for (let n = 0; n < EXPORT_FILES_MAX + 2; n += 1)
      await exported({ format: 'csv', columns: [...EXPORT_COLUMNS] });
    expect(readdirSync(folder)).toHaveLength(EXPORT_FILES_MAX);
    files.clear();
    expect(() => readdirSync(folder)).toThrow();
    files = new ExportFiles(folder);
    await exported({ format: 'csv', columns: null });
  });
});
