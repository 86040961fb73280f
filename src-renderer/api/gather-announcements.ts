import type { Announcement, ChangedSubject } from '#contract/events.ts';

/** Bursts of announcements are taken together, so that a busy log does not make a screen fetch without pause. */
const GATHER_MS = 300;
/** Traffic announces itself all the time; figures that are this old are young enough. The first of it is shown at once. */
const TRAFFIC_EVERY_MS = 2_000;

/** Takes announcements, and stops doing so. */
export interface Gathering {
  readonly hear: (announcement: Announcement) => void;
  readonly stop: () => void;
}

/** Calls `refresh` with what a burst of announcements was about, soon after its first. While nothing but traffic is announced, at most
 *  every two seconds. */
export function gatherAnnouncements(refresh: (subjects: readonly ChangedSubject[]) => void): Gathering {
  const waiting = new Set<ChangedSubject>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let refreshedAtMs = Number.NEGATIVE_INFINITY;
  const flush = () => {
    timer = null;
    dueAtMs = Number.POSITIVE_INFINITY;
    refreshedAtMs = performance.now();
    const subjects = [...waiting];
    waiting.clear();
    refresh(subjects);
  };
  return {
    hear: ({ subjects }) => {
      for (const subject of subjects) waiting.add(subject);
      const nowMs = performance.now();
      const restMs = isTraffic(subjects) ? refreshedAtMs + TRAFFIC_EVERY_MS - nowMs : 0;
      const waitMs = Math.max(GATHER_MS, restMs);
      if (nowMs + waitMs >= dueAtMs) return;
      // What is sooner than the traffic that waits takes it along.
      if (timer !== null) clearTimeout(timer);
      dueAtMs = nowMs + waitMs;
      timer = setTimeout(flush, waitMs);
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function isTraffic(subjects: readonly ChangedSubject[]): boolean {
  return subjects.every((subject) => subject === 'requests' || subject === 'status');
}
