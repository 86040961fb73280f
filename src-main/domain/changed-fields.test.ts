import { describe, expect, it } from 'vitest';
import { changedFields, withChanges } from './changed-fields.ts';

const BEFORE = { name: 'a', note: null as string | null, tags: ['x'], hidden: 1 };

describe('changes to a record', () => {
  it('take what is given, null included, and leave what is undefined', () => {
    expect(withChanges<typeof BEFORE>({ ...BEFORE, note: 'n' }, { name: undefined, note: null })).toEqual(
      BEFORE,
    );
    expect(withChanges(BEFORE, { name: 'b', tags: [] })).toEqual({ ...BEFORE, name: 'b', tags: [] });
  });

  it('do not bring in fields that the record does not have', () => {
    const changes = { name: 'b', extra: true };
    expect(withChanges(BEFORE, changes)).toEqual({ ...BEFORE, name: 'b' });
  });

  it('name the fields that differ by content, of those that are watched', () => {
    const after = { name: 'b', note: null, tags: ['x'], hidden: 2 };
    expect(changedFields(BEFORE, after, ['name', 'note', 'tags'])).toEqual({
      before: { name: 'a' },
      after: { name: 'b' },
    });
    expect(changedFields(BEFORE, BEFORE, ['name'])).toEqual({ before: {}, after: {} });
  });
});
