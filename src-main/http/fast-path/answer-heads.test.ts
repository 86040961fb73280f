import { expect, test } from 'vitest';
import { AnswerHeads } from './answer-heads.ts';

const DATE = 'Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\n\r\n';

test('a field that changes from answer to answer is told as it is now, also when it goes back to what it was', () => {
  const heads = new AnswerHeads(() => 0);
  const textOf = (name: string, length: number) =>
    heads.text(200, '', { 'X-Key-Name': name, 'Content-Length': length });
  for (const [name, length] of [
    ['Feed', 12],
    ['Mirror', 7],
    ['Feed', 12],
    ['Feed', 13],
  ] as const) {
    expect(textOf(name, length)).toBe(
      `HTTP/1.1 200 OK\r\nX-Key-Name: ${name}\r\nContent-Length: ${String(length)}\r\n${DATE}`,
    );
  }
});

test('a value that would break out of its line is refused each time, as Node refuses it, and spoils no later answer', () => {
  const heads = new AnswerHeads(() => 0);
  for (const value of ['a\r\nX-Forged: 1', 'a\nb', 'a\0', 'snow ☃']) {
    for (let time = 0; time < 2; time += 1) expect(() => heads.line('X-Key-Name', value)).toThrow(TypeError);
    expect(heads.line('X-Key-Name', 'Feed')).toBe('X-Key-Name: Feed\r\n');
  }
});

test('a list of names and values gives the lines that the same fields of an object give', () => {
  const heads = new AnswerHeads(() => 0);
  const fields = { 'Content-Length': '0', 'X-Key-Name': 'Feed', RateLimit: '"default";r=1;t=1' };
  expect(heads.text(200, '', Object.entries(fields).flat())).toBe(heads.text(200, '', fields));
  expect(() => heads.text(200, '', ['X-Key-Name', 'a\r\nX-Forged: 1'])).toThrow(TypeError);
});

test('the date moves on with the clock, and a status that has no name is told without one', () => {
  let nowMs = 0;
  const heads = new AnswerHeads(() => nowMs);
  expect(heads.text(404, 'A: 1\r\n', {})).toBe(`HTTP/1.1 404 Not Found\r\nA: 1\r\n${DATE}`);
  nowMs = 1_000;
  expect(heads.text(299, '', {})).toBe(`HTTP/1.1 299 \r\n${DATE.replace('00 GMT', '01 GMT')}`);
});
