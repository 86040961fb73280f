import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangedSubject } from '#contract/events.ts';
import { gatherAnnouncements, type Gathering } from './gather-announcements.ts';

let refreshed: (readonly ChangedSubject[])[];
let gathering: Gathering;

beforeEach(() => {
  vi.useFakeTimers();
  refreshed = [];
  gathering = gatherAnnouncements((subjects) => refreshed.push(subjects));
});
afterEach(() => {
  gathering.stop();
  vi.useRealTimers();
});

const hear = (...subjects: ChangedSubject[]) => {
  gathering.hear({ kind: 'changed', subjects });
};

describe('announcements', () => {
  it('of a first request are shown well within a second (S03.3)', () => {
    hear('requests', 'status');
    vi.advanceTimersByTime(500);
    expect(refreshed).toEqual([['requests', 'status']]);
  });

  it('of traffic that goes on are taken together for two seconds', () => {
    for (let time = 0; time < 100; time += 1) {
      hear('requests', 'status');
      vi.advanceTimersByTime(100);
    }
    expect(refreshed.length).toBeGreaterThanOrEqual(4);
    expect(refreshed.length).toBeLessThanOrEqual(6);
  });

  it('of something else do not wait for the traffic before them to be old', () => {
    hear('requests');
    vi.advanceTimersByTime(400);
    hear('keys');
    hear('keys', 'audit');
    vi.advanceTimersByTime(400);
    expect(refreshed).toEqual([['requests'], ['keys', 'audit']]);
  });

  it('of something else do not wait with traffic that waits, and take it along', () => {
    hear('requests');
    vi.advanceTimersByTime(300);
    hear('requests', 'status');
    vi.advanceTimersByTime(200);
    hear('keys');
    vi.advanceTimersByTime(300);
    expect(refreshed).toEqual([['requests'], ['requests', 'status', 'keys']]);
    vi.advanceTimersByTime(5_000);
    expect(refreshed).toHaveLength(2);
  });

  it('are forgotten once nobody listens', () => {
    hear('keys');
    gathering.stop();
    vi.advanceTimersByTime(5_000);
    expect(refreshed).toEqual([]);
  });
});
