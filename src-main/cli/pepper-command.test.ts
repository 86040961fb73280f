import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDataFeed, callsOf } from '#main/http/house-calls.test-support.ts';
import { openHouse, OWNER_TOKEN, type House } from '#main/http/house.test-support.ts';
import { runCommand } from './run-command.ts';

let house: House;
const call = callsOf(() => house);
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function run(...args: readonly string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const exitCode = await runCommand(['pepper', ...args, '--url', house.admin.url], {
    environment: { LATCHKEY_ADMIN_TOKEN: OWNER_TOKEN },
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}

test('the pepper is shown, rotated and dropped by command, over the real listener; a drop needs the keys named that stop', async () => {
  const applicationId = await addDataFeed(call);
  const { key } = await call('keys.create', {
    ...{ applicationId, name: 'Seldom', environment: 'live' },
    ...{ expiresAt: null, noExpiryReason: 'Test' },
  });
  expect((await run('status')).printed).toMatch(/^Pepper 1: current, made \S+Z$/);
  const rotated = await run('rotate');
  expect(rotated.exitCode).toBe(0);
  expect(rotated.printed).toContain('Pepper 2: current');
  expect(rotated.printed).toContain(`  ${key.keyId}  Seldom`);
  const refused = await run('drop', '1');
  expect([refused.exitCode, refused.errors]).toEqual([1, expect.stringContaining('Seldom')]);
  const dropped = await run('drop', '1', '--stop', key.keyId, '--json');
  expect([dropped.exitCode, JSON.parse(dropped.printed)]).toMatchObject([
    0,
    { current: { version: 2 }, retired: [] },
  ]);
});

test('what makes no sense is told before anybody is asked', async () => {
  for (const args of [
    ['drop'],
    ['drop', 'x'],
    ['drop', '1', '--stop', 'no!id'],
    ['rotate', '2'],
    ['turn'],
    [],
  ]) {
    expect((await run(...args)).exitCode, args.join(' ')).toBe(2);
  }
});
