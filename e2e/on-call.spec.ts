import { expect, test } from './fixtures.ts';
import type { Call } from './running-app.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 120_000 });

const MINUTE_MS = 60_000;

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
  await seedSpike(call, serviceUrl);
});

/** A key with two requests an hour for two days, and 300 in the last minutes, as a gateway reports them. */
async function seedSpike(call: Call, serviceUrl: string): Promise<void> {
  const { key } = await call('keys.create', {
    applicationId: seeded.applicationId,
    name: 'Price robot',
    environment: 'live',
    scopeIds: [],
    expiresAt: Date.now() + 86_400_000,
  });
  const nowMs = Date.now();
  const times = [
    ...Array.from({ length: 96 }, (_, index) => nowMs - (90 + index * 30) * MINUTE_MS),
    ...Array.from({ length: 300 }, (_, index) => nowMs - (1 + (index % 4)) * MINUTE_MS),
  ];
  const entries = times.map((at) => ({
    keyId: key.keyId,
    method: 'GET',
    path: '/a',
    responseStatus: 200,
    at,
  }));
  const answer = await fetch(`${serviceUrl}/v1/log`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${seeded.serviceToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ entries }),
  });
  expect(await answer.json()).toEqual({ accepted: times.length, rejected: [] });
}

/** The same request a hundred times, in one batch. */
async function verifyMany(serviceUrl: string, request: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(`${serviceUrl}/v1/verify/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${seeded.serviceToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ items: Array.from({ length: 100 }, () => request) }),
  });
  expect(answer.status).toBe(200);
}

test('a burst of refusals puts the failing key on top of the on-call page within 10 s', async () => {
  const { screen, call, serviceUrl, goTo } = latchkey();
  await goTo('/overview/on-call');
  const main = screen.getByRole('main');
  // The page asks every 5 s; what the seed sent may not be in the log at the first time.
  await expect(main.getByRole('heading', { name: 'Keys with most refusals' })).toBeVisible({
    timeout: 30_000,
  });
  const { key, secret } = (await call('keys.create', {
    applicationId: seeded.applicationId,
    name: 'Night batch',
    environment: 'live',
    scopeIds: [],
    expiresAt: Date.now() + 86_400_000,
  })) as { key: { keyId: string }; secret: string };
  await call('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
  const sentAtMs = Date.now();
  await verifyMany(serviceUrl, { key: secret, method: 'GET', path: '/inventory/42' });
  const table = main.getByRole('region', { name: 'Keys with most refusals' }).getByRole('table');
  const first = table.getByRole('row').nth(1);
  await expect(first).toContainText('Night batch', { timeout: 10_000 });
  expect(Date.now() - sentAtMs).toBeLessThan(10_000);
  await expect(first).toContainText('Revoked 100 %');
  await expect(main.getByRole('list', { name: 'What needs attention' })).toContainText('good credential');
  const revoked = main.getByRole('region', { name: 'Recent revocations' }).getByRole('row').nth(1);
  await expect(revoked).toContainText('Night batch');
  await expect(revoked).toContainText(/\d (µs|ms)/);
  await first.getByRole('link', { name: 'Refused requests of Night batch' }).click();
  await expect(screen).toHaveURL(new RegExp(`key=${key.keyId}`));
});

test('the self-test is run by its button, says that limits and secrets are right, and shows its figures, which stay', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/overview/on-call');
  const panel = screen.getByRole('region', { name: 'Self-test' });
  await expect(panel).toContainText('Not run yet.');
  await panel.getByRole('button', { name: 'Run the self-test' }).click();
  await expect(panel).toContainText('Limits, quotas and new secrets are right', { timeout: 60_000 });
  await panel.getByRole('button', { name: 'Figures of the self-test' }).click();
  const quota = panel.getByRole('row', { name: /Quota of 50 a day, today/ });
  await expect(quota).toHaveText('Quota of 50 a day, today805050');
  await screen.reload();
  await expect(panel).toContainText('Limits, quotas and new secrets are right');
});

test('a key that suddenly does far more than usual is on the on-call page, and its link leads to containing it', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/overview/on-call');
  const row = screen
    .getByRole('region', { name: 'Sudden traffic' })
    .getByRole('row', { name: /Price robot/ });
  // Looked for 10 s after the start and once a minute.
  await expect(row).toContainText('300 requests in 10 minutes; usual is 0, most in 7 days 1', {
    timeout: 100_000,
  });
  await row.getByRole('link', { name: 'Contain Price robot' }).click();
  const suspect = screen.getByRole('region', { name: 'Suspected key' });
  await suspect.getByRole('button', { name: 'Suspend…' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Suspend now' }).click();
  await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Leaked: Price robot', {
    timeout: 30_000,
  });
  await goTo('/overview/on-call');
  await row.getByRole('link', { name: 'Open incident of Price robot' }).click();
  await expect(screen.getByText(/^The key was suspended/)).toBeVisible({ timeout: 30_000 });
});

test('who guesses keys is named on the on-call page while that goes on, and a slow verification leads to its key and request', async () => {
  const { screen, call, serviceUrl, goTo } = latchkey();
  await call('settings.update', { slowVerifyMs: 1, failuresMax: 3 });
  await verifyMany(serviceUrl, { key: 'guess', method: 'GET', path: '/a', clientIp: '203.0.113.9' });
  // Which one takes a millisecond is up to the machine; sooner or later one does.
  const { secret } = seeded;
  await expect
    .poll(
      async () => {
        await verifyMany(serviceUrl, { key: secret, method: 'GET', path: '/inventory/42' });
        return (await call('system.status', {})).verify.slow.items.some(({ keyId }) => keyId !== null);
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  await goTo('/overview/on-call');
  const attention = screen.getByRole('list', { name: 'What needs attention' });
  // Looked for every 5 s.
  await expect(attention).toContainText('Guessing from 203.0.113.9: 97 failed attempts told to wait.', {
    timeout: 30_000,
  });
  const times = screen.getByRole('list', { name: 'When callers were turned away' });
  await expect(times).toContainText('Guessing from 203.0.113.9');
  await expect(times).toContainText('goes on.');
  const slow = screen.getByRole('region', { name: 'Slow verifications' });
  await expect(slow).toContainText(/took 1 ms or longer since the start/);
  const row = slow.getByRole('row', { name: new RegExp(seeded.keyId) }).first();
  await expect(row).toContainText('Trade');
  await expect(row.getByRole('link', { name: seeded.keyId })).toBeVisible();
  await row.getByRole('link', { name: /^Show request req_/ }).click();
  await expect(screen).toHaveURL(/\/requests\/req_/);
});

test('a page that is hidden asks nothing, and asks again when it is seen', async () => {
  const { screen, goTo } = latchkey();
  // The page asks by a clock that this test turns. The time is less than what the page takes silence of the server for.
  await screen.clock.install();
  await goTo('/overview/on-call');
  let asked = 0;
  screen.on('request', (request) => {
    if (/usage\.health|keys\.revocations/.test(request.url())) asked += 1;
  });
  const show = (isHidden: boolean) =>
    screen.evaluate((hidden) => {
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (hidden ? 'hidden' : 'visible'),
      });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
  await screen.clock.runFor(6_000);
  await expect.poll(() => asked).toBeGreaterThan(0);
  await show(true);
  asked = 0;
  await screen.clock.runFor(20_000);
  // What was asked would be on its way by now.
  await screen.waitForTimeout(300);
  expect(asked).toBe(0);
  await show(false);
  await screen.clock.runFor(6_000);
  await expect.poll(() => asked).toBeGreaterThan(0);
});
