import { expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import type { CallInput } from '#contract/contract.ts';
import { createSimulate } from './simulate.ts';
import { createWorld, scopeIdOf, START } from './verify-world.test-support.ts';

function createSimulation() {
  const world = createWorld();
  const simulate = createSimulate({
    lookup: world.queries,
    limiter: world.limiter,
    clock: world.clock,
    signed: world.verifier.signed,
    sources: world.sources,
  });
  const procedure = contract['keys.simulate'];
  const run = (input: Partial<CallInput<'keys.simulate'>>) =>
    procedure.output.parse(
      simulate(procedure.input.parse({ method: 'GET', path: '/inventory/42', ...input })),
    );
  return { world, run };
}

test('a simulation answers what a verification would, and spends and records nothing', () => {
  const { world, run } = createSimulation();
  const { keyId, secret: key } = world.addKey({
    rateLimit: { limit: 1, windowMs: 1_000 },
    ipAllow: ['10.0.0.0/8'],
  });
  for (const [path, clientIp] of [
    ['/inventory/42', '10.0.0.1'],
    ['/other', '10.0.0.1'],
    ['/inventory/42', '1.1.1.1'],
    ['/inventory/42', '[::ffff:10.0.0.1]:80'],
    ['/inventory/42', 'nobody'],
    ['/inventory/42', ''],
  ] as const) {
    const simulated = run({ keyId, path, clientIp, serviceId: world.trade.id });
    const verified = world.ask({ key, path, clientIp, dryRun: true });
    expect([simulated.code, simulated.status]).toEqual([verified.code, verified.status]);
    if (!verified.valid)
      expect([simulated.message, simulated.detail, simulated.missing]).toEqual([
        verified.message,
        verified.detail,
        verified.missing,
      ]);
  }
  expect(world.decisions).toEqual([]);
  world.allowed({ key, clientIp: '10.0.0.1' });
  expect(run({ keyId, clientIp: '10.0.0.1' }).code).toBe('RATE_LIMITED');
});

test('the deciding rule and every step are shown', () => {
  const { world, run } = createSimulation();
  const { keyId } = world.addKey();
  const simulated = run({ keyId });
  expect(simulated).toMatchObject({
    valid: true,
    rule: 'allow GET /inventory/** (inventory:read)',
    message: null,
  });
  expect(simulated.trace.map(({ step }) => step)).toEqual([
    ...[
      'parse',
      'source',
      'lookup',
      'state',
      'expiry',
      'ip',
      'origin',
      'userAgent',
      'service',
      'time',
      'signature',
    ],
    ...['scope', 'rateLimit', 'quota'],
  ]);
  expect(simulated.trace[0]?.outcome).toBe('skip');
});

test('without a service all scopes of the key count, with one only those at it', () => {
  const { world, run } = createSimulation();
  const { keyId } = world.addKey({ scopeIds: [scopeIdOf('inventory:read'), scopeIdOf('stock:read')] });
  expect(run({ keyId, path: '/stock' }).code).toBe('VALID');
  expect(run({ keyId, path: '/stock', serviceId: world.trade.id }).code).toBe('INSUFFICIENT_SCOPE');
});

test('another moment can be asked about: the expiry counts then, limits are not foretold', () => {
  const { world, run } = createSimulation();
  const { keyId, secret: key } = world.addKey({
    expiresAtMs: START + 1_000,
    rateLimit: { limit: 1, windowMs: 60_000 },
  });
  world.allowed({ key });
  const at = (atMs: number) =>
    run({ keyId, at: contract['keys.simulate'].input.shape.at.unwrap().parse(atMs) });
  expect(at(START + 999)).toMatchObject({ code: 'VALID' });
  expect(at(START + 999).trace[12]).toMatchObject({ step: 'rateLimit', outcome: 'skip' });
  expect(at(START + 1_000).code).toBe('EXPIRED');
});

test('a draft is judged by its rules alone, or in place of those of a key', () => {
  const { world, run } = createSimulation();
  const draftRules = [
    { effect: 'allow' as const, methods: ['*'] as ['*'], path: '/**' },
    { effect: 'deny' as const, methods: ['DELETE' as const], path: '/inventory/*' },
  ];
  const alone = run({ draftRules, method: 'DELETE' });
  expect(alone).toMatchObject({ code: 'INSUFFICIENT_SCOPE', rule: 'deny DELETE /inventory/* (draft)' });
  expect(alone.trace.filter(({ outcome }) => outcome === 'skip')).toHaveLength(13);
  expect(run({ draftRules }).code).toBe('VALID');
  const { keyId } = world.addKey({ suspendedAtMs: 1 });
  expect(run({ draftRules, keyId, path: '/x' }).code).toBe('SUSPENDED');
  expect(run({ draftRules, keyId: world.addKey().keyId, path: '/x' }).code).toBe('VALID');
});

test('an unknown key or service is refused', () => {
  const { world, run } = createSimulation();
  const unknown = contract['keys.simulate'].input.shape;
  const keyId = unknown.keyId.unwrap().parse('AAAAAAAAAAAA');
  expect(() => run({ keyId })).toThrow(expect.objectContaining({ code: 'KEY_NOT_FOUND' }));
  const serviceId = unknown.serviceId.unwrap().parse('svc_AAAAAAAAAAAAAAAA');
  const known = world.addKey().keyId;
  expect(() => run({ keyId: known, serviceId })).toThrow(
    expect.objectContaining({ code: 'SERVICE_NOT_FOUND' }),
  );
});
