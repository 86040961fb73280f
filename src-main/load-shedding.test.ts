import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { verifyRequest } from '#contract/verify.ts';
import { openDialectHouse } from './http/dialect-world.test-support.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());

const SHED_LAG_MS = 300;

/** Keeps the event loop of this process, and with it the core's, from everything else. */
function block(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

test('while the event loop of the running program lags, new keys are turned away with 503 and known ones pass', async () => {
  await world.ok('settings.update', { shedLagMs: SHED_LAG_MS }, z.unknown());
  const { core, service } = world.house;
  const trade = core.findService(world.trade.token, null);
  if (trade === null) throw new Error('The service is gone.');
  const [known, fresh] = [await world.newKey(), await world.newKey()];
  // A dry run makes no key known.
  const ask = (key: string, dryRun: boolean) => {
    const request = verifyRequest.parse({ key, method: 'GET', path: '/inventory/1', dryRun });
    const outcome = core.verifier.verify(trade, request);
    return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
  };
  const send = async (key: string) => {
    const response = await fetch(`${service.url}/v1/verify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.trade.token}` },
      body: JSON.stringify({ key, method: 'GET', path: '/inventory/1' }),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.json(),
    };
  };
  expect([ask(known.secret, false), ask(fresh.secret, true)]).toEqual(['VALID', 'VALID']);
  const lagging = async (until: () => boolean): Promise<void> => {
    for (let round = 0; round < 30 && !until(); round += 1) {
      block(SHED_LAG_MS + 100);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(until()).toBe(true);
  };
  await lagging(() => ask(fresh.secret, true) === 'overloaded');
  expect(ask(known.secret, false)).toBe('VALID');
  const told: Awaited<ReturnType<typeof send>>[] = [];
  for (const { secret } of [fresh, known]) void send(secret).then((answer) => told.push(answer));
  await lagging(() => told.length === 2);
  const byStatus = told.sort((one, other) => one.status - other.status);
  expect(byStatus).toMatchObject([
    { status: 200, body: { valid: true, key: { keyId: known.keyId } } },
    { status: 503, retryAfter: '1', body: { code: 'VERIFY_UNAVAILABLE' } },
  ]);
}, 60_000);
