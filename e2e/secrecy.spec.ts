import { expect, test } from './fixtures.ts';
import { findIn, findInFolder } from './find-secret.ts';
import { RevealDialog } from './pages/reveal-dialog.ts';
import { ServiceScreens } from './pages/service-screens.ts';
import { seedTrade, verify } from './seed-trade.ts';

/** The ways in which a secret could come back later. */
const LATER_CALLS = [
  'partners.list',
  'applications.list',
  'services.list',
  'endpoints.list',
  'scopes.list',
  'keys.list',
  'requests.list',
  'requests.export',
  'audit.list',
  'audit.export',
  'settings.get',
  'tokens.list',
  'sessions.list',
  'backups.list',
  'system.status',
  'system.whoami',
] as const;

test('the search finds a secret in each of its guises', () => {
  const secret = 'lk_live_datafeed_k7Qd2mX9pR4t_8sW2m1Cx5VbN6hJ3k7Qd2mX9pR4tLkX7bT14fQ0a9Zr2z9f4A';
  const text = secret.slice(-40);
  const samples = [
    text,
    Buffer.from(`x${text}yz`).toString('base64'),
    Buffer.from(`xy${text}`).toString('base64url'),
    Buffer.from(text).toString('hex'),
    [...text].toReversed().join(''),
  ];
  for (const sample of samples)
    expect(findIn('sample', Buffer.from(`a${sample}b`), [secret]), sample).not.toEqual([]);
  expect(findIn('sample', Buffer.from(text, 'utf16le'), [secret])).not.toEqual([]);
  expect(findIn('sample', Buffer.from(text.slice(1)), [secret])).toEqual([]);
});

test('after a full run no key and no token is in a file, a log line, a later reply or the browser', async ({
  open,
  folder,
}) => {
  test.setTimeout(120_000);
  const latchkey = await open();
  const { call, screen } = latchkey;
  const seeded = await seedTrade(call, latchkey.serviceUrl);
  const secrets = [seeded.secret, seeded.serviceToken];

  // Through the screens too: a token and a rotation, shown and put away.
  secrets.push(await new ServiceScreens(latchkey).create('Billing'));
  await latchkey.goTo(`/keys/${seeded.keyId}`);
  await screen.getByRole('button', { name: 'Rotate…' }).first().click();
  const dialog = screen.getByRole('dialog', { name: 'Rotate key' });
  await dialog.getByRole('radio', { name: '24 hours' }).check();
  await dialog.getByRole('button', { name: 'Rotate key' }).click();
  secrets.push(await new RevealDialog(screen).takeSecret());

  // Where secrets tend to slip out: refusals, pasted keys, keys in places where none belongs.
  const typo = `${seeded.secret.slice(0, -1)}${seeded.secret.endsWith('A') ? 'B' : 'A'}`;
  for (const key of [typo, `${seeded.secret} `]) {
    await verify(latchkey.serviceUrl, seeded.serviceToken, {
      key,
      method: 'GET',
      path: `/inventory/${seeded.secret}`,
    });
  }
  await fetch(`${latchkey.serviceUrl}/v1/whoami?key=${seeded.secret}`);
  await call('keys.identify', { text: `found this: ${seeded.secret}` });
  await call('keys.update', { keyId: seeded.keyId, note: 'Nothing secret here.' });
  const admin = await call('tokens.create', { name: 'Robot', role: 'viewer' });
  if (admin.token === null) throw new Error('tokens.create gave no token.');
  secrets.push(admin.token);
  await call('backups.create', {});
  expect(secrets.every((secret) => secret.length > 40)).toBe(true);

  for (const name of LATER_CALLS) {
    const reply = JSON.stringify(await call(name, {}));
    expect(findIn(name, Buffer.from(reply), secrets)).toEqual([]);
  }
  const kept = await screen.evaluate(() => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    history: JSON.stringify(history.state),
    address: location.href,
    page: new XMLSerializer().serializeToString(document),
    fields: [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    ),
  }));
  expect(findIn('browser', Buffer.from(JSON.stringify(kept)), secrets)).toEqual([]);
  expect(findIn('output', Buffer.from(latchkey.output()), secrets)).toEqual([]);
  expect(await findInFolder(folder, secrets)).toEqual([]);
  await latchkey.stop();
  expect(await findInFolder(folder, secrets)).toEqual([]);
  expect(findIn('output', Buffer.from(latchkey.output()), secrets)).toEqual([]);
});
