import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ErrorCode } from '#contract/errors.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { JsonObject } from './json-object.ts';
import { readOpenapiRoutes } from './openapi-routes.ts';
import { readOpenapiText } from './openapi-text.ts';

function readText(text: string) {
  const { document, lineOfPath, problems } = readOpenapiText(text);
  return readOpenapiRoutes(document, lineOfPath, problems);
}

function refusalOf(work: () => unknown): { code: ErrorCode; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('the text of an OpenAPI document', () => {
  it('names the line of a fault in YAML and in JSON', () => {
    const yaml = 'openapi: 3.1.0\npaths:\n  /a:\n    get: {}\n  bad:\n    get: {}\n';
    expect(readText(yaml).problems).toMatchObject([{ line: 5, where: 'paths.bad' }]);
    const json = '{\n "openapi": "3.1.0",\n "paths": {\n  "/a": {},\n  "bad": {}\n }\n}';
    expect(readText(json).problems).toMatchObject([{ line: 5, where: 'paths.bad' }]);
  });

  it('that cannot be read is refused with the line', () => {
    const broken = {
      'openapi: 3.1.0\npaths:\n  /a: [': 3,
      'openapi: 3.1.0\npaths:\n  /a:\n  get: {}\n bad: 1\n': 5,
      '{\n "openapi": "3.1.0",\n "paths": {\n  "/a": {"get": {}}\n': 5,
      '{\n "openapi" "3.1.0"\n}': 2,
    };
    for (const [text, line] of Object.entries(broken)) {
      const refusal = refusalOf(() => readText(text));
      expect(refusal.code).toBe('IMPORT_UNREADABLE');
      expect(refusal.message, text).toMatch(new RegExp(`^Line ${String(line)}: `));
    }
    for (const text of ['just words', '[]', '42', '"text"', '# only a comment']) {
      expect(refusalOf(() => readText(text)).code, text).toBe('IMPORT_UNREADABLE');
    }
  });

  it('says which of two equal YAML paths counts', () => {
    const yaml = 'openapi: 3.1.0\npaths:\n  /a:\n    get: {}\n  /a:\n    post: {}\n';
    const { routes, problems } = readText(yaml);
    expect(routes.map((route) => route.method)).toEqual(['POST']);
    expect(problems).toMatchObject([{ line: 5, where: 'paths./a' }]);
  });

  it('may use anchors and merge keys, but not to blow itself up', () => {
    const anchors =
      'openapi: 3.1.0\nx-op: &op\n  summary: Same\npaths:\n  /a:\n    get: *op\n  /b:\n    get:\n      <<: *op\n      tags: [B]\n';
    expect(readText(anchors).routes).toMatchObject([
      { path: '/a', summary: 'Same' },
      { path: '/b', summary: 'Same', group: 'B' },
    ]);
    let bomb = 'openapi: 3.1.0\npaths: {}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let level = 1; level < 12; level += 1) {
      const below = `*a${String(level - 1)}`;
      bomb += `a${String(level)}: &a${String(level)} [${Array.from({ length: 10 }, () => below).join(', ')}]\n`;
    }
    const startedMs = performance.now();
    expect(refusalOf(() => readText(bomb)).message).toContain('aliases');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('nested without end is refused', () => {
    const yaml = `openapi: 3.1.0\npaths: ${'['.repeat(50_000)}`;
    expect(refusalOf(() => readText(yaml)).code).toBe('IMPORT_UNREADABLE');
    const json = `{"openapi":"3.1.0","paths":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(() => readText(json)).not.toThrow(RangeError);
  });

  it('with 2,000 paths is read in less than 2 seconds', () => {
    const paths: Record<string, JsonObject> = {};
    const filler = 'What this operation is for, in words that nobody but a reader of the document needs. ';
    for (let index = 0; index < 2_000; index += 1) {
      const operation = {
        tags: [`Group ${String(index % 40)}`],
        description: filler.repeat(8),
        responses: { 200: { description: 'OK' } },
      };
      paths[`/things/${String(index)}/{id}`] = { get: operation, post: operation };
    }
    const document = { openapi: '3.1.0', paths };
    for (const text of [
      JSON.stringify(document, null, 2),
      stringify(document, { aliasDuplicateObjects: false }),
    ]) {
      const startedUs = process.cpuUsage().user;
      expect(readText(text).routes).toHaveLength(4_000);
      // Processor time: a busy neighbour must not fail this.
      expect((process.cpuUsage().user - startedUs) / 1_000).toBeLessThan(2_000);
    }
  });
});
