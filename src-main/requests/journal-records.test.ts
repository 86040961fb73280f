import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RequestId, TimestampMs } from '#contract/ids.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import type { DecisionPrincipal, DecisionRow } from './decision-row.ts';
import { ByteReader, ByteWriter } from './journal-bytes.ts';
import { type JournalRecord, RecordEncoder } from './journal-records.ts';
import { RecordDecoder } from './record-decoder.ts';
import { decision, NOW, OTHER_PRINCIPAL, PRINCIPAL, report } from './log.test-support.ts';
import { type LoggedDecision, ReadText } from './read-texts.ts';

const KEY = `lk_live_shop_k7Qd2mX9pR4t_${'Zy8Xw7Vu6'.repeat(5)}`;

/** What comes out when these rows are written and read again. */
function readBack(rows: readonly DecisionRow[]): readonly DecisionRow[] {
  const writer = new ByteWriter(16);
  const encoder = new RecordEncoder(writer);
  for (const row of rows) encoder.decision(row);
  return records(writer).flatMap((record) => (record.kind === 'decision' ? [plain(record.decision)] : []));
}

/** Without what the reader of the log notes beside texts and principals. */
function plain({ principal, ...logged }: LoggedDecision): DecisionRow {
  const { method, path, clientIp, userAgent, rule, detail } = logged;
  const texts = { method, path, clientIp, userAgent, rule, detail };
  const plainTexts = Object.entries(texts).map(([name, one]) => [
    name,
    one instanceof ReadText ? one.text : one,
  ]);
  const row = { ...logged, principal, ...(Object.fromEntries(plainTexts) as typeof texts) } as DecisionRow;
  if (principal === null || !('notedBy' in principal)) return row;
  const { notedBy: _notedBy, number: _number, ...named } = principal;
  return { ...row, principal: named };
}

function records(writer: ByteWriter): readonly JournalRecord[] {
  const reader = new ByteReader(writer.bytes);
  const decoder = new RecordDecoder();
  const found: JournalRecord[] = [];
  while (!reader.isAtEnd) found.push(decoder.next(reader));
  return found;
}

/** Texts of strangers: any characters, some of them twice as long as what is copied by hand, none with a key in it. */
const text = fc.string({ unit: 'grapheme', maxLength: 130 }).filter((each) => !each.includes('lk'));
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const row = fc.record({
  requestId: text.map((id) => id as RequestId),
  atMs: fc.integer({ min: 0, max: 2 ** 45 }).map((ms) => ms as TimestampMs),
  serviceId: fc.constant(decision().serviceId),
  service: text,
  principal: fc.oneof(
    fc.constantFrom(null, PRINCIPAL, OTHER_PRINCIPAL),
    fc.record({ keyName: text, partner: text }).map((differs) => ({ ...PRINCIPAL, ...differs })),
    // The same key, other than before in one thing.
    fc
      .constantFrom<Partial<DecisionPrincipal>[]>(
        { secretVersion: 2 },
        { environment: 'test' },
        { applicationId: OTHER_PRINCIPAL.applicationId },
        { application: 'Renamed' },
        { partnerId: OTHER_PRINCIPAL.partnerId },
      )
      .map((differs) => ({ ...PRINCIPAL, ...differs })),
  ),
  code: fc.constantFrom(...DECISION_CODES),
  method: orNull(fc.constantFrom('GET', 'PROPFIND')),
  path: orNull(text),
  clientIp: orNull(text),
  userAgent: orNull(text),
  rule: orNull(text),
  detail: orNull(text),
  latencyUs: fc.integer({ min: 0, max: 10 ** 9 }).map((tenths) => tenths / 10),
  tags: fc.array(text, { maxLength: 4 }),
  cost: count,
  quota: orNull(
    fc.record({
      ownerId: text,
      period: fc.constantFrom('day', 'month'),
      periodStartMs: count.map((ms) => ms as TimestampMs),
      used: count,
      limit: count,
      notice: fc.constantFrom(null, 50, 80, 95, 100),
    }),
  ),
  windows: orNull(fc.array(fc.record({ windowId: text, windowMs: count, cost: count }), { maxLength: 3 })),
});

it('rows come back as they were recorded, whatever their texts hold and in whatever order their times are', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      expect(readBack(rows)).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

it('half a surrogate pair becomes the replacement character, and nothing behind it moves', () => {
  const [one, two] = readBack([decision({ path: '/a\ud800b', detail: 'x' }), decision({ path: '/next' })]);
  expect([one?.path, one?.detail, two?.path]).toEqual(['/a\ufffdb', 'x', '/next']);
});

it('what repeats is written once: a second row like the first takes a fraction of its bytes', () => {
  const writer = new ByteWriter(1_024);
  const encoder = new RecordEncoder(writer);
  encoder.decision(decision());
  const first = writer.length;
  // The verifier makes an object a decision.
  encoder.decision(decision({ principal: { ...PRINCIPAL } }));
  expect(writer.length - first).toBeLessThan(first / 2);
  const [one, two] = records(writer).map((record) => record.kind === 'decision' && record.decision.principal);
  // What reads it goes by the object.
  expect(two).toBe(one);
  encoder.reset();
  encoder.decision(decision());
  expect(records(writer).length).toBe(3);
});

it('a key that comes on two secrets in turn, as while it is rotated, is written once on each', () => {
  const writer = new ByteWriter(1_024);
  const encoder = new RecordEncoder(writer);
  const row = (secretVersion: number) => decision({ principal: { ...PRINCIPAL, secretVersion } });
  for (const version of [1, 2]) encoder.decision(row(version));
  const both = writer.length;
  for (const version of [1, 2, 1, 2]) encoder.decision(row(version));
  expect(writer.length - both).toBeLessThan(both);
});

it('more different labels than are remembered come back all the same', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) =>
    decision({ userAgent: `agent ${String(index % 4_500)}` }),
  );
  expect(readBack(rows).map(({ userAgent }) => userAgent)).toEqual(rows.map(({ userAgent }) => userAgent));
});

it('no key that was pasted into a text of a decision or a report is written, also where it would be cut off', () => {
  const texts = {
    path: `/${KEY}`,
    clientIp: KEY,
    userAgent: KEY.replaceAll('_', '%5F'),
    rule: KEY,
    detail: `${'a'.repeat(2_040)}${KEY}`,
    tags: [KEY],
  };
  const writer = new ByteWriter(16);
  const encoder = new RecordEncoder(writer);
  encoder.decision(decision(texts));
  encoder.report(1, report([{ requestId: decision().requestId, responseStatus: 200, errorCode: KEY }]));
  const bytes = writer.bytes.toString('latin1');
  expect(bytes).toContain('[redacted]');
  expect(bytes).not.toContain(KEY.slice(26, 46));
});

it('reports and losses come back as they were', () => {
  const writer = new ByteWriter(16);
  const encoder = new RecordEncoder(writer);
  const one = report([{ requestId: decision().requestId, responseStatus: 404, durationMs: 1.5 }]);
  encoder.report(7, one);
  encoder.lost({ reason: 'queue_full', count: 12 });
  expect(records(writer)).toEqual([
    { kind: 'report', number: 7, report: one },
    { kind: 'lost', lost: { reason: 'queue_full', count: 12 } },
  ]);
});

it('bytes that end in the middle of a record are refused, wherever they end', () => {
  const writer = new ByteWriter(16);
  new RecordEncoder(writer).decision(decision({ tags: ['a=1'], path: 'ä'.repeat(90), atMs: NOW }));
  const { bytes } = writer;
  for (let end = 1; end < bytes.length; end += 1) {
    expect(() => new RecordDecoder().next(new ByteReader(bytes.subarray(0, end)))).toThrow(RangeError);
  }
});
