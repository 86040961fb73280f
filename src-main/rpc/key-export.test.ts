import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

describe('keys.export', () => {
  it('holds what is known of each key, in the order asked, and no more of a secret than its last four characters', async () => {
    const first = await makeKey(world, subjects, { name: 'First', tags: ['a', 'b'] });
    const second = await makeKey(world, subjects, { name: 'Second' });
    const keyIds = [second.key.keyId, first.key.keyId, second.key.keyId, 'AAAAAAAAAAAA'];
    const file = await world.call('keys.export', { keyIds, format: 'jsonl' }, 'viewer');
    expect(file).toMatchObject({ fileName: 'latchkey-keys-2026-11-22.jsonl', rowCount: 2 });
    const rows = file.content
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toMatchObject([
      { name: 'Second', hint: second.key.hint, contact: 'feed@acme.example', scopes: ['inventory:read'] },
      { name: 'First', tags: ['a', 'b'], status: 'active', lastUsedAt: null },
    ]);
    for (const { text } of [first, second]) {
      const secret = text.slice(text.lastIndexOf('_') + 1);
      for (let at = 0; at + 8 <= secret.length; at += 1) {
        expect(file.content).not.toContain(secret.slice(at, at + 8));
      }
    }
  });

  it('as CSV starts no formula in a spreadsheet', async () => {
    const { key } = await makeKey(world, subjects, { name: '=HYPERLINK("x")', note: '+1\n@sum' });
    const { content } = await world.call('keys.export', { keyIds: [key.keyId], format: 'csv' });
    expect(content.split('\r\n')[0]).toContain('"keyId","name","hint"');
    expect(content).toContain(`"'=HYPERLINK(""x"")"`);
    expect(content).toContain(`"'+1\n'@sum"`);
  });
});
