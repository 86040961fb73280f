import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HANDOFF_CHANNELS, HANDOFF_STATES, type HandoffState } from '#contract/handoffs.ts';
import { CODE_WORDS } from './code-words.ts';
import { makeCode, tidyCode } from './handoff-code.ts';
import { HANDOFF_STEPS, handoffStateAfter, handoffStateAt, type HandoffFacts } from './handoff-steps.ts';

const EXPIRY = 1_000;
const ENDED: readonly HandoffState[] = ['expired', 'withdrawn', 'locked_out'];
const step = fc.record({
  step: fc.constantFrom(...HANDOFF_STEPS),
  afterMs: fc.integer({ min: 0, max: 400 }),
});
const facts: fc.Arbitrary<HandoffFacts> = fc.record({
  state: fc.constantFrom(...HANDOFF_STATES),
  channel: fc.constantFrom(...HANDOFF_CHANNELS),
  expiresAtMs: fc.constantFrom(null, EXPIRY),
});

/** Every state that a new handoff goes through, with the step that led there. */
function walk(
  channel: HandoffFacts['channel'],
  steps: readonly { step: (typeof HANDOFF_STEPS)[number]; afterMs: number }[],
) {
  let at: HandoffFacts = { state: 'prepared', channel, expiresAtMs: EXPIRY };
  let nowMs = 0;
  const taken: { step: string; from: HandoffState; to: HandoffState; nowMs: number }[] = [];
  for (const one of steps) {
    nowMs += one.afterMs;
    const to = handoffStateAfter(at, one.step, nowMs);
    if (to === null) continue;
    taken.push({ step: one.step, from: at.state, to, nowMs });
    at = { ...at, state: to };
  }
  return taken;
}

describe('a handoff, whatever happens to it in whatever order', () => {
  it('is revealed at most once, and never at its expiry or later', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const reveals = walk('link', steps).filter((one) => one.to === 'revealed');
        expect(reveals.length).toBeLessThanOrEqual(1);
        for (const { nowMs } of reveals) expect(nowMs).toBeLessThan(EXPIRY);
      }),
    );
  });

  it('stays ended once it has ended', () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...HANDOFF_STEPS), fc.nat(3_000), (one, next, nowMs) => {
        fc.pre(ENDED.includes(one.state));
        expect(handoffStateAfter(one, next, nowMs)).toBe(null);
      }),
    );
  });

  it('is confirmed only after its reveal, but for a file, of whose opening nobody tells', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom('link', 'clipboard'),
        (steps, channel) => {
          for (const { to, from } of walk(channel, steps))
            if (to === 'confirmed') expect(from).toBe('revealed');
        },
      ),
    );
    const file = { state: 'prepared', channel: 'sealed_file', expiresAtMs: null } as const;
    expect(handoffStateAfter(file, 'use', 0)).toBe('confirmed');
  });

  it('expires at that very millisecond, seen by a timer or not, and only while nobody has revealed it', () => {
    for (const state of ['prepared', 'opened'] as const) {
      const one = { state, channel: 'link', expiresAtMs: EXPIRY } as const;
      expect(handoffStateAt(one, EXPIRY - 1)).toBe(state);
      expect(handoffStateAt(one, EXPIRY)).toBe('expired');
      expect(handoffStateAfter(one, 'expire', EXPIRY - 1)).toBe(null);
      expect(handoffStateAfter(one, 'expire', EXPIRY)).toBe('expired');
      expect(handoffStateAfter(one, 'reveal', EXPIRY)).toBe(null);
    }
    expect(handoffStateAt({ state: 'revealed', channel: 'link', expiresAtMs: EXPIRY }, EXPIRY)).toBe(
      'revealed',
    );
  });
});

describe('a code', () => {
  it('is six of 512 words that are unlike each other', () => {
    expect(CODE_WORDS).toHaveLength(512);
    expect(new Set(CODE_WORDS).size).toBe(512);
    for (const word of CODE_WORDS) expect(word).toMatch(/^[a-z]{3,8}$/);
  });

  it('reads the same however it is typed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.constantFrom(' ', '-', '\n', ', ', '  ', '_'),
        fc.boolean(),
        (bytes, between, isUpper) => {
          const code = makeCode(() => bytes);
          expect(code.split('-').every((word) => CODE_WORDS.includes(word))).toBe(true);
          const typed = ` ${code.replaceAll('-', between)} `;
          expect(tidyCode(isUpper ? typed.toUpperCase() : typed)).toBe(code);
        },
      ),
    );
  });

  it('uses all of every random byte pair: each word comes from 128 of 65,536', () => {
    const counts = new Map<string, number>();
    for (let value = 0; value < 65_536; value += 1) {
      const [word = ''] = makeCode(() =>
        Uint8Array.of(value >> 8, value & 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      ).split('-');
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    expect(new Set(counts.values())).toEqual(new Set([128]));
    expect(counts.size).toBe(512);
  });
});
