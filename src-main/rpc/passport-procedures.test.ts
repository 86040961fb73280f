import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LimitsLeft } from '#contract/limits-left.ts';
import type { Passport } from '#contract/passport.ts';
import { must } from '#main/platform/must.ts';
import { passportHtml } from '#main/passport/passport-html.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const LIMITS: LimitsLeft = {
  rateLimits: [
    {
      name: null,
      limit: 1_200,
      windowMs: 60_000,
      by: 'key',
      isSoft: false,
      used: 3,
      remaining: 1_197,
      resetMs: 0,
    },
    {
      name: 'burst',
      limit: 1,
      windowMs: 5_000,
      by: 'clientIp',
      isSoft: true,
      used: null,
      remaining: null,
      resetMs: 0,
    },
  ],
  quota: null,
};

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld(() => ({
    limitsLeft: { ofKey: () => LIMITS, tightest: () => [] },
  }));
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const factOf = (passport: Passport, name: string) => passport.facts.find((fact) => fact.name === name)?.value;

describe('passport.get', () => {
  it('tells a partner in words what the key may call, its limits, bounds, dates and whom to ask', async () => {
    await world.call('services.update', {
      serviceId: subjects.service.id,
      baseUrl: 'https://api.trade.example/v2',
    });
    await world.call('settings.update', {
      helpContact: 'help@trade.example',
      publicUrl: 'https://keys.trade.example',
    });
    const { key } = await makeKey(world, subjects, {
      rules: [{ effect: 'deny', methods: ['GET'], path: '/inventory/internal/**' }],
      ipAllow: ['203.0.113.0/24'],
      timeAllow: [{ days: [1, 5], from: '08:00', to: '17:00', timeZone: 'Europe/Berlin' }],
      rotateEveryMs: 90 * 86_400_000,
    });
    const passport = await world.call('passport.get', { keyId: key.keyId }, 'viewer');
    expect(passport.calls).toMatchObject([
      { name: 'inventory:read', service: 'Trade API', may: ['GET /inventory/**'] },
      { name: null, service: null, may: [], mayNot: ['GET /inventory/internal/**'] },
    ]);
    expect(passport.limits).toEqual([
      '1,200 calls in any minute.',
      '1 call in any 5 seconds (burst), for each client address; more are let pass and noted.',
    ]);
    expect(passport.bounds).toEqual([
      'From these addresses only: 203.0.113.0/24.',
      'Monday, Friday from 08:00 to 17:00 (Europe/Berlin).',
    ]);
    expect(factOf(passport, 'Expires')).toBe('2027-02-20 12:00:00 UTC');
    expect(factOf(passport, 'Rotation')).toBe('Every 90 days; next due 2027-02-20 12:00:00 UTC.');
    expect(factOf(passport, 'Contact')).toBe('help@trade.example');
    expect(factOf(passport, 'Ask for access')).toBe('https://keys.trade.example/request-access');
    const languages = passport.snippets.map(({ language }) => language);
    expect(languages).toEqual(['curl', 'javascript', 'python', 'go', 'basic', 'pair']);
    const [basic, pair] = passport.snippets.slice(-2);
    expect(basic?.code).toContain(`-u "${key.keyId}:$DATAFEED_API_KEY"`);
    expect(pair?.code).toContain(`X-API-Key: ${key.keyId}`);
    for (const { code } of passport.snippets) {
      expect(code).toContain('DATAFEED_API_KEY');
      expect(code).toContain('https://api.trade.example/v2/inventory/sample');
    }
    expect(passport.errors.map(({ code, status }) => `${code} ${String(status)}`)).toContain(
      'RATE_LIMITED 429',
    );
    expect(passport.errors.map(({ code }) => code)).not.toContain('VALID');
  });

  it('holds no secret, not even one that somebody wrote into a name or a description', async () => {
    const { key, text } = await makeKey(world, subjects);
    const hidden = text.slice(-40);
    const scopeId = subjects.scope.id;
    await world.call('scopes.update', { scopeId, description: `Try ${text}` });
    await world.call('services.update', {
      serviceId: subjects.service.id,
      baseUrl: `https://a.example/?key=${text}`,
    });
    const passport = await world.call('passport.get', { keyId: key.keyId });
    for (const written of [JSON.stringify(passport), passport.markdown, passportHtml(passport)]) {
      expect(written).not.toContain(hidden);
      expect(written).toContain(key.name);
    }
    expect(passport.fileName).toMatch(/^passport-datafeed-live-\w+\.md$/);
  });

  it('as Markdown and HTML keeps what people wrote as words: no heading, link, row or tag comes of it', async () => {
    const name = '# <img src=x onerror=1> [a](http://evil) | b';
    const { key } = await makeKey(world, subjects, { name });
    const passport = await world.call('passport.get', { keyId: key.keyId });
    expect(passport.markdown).not.toContain('<img');
    expect(passport.markdown).not.toContain('[a](');
    expect(passport.markdown).toContain(String.raw`b (lk\_live`);
    expect(passportHtml(passport)).not.toContain('<img');
    expect(passportHtml(passport)).toContain('&lt;img');
  });

  it('has examples that their languages can read, whatever the address holds', async () => {
    await world.call('services.update', {
      serviceId: subjects.service.id,
      baseUrl: 'https://a.example/it\'s"$(x)`y`',
    });
    const { key } = await makeKey(world, subjects);
    const { snippets } = await world.call('passport.get', { keyId: key.keyId });
    const codeOf = (language: string) =>
      must(
        snippets.find((one) => one.language === language),
        language,
      ).code;
    const check = (program: string, args: readonly string[], input: string) =>
      execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'pipe'], encoding: 'utf8' });
    for (const one of ['curl', 'basic', 'pair']) check('bash', ['-n'], codeOf(one));
    check('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], codeOf('python'));
    check(process.execPath, ['--check', '--input-type=module', '-'], codeOf('javascript'));
    expect(check('gofmt', [], codeOf('go')).trim()).toBe(codeOf('go'));
  });

  it('of a key that is not there is refused', async () => {
    const error = await world.refusal('passport.get', { keyId: 'aaaaaaaaaaaa' });
    expect(error.code).toBe('KEY_NOT_FOUND');
  });
});
