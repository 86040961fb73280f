import { describe, expect, it } from 'vitest';
import { missingRule } from './endpoint-rule.ts';

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
