import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Output } from '#contract/contract.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
type Summary = Output<'usage.summary'>;

let world: TestWorld;
let subjects: TestSubjects;
let summary: Summary;
let asked: unknown[];
const totals = (byCode: Summary['totals']['byCode']): Summary['totals'] => ({
  total: Object.values(byCode).reduce((sum, number) => sum + number, 0),
  byCode,
  byStatusClass: {},
  reported: 0,
  errorRate: 0,
});
beforeEach(async () => {
  summary = { totals: totals({}), topKeys: [], topEndpoints: [], callers: [] };
  asked = [];
  const requests: HandlerServices['requests'] = {
    query: (name, input) => {
      asked.push([name, input]);
      return Promise.resolve(summary as never);
    },
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.resolve(),
  };
  world = createTestWorld(() => ({ requests }));
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const digest = () => world.call('partners.digest', { partnerId: subjects.partner.id }, 'viewer');

it('tells use, refusals with what helps, and what ends soon, of the last seven days and of this partner alone', async () => {
  const { key } = await makeKey(world, subjects, { expiresAt: world.nowMs() + 10 * DAY_MS });
  await makeKey(world, subjects, { name: 'Later' });
  const { key: gone } = await makeKey(world, subjects, { name: 'Gone' });
  await world.call('keys.revoke', { keyId: gone.keyId, reason: 'other' });
  await world.call('partners.update', { partnerId: subjects.partner.id, contactName: 'Dana' });
  summary = {
    ...summary,
    totals: totals({ VALID: 1_200, EXPIRED: 1, INSUFFICIENT_SCOPE: 12 }),
    topKeys: [{ keyId: key.keyId, name: 'Warehouse sync', total: 1_213, refused: 13 }],
  };
  const { subject, text, contactEmail } = await digest();
  expect(asked).toEqual([
    [
      'usage.summary',
      { partnerId: subjects.partner.id, from: world.nowMs() - 7 * DAY_MS, to: world.nowMs() },
    ],
  ]);
  expect(contactEmail).toBe('api@acme.example');
  expect(subject).toBe('Your API keys this week: 1,213 requests, 13 refused');
  expect(text).toBe(`Hello Dana,

this is what the API keys of Acme did from 2026-11-15 12:00:00 UTC to 2026-11-22 12:00:00 UTC.

1,213 requests, of which 13 were refused:
- Warehouse sync: 1,213 requests, 13 refused

Why:
- 12 × INSUFFICIENT_SCOPE: The endpoint is not among those that the key may call. Call what the key may, or ask for this endpoint.
- 1 × EXPIRED: The key had expired. Ask the contact for a longer life or a new key.

Coming up:
- Warehouse sync (${key.hint}) ends on 2026-12-02 12:00:00 UTC.

Never used so far. Tell us if one is not needed:
- Later (${(await world.call('keys.list', { filter: { text: 'Later' } })).items[0]?.hint ?? ''})
- Warehouse sync (${key.hint})

Questions? Answer this mail.
`);
});

it('of a week without a request says so, and names whom to ask', async () => {
  await world.call('settings.update', { helpContact: 'help@trade.example' });
  const { subject, text } = await digest();
  expect(subject).toBe('Your API keys this week: 0 requests, 0 refused');
  expect(text).toContain('No request was made.');
  expect(text).toContain('Ask help@trade.example.');
  expect(text).not.toContain('Why:');
});

it('holds no secret, not even one that stands in a name', async () => {
  const { text: secret } = await makeKey(world, subjects);
  summary = { ...summary, totals: totals({ VALID: 1 }) };
  summary = {
    ...summary,
    topKeys: [
      {
        keyId: (await makeKey(world, subjects, { name: 'B' })).key.keyId,
        name: secret,
        total: 1,
        refused: 0,
      },
    ],
  };
  expect((await digest()).text).not.toContain(secret.slice(-49, -6));
});

it('of a partner that is not there is refused', async () => {
  expect(await world.refusal('partners.digest', { partnerId: 'par_0000000000000000' })).toMatchObject({
    code: 'PARTNER_NOT_FOUND',
  });
});
