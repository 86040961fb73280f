import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECISION_CODES } from '#contract/verify.ts';
import { curlText, verifyCurlText } from './curl-text.ts';
import { missingRule } from './endpoint-rule.ts';
import { liveTrace, rebuiltTrace } from './rebuilt-trace.ts';

const row = { source: 'verified', rule: null, detail: null, secretVersion: 1 } as const;

describe('rebuilt trace', () => {
  it.each(DECISION_CODES)(
    'shows for %s exactly one refusing step, passes before it and nothing after it',
    (code) => {
      const outcomes = rebuiltTrace({ ...row, code }).map((line) => line.outcome);
      const failing = outcomes.indexOf('fail');
      expect(outcomes.filter((outcome) => outcome === 'fail')).toHaveLength(code === 'VALID' ? 0 : 1);
      if (code === 'VALID') expect(new Set(outcomes)).toEqual(new Set(['pass']));
      else {
        expect(outcomes.slice(0, failing).every((outcome) => outcome === 'pass')).toBe(true);
        expect(outcomes.slice(failing + 1).every((outcome) => outcome === 'notReached')).toBe(true);
      }
    },
  );

  it('names the rule that decided and the detail that was kept', () => {
    const scope = (extra: object) =>
      rebuiltTrace({ ...row, code: 'INSUFFICIENT_SCOPE', ...extra }).find((line) => line.step === 'scope')
        ?.detail;
    expect(scope({ rule: 'deny DELETE /v1/** (own rule)' })).toContain('deny DELETE /v1/**');
    expect(scope({ detail: 'Encoded slashes never match.' })).toBe('Encoded slashes never match.');
    const allowed = rebuiltTrace({ ...row, code: 'VALID', rule: 'allow GET /** (all:read)' });
    expect(allowed.find((line) => line.step === 'scope')?.detail).toContain('allow GET /**');
  });

  it('says nothing about a request that was verified elsewhere', () => {
    expect(rebuiltTrace({ ...row, source: 'reported', code: 'VALID' })).toEqual([]);
  });
});

describe('missing rule', () => {
  const refused = {
    code: 'INSUFFICIENT_SCOPE',
    method: 'POST',
    path: '/v1/offers/9?x=1',
    rule: null,
    keyId: 'k7Qd2mX9pR4t',
  } as never;
  const catalogue = [
    { method: 'GET', path: '/v1/offers/{id}' },
    { method: 'POST', path: '/v1/offers/{id}' },
  ] as const;

  it('is the template of the catalogue that fits, else the path itself', () => {
    expect(missingRule(refused, catalogue)).toEqual({
      effect: 'allow',
      methods: ['POST'],
      path: '/v1/offers/{id}',
    });
    expect(missingRule(refused, [])).toEqual({ effect: 'allow', methods: ['POST'], path: '/v1/offers/9' });
  });

  it.each([
    ['a deny rule refused', { rule: 'deny POST /v1/** (own rule)' }],
    ['the path never matches', { path: '/v1/a%2Fb' }],
    ['something else refused', { code: 'EXPIRED' }],
    ['the key is not known', { keyId: null }],
  ])('is nothing where %s', (_name, change) => {
    expect(missingRule({ ...(refused as object), ...change } as never, catalogue)).toBeNull();
  });
});

describe('live trace', () => {
  it('shows what came after the refusing step as not reached', () => {
    const lines = liveTrace([
      { step: 'scope', outcome: 'fail', detail: 'no', durationUs: 1 },
      { step: 'quota', outcome: 'skip', detail: 'Not reached', durationUs: 0 },
    ]);
    expect(lines.find((line) => line.step === 'quota')).toMatchObject({
      outcome: 'notReached',
      durationUs: null,
    });
  });
});

describe('curl text', () => {
  it('hands any path to the shell as it is, whatever characters it has', () => {
    const path = fc.string({ unit: 'binary-ascii' }).map((text) => `/${text.replaceAll(/[\0\n]/g, '')}`);
    fc.assert(
      fc.property(path, (text) => {
        const script = curlText({ method: 'GET', path: text, baseUrl: 'http://api.example' }).replace(
          /^curl/,
          'printf "%s\\n"',
        );
        const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\n');
        expect(printed[1]).toBe(`http://api.example${text}`);
      }),
      { numRuns: 40 },
    );
  });

  it('holds variables where secrets belong', () => {
    expect(curlText({ method: 'POST', path: '/offers', baseUrl: null })).toBe(
      `curl -X POST --path-as-is "$SERVICE_URL"'/offers' \\\n  -H "Authorization: Bearer $API_KEY"`,
    );
    const script = verifyCurlText('http://127.0.0.1:7420/').replace(/^curl/, 'API_KEY=abc; printf "%s\\n"');
    const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
    expect(JSON.parse(printed.at(-1) ?? '')).toEqual({ key: 'abc', method: 'GET', path: '/' });
  });
});
