import { join, resolve } from 'node:path';
import { expect, test } from './fixtures.ts';
import { seedTrade, verify } from './seed-trade.ts';
import { seedTeam } from './seed-team.ts';

const picture = resolve(import.meta.dirname, '../resources/images/keys.png');

test('the picture of the README: the keys list with the inspector of a key in rotation', async ({
  latchkey,
  folder,
}) => {
  const { call, screen, serviceUrl } = latchkey;
  const seeded = await seedTrade(call, serviceUrl);
  await seedTeam(call, seeded);
  const { secret } = await call('keys.rotate', { keyId: seeded.keyId, overlapMs: 86_400_000 });
  for (let index = 0; index < 30; index += 1) {
    const key = index % 4 === 0 ? seeded.secret : secret;
    const path = `/inventory/${index}`;
    await verify(serviceUrl, seeded.serviceToken, {
      key,
      method: 'GET',
      path,
      clientIp: '203.0.113.9',
      userAgent: 'acme-feed/2.1',
    });
  }
  await screen.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await latchkey.goTo('/keys');
  await screen.getByRole('row').filter({ hasText: 'Data feed production' }).click();
  await expect(screen.getByRole('meter', { name: 'Requests on the new secret' })).toBeVisible();
  await screen.mouse.move(640, 5);
  // Only on request: a picture of the day would differ in every run.
  const path = process.env['LATCHKEY_README_PICTURE'] === undefined ? join(folder, 'keys.png') : picture;
  await screen.screenshot({ path, animations: 'disabled' });
});
