import { expect, it } from 'vitest';
import type { AccessRequest } from '#contract/access-requests.ts';
import { aboutOf, attentionOf } from './access-words.ts';

const endpoint = (path: string) =>
  ({ serviceId: null, serviceName: '', method: 'GET', path, isRefused: false }) as const;
const request = (changes: Partial<AccessRequest>) =>
  ({
    state: 'open',
    isStale: false,
    similarCount: 0,
    contactConfirmedAt: null,
    keyId: null,
    grantedKeyId: 'k7Qd2mX9pR4t',
    answeredAt: null,
    mergedInto: null,
    ...changes,
  }) as AccessRequest;

it('says what is asked for in a few words', () => {
  expect(aboutOf({ endpoints: [endpoint('/a')], keyId: null })).toBe('GET /a');
  expect(aboutOf({ endpoints: [endpoint('/a'), endpoint('/b'), endpoint('/c')], keyId: null })).toBe(
    'GET /a and 2 more',
  );
  expect(aboutOf({ endpoints: [endpoint('/a')], keyId: 'k7Qd2mX9pR4t' as AccessRequest['keyId'] })).toBe(
    'More for a key: GET /a',
  );
});

it('draws attention to what waits long, to what is asked twice, and to keys whose contact nobody has reached', () => {
  expect(attentionOf(request({}))).toBe(null);
  expect(attentionOf(request({ similarCount: 1 }))).toBe('1 similar request');
  expect(attentionOf(request({ isStale: true, similarCount: 1 }))).toBe('Waits for over 3 days');
  expect(attentionOf(request({ state: 'approved' }))).toBe('Contact not confirmed');
  const raised = { state: 'approved', keyId: 'k7Qd2mX9pR4t' as AccessRequest['keyId'] } as const;
  expect(attentionOf(request(raised))).toBe(null);
  expect(attentionOf(request({ state: 'rejected', isStale: true }))).toBe(null);
  const answered = { answeredAt: 1 as AccessRequest['createdAt'], similarCount: 1 };
  expect(attentionOf(request(answered))).toBe('Applicant answered');
  expect(attentionOf(request({ ...answered, state: 'asked' }))).toBe(null);
  const mergedInto = { id: 'acr_0000000000000000' as AccessRequest['id'], reference: '7QK2-M9XD' };
  expect(attentionOf(request({ state: 'merged', mergedInto }))).toBe('Into 7QK2-M9XD');
});
