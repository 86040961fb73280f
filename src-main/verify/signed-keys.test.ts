import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import type { CallInput } from '#contract/contract.ts';
import type { KeyId, RequestId } from '#contract/ids.ts';
import type { SignatureTold } from '#contract/signed-by.ts';
import type { VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import { createSimulate } from './simulate.ts';
import { createWorld } from './verify-world.test-support.ts';

const RULES = [{ effect: 'allow', methods: ['*'], path: '/**' }] as const;
const SIGNER = newSigner();
const STRANGER = newSigner();

function newSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey: Buffer.from(x, 'base64url').toString('base64') };
}

type World = ReturnType<typeof createWorld>;
let world: World;

beforeEach(() => {
  world = createWorld();
  // Longer than a signer's clock may be ahead: see the tests of the start.
  world.clock.advance(10_000);
});

interface Signing {
  readonly keyId: KeyId;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly components?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly created?: number | null;
  readonly expires?: number | null;
  readonly nonce?: string | null;
  readonly algorithm?: string;
  readonly by?: KeyObject;
}

/** A signature made apart from the product's own code, as section 2 of the RFC says it. */
function signed(signing: Signing): SignatureTold {
  const { keyId, method = 'GET', path = '/inventory/42', query = '', headers = {} } = signing;
  const { components = ['@method', '@path'], by = SIGNER.privateKey } = signing;
  const nowS = Math.floor(world.clock.nowMs() / 1_000);
  const { created = nowS, expires = null, nonce = randomBytes(12).toString('hex') } = signing;
  const values: Record<string, string> = {
    '@method': method,
    '@path': path,
    '@query': query === '' ? '?' : query,
    ...headers,
  };
  const parameters = [
    `(${components.map((name) => `"${name}"`).join(' ')})`,
    ...(created === null ? [] : [`created=${String(created)}`]),
    ...(expires === null ? [] : [`expires=${String(expires)}`]),
    ...(nonce === null ? [] : [`nonce="${nonce}"`]),
    `keyid="${keyId}"`,
    ...(signing.algorithm === undefined ? [] : [`alg="${signing.algorithm}"`]),
  ].join(';');
  const lines = [
    ...components.map((name) => `"${name}": ${values[name] ?? ''}`),
    `"@signature-params": ${parameters}`,
  ];
  const value = sign(null, Buffer.from(lines.join('\n')), by).toString('base64');
  return { input: `sig1=${parameters}`, value: `sig1=:${value}:`, headers };
}

const addKey = (columns: Parameters<World['addKey']>[0] = {}) =>
  world.addKey({ rules: RULES, signedBy: { publicKeys: [SIGNER.publicKey], coversBody: false }, ...columns });

const ask = (key: string, signature?: SignatureTold, fields: Partial<VerifyRequest> = {}) =>
  world.ask({ key, signature, ...fields });
/** Why it was refused; null when it was not. */
const why = (...asked: Parameters<typeof ask>): string | null => {
  const decision = ask(...asked);
  if (decision.valid) return null;
  expect(decision).toMatchObject({ code: 'SIGNATURE_NOT_ALLOWED', status: 403 });
  return decision.detail;
};

describe('a key that wants signed requests', () => {
  test('lets a signed request pass, and neither an unsigned one nor one signed by another or for another key', () => {
    const { keyId, secret } = addKey();
    const other = addKey();
    expect(why(secret, signed({ keyId }))).toBeNull();
    expect(why(secret)).toContain('not signed');
    expect(why(secret, signed({ keyId, by: STRANGER.privateKey }))).toContain('does not fit');
    expect(why(secret, signed({ keyId: other.keyId }))).toContain('keyid');
    expect(world.ask({ key: addKey({ signedBy: null }).secret }).code).toBe('VALID');
  });

  test('takes any of its signers, so that one can be replaced', () => {
    const publicKeys = [STRANGER.publicKey, SIGNER.publicKey];
    const { keyId, secret } = addKey({ signedBy: { publicKeys, coversBody: false } });
    expect(why(secret, signed({ keyId }))).toBeNull();
    expect(why(secret, signed({ keyId, by: STRANGER.privateKey }))).toBeNull();
  });

  test('refuses the signature of another method, path, query or field', () => {
    const { keyId, secret } = addKey();
    const all = ['@method', '@path', '@query', 'date'];
    const make = () => signed({ keyId, query: '?a=1', components: all, headers: { date: 'today' } });
    const query = '?a=1';
    expect(why(secret, { ...make(), query })).toBeNull();
    expect(why(secret, make(), { path: '/inventory/42?a=1' })).toBeNull();
    expect(why(secret, { ...make(), query }, { method: 'POST' })).toContain('does not fit');
    expect(why(secret, { ...make(), query }, { path: '/inventory/43' })).toContain('does not fit');
    expect(why(secret, { ...make(), query: '?a=2' })).toContain('does not fit');
    expect(why(secret, make())).toContain('does not fit');
    expect(why(secret, { ...make(), query, headers: { date: 'tomorrow' } })).toContain('does not fit');
    expect(why(secret, { ...make(), query, headers: {} })).toContain('covers date');
  });

  test('wants method and path covered, the query where there is one, and the body where it is told so', () => {
    const { keyId, secret } = addKey();
    expect(why(secret, signed({ keyId, components: ['@path'] }))).toContain('@method');
    expect(why(secret, signed({ keyId, components: ['@method'] }))).toContain('@path');
    expect(why(secret, signed({ keyId }), { path: '/inventory/42?a=1' })).toContain('@query');
    expect(why(secret, signed({ keyId }), { path: '/inventory/42?' })).toBeNull();
    const strict = addKey({ signedBy: { publicKeys: [SIGNER.publicKey], coversBody: true } });
    const headers = { 'content-digest': `sha-256=:${createHash('sha256').update('x').digest('base64')}:` };
    const components = ['@method', '@path', 'content-digest'];
    expect(why(strict.secret, signed({ keyId: strict.keyId }))).toContain('content-digest');
    expect(why(strict.secret, signed({ keyId: strict.keyId, components, headers }))).toBeNull();
    expect(world.ask({ key: secret, method: undefined, path: undefined, scopes: ['x'] })).toMatchObject({
      code: 'SIGNATURE_NOT_ALLOWED',
    });
  });

  test('refuses what names no time or no nonce, another algorithm, or more than one signature of the key', () => {
    const { keyId, secret } = addKey();
    expect(why(secret, signed({ keyId, created: null }))).toContain('created');
    expect(why(secret, signed({ keyId, nonce: null }))).toContain('nonce');
    expect(why(secret, signed({ keyId, nonce: '' }))).toContain('nonce');
    expect(why(secret, signed({ keyId, nonce: 'n'.repeat(129) }))).toContain('nonce');
    expect(why(secret, signed({ keyId, algorithm: 'hmac-sha256' }))).toContain('ed25519');
    expect(why(secret, signed({ keyId, algorithm: 'ed25519' }))).toBeNull();
    const [one, two] = [signed({ keyId }), signed({ keyId })];
    const second = { input: two.input.replace('sig1', 'sig2'), value: two.value.replace('sig1', 'sig2') };
    expect(why(secret, { input: `${one.input}, ${second.input}`, value: one.value })).toContain('not one');
    expect(why(secret, { ...one, value: second.value })).toContain('has no sig1');
    expect(why(secret, { input: 'x', value: 'y' })).toContain('cannot be read');
    // A proxy signs for itself; that is nothing to us.
    const ofProxy = { input: 'proxy=();created=1;keyid="proxy"', value: 'proxy=:YQ==:' };
    const both = { input: `${ofProxy.input}, ${one.input}`, value: `${ofProxy.value}, ${one.value}` };
    expect(why(secret, both)).toBeNull();
  });
});

describe('the time of a signature', () => {
  test('is five minutes at most, ends when it says, and may be five seconds ahead', () => {
    const { keyId, secret } = addKey();
    const nowS = Math.floor(world.clock.nowMs() / 1_000);
    expect(why(secret, signed({ keyId, created: nowS + 5 }))).toBeNull();
    expect(why(secret, signed({ keyId, created: nowS + 7 }))).toContain('future');
    expect(why(secret, signed({ keyId, expires: nowS }))).toContain('ended');
    const [plain, long, short] = [
      signed({ keyId, created: nowS }),
      signed({ keyId, created: nowS, expires: nowS + 3_600 }),
      signed({ keyId, created: nowS, expires: nowS + 60 }),
    ];
    world.clock.advance(60_000);
    expect(why(secret, short)).toContain('ended');
    world.clock.advance(240_000 - 1_000);
    expect([why(secret, plain), why(secret, long)]).toEqual([null, null]);
    const late = signed({ keyId, created: nowS });
    world.clock.advance(2_000);
    expect(why(secret, late)).toContain('ended');
  });

  test('is after the start of the server by more than a clock may be ahead: what an earlier run can have taken is refused', () => {
    const fresh = createWorld();
    world = fresh;
    const { keyId, secret } = addKey();
    const startS = Math.floor(fresh.clock.nowMs() / 1_000);
    expect(why(secret, signed({ keyId, created: startS }))).toContain('in some seconds');
    // Taken by a run before at its last moment, from a signer whose clock was ahead.
    const ahead = signed({ keyId, created: startS + 5 });
    fresh.clock.advance(1_000);
    expect(why(secret, ahead)).toContain('in some seconds');
    fresh.clock.advance(5_000);
    expect(why(secret, ahead)).toContain('in some seconds');
    expect(why(secret, signed({ keyId }))).toBeNull();
  });
});

test('where the clock went on from the log only after the start, what the run before can have taken is refused all the same', () => {
  const { keyId, secret } = addKey();
  const hourMs = 3_600_000;
  // Taken by the run before, whose clock was right; this run began with a clock that was an hour behind.
  const taken = signed({ keyId, created: Math.floor((world.clock.nowMs() + hourMs) / 1_000) });
  world.clock.wallMs += hourMs;
  world.verifier.noteEarlierRun(world.clock.nowMs());
  world.clock.advance(1_000);
  expect(why(secret, taken)).toContain('in some seconds');
  world.clock.advance(5_000);
  expect(why(secret, taken)).toContain('in some seconds');
  expect(why(secret, signed({ keyId }))).toBeNull();
  // A log that is ahead of a clock that did not follow refuses nobody.
  world.verifier.noteEarlierRun(world.clock.nowMs() + 48 * hourMs);
  world.clock.advance(6_000);
  expect(why(secret, signed({ keyId }))).toBeNull();
});

describe('a signature works once', () => {
  test('to its last moment, whatever the request id, and also when a later check refused', () => {
    const { keyId, secret } = addKey({ rateLimit: { limit: 1, windowMs: 1_000 } });
    const [first, second] = [signed({ keyId }), signed({ keyId })];
    expect(ask(secret, first).code).toBe('VALID');
    expect(ask(secret, second).code).toBe('RATE_LIMITED');
    world.clock.advance(2_000);
    expect(why(secret, first)).toContain('used before');
    expect(why(secret, second)).toContain('used before');
    world.clock.advance(296_000);
    world.verifier.forgetOldIds();
    expect(why(secret, first, { requestId: 'other' as RequestId })).toContain('used before');
    world.clock.advance(2_000);
    expect(why(secret, first)).toContain('ended');
    expect(world.verifier.forgetOldIds()).toBe(1);
  });

  test('at whatever service it is shown, and for the key that it names', () => {
    const [one, other] = [addKey(), addKey()];
    const nonce = 'same';
    const first = signed({ keyId: one.keyId, nonce });
    expect(why(one.secret, first)).toBeNull();
    expect(why(other.secret, signed({ keyId: other.keyId, nonce }))).toBeNull();
    const asked = { key: one.secret, method: 'GET', path: '/inventory/42', cost: 1, signature: first };
    const again = world.verifier.verify(world.stock, { ...asked, dryRun: false, explain: false });
    expect(again).toMatchObject({ decision: { code: 'SIGNATURE_NOT_ALLOWED' } });
  });

  test('but for the repeat of a granted request under its own id, and for questions that are dry runs', () => {
    const { keyId, secret } = addKey();
    const signature = signed({ keyId });
    const requestId = 'order-1' as RequestId;
    expect(ask(secret, signature, { dryRun: true }).code).toBe('VALID');
    expect(ask(secret, signature, { requestId }).code).toBe('VALID');
    expect(ask(secret, signature, { requestId }).code).toBe('VALID');
    expect(why(secret, signature, { dryRun: true })).toContain('used before');
    expect(world.decisions).toHaveLength(1);
    const other = { requestId, signature: signed({ keyId }), key: secret };
    expect(() => world.ask(other)).toThrow();
  });
});

describe('told of a signature', () => {
  test('is its step in the trace, and a simulation has none', () => {
    const { keyId, secret } = addKey();
    const step = (decision: VerifyResponse) => decision.trace?.find((one) => one.step === 'signature');
    expect(step(ask(secret, signed({ keyId }), { explain: true }))).toMatchObject({ outcome: 'pass' });
    expect(step(ask(secret, undefined, { explain: true }))).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('not signed') as string,
    });
    expect(step(world.ask({ key: addKey({ signedBy: null }).secret, explain: true }))).toMatchObject({
      outcome: 'skip',
      detail: 'The key wants no signed requests.',
    });
  });

  test('while it is only observed, an unsigned request passes with a warning and a word in the log', () => {
    const { keyId, secret } = addKey({ bindingMode: 'observe' });
    const decision = world.allowed({ key: secret });
    expect(decision.warnings).toMatchObject([{ code: 'OBSERVED_SIGNATURE_NOT_ALLOWED' }]);
    expect(world.decisions.at(-1)?.detail).toContain('Observed: This key wants signed requests');
    const signature = signed({ keyId });
    expect(world.allowed({ key: secret, signature }).warnings).toEqual([]);
    // A signature that comes again is observed, too.
    expect(world.allowed({ key: secret, signature }).warnings).toMatchObject([
      { code: 'OBSERVED_SIGNATURE_NOT_ALLOWED' },
    ]);
  });
});

describe('a simulation of a key that wants signed requests', () => {
  const run = (input: Partial<CallInput<'keys.simulate'>>) => {
    const { clock, limiter, queries, verifier } = world;
    const simulate = createSimulate({
      lookup: queries,
      limiter,
      clock,
      sources: world.sources,
      signed: verifier.signed,
    });
    return simulate(
      contract['keys.simulate'].input.parse({ method: 'GET', path: '/inventory/42', ...input }),
    );
  };

  test('answers what a verification answers: unsigned, badly signed, well signed, and again with a signature that was used', () => {
    const { keyId, secret } = addKey();
    const good = signed({ keyId });
    const told = [undefined, signed({ keyId, by: STRANGER.privateKey }), good, good];
    const answers = told.map((signature) => {
      const foretold = run({ keyId, signature, serviceId: world.trade.id });
      const { code, detail } = { detail: null, ...ask(secret, signature) };
      expect([foretold.code, foretold.detail]).toEqual([code, detail]);
      return code;
    });
    const refused = 'SIGNATURE_NOT_ALLOWED';
    expect(answers).toEqual([refused, refused, 'VALID', refused]);
  });

  test('uses up no signature, and takes the request as signed where it is asked to, which its steps say', () => {
    const { keyId, secret } = addKey();
    const signature = signed({ keyId });
    expect([run({ keyId, signature }).code, run({ keyId, signature }).code]).toEqual(['VALID', 'VALID']);
    expect(ask(secret, signature).code).toBe('VALID');
    const { code, trace } = run({ keyId, isSigned: true });
    expect(code).toBe('VALID');
    expect(trace.find(({ step }) => step === 'signature')).toMatchObject({
      outcome: 'skip',
      detail: 'Taken as signed; not checked.',
    });
  });
});
