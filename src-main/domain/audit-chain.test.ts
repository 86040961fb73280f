import { createHash, createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '#contract/audit.ts';
import { timestampMs } from '#contract/ids.ts';
import { canonicalAudit, CHAIN_START, chainInput, verifyChain } from './audit-chain.ts';
import type { ChainHead, UnhashedEvent } from './audit-chain.ts';

const auditKey = createSecretKey(Buffer.from('audit key'));
const mac = (text: string) => createHmac('sha256', auditKey).update(text).digest('hex');
const plainHash = (text: string) => createHash('sha256').update(text).digest('hex');

function chain(events: readonly UnhashedEvent[], hash: (text: string) => string): AuditEvent[] {
  let previous = CHAIN_START;
  return events.map((event) => {
    previous = hash(chainInput(previous, canonicalAudit(event)));
    return { ...event, hash: previous };
  });
}

function headOf(events: readonly AuditEvent[]): ChainHead {
  return { count: events.length, hash: events.at(-1)?.hash ?? CHAIN_START };
}

function trail(count: number): AuditEvent[] {
  const events = Array.from({ length: count }, (_, index): UnhashedEvent => ({
    seq: index + 1,
    at: timestampMs.parse(1_795_000_000_000 + index),
    actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
    action: 'keys.update',
    subject: { kind: 'key', id: `key${String(index)}`, name: 'Feed' },
    before: { name: 'old', tags: ['a', { b: index }] },
    after: { name: 'new' },
    reason: null,
  }));
  return chain(events, mac);
}

const verify = (events: readonly AuditEvent[], head: ChainHead) => verifyChain({ events, mac, head });
const trails = Array.from({ length: 13 }, (_, count) => trail(count));
const positions = fc.tuple(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.nat()).map(([count, a, b]) => {
  const first = a % count;
  return { events: trails[count] ?? [], first, second: (first + 1 + (b % (count - 1))) % count };
});

describe('tampering', () => {
  const isFound = (
    change: (events: AuditEvent[], first: number, second: number) => AuditEvent[],
    numRuns = 1_000,
  ) => {
    fc.assert(
      fc.property(positions, ({ events, first, second }) => {
        const finding = verify(change([...events], first, second), headOf(events));
        expect(finding.ok).toBe(false);
        expect(finding.firstBad).toBeGreaterThanOrEqual(1);
        expect(finding.firstBad).toBeLessThanOrEqual(events.length + 1);
      }),
      { numRuns },
    );
  };

  test('an edited event is found, whichever field it is', () => {
    const edits: ((event: AuditEvent) => AuditEvent)[] = [
      (event) => ({ ...event, at: timestampMs.parse(event.at + 1) }),
      (event) => ({ ...event, action: 'keys.revoke' }),
      (event) => ({ ...event, actor: { ...event.actor, name: 'Somebody' } }),
      (event) => ({ ...event, subject: { ...event.subject, id: 'other' } }),
      (event) => ({ ...event, before: null }),
      (event) => ({ ...event, after: { ...event.after, more: 1 } }),
      (event) => ({ ...event, reason: 'none' }),
      (event) => ({ ...event, hash: event.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
    ];
    for (const edit of edits)
      isFound((events, first) => events.map((e, i) => (i === first ? edit(e) : e)), 200);
  });

  test('a deleted event is found, also when the rest is numbered anew', () => {
    isFound((events, first) => events.toSpliced(first, 1));
    isFound((events, first) =>
      events.toSpliced(first, 1).map((event, index) => ({ ...event, seq: index + 1 })),
    );
  });

  test('two swapped events are found, also with their numbers put right', () => {
    const swap = (events: AuditEvent[], first: number, second: number) =>
      events.map(
        (event, index) => events[index === first ? second : index === second ? first : index] ?? event,
      );
    isFound(swap);
    isFound((events, first, second) =>
      swap(events, first, second).map((event, index) => ({ ...event, seq: index + 1 })),
    );
  });

  test('an inserted event is found', () => {
    isFound((events, first, second) =>
      events
        .toSpliced(first, 0, { ...(events[second] ?? trail(1)[0]), hash: mac('made up') } as AuditEvent)
        .map((event, index) => ({ ...event, seq: index + 1 })),
    );
  });

  test('events cut off at the end are found by the anchored head', () => {
    fc.assert(
      fc.property(positions, ({ events, first }) => {
        const finding = verify(events.slice(0, first), headOf(events));
        expect(finding).toMatchObject({ ok: false, checked: first, firstBad: first + 1 });
      }),
    );
  });

  test('a rewritten trail is found: without the key no hash fits', () => {
    isFound((events) =>
      chain(
        events.map((event) => ({ ...event, reason: 'rewritten' })),
        plainHash,
      ),
    );
  });

  test('another trail made with the key does not fit the head: an old copy put back is found', () => {
    const other = chain(
      trail(5).map((event) => ({ ...event, reason: 'other' })),
      mac,
    );
    expect(verify(other, headOf(trail(5)))).toMatchObject({ ok: false, firstBad: 5 });
    expect(verify(trail(7), headOf(trail(5)))).toMatchObject({ ok: false, firstBad: 6 });
    expect(verify([], { count: 0, hash: mac('x') })).toMatchObject({ ok: false, firstBad: 1 });
  });
});

test('an event of another trail, made with the key and with the right number, does not fit in', () => {
  const other = chain(
    trail(5).map((event) => ({ ...event, reason: 'other' })),
    mac,
  );
  for (let place = 0; place < 5; place += 1) {
    const mixed = trail(5).map((event, index) => (index === place ? (other[index] ?? event) : event));
    expect(verify(mixed, headOf(trail(5))).ok).toBe(false);
  }
});

test('an untouched trail fits, the empty one too', () => {
  expect(verify(trail(50), headOf(trail(50)))).toMatchObject({ ok: true, checked: 50, firstBad: null });
  expect(verify([], { count: 0, hash: CHAIN_START })).toMatchObject({ ok: true, checked: 0 });
});

test('the text of an event does not depend on the order of its fields or on a trip through JSON', () => {
  const [event] = trail(1);
  if (event === undefined) throw new Error('no event');
  const json = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(json, (before) => {
      const one = { ...event, before };
      const turned = Object.fromEntries(Object.entries(before).reverse());
      const stored: unknown = JSON.parse(
        JSON.stringify({ ...one, before: turned, after: { ...one.after, gone: undefined } }),
      );
      expect(canonicalAudit(stored as AuditEvent)).toBe(
        canonicalAudit({ ...one, before: JSON.parse(JSON.stringify(before)) }),
      );
    }),
  );
});

test('two different events never have the same text', () => {
  const [event] = trail(1);
  if (event === undefined) throw new Error('no event');
  const text = (reason: string | null, action: string) => canonicalAudit({ ...event, reason, action });
  expect(
    new Set([text(null, 'a'), text('null', 'a'), text('', 'a'), text('a', ''), text('",', 'a')]).size,
  ).toBe(5);
});
