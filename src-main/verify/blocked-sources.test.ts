import { expect, test } from 'vitest';
import { blockedSourceId } from '#contract/ids.ts';
import { createWorld, START } from './verify-world.test-support.ts';

const ID = blockedSourceId.parse('bls_0000000000000001');
const block = (network: string, expiresAtMs: number | null = null) => ({ id: ID, network, expiresAtMs });

/** All that a caller can see, but for what is of one request alone. */
function seen(answer: object): object {
  const { requestId, latencyUs, trace, ...rest } = answer as Record<string, unknown>;
  return {
    ...rest,
    hasId: typeof requestId === 'string' && typeof latencyUs === 'number' && trace === undefined,
  };
}

test('a blocked source is refused from the next call on, and let in again from the next one after that', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  world.allowed({ key, clientIp: '203.0.113.9' });
  world.sources.replace([block('203.0.113.0/24')]);
  expect(world.refused({ key, clientIp: '203.0.113.9' })).toMatchObject({
    code: 'IP_NOT_ALLOWED',
    status: 403,
  });
  expect(world.refused({ key, clientIp: '::ffff:203.0.113.9' }).code).toBe('IP_NOT_ALLOWED');
  world.allowed({ key, clientIp: '203.0.114.1' });
  // Only addresses that the service tells are judged.
  world.allowed({ key });
  world.sources.replace([]);
  world.allowed({ key, clientIp: '203.0.113.9' });
});

test('the answer to a blocked source is the same for a good key, a revoked one, a wrong secret and none that exists, and nothing is looked up', () => {
  const world = createWorld();
  const { secret: good } = world.addKey();
  const { secret: revoked } = world.addKey({ revokedAtMs: START - 1 });
  const [gone] = [world.addKey()];
  world.db.prepare('DELETE FROM secrets WHERE key_id = ?').run(gone.keyId);
  world.sources.replace([block('2001:db8::/32')]);
  world.calls.length = 0;
  const answers = [good, revoked, gone.secret].map((key) =>
    seen(world.refused({ key, clientIp: '2001:db8::7' })),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({ code: 'IP_NOT_ALLOWED', key: null, contact: 'help@ops.example' });
  expect(world.calls).toEqual([]);
});

test('the log says which source was blocked, the block counts the call, and a trial counts nothing', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  world.sources.replace([block('203.0.113.0/24')]);
  world.refused({ key, clientIp: '203.0.113.9', dryRun: true });
  expect(world.sources.hitsOf(ID)).toBeNull();
  const { trace } = world.refused({ key, clientIp: '203.0.113.9', explain: true });
  expect(trace?.find(({ outcome }) => outcome === 'fail')).toMatchObject({ step: 'source' });
  expect(trace?.find(({ step }) => step === 'lookup')?.outcome).toBe('skip');
  expect(world.decisions.at(-1)).toMatchObject({
    code: 'IP_NOT_ALLOWED',
    principal: null,
    clientIp: '203.0.113.9',
    detail: '203.0.113.9 is in the blocked source 203.0.113.0/24.',
  });
  expect(world.sources.hitsOf(ID)).toEqual({ count: 1, lastAt: world.clock.nowMs() });
  world.sources.replace([
    block('203.0.113.0/24'),
    { ...block('192.0.2.1'), id: blockedSourceId.parse('bls_0000000000000002') },
  ]);
  expect(world.sources.hitsOf(ID)?.count).toBe(1);
});

test('a block ends by itself at its moment, and a wider one stays', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  world.sources.replace([block('203.0.113.9', START + 1_000)]);
  expect(world.refused({ key, clientIp: '203.0.113.9' }).code).toBe('IP_NOT_ALLOWED');
  world.clock.advance(1_000);
  world.allowed({ key, clientIp: '203.0.113.9' });
});

test('a refusal by a blocked source counts as no failed attempt of it', () => {
  const world = createWorld({ settings: { failuresMax: 2 } });
  const { secret: key } = world.addKey();
  world.sources.replace([block('203.0.113.9')]);
  for (let call = 0; call < 10; call += 1)
    expect(world.refused({ key, clientIp: '203.0.113.9' }).code).toBe('IP_NOT_ALLOWED');
  world.sources.replace([]);
  world.allowed({ key, clientIp: '203.0.113.9' });
});
