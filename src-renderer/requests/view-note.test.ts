import { expect, it } from 'vitest';
import type { RequestSurvey } from '#contract/request-explorer.ts';
import { requestRow, type RequestRow } from '#contract/requests.ts';
import { viewFileName, viewKeys, viewNote, VIEW_ROWS_MAX } from './view-note.ts';

const AT = Date.UTC(2026, 10, 22, 12, 0, 30);
const ROW: RequestRow = requestRow.parse({
  ...{ requestId: 'order-1', at: AT, keyId: 'k7Qd2mX9pR4t', keyName: 'Data feed', secretVersion: 1 },
  ...{ application: 'Data feed', applicationId: null, partner: 'Acme', partnerId: null, service: 'Trade' },
  ...{
    serviceId: 'svc_0000000000000001',
    environment: 'live',
    source: 'verified',
    method: 'POST',
    path: '/offers|`x`',
  },
  ...{ code: 'INSUFFICIENT_SCOPE', responseStatus: null, durationMs: null, bytes: null, errorCode: null },
  ...{
    clientIp: '203.0.113.9',
    userAgent: 'curl/8',
    rule: null,
    detail: null,
    latencyUs: 80,
    tags: [],
    cost: 0,
  },
});
const none = { values: [], total: 0 };
const surveyOf = (counts: Partial<RequestSurvey['facets']>): RequestSurvey => ({
  ...{
    matched: 3,
    isExact: true,
    bucketMs: 1,
    buckets: [],
    countedFrom: null,
    sample: { rows: 3, from: null },
  },
  facets: { outcome: none, status: none, method: none, key: none, endpoint: none, caller: none, ...counts },
});

it('a shared view says what became of the requests and what to do, and names those that went wrong, without addresses', () => {
  const survey = surveyOf({
    outcome: {
      values: [
        { value: 'VALID', label: 'VALID', count: 2 },
        { value: 'INSUFFICIENT_SCOPE', label: 'INSUFFICIENT_SCOPE', count: 1 },
      ],
      total: 2,
    },
    key: { values: [{ value: ROW.keyId, label: '# Data [feed](x)', count: 3 }], total: 1 },
    endpoint: { values: [{ value: 'POST /offers', label: 'POST /offers', count: 1 }], total: 1 },
    caller: { values: [{ value: '203.0.113.9', label: '203.0.113.9', count: 3 }], total: 1 },
  });
  const good = requestRow.parse({ ...ROW, requestId: 'good', code: 'VALID', responseStatus: 200 });
  const failed = requestRow.parse({ ...good, requestId: 'failed', responseStatus: 503 });
  const note = viewNote({ rows: [ROW, good, failed], survey, madeAtMs: AT });
  expect(note.split('\n')[0]).toBe(String.raw`# Requests with \# Data \[feed\](x)`);
  expect(note).toContain('As of 2026-11-22 12:00:30 UTC: 3.');
  expect(note).toContain('| INSUFFICIENT_SCOPE | 1 | This endpoint is not in the key’s scope. | Tell us if');
  expect(note).toContain('| `POST /offers` | 1 |');
  const wrong = note.split('## The newest that went wrong')[1]?.trim().split('\n').slice(2);
  expect(wrong).toEqual([
    String.raw`| 2026-11-22 12:00:30 UTC | ${'`'}POST /offers\|'x'${'`'} | INSUFFICIENT_SCOPE | not reported | ${'`'}order-1${'`'} |`,
    String.raw`| 2026-11-22 12:00:30 UTC | ${'`'}POST /offers\|'x'${'`'} | VALID | 503 | ${'`'}failed${'`'} |`,
  ]);
  for (const hidden of ['203.0.113.9', 'curl/8']) expect(note).not.toContain(hidden);
});

it('of a large view it says that more match, and names the newest only', () => {
  const survey = { ...surveyOf({}), matched: 900, isExact: false, sample: { rows: 500, from: null } };
  const note = viewNote({ rows: Array.from({ length: 200 }, () => ROW), survey, madeAtMs: AT });
  expect(note).toContain('at least 900. Counted below are the newest 500.');
  expect(note.split('INSUFFICIENT_SCOPE').length - 1).toBe(VIEW_ROWS_MAX);
  expect(viewFileName(AT)).toBe('latchkey-view-20261122T120030Z.md');
});

it('requests without a known key are no key: the heading tells of them beside the keys, of which it names those that are counted apart', () => {
  const [known, unknown] = [
    { value: ROW.keyId, label: 'Data feed', count: 3 },
    { value: null, label: 'no known key', count: 9 },
  ];
  const headingOf = (values: readonly (typeof known | typeof unknown)[], total: number) => {
    const survey = surveyOf({ key: { values, total } });
    return [viewKeys(survey).keys, viewNote({ rows: [], survey, madeAtMs: AT }).split('\n')[0]];
  };
  expect(headingOf([unknown, known], 2)).toEqual([1, '# Requests with Data feed, and without a known key']);
  expect(headingOf([unknown, known], 5)).toEqual([
    4,
    '# Requests with Data feed and 3 more, and without a known key',
  ]);
  expect(headingOf([unknown], 1)).toEqual([0, '# Requests without a known key']);
  expect(headingOf([], 0)).toEqual([0, '# Requests']);
});
