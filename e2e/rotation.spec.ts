import { timestampMs } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import { RevealDialog } from './pages/reveal-dialog.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { expectWhatTheClientSaw, withPollingClient } from './polling-client.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const HOUR_MS = 3_600_000;

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
});

/** One more key that may read the inventory. */
const newKey = (name: string) =>
  seedKey(latchkey().app.call, trade, name, {
    rateLimit: { limit: 1_000, windowMs: 60_000 },
  });

const ask = (key: string, caller = 1) =>
  verify(latchkey().app.serviceUrl, trade.serviceToken, {
    key,
    method: 'GET',
    path: '/inventory/42',
    clientIp: `192.0.2.${String(caller)}`,
    userAgent: `program-${String(caller)}/1.0`,
    tags: [`site=${String(caller)}`],
  });

const always = () => ({ from: timestampMs.parse(0), to: timestampMs.parse(Date.now() + HOUR_MS) });
const cockpit = () => latchkey().screen.getByRole('region', { name: 'Rotation', exact: true });
const callersOnOld = () => cockpit().getByRole('list', { name: 'Callers on the old secret' });

/** Rotates the key whose page is open; answers the new secret. */
async function rotateOnPage(): Promise<string> {
  const { screen } = latchkey();
  await screen.getByRole('button', { name: 'Rotate…' }).first().click();
  const dialog = screen.getByRole('dialog', { name: 'Rotate key' });
  await dialog.getByRole('radio', { name: '1 hour' }).check();
  await dialog.getByRole('button', { name: 'Rotate key' }).click();
  return new RevealDialog(screen).takeSecret();
}

test('a rotation is rehearsed before it is made: who would be told in time and who may be refused, and nothing changes', async () => {
  const { goTo, screen, app } = latchkey();
  const { keyId, secret } = await newKey('Rehearsed');
  await goTo(`/keys/${keyId}`);
  for (let call = 0; call < 30; call += 1) await ask(secret, 1);
  await ask(secret, 2);
  await expect
    .poll(async () => (await app.call('usage.summary', { keyId, ...always() })).totals.total, {
      timeout: 60_000,
    })
    .toBe(31);
  await screen.getByRole('button', { name: 'Rotate…' }).first().click();
  const dialog = screen.getByRole('dialog', { name: 'Rotate key' });
  await dialog.getByRole('radio', { name: '24 hours' }).check();
  await dialog.getByRole('button', { name: 'Rehearse' }).click();
  const told = dialog.getByRole('list', { name: 'Callers that would be told in time' });
  const untold = dialog.getByRole('list', { name: 'Callers that may be refused' });
  await expect(told).toContainText('program-1/1.0');
  await expect(untold).toContainText('program-2/1.0');
  await dialog.getByRole('radio', { name: 'End now' }).check();
  await expect(untold.getByRole('listitem')).toHaveCount(2);
  await expect(told).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await app.call('keys.get', { keyId })).secrets).toHaveLength(1);
});

test('S10.1 S10.4 during the overlap both secrets verify, after it only the new one, and everything else of the key stays', async () => {
  const { goTo, screen, app } = latchkey();
  const { keyId, secret } = await newKey('Two secrets');
  for (let call = 0; call < 3; call += 1) await ask(secret);
  const totals = async () => (await app.call('usage.summary', { keyId, ...always() })).totals;
  const history = async () => (await app.call('audit.list', { filter: { subjectId: keyId } })).items;
  await expect.poll(async () => (await totals()).total).toBe(3);
  await goTo(`/keys/${keyId}`);
  const before = await app.call('keys.get', { keyId });
  const earlier = { totals: await totals(), history: await history() };
  const fresh = await rotateOnPage();
  expect(await totals()).toEqual(earlier.totals);
  const [rotated, ...kept] = await history();
  expect(rotated?.action).toBe('keys.rotate');
  expect(kept).toEqual(earlier.history);
  await expect(cockpit()).toContainText('Old secret ends');
  await expect(cockpit()).toContainText('Ends by itself after 6 hours without use');
  expect((await ask(secret)).valid).toBe(true);
  expect((await ask(fresh)).valid).toBe(true);
  const { scopeIds, rateLimit, name } = await app.call('keys.get', { keyId });
  expect({ scopeIds, rateLimit, name }).toEqual({
    scopeIds: before.scopeIds,
    rateLimit: before.rateLimit,
    name: before.name,
  });
  await expect.poll(async () => (await totals()).total).toBe(5);
  // The clock of the server is the real one: the end is moved close instead.
  await app.call('keys.extendOverlap', { keyId, endsAt: timestampMs.parse(Date.now() + 700) });
  await expect.poll(async () => (await ask(secret)).code).toBe('REVOKED');
  const late = await ask(secret);
  expect(late.detail).toContain('The overlap of this secret ended');
  expect((await ask(fresh)).valid).toBe(true);
  await goTo(`/keys/${keyId}?tab=secrets`);
  await expect(screen.getByRole('row', { name: /^2 / })).toContainText('Current');
  await expect(screen.getByRole('row', { name: /^1 / })).toContainText('Ended');
});

test('S10.2 the cockpit lists exactly who is on the old secret, and the meter is the computed share', async () => {
  const { goTo, screen, app } = latchkey();
  const { keyId, secret } = await newKey('Fleet');
  const { secret: fresh } = await app.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  for (const caller of [1, 2, 3]) for (let time = 0; time < caller; time += 1) await ask(secret, caller);
  await goTo(`/keys/${keyId}`);
  await expect(callersOnOld().getByRole('listitem')).toHaveCount(3);
  await expect(callersOnOld()).toContainText('192.0.2.3');
  await expect(callersOnOld()).toContainText('program-3/1.0');
  await expect(callersOnOld()).toContainText('site=3');
  for (let time = 0; time < 4; time += 1) await ask(fresh ?? '', 3);
  await expect(callersOnOld().getByRole('listitem')).toHaveCount(2);
  await expect(callersOnOld()).not.toContainText('192.0.2.3');
  const meter = screen.getByRole('meter', { name: 'Requests on the new secret' });
  await expect(meter).toHaveAttribute('aria-valuenow', String(Math.round((4 / 10) * 100)));
  for (const caller of [1, 2]) await ask(fresh ?? '', caller);
  await expect(cockpit()).toContainText('has come back with the new one.');
});

test('S10.3 ending the old secret is in force within a second for a client that polls, and the screen tells the measured lag', async () => {
  const { goTo, screen } = latchkey();
  const { keyId, secret } = await newKey('Poller');
  await goTo(`/keys/${keyId}`);
  await rotateOnPage();
  await cockpit().getByRole('button', { name: 'End now…' }).click();
  const confirm = screen.getByRole('alertdialog').getByRole('button', { name: 'End old secret' });
  await expect(screen.getByRole('alertdialog').getByRole('button', { name: 'Cancel' })).toBeFocused();
  const { told, client } = await withPollingClient(screen, {
    ask: async () => (await ask(secret)).code === 'REVOKED',
    procedure: 'keys.endOverlap',
    click: () => confirm.click(),
    told: screen.getByText(/Refused everywhere after/),
  });
  expect(client.refusedMs).toBeLessThan(1_000);
  expectWhatTheClientSaw(told, client);
  await expect(screen.locator('[data-enforced="true"]')).toContainText('Secret 1 was refused');
});

test('the end of an overlap is moved on the page: not into the past, not beyond 30 days, and the old secret works until then', async () => {
  const { goTo, screen, app } = latchkey();
  const { keyId, secret } = await newKey('Needs longer');
  await app.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  await goTo(`/keys/${keyId}`);
  await cockpit().getByRole('button', { name: 'Extend…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Change the end of the overlap' });
  const end = dialog.getByLabel('The old secret ends');
  const extend = dialog.getByRole('button', { name: 'Extend overlap' });
  const local = (fromNowMs: number) => {
    const at = new Date(Date.now() + fromNowMs);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  for (const [fromNowMs, problem] of [
    [-HOUR_MS, 'Choose a moment in the future.'],
    [31 * 24 * HOUR_MS, 'At most 30 days after the rotation.'],
  ] as const) {
    await end.fill(local(fromNowMs));
    await expect(dialog.getByRole('alert')).toContainText(problem);
    await expect(extend).toHaveAttribute('aria-disabled', 'true');
  }
  // Some time beyond the days, since the words round down.
  const wanted = local(73 * HOUR_MS);
  await end.fill(wanted);
  await extend.click();
  await dialog.waitFor({ state: 'hidden' });
  const { secrets } = await app.call('keys.get', { keyId });
  expect(secrets.find(({ state }) => state === 'retiring')?.endsAt).toBe(new Date(wanted).getTime());
  await expect(cockpit()).toContainText('in 3 days');
  expect((await ask(secret)).valid).toBe(true);
});

test('S10.6 a second rotation from another place is refused in words, and makes no third secret', async () => {
  const { goTo, openOther, app, screen } = latchkey();
  const { keyId } = await newKey('Two tabs');
  await goTo(`/keys/${keyId}`);
  const other = await openOther();
  for (const page of [screen, other]) {
    await page.getByRole('button', { name: 'Rotate…' }).first().click();
    await page.getByRole('dialog', { name: 'Rotate key' }).getByRole('radio', { name: '1 hour' }).check();
  }
  await screen.getByRole('button', { name: 'Rotate key' }).click();
  await new RevealDialog(screen).takeSecret();
  const second = other.getByRole('dialog', { name: 'Rotate key' });
  await second.getByRole('button', { name: 'Rotate key' }).click();
  await expect(second.getByRole('alert')).toContainText('Two secrets of this key are live');
  await other.context().close();
  expect((await app.call('keys.get', { keyId })).secrets).toHaveLength(2);
});

test('a rotation is undone: who stayed is served, who had moved is named before and refused after', async () => {
  const { goTo, screen } = latchkey();
  const { keyId, secret } = await newKey('Undone');
  await goTo(`/keys/${keyId}`);
  const fresh = await rotateOnPage();
  await ask(fresh, 7);
  await expect(cockpit()).toContainText('100 %');
  await cockpit().getByRole('button', { name: 'Undo…' }).click();
  const dialog = screen.getByRole('alertdialog', { name: 'Undo the rotation?' });
  await expect(dialog.getByRole('list', { name: 'Callers that will be refused' })).toContainText('192.0.2.7');
  await dialog.getByRole('button', { name: 'Undo rotation' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expect(cockpit()).toHaveCount(0);
  expect((await ask(secret)).valid).toBe(true);
  expect((await ask(fresh)).code).toBe('REVOKED');
  await goTo(`/keys/${keyId}?tab=history`);
  await expect(screen.getByText('Undid the rotation of key').first()).toBeVisible();
});

test('brownouts are off until they are asked for, announced in the cockpit, and refuse with a hint', async () => {
  const { goTo, screen, app } = latchkey();
  const { keyId, secret } = await newKey('Forgotten cron');
  await app.call('keys.rotate', { keyId, overlapMs: 24 * HOUR_MS });
  await goTo(`/keys/${keyId}`);
  await expect(cockpit()).not.toContainText('Brownouts');
  await cockpit().getByRole('button', { name: 'How it ends…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'How this rotation ends' });
  await expect(dialog.getByRole('checkbox', { name: /short, announced times/ })).not.toBeChecked();
  await dialog.getByRole('checkbox', { name: /short, announced times/ }).check();
  await dialog.getByRole('checkbox', { name: /once nobody uses it/ }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expect(cockpit()).toContainText('Brownouts of 30 seconds every 1 hour');
  await expect(cockpit()).toContainText('Ends by itself after 6 hours');
  const brownout = { startsAt: timestampMs.parse(Date.now()), everyMs: HOUR_MS, lengthMs: 5_000 };
  await app.call('keys.updateOverlap', { keyId, brownout });
  const refused = await ask(secret);
  expect(refused).toMatchObject({ valid: false, code: 'REVOKED', status: 401 });
  expect(refused.detail).toContain('refused on trial');
});

test('a due rotation is a reminder with one click to it, on the key and above the list', async () => {
  const { goTo, screen, app } = latchkey();
  const { keyId } = await newKey('Quarterly');
  await goTo(`/keys/${keyId}`);
  await screen.getByRole('button', { name: 'Edit…' }).click();
  const dialog = screen.getByRole('dialog', { name: /Edit/ });
  await dialog.getByLabel('Rotation due every').fill('1');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await app.call('keys.get', { keyId })).rotateEveryMs).toBe(24 * HOUR_MS);
  const note = screen.getByRole('note', { name: 'Rotation due' });
  await expect(note).toContainText('every 1 day');
  await note.getByRole('button', { name: 'Rotate…' }).click();
  await expect(screen.getByRole('dialog', { name: 'Rotate key' })).toBeVisible();
  await screen.keyboard.press('Escape');
  await goTo('/keys');
  await expect(screen.getByRole('region', { name: 'Rotations' })).toContainText('Quarterly');
});
