import { describe, expect, it } from 'vitest';
import type { Key } from '#contract/keys.ts';
import { statusSentence } from './status-sentence.ts';
import { DAY, NOW, key } from './shown-key.test-support.ts';

describe('status sentence', () => {
  it('says state, use and end in words', () => {
    expect(statusSentence(key, 3, NOW)).toBe('Active, used 1 min ago by 3 callers, expires in 61 days.');
    expect(statusSentence({ ...key, lastUsedAt: null, expiresAt: null }, null, NOW)).toBe(
      'Active, never used, never expires.',
    );
  });

  it('says nothing about the expiry of a revoked key, and that an expiry has passed', () => {
    const revocation = {
      reason: 'leaked',
      note: null,
      at: NOW - 3_600_000,
      restorableUntil: null,
    } as Key['revocation'];
    expect(statusSentence({ ...key, status: 'revoked', revocation }, 0, NOW)).toBe(
      'Revoked 1 hr ago, used 1 min ago.',
    );
    expect(
      statusSentence(
        { ...key, status: 'expired', expiresAt: (NOW - 2 * DAY) as Key['expiresAt'] },
        null,
        NOW,
      ),
    ).toContain('expired 2 days ago');
  });
});
