import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHouse, OWNER_TOKEN, type House } from '#main/http/house.test-support.ts';
import { runCommand } from './run-command.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function run(...args: readonly string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const exitCode = await runCommand(['block', ...args, '--url', house.admin.url], {
    environment: { LATCHKEY_ADMIN_TOKEN: OWNER_TOKEN },
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}

test('sources are blocked, listed and let in by command, over the real listener', async () => {
  expect((await run('list')).printed).toBe('No source is blocked.');
  const added = await run('add', '203.0.113.7/24', '2001:DB8::1', '--reason', 'Guesses keys', '--days', '7');
  expect([added.exitCode, added.errors]).toEqual([0, '']);
  expect(added.printed).toMatch(
    /^203\.0\.113\.0\/24 {2}Guesses keys \(.*, until \S+Z; 0 refused since start\)\n2001:db8::1 /,
  );
  expect((await run('remove', '203.0.113.99/24')).printed).toBe('203.0.113.0/24 is let in again.');
  expect((await run('list')).printed).not.toContain('203.0.113');
  const gone = await run('remove', '203.0.113.0/24');
  expect([gone.exitCode, gone.errors]).toEqual([1, expect.stringContaining('is not blocked')]);
  expect((await run('add', '0.0.0.0/0', '--reason', 'All')).exitCode).toBe(1);
});

test('what makes no sense is told before anybody is asked', async () => {
  for (const args of [
    ['add'],
    ['add', '203.0.113.9'],
    ['remove'],
    ['remove', 'x'],
    ['list', 'x'],
    ['turn'],
    [],
  ]) {
    expect((await run(...args)).exitCode, args.join(' ')).toBe(2);
  }
});
