import { join, resolve } from 'node:path';
import { expect, test } from './fixtures.ts';
import { report, seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { seedTeam } from './seed-team.ts';

/** Only on request: pictures of the day would differ in every run. */
const isTaken = process.env['LATCHKEY_README_PICTURE'] !== undefined;
const images = resolve(import.meta.dirname, '../resources/images');

/** Requests of two programs: one has the new secret and once asks for what it may not, the other still uses the old secret. */
async function send(serviceUrl: string, seeded: SeededTrade, secret: string | null): Promise<void> {
  const token = seeded.serviceToken;
  const moved = { key: secret, clientIp: '203.0.113.9', userAgent: 'acme-feed/2.1' };
  const late = { key: seeded.secret, clientIp: '203.0.113.24', userAgent: 'acme-nightly/1.4' };
  for (let index = 0; index < 30; index += 1) {
    const asked =
      index === 24 ? { method: 'POST', path: '/offers' } : { method: 'GET', path: `/inventory/${index}` };
    const decision = await verify(serviceUrl, token, { ...(index % 5 === 0 ? late : moved), ...asked });
    if (!decision.valid) continue;
    const responseStatus = index % 9 === 4 ? 404 : index % 14 === 13 ? 304 : 200;
    await report(serviceUrl, token, { requestId: decision.requestId, responseStatus, durationMs: 9 + index });
  }
}

test('the pictures of the README: the keys list with a key in rotation, in light; the request log with a refusal and its decision, in dark', async ({
  latchkey,
  folder,
}) => {
  const { call, screen, serviceUrl, goTo } = latchkey;
  const keep = async (name: string, colorScheme: 'light' | 'dark') => {
    await screen.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await screen.mouse.move(640, 5);
    await screen.evaluate(() => document.fonts.ready);
    await screen.screenshot({ path: join(isTaken ? images : folder, name), animations: 'disabled' });
  };
  await screen.setViewportSize({ width: 1280, height: 800 });
  const seeded = await seedTrade(call, serviceUrl);
  await seedTeam(call, seeded);
  // A month of requests takes seconds, and only the looks need it.
  if (isTaken) await call('samples.create', {});
  const { secret } = await call('keys.rotate', { keyId: seeded.keyId, overlapMs: 86_400_000 });
  await send(serviceUrl, seeded, secret);

  await goTo('/keys');
  await screen.getByRole('row').filter({ hasText: 'Data feed production' }).click();
  await expect(screen.getByRole('meter', { name: 'Requests on the new secret' })).toBeVisible();
  await expect(screen.getByRole('complementary').getByText('acme-nightly/1.4')).toBeVisible();
  await keep('keys.png', 'light');

  await goTo('/requests?range=7d');
  await screen
    .getByRole('row')
    .filter({ hasText: '/offers' })
    .filter({ hasText: 'Not in scope' })
    .first()
    .click();
  await expect(screen.getByRole('complementary').getByText('No rule allows this request')).toBeVisible();
  await keep('requests.png', 'dark');
});
