import { describe, expect, it } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { RequestSurvey } from '#contract/request-explorer.ts';
import { histogramColumns, pickedRange } from './histogram-columns.ts';

const bucket = (start: number, allowed: number) => ({
  bucketStart: timestampMs.parse(start),
  allowed,
  refused: 1,
});
const survey = {
  bucketMs: 100,
  buckets: [bucket(1_000, 4), bucket(1_100, 0), bucket(1_200, 2)],
  countedFrom: null,
} as unknown as RequestSurvey;

describe('the columns of the histogram', () => {
  it('at its ends tell the time that is shown of them, and are marked as partial', () => {
    const { columns, highest } = histogramColumns(survey, { from: 1_030, to: 1_210 });
    expect(columns.map(({ startMs, endMs, isPartial }) => [startMs, endMs, isPartial])).toEqual([
      [1_030, 1_100, true],
      [1_100, 1_200, false],
      [1_200, 1_210, true],
    ]);
    expect(highest).toBe(5);
  });

  it('are whole in a range that begins and ends with them, or is open', () => {
    for (const range of [{ from: 1_000, to: 1_300 }, {}]) {
      expect(histogramColumns(survey, range).columns.filter(({ isPartial }) => isPartial)).toEqual([]);
    }
  });

  it('when picked in either direction never reach beyond the range', () => {
    const { columns } = histogramColumns(survey, { from: 1_030, to: 1_210 });
    const whole = { fromMs: 1_030, toMs: 1_210 };
    expect(pickedRange({ anchor: 0, head: 2 }, columns)).toEqual(whole);
    expect(pickedRange({ anchor: 2, head: 0 }, columns)).toEqual(whole);
    expect(pickedRange({ anchor: 0, head: 9 }, columns)).toBeNull();
  });
});
