import { expect, it } from 'vitest';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { noticeHeading, noticeSentence, oneLine } from './notice-words.ts';

/** The shape of a key, as somebody could paste it into a name. */
const KEY_TEXT = `lk_live_datafeed_k7Qd2mX9pR4t_${'A1b2C3d4E5'.repeat(5)}`;

it('whatever somebody called their things, a notice is one line without control characters and without a secret', () => {
  for (const kind of NOTICE_KINDS) {
    const hostile = `Feed\r\nBcc: all@evil.example\u2028\u202e${KEY_TEXT}`;
    const sentence = noticeSentence({
      kind,
      subject: { kind: 'key', id: 'k7Qd2mX9pR4t', name: hostile },
      data: {
        application: hostile,
        partner: hostile,
        recipient: hostile,
        message: hostile,
        reference: hostile,
      },
    });
    expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(sentence).not.toContain(KEY_TEXT.slice(-16));
    expect(noticeHeading(kind, 3)).not.toBe('');
  }
});

it('a notice names the key, whose it is, and the moment', () => {
  const sentence = noticeSentence({
    kind: 'key_expiring',
    subject: { kind: 'key', id: 'k7Qd2mX9pR4t', name: 'Data feed' },
    data: { partner: 'Acme', application: 'Feed', expiresAt: Date.UTC(2026, 11, 6, 12), days: 14 },
  });
  expect(sentence).toBe('Key “Data feed” of Acme / Feed expires on 2026-12-06 12:00 UTC.');
});

it('a very long text is cut, visibly', () => {
  expect(oneLine('x'.repeat(1_000))).toMatch(/^x{299}…$/);
});

it('a spike is told with what is usual for the key and what to do', () => {
  const sentence = noticeSentence({
    kind: 'key_spike',
    subject: { kind: 'key', id: 'k7Qd2mX9pR4t', name: 'Data feed' },
    data: {
      partner: 'Acme',
      application: 'Feed',
      until: Date.UTC(2026, 11, 6, 12),
      requests: 4_210,
      usual: 120,
      most: 310,
    },
  });
  expect(sentence).toBe(
    'Key “Data feed” of Acme / Feed made 4,210 requests in the 10 minutes before 2026-12-06 12:00 UTC; usual is 120, most in 7 days 310. If nobody planned it, contain the key.',
  );
});
