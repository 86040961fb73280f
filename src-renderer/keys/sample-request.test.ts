import { expect, test } from 'vitest';
import { sampleRequest } from './sample-request.ts';

test('the sample fits the first allow rule', () => {
  const deny = { effect: 'deny', methods: ['DELETE'], path: '/v1/**' } as const;
  expect(sampleRequest([deny, { effect: 'allow', methods: ['POST', 'GET'], path: '/v1/{id}/*/**' }])).toEqual(
    {
      method: 'POST',
      path: '/v1/sample/sample/sample',
    },
  );
  expect(sampleRequest([{ effect: 'allow', methods: ['*'], path: '/' }])).toEqual({
    method: 'GET',
    path: '/',
  });
});

test('without an allow rule there is still something to try', () => {
  expect(sampleRequest([])).toEqual({ method: 'GET', path: '/' });
});
