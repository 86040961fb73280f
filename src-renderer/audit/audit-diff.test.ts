import { describe, expect, it } from 'vitest';
import { auditDiff, fieldLabel } from './audit-diff.ts';

const words = {
  moment: (atMs: number) => `at ${String(atMs)}`,
  nameOf: (id: string) => (id === 'scp_1' ? 'inventory:read' : undefined),
};

describe('audit diff', () => {
  it('lists changed fields only, saying whether each was added, removed or changed', () => {
    const changes = auditDiff(
      { name: 'Old', note: 'same', expiresAt: 5, tags: ['a'] },
      {
        name: 'New',
        note: 'same',
        expiresAt: null,
        rules: [{ effect: 'allow', methods: ['GET'], path: '/x' }],
        tags: ['a', 'b'],
      },
      words,
    );
    expect(changes).toEqual([
      { field: 'Name', kind: 'changed', before: 'Old', after: 'New' },
      { field: 'Expires at', kind: 'removed', before: 'at 5', after: null },
      { field: 'Rules', kind: 'added', before: null, after: 'allow GET /x' },
      { field: 'Tags', kind: 'changed', before: 'a', after: 'a\nb' },
    ]);
  });

  it('writes names instead of ids where they are known', () => {
    expect(auditDiff({ scopeIds: [] }, { scopeIds: ['scp_1', 'scp_2'] }, words)).toEqual([
      { field: 'Scopes', kind: 'changed', before: '(none)', after: 'inventory:read\nscp_2' },
    ]);
  });

  it('handles creations and deletions', () => {
    expect(auditDiff(null, { name: 'New' }, words)[0]?.kind).toBe('added');
    expect(auditDiff({ name: 'Old' }, null, words)[0]?.kind).toBe('removed');
    expect(auditDiff(null, null, words)).toEqual([]);
    expect(fieldLabel('noExpiryReason')).toBe('No expiry reason');
  });
});
