import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlText, verifyCurlText } from './curl-text.ts';

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
