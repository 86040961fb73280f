import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventParser, type ServerEvent } from './event-stream.ts';

const parse = (pieces: readonly string[]): ServerEvent[] => {
  const events: ServerEvent[] = [];
  const feed = createEventParser((event) => events.push(event));
  pieces.forEach(feed);
  return events;
};

const STREAM =
  ': hello\n\nevent: changed\ndata: {"a":1}\n\ndata: one\ndata: two\r\n\r\nid: 4\n\nevent: x\ndata:\n\n';
const EVENTS = [
  { event: 'changed', data: '{"a":1}' },
  { event: 'message', data: 'one\ntwo' },
  { event: 'x', data: '' },
];

test('comments and events without data are skipped, data lines are joined', () => {
  expect(parse([STREAM])).toEqual(EVENTS);
});

test('where the network cuts the stream does not matter', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: STREAM.length }), { maxLength: 12 }), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const pieces = edges.slice(1).map((edge, index) => STREAM.slice(edges[index], edge));
      expect(parse(pieces)).toEqual(EVENTS);
    }),
  );
});
