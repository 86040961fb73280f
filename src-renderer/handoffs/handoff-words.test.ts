import { expect, it } from 'vitest';
import { HANDOFF_ATTENTIONS, HANDOFF_CHANNELS, HANDOFF_EVENTS, HANDOFF_STATES } from '#contract/handoffs.ts';
import {
  ATTENTION_WORDS,
  CHANNEL_WORDS,
  EVENT_WORDS,
  messageTemplate,
  resendObstacle,
  STATE_WORDS,
  withdrawObstacle,
} from './handoff-words.ts';

it('every state, channel, step and question has words of its own', () => {
  const words = [
    HANDOFF_STATES.map((state) => STATE_WORDS[state].word),
    HANDOFF_CHANNELS.map((channel) => CHANNEL_WORDS[channel]),
    HANDOFF_EVENTS.map((kind) => EVENT_WORDS[kind]),
    HANDOFF_ATTENTIONS.map((attention) => ATTENTION_WORDS[attention].word),
  ];
  for (const list of words) expect(new Set(list).size).toBe(list.length);
});

it('only what nobody revealed can be withdrawn alone, and no file, which is out of our hands', () => {
  const possible = (channel: 'link' | 'sealed_file') =>
    HANDOFF_STATES.filter((state) => withdrawObstacle({ state, channel }) === undefined);
  expect(possible('link')).toEqual(['prepared', 'opened']);
  expect(possible('sealed_file')).toEqual([]);
});

it('a new one can be sent unless the key is in use or one was sent already', () => {
  const possible = HANDOFF_STATES.filter(
    (state) => resendObstacle({ state, replacedBy: null }) === undefined,
  );
  expect(possible).not.toContain('confirmed');
  expect(possible).toHaveLength(HANDOFF_STATES.length - 1);
  expect(resendObstacle({ state: 'expired', replacedBy: 'hnd_0000000000000000' as never })).toContain(
    'newer',
  );
});

it('the message to the recipient holds the link and no code', () => {
  const link = 'https://keys.acme.example/h/x';
  const text = messageTemplate({ recipientName: 'Dana', keyName: 'Feed', link, until: 'tomorrow' });
  expect(text).toContain(link);
  expect(text).not.toMatch(/([a-z]+-){5}[a-z]+/);
});
