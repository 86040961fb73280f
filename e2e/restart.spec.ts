import { timestampMs } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import type { Call } from './running-app.ts';
import { seedTrade, verify } from './seed-trade.ts';

const DAY_MS = 86_400_000;
const ROWS = 5;

/** Everything that must be the same after a restart, as the product itself tells it. */
async function snapshot(call: Call): Promise<Record<string, unknown>> {
  const keys = await call('keys.list', {});
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const range = { from: timestampMs.parse(today - DAY_MS), to: timestampMs.parse(today + DAY_MS) };
  return {
    partners: await call('partners.list', {}),
    applications: await call('applications.list', {}),
    services: await call('services.list', {}),
    endpoints: await call('endpoints.list', {}),
    scopes: await call('scopes.list', {}),
    keys,
    secrets: await Promise.all(
      keys.items.map(async ({ keyId }) => (await call('keys.get', { keyId })).secrets),
    ),
    requests: await call('requests.list', {}),
    totals: (await call('usage.summary', range)).totals,
    settings: await call('settings.get', {}),
  };
}

test('a restart loses nothing: objects, secrets, a running rotation, the log, the totals, the trail, the settings', async ({
  open,
}) => {
  test.setTimeout(120_000);
  const first = await open();
  const seeded = await seedTrade(first.call, first.serviceUrl);
  const { secret: newSecret } = await first.call('keys.rotate', {
    keyId: seeded.keyId,
    overlapMs: 3_600_000,
  });
  await first.call('settings.update', { clipboardClearSeconds: 30 });
  const codeOf = async (url: string, key: string | null): Promise<string> =>
    (await verify(url, seeded.serviceToken, { key, method: 'GET', path: '/inventory/42' })).code;
  expect(await codeOf(first.serviceUrl, seeded.secret)).toBe('VALID');
  expect(await codeOf(first.serviceUrl, newSecret)).toBe('VALID');
  // Rows are written in batches.
  await expect.poll(async () => (await first.call('requests.list', {})).items.length).toBe(ROWS);
  const before = await snapshot(first.call);
  const trail = (await first.call('audit.list', {})).items;
  await first.stop();

  const second = await open();
  expect(await snapshot(second.call)).toEqual(before);
  const after = await second.call('audit.list', {});
  expect(after.items.slice(-trail.length)).toEqual(trail);
  expect((await second.call('audit.verify', {})).ok).toBe(true);
  expect(await codeOf(second.serviceUrl, seeded.secret)).toBe('VALID');
  expect(await codeOf(second.serviceUrl, newSecret)).toBe('VALID');
  await second.goTo('/keys');
  await expect(second.screen.getByRole('row').filter({ hasText: 'Data feed production' })).toBeVisible();
});
