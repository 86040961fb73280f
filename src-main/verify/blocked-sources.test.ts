import { expect, test } from 'vitest';
import { blockedSourceId, requestId } from '#contract/ids.ts';
import { lookupRequest } from '#contract/lookup.ts';
import { verifyRequest } from '#contract/verify.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import { createWorld, START } from './verify-world.test-support.ts';

type World = ReturnType<typeof createWorld>;

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

/** What became of calls with the same key, in a row. */
function outcomes(world: World, times: number, fields: Partial<VerifyRequest>): readonly string[] {
  const request = verifyRequest.parse({ method: 'GET', path: '/inventory/42', ...fields });
  return Array.from({ length: times }, () => {
    const outcome = world.verifier.verify(world.trade, request);
    return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
  });
}

const many = (length: number, text: string) => new Array<string>(length).fill(text);

test('a blocked source that goes on uses up the budget of its address, whatever it presents, and has no row of the log beyond it', () => {
  const budget = { failuresMax: 5, failuresForgivenPerSecond: 1 };
  for (const kind of ['good', 'revoked', 'unknown', 'garbage', 'trial']) {
    const world = createWorld({ settings: budget });
    const { secret: good } = world.addKey(kind === 'revoked' ? { revokedAtMs: START - 1 } : {});
    const gone = world.addKey();
    world.db.prepare('DELETE FROM secrets WHERE key_id = ?').run(gone.keyId);
    world.sources.replace([block('203.0.113.9')]);
    const key = { unknown: gone.secret, garbage: 'x' }[kind] ?? good;
    const from = { key, clientIp: '203.0.113.9', dryRun: kind === 'trial' };
    const code = kind === 'garbage' ? 'MALFORMED' : 'IP_NOT_ALLOWED';
    expect(outcomes(world, 2_000, from), kind).toEqual([...many(5, code), ...many(1_995, 'throttled')]);
    expect(world.decisions).toHaveLength(kind === 'trial' ? 0 : 5);
    expect(world.calls).toEqual([]);
    // All are counted, but for those that decide nothing.
    expect(world.sources.hitsOf(ID)?.count ?? 0).toBe(kind === 'trial' ? 0 : 2_000);
    expect(world.verifier.guard.figures()).toMatchObject({ throttled: 1_995, sources: 1 });
    // Let in again, it has no guess more than who never was blocked; good keys pass.
    world.sources.replace([]);
    expect(outcomes(world, 1, { ...from, key: 'y' })).toEqual(['throttled']);
    if (kind === 'good') expect(outcomes(world, 1, { ...from, dryRun: false })).toEqual(['VALID']);
  }
});

test('a blocked network has so many rows in the log as one source, however many addresses call, also where failures are not counted', () => {
  for (const settings of [{}, { failuresMax: 0 }, { failuresExempt: ['198.51.0.0/16'] }]) {
    const world = createWorld({ settings });
    const { secret: key } = world.addKey();
    world.sources.replace([block('198.51.0.0/16')]);
    for (let address = 0; address < 1_000; address += 1) {
      const clientIp = `198.51.${String(address >> 8)}.${String(address & 255)}`;
      outcomes(world, 1, { key, clientIp });
    }
    expect(world.decisions).toHaveLength(300);
    expect(world.sources.hitsOf(ID)?.count).toBe(1_000);
    world.clock.advance(10_000);
    expect(outcomes(world, 20, { key, clientIp: '198.51.200.1' })).toEqual([
      ...many(10, 'IP_NOT_ALLOWED'),
      ...many(10, 'throttled'),
    ]);
  }
});

test('under load a blocked source is turned away as who is not known, also with a key that was good lately', () => {
  const world = createWorld({ settings: { shedLagMs: 200 } });
  const { secret: key } = world.addKey();
  world.allowed({ key, clientIp: '203.0.113.9' });
  world.sources.replace([block('203.0.113.9')]);
  for (let time = 0; time < 4; time += 1) world.verifier.guard.sampleLag(250);
  expect(outcomes(world, 1, { key, clientIp: '203.0.113.9' })).toEqual(['overloaded']);
  expect(outcomes(world, 1, { key, clientIp: '203.0.113.8' })).toEqual(['VALID']);
});

test('a repeated request that was granted is refused once its source is blocked', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  const asked = { key, clientIp: '203.0.113.9', requestId: requestId.parse('mine') };
  world.allowed(asked);
  world.sources.replace([block('203.0.113.9')]);
  expect(world.refused(asked).code).toBe('IP_NOT_ALLOWED');
});

test('a look-up from a blocked source finds no key, spends the same budget, and asks nothing of the store', () => {
  const world = createWorld({ settings: { failuresMax: 3 } });
  const { secret: key } = world.addKey();
  const lookUp = (clientIp: string) =>
    world.verifier.lookUp(world.trade, lookupRequest.parse({ key, clientIp }));
  expect(lookUp('203.0.113.9')).toMatchObject({ answer: { found: true } });
  world.sources.replace([block('203.0.113.9')]);
  world.calls.length = 0;
  for (let call = 0; call < 3; call += 1) {
    expect(lookUp('203.0.113.9')).toEqual({ kind: 'answer', answer: { found: false } });
  }
  expect(lookUp('203.0.113.9')).toMatchObject({ kind: 'throttled' });
  expect(world.calls).toEqual([]);
  expect(lookUp('203.0.113.8')).toMatchObject({ answer: { found: true } });
});
