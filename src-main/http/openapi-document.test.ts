import { expect, test } from 'vitest';
import { logEntry, verifyRequest, verifyResponse } from '#contract/verify.ts';
import { introspectResponse } from './introspect-route.ts';
import { logEntriesRequest } from './log-route.ts';
import { openApiDocument } from './openapi-document.ts';
import { lookupResponse } from '#contract/lookup.ts';
import { EXAMPLES } from './openapi-examples.ts';
import { openApiShape } from './openapi-shape.test-support.ts';
import { unkeyVerifyRequest, unkeyVerifyResponse } from './unkey/unkey-wire.ts';

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((inner, name) => Reflect.get(Object(inner), name) as unknown, value);
const documentOf = openApiDocument('1.2.3');

test('the schemas are those that validate: same fields, no others allowed', () => {
  const request = at(documentOf, 'components', 'schemas', 'VerifyRequest');
  expect(Object.keys(Object(at(request, 'properties')))).toEqual(Object.keys(verifyRequest.shape));
  expect(at(request, 'additionalProperties')).toBe(false);
  expect(at(request, 'required')).toBeUndefined();
  expect(JSON.stringify(documentOf)).not.toContain('readOnly');
  expect(at(documentOf, 'components', 'schemas', 'Problem', 'required')).toContain('code');
});

test('the document is one of OpenAPI 3.1: every field stands where the specification has it', () => {
  expect(openApiShape.parse(documentOf)).toEqual(documentOf);
  expect(Object.keys(Object(at(documentOf, 'paths', '/readyz', 'get', 'responses')))).toEqual(['200', '503']);
  const schemes = Object.keys(Object(at(documentOf, 'components', 'securitySchemes')));
  for (const item of Object.values(openApiShape.parse(documentOf).paths)) {
    for (const { security = [] } of Object.values(item) as readonly { security?: readonly object[] }[]) {
      expect(schemes).toEqual(expect.arrayContaining(security.flatMap((one) => Object.keys(one))));
    }
  }
});

test('null is allowed where it counts as absent, and only there', () => {
  const propertiesOf = (name: string) =>
    Object.entries(Object(at(documentOf, 'components', 'schemas', name, 'properties')) as object);
  const required = propertiesOf('LogEntry').filter(
    ([, schema]) => !JSON.stringify(schema).includes('"null"'),
  );
  expect(required.map(([name]) => name)).toEqual(['responseStatus']);
  for (const [, schema] of propertiesOf('VerifyRequest')) expect(JSON.stringify(schema)).toContain('"null"');
});

test('every reference leads to a schema, and every operation has an id of its own', () => {
  const text = JSON.stringify(documentOf);
  const schemas = Object.keys(Object(at(documentOf, 'components', 'schemas')));
  for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) expect(schemas).toContain(name);
  const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(
    expect.arrayContaining([
      'verify',
      'verifyBatch',
      'unkeyVerifyKey',
      'introspect',
      'log',
      'whoami',
      'health',
      'ready',
    ]),
  );
});

test('the examples are what the schemas accept, and hold no key that could be one', () => {
  for (const { value } of Object.values(EXAMPLES.verifyRequest)) verifyRequest.parse(value);
  for (const { value } of Object.values(EXAMPLES.verifyResponse)) verifyResponse.parse(value);
  for (const { value } of Object.values(EXAMPLES.lookupResponse)) lookupResponse.parse(value);
  logEntry.parse(EXAMPLES.logRequest.one.value);
  const { entries } = logEntriesRequest.parse(EXAMPLES.logRequest.elsewhere.value);
  for (const entry of entries) logEntry.parse(entry);
  unkeyVerifyRequest.parse(EXAMPLES.unkeyRequest.permissions.value);
  for (const { value } of Object.values(EXAMPLES.unkeyResponse)) unkeyVerifyResponse.parse(value);
  for (const { value } of Object.values(EXAMPLES.introspection)) introspectResponse.parse(value);
  expect(JSON.stringify(EXAMPLES)).not.toMatch(/lk_(live|test)_[a-z0-9]+_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b/);
});

test('it says which version of the program it describes', () => {
  expect(at(documentOf, 'info', 'version')).toBe('1.2.3');
  expect(at(documentOf, 'openapi')).toBe('3.1.0');
});
