import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoopbackListener } from './loopback-server.ts';
import { startServiceServer } from './service-server.ts';
import { testDoors } from './doors.test-support.ts';
import { callerOf, refusedWith } from './service-call.test-support.ts';

let listener: LoopbackListener;

beforeEach(async () => {
  listener = await startServiceServer(testDoors().service, { port: 0 });
});
afterEach(() => listener.close(0));

const call = callerOf(() => listener.url);

describe('log', () => {
  const report = { requestId: 'req_1', responseStatus: 200 };

  test('takes one object, several, or lines', async () => {
    expect(await call('/v1/log', { body: report })).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: [] },
    });
    const several = await call('/v1/log', { body: { entries: [report, report] } });
    expect(several).toMatchObject({ status: 202, body: { accepted: 2 } });
    const lines = `${JSON.stringify(report)}\n\n${JSON.stringify(report)}\r\n{"broken\n${JSON.stringify({ ...report, x: 1 })}\n`;
    for (const type of ['application/x-ndjson', 'application/ndjson', 'Application/NDJSON; charset=utf-8']) {
      expect((await call('/v1/log', { body: lines, headers: { 'Content-Type': type } })).body).toMatchObject({
        accepted: 2,
        rejected: [
          { index: 2, code: 'INVALID_ENTRY' },
          { index: 3, code: 'INVALID_ENTRY' },
        ],
      });
    }
  });

  test('null counts as absent', async () => {
    const names = ['durationMs', 'bytes', 'errorCode', 'clientIp', 'userAgent', 'at', 'tags'];
    const nulls = Object.fromEntries(names.map((name) => [name, null]));
    const elsewhere = {
      keyId: 'k7Qd2mX9pR4t',
      method: 'GET',
      path: '/',
      responseStatus: 200,
      requestId: null,
    };
    for (const body of [
      { ...report, ...nulls },
      { ...elsewhere, ...nulls },
    ]) {
      expect(await call('/v1/log', { body })).toMatchObject({ status: 202, body: { accepted: 1 } });
    }
    await refusedWith(call('/v1/log', { body: { ...report, responseStatus: null } }), 400, 'BAD_REQUEST');
  });

  test('1,000 whole entries of 1.3 KB fit', async () => {
    const entry = { ...report, userAgent: 'x'.repeat(1_300) };
    const entries = Array.from({ length: 1_000 }, () => entry);
    expect(await call('/v1/log', { body: { entries } })).toMatchObject({
      status: 202,
      body: { accepted: 1_000 },
    });
  });

  test('a rejected entry is named by its place in what was sent', async () => {
    const entries = [
      { responseStatus: 1 },
      report,
      { ...report, requestId: 'unknown' },
      report,
      { ...report, bytes: -1 },
    ];
    expect((await call('/v1/log', { body: { entries } })).body).toMatchObject({
      accepted: 2,
      rejected: [
        { index: 0, code: 'INVALID_ENTRY' },
        { index: 2, code: 'UNKNOWN_REQUEST' },
        { index: 4, code: 'INVALID_ENTRY' },
      ],
    });
  });

  test('1,000 entries and no more; a single wrong report is refused whole', async () => {
    const many = (count: number) => ({ entries: Array.from({ length: count }, () => report) });
    expect((await call('/v1/log', { body: many(1_000) })).body).toMatchObject({ accepted: 1_000 });
    await refusedWith(call('/v1/log', { body: many(1_001) }), 400, 'BAD_REQUEST');
    expect(
      await refusedWith(call('/v1/log', { body: { responseStatus: 200 } }), 400, 'BAD_REQUEST'),
    ).toMatchObject({
      field: 'keyId',
    });
    await refusedWith(call('/v1/log', { body: 'x'.repeat(4 * 1024 * 1024 + 1) }), 413, 'BODY_TOO_LARGE');
  });
});
