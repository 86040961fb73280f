import { describe, expect, it } from 'vitest';
import { auditFilter } from '#contract/audit.ts';
import {
  auditFilterOf,
  auditSearch,
  isAuditNarrowed,
  SUBJECT_KINDS,
  subjectKindWords,
} from './audit-search.ts';

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

  it('calls every kind of object by words, none by its name in the store', () => {
    expect(subjectKindWords('blocked_source')).toBe('blocked source');
    expect(SUBJECT_KINDS.map(subjectKindWords).filter((words) => !/^[a-z]+( [a-z]+)*$/.test(words))).toEqual(
      [],
    );
  });
});
