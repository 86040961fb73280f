import { describe, expect, it } from 'vitest';
import { DECISION_CODES } from '#contract/verify.ts';
import type { RequestRow } from '#contract/requests.ts';
import { allowedWithout, callerAddresses } from './blocked-address.ts';
import { explainText } from './explain-text.ts';
import { exportColumns } from './export-columns.ts';
import { raisable, raisedChange } from './raised-limit.ts';
import { ALL_REQUEST_COLUMNS, requestColumns } from './request-columns.tsx';

const row = {
  code: 'INSUFFICIENT_SCOPE',
  at: Date.UTC(2026, 10, 22, 12, 0, 30, 123),
  method: 'POST',
  path: '/offers',
  keyName: 'Data feed',
  detail: 'POST /offers is not in this key’s scopes.',
  clientIp: '203.0.113.9',
  requestId: 'req_1',
  responseStatus: null,
  service: 'Trade',
} as unknown as RequestRow;
const quota = { limit: 100, period: 'day', timeZone: 'UTC', resetDay: 1, isSoft: false, by: 'key' } as const;

describe('what can be done about a request', () => {
  it('is told to the partner with what, when, why and what to do, for every outcome', () => {
    expect(explainText(row)).toBe(
      [
        'Hello,',
        '',
        'your request POST /offers to Trade on 2026-11-22 12:00:30 UTC was refused. This endpoint is not in the key’s scope.',
        'POST /offers is not in this key’s scopes.',
        'Tell us if you need it, and what for.',
        '',
        'Key: Data feed',
        'Called from: 203.0.113.9',
        'Request id: req_1',
      ].join('\n'),
    );
    for (const code of DECISION_CODES) expect(explainText({ ...row, code })).toContain('Request id: req_1');
    expect(explainText({ ...row, code: 'VALID', detail: 'ours' })).not.toContain('ours');
  });

  it('raises the limit of the key, or gives it one of its own above that of its plan', () => {
    const limited = { code: 'RATE_LIMITED' } as const;
    const none = { rateLimit: null, rateLimits: [], quota: null };
    const rateLimit = { limit: 10, windowMs: 1_000 };
    const own = raisable(limited, { ...none, rateLimit }, null);
    expect(own).toMatchObject({ now: 10, suggested: 20, isOfPlan: false });
    const ofPlan = raisable(limited, none, { ...none, rateLimit });
    expect(ofPlan).toMatchObject({ now: 10, isOfPlan: true });
    expect(ofPlan && raisedChange(none, ofPlan, 50)).toEqual({ rateLimit: { limit: 50, windowMs: 1_000 } });
    const used = raisable({ code: 'QUOTA_EXCEEDED' }, { ...none, quota }, null);
    expect(used && raisedChange({ quota }, used, 500)).toEqual({ quota: { ...quota, limit: 500 } });
    expect(
      raisable({ code: 'QUOTA_EXCEEDED' }, none, { ...none, quota: { ...quota, by: 'partner' } }),
    ).toBeNull();
    expect(raisable(limited, none, null)).toBeNull();
  });

  it('blocks an address by taking it off the list, or by a list of the others', () => {
    expect(allowedWithout(['10.0.0.1', '10.0.0.2/32', '10.0.0.0/8'], '10.0.0.2')).toEqual([
      '10.0.0.1',
      '10.0.0.0/8',
    ]);
    const callers = [
      { clientIp: '10.0.0.1' },
      { clientIp: null },
      { clientIp: '10.0.0.2' },
      { clientIp: '10.0.0.1' },
    ];
    expect(callerAddresses(callers, '10.0.0.2')).toEqual(['10.0.0.1']);
  });
});

describe('columns', () => {
  it('are those of the address in its order, unknown ones left out; each is a field of an export', () => {
    expect(requestColumns('path,time,nonsense,path', false).map(({ id }) => id)).toEqual(['path', 'time']);
    expect(requestColumns('nonsense', false).length).toBeGreaterThan(5);
    for (const { id } of ALL_REQUEST_COLUMNS) expect(exportColumns([id]), id).not.toEqual([]);
  });
});
