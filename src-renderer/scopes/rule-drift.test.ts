import { expect, test } from 'vitest';
import { endpoint } from '#contract/services.ts';
import { ruleDrift } from './rule-drift.ts';
import { readyRules } from './rule-verdict.ts';

const entry = (method: 'GET' | 'POST', path: string, createdAt: number) =>
  endpoint.parse({
    id: `end_${path.replaceAll(/[^a-z]/g, '').padEnd(16, 'A')}`,
    serviceId: 'svc_AAAAAAAAAAAAAAAA',
    method,
    path,
    group: 'g',
    summary: '',
    source: 'manual',
    createdAt,
    updatedAt: createdAt,
  });
const RULES = readyRules([
  { rule: { effect: 'allow', methods: ['GET'], path: '/offers/**' }, scopeName: 'offers:read' },
  { rule: { effect: 'allow', methods: ['GET'], path: '/gone' }, scopeName: 'gone:read' },
  { rule: { effect: 'allow', methods: ['GET'], path: '/own' }, scopeName: null },
]);

test('a rule of a scope that matches nothing in the catalogue is named with its scope; own rules are left to their flags', () => {
  const catalogue = [entry('GET', '/offers/{id}', 1)];
  expect(ruleDrift(RULES, catalogue, null).withoutEndpoint).toEqual(['GET /gone (gone:read)']);
  expect(ruleDrift(RULES, [], null).withoutEndpoint).toEqual([]);
});

test('endpoints that came after the last edit are told with what the rules say of them', () => {
  const catalogue = [entry('GET', '/offers/{id}', 9), entry('POST', '/offers', 9), entry('GET', '/old', 1)];
  expect(
    ruleDrift(RULES, catalogue, 5).newEndpoints.map(({ endpoint: { path }, outcome }) => [path, outcome]),
  ).toEqual([
    ['/offers/{id}', 'allowed'],
    ['/offers', 'denied'],
  ]);
  expect(ruleDrift(RULES, catalogue, null).newEndpoints).toEqual([]);
});
