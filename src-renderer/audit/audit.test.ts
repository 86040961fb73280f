import { describe, expect, it } from 'vitest';
import { auditFilter } from '#contract/audit.ts';
import { contract } from '#contract/contract.ts';
import { auditDiff, fieldLabel } from './audit-diff.ts';
import { auditFilterOf, auditSearch, isAuditNarrowed } from './audit-search.ts';
import { AUDITED_ACTIONS, actionWords, eventSentence } from './audit-words.ts';

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

describe('audit words', () => {
  it('has words for every command about the objects people work with', () => {
    const commands = Object.entries(contract)
      .filter(([, procedure]) => procedure.kind === 'command')
      .map(([name]) => name);
    const missing = commands.filter((name) => !AUDITED_ACTIONS.includes(name));
    expect(missing).toEqual([]);
  });

  it('makes a sentence and keeps an unknown action readable', () => {
    expect(
      eventSentence({ action: 'keys.rotate', subject: { kind: 'key', id: 'x', name: 'Data feed' } }),
    ).toBe('Rotated key Data feed');
    expect(actionWords('else.where')).toBe('else.where');
  });
});

describe('audit trail in the address bar', () => {
  it('gives a filter that the contract accepts and drops what it cannot read', () => {
    const search = auditSearch.parse({
      kind: 'key',
      subject: 'k7Qd2mX9pR4t',
      from: '12',
      to: 'soon',
      event: '7',
    });
    expect(auditFilter.parse(auditFilterOf(search))).toEqual({
      subjectKind: 'key',
      subjectId: 'k7Qd2mX9pR4t',
      from: 12,
    });
    expect(auditSearch.parse({ kind: 'dog' }).kind).toBeUndefined();
    expect(isAuditNarrowed(auditSearch.parse({ event: 3 }))).toBe(false);
    expect(isAuditNarrowed(search)).toBe(true);
  });
});
